"""What a person typed, as a ``tsquery`` over our own tokens."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from salesops.core.folding import fold
from salesops.search.tokens import LONGEST_WORD, PART, WHOLE, bigrams, is_cjk, joined, runs

LONGEST = 100
MOST_TERMS = 8
_PHONE = re.compile(r"[0-9+()./\s-]{5,40}$")
_INSIDE = re.compile(r"[-_./#]+")
Prefix = Callable[[str], str]  # how a word typed asks for words that begin so


@dataclass(frozen=True)
class Asked:
    """``tsquery`` for the index; ``whole`` compares with whole numbers and names; ``text`` as it was typed.

    Where telephones are masked ``masked`` asks for whole numbers only, and ``in_full`` for parts of them, too: that
    is for rows that are shown in full. They are equal where no digits were typed.
    """

    text: str
    tsquery: str
    whole: str
    masked: str = ""
    in_full: str = ""

    def of(self, kind: Any) -> tuple[str, str]:
        """What is asked of each row of a kind, and besides of those that the person is shown in full (or nothing)."""
        if not kind.masks:
            return self.tsquery, ""
        return self.masked, self.in_full if self.in_full != self.masked else ""

    def __bool__(self) -> bool:
        return bool(self.tsquery)


def ask(text: str) -> Asked:
    """Read a search. Nothing typed, or one single letter, asks for nothing."""
    text = " ".join(text[:LONGEST].split())
    folded = fold(text).replace("〇", "0")
    whole = joined(text)
    if len(whole) < 2 and not (whole and is_cjk(whole)):
        return Asked(text, "", whole)
    return Asked(text, _query(folded, _prefix), whole, _query(folded, _masked), _query(folded, _in_full))


def _query(folded: str, prefix: Prefix) -> str:
    """All words typed; what looks like a telephone may also be meant as one number."""
    terms = [term for word in folded.split()[:MOST_TERMS] if (term := _term(word, prefix))]
    query = " & ".join(terms)
    digits = "".join(c for c in folded if c.isascii() and c.isdigit())
    if _PHONE.match(folded) and len(digits) >= 5:
        query = _either(query, prefix(digits.removeprefix("00")))
    return query


def _term(word: str, prefix: Prefix) -> str:
    """One word typed: its runs must all occur; a number with dashes may also be meant as a whole."""
    found = runs(word)
    if not found:
        return ""
    whole = "".join(found)
    if len(found) > 1 and any(c.isdigit() for c in whole) and _INSIDE.search(word) and not is_cjk(whole):
        if all(len(run) < 4 for run in found):
            return prefix(whole)
        # In a note its parts are words of their own. That one before the last only begins a word is not asked:
        # it would read every number of a year.
        inside = (part for run in found[:-1] for part in _parts(run, _quoted))
        return _either(" & ".join((*inside, *_parts(found[-1], prefix))), prefix(whole))
    all_of = " & ".join(part for run in found for part in _parts(run, prefix))
    return f"({all_of})" if len(found) > 1 else all_of


def _parts(run: str, prefix: Prefix) -> list[str]:
    if is_cjk(run):
        return [_quoted(pair) for pair in bigrams(run)]
    return [prefix(run) if len(run) > 1 else _quoted(run)]


def _masked(word: str) -> str:
    """Digits find a masked telephone only as the whole of it."""
    return _either(_prefix(word), _quoted(word, WHOLE)) if _may_be_phone(word) else _prefix(word)


def _in_full(word: str) -> str:
    if not _may_be_phone(word):
        return _prefix(word)
    return f"({' | '.join(_quoted(word, mark) + ':*' for mark in ('', WHOLE, PART))})"


def _may_be_phone(word: str) -> bool:
    return word.isdigit() and len(word) > 2


def _prefix(word: str) -> str:
    return _quoted(word) + ":*"


def _quoted(word: str, mark: str = "") -> str:
    """Runs hold letters and digits only; the quotes keep the parser from reading them as anything else."""
    return f"'{mark}{word[:LONGEST_WORD]}'"


def _either(one: str, other: str) -> str:
    return f"({one} | {other})" if one and one != other else other
