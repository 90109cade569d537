"""What a person typed, as a ``tsquery`` over our own tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass

from salesops.core.folding import fold
from salesops.search.tokens import LONGEST_WORD, bigrams, is_cjk, joined, runs

LONGEST = 100
MOST_TERMS = 8
_PHONE = re.compile(r"[0-9+()./\s-]{5,40}$")
_INSIDE = re.compile(r"[-_./#]+")


@dataclass(frozen=True)
class Asked:
    """``tsquery`` for the index; ``whole`` compares with whole numbers and names; ``text`` as it was typed."""

    text: str
    tsquery: str
    whole: str

    def __bool__(self) -> bool:
        return bool(self.tsquery)


def ask(text: str) -> Asked:
    """Read a search. Nothing typed, or one single letter, asks for nothing."""
    text = " ".join(text[:LONGEST].split())
    folded = fold(text).replace("〇", "0")
    terms = [term for word in folded.split()[:MOST_TERMS] if (term := _term(word))]
    query = " & ".join(terms)
    digits = "".join(c for c in folded if c.isascii() and c.isdigit())
    if _PHONE.match(folded) and len(digits) >= 5:
        query = _either(query, _prefix(digits.removeprefix("00")))
    whole = joined(text)
    if len(whole) < 2 and not (whole and is_cjk(whole)):
        return Asked(text, "", whole)
    return Asked(text, query, whole)


def _term(word: str) -> str:
    """One word typed: its runs must all occur; a number with dashes may also be meant as a whole."""
    found = runs(word)
    if not found:
        return ""
    all_of = " & ".join(part for run in found for part in _parts(run))
    whole = "".join(found)
    if len(found) > 1 and any(c.isdigit() for c in whole) and _INSIDE.search(word) and not is_cjk(whole):
        return _prefix(whole) if all(len(run) < 4 for run in found) else _either(all_of, _prefix(whole))
    return f"({all_of})" if len(found) > 1 else all_of


def _parts(run: str) -> list[str]:
    if is_cjk(run):
        return [_quoted(pair) for pair in bigrams(run)]
    return [_prefix(run) if len(run) > 1 else _quoted(run)]


def _prefix(word: str) -> str:
    return _quoted(word) + ":*"


def _quoted(word: str) -> str:
    """Runs hold letters and digits only; the quotes keep the parser from reading them as anything else."""
    return f"'{word[:LONGEST_WORD]}'"


def _either(one: str, other: str) -> str:
    return f"({one} | {other})" if one and one != other else other
