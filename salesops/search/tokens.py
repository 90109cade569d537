"""What a record is found by: words of names, numbers, telephones and notes, all folded the same way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import phonenumbers

from salesops.core.folding import fold
from salesops.search.pinyin import spellings

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_ALNUM = re.compile(r"[0-9]+|[^\W\d_]+")
_IS_CJK = re.compile(rf"[{_CJK}]")
LONGEST_WORD = 60
LONGEST_NOTE = 4000
MOST_OF_NOTE = 600
WHOLE, PART = "=", "."  # before the digits of a telephone that not everybody sees in full
_ZEROS = str.maketrans({"〇": "0"})


def runs(text: str) -> list[str]:
    """A folded text as runs of Chinese (Japanese, Korean) characters and of other letters and digits."""
    return _RUN.findall(text)


def is_cjk(run: str) -> bool:
    return bool(_IS_CJK.match(run))


def bigrams(run: str) -> list[str]:
    """Neighbouring characters in pairs; a single character stands for itself."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def joined(text: str) -> str:
    """A folded text without anything between its letters and digits: how whole names and numbers compare."""
    return "".join(runs(fold(text).translate(_ZEROS)))


def of_name(text: str) -> set[str]:
    """Words, characters and pairs of characters, and how the Chinese is typed in pinyin."""
    words: set[str] = set()
    for run in runs(fold(text)):
        if is_cjk(run):
            words.update(run)
            words.update(bigrams(run))
            words |= spellings(run)
        else:
            words.add(run[:LONGEST_WORD])
    return words


def of_number(text: str) -> set[str]:
    """A document number from each of its parts on, and its last digits: 2026-000123 is found by 123."""
    folded = fold(text).translate(_ZEROS)
    words: set[str] = set()
    for run in runs(folded):
        if is_cjk(run):
            words.update(bigrams(run))
    parts = [part for run in runs(folded) if not is_cjk(run) for part in _ALNUM.findall(run)][:8]
    for start in range(len(parts)):
        words.add("".join(parts[start:])[:LONGEST_WORD])
    if parts and parts[-1].isdigit():
        last = parts[-1]
        words.add(last.lstrip("0") or "0")
        if len(last) > 6:
            words.update((last[-4:], last[-6:]))
    return words


def of_phone(text: str, mask: Callable[[str], str] | None = None) -> set[str]:
    """A telephone number with and without country code and leading zero, and its last 8, 7 and 4 digits.

    With a ``mask``, others than its owner must not guess it digit by digit: the words are marked, so that no word
    typed begins them; ``WHOLE`` are the number itself and those last four that the mask shows, ``PART`` the others.
    """
    main = (text or "").partition(";ext=")[0]
    folded = fold(main).translate(_ZEROS)
    digits = "".join(c for c in folded if c.isdigit() and c.isascii())
    if len(digits) < 3:
        return set()
    national = digits
    if folded.lstrip().startswith("+"):
        try:
            national = str(phonenumbers.parse(folded, None).national_number)
        except phonenumbers.NumberParseException:
            pass
    whole = {digits, national, "0" + national.lstrip("0")}
    parts = {national[-length:] for length in (8, 7, 4) if len(national) > length}
    whole, parts = ({word[:LONGEST_WORD] for word in words} for words in (whole, parts))
    if mask is None:
        return whole | parts
    whole |= parts & {mask(main)[-4:]}
    return {WHOLE + word for word in whole} | {PART + word for word in parts - whole}


def of_note(text: str) -> set[str]:
    """Words and pairs of characters of a longer text; of very long ones the beginning."""
    words: set[str] = set()
    for run in runs(fold((text or "")[:LONGEST_NOTE])):
        if is_cjk(run):
            words.update(bigrams(run))
        else:
            words.add(run[:LONGEST_WORD])
        if len(words) > MOST_OF_NOTE:
            break
    return words


def vector(words: Iterable[str]) -> str:
    """The text of a ``tsvector``: letters, digits and our marks only, so nothing needs a quote."""
    return " ".join(sorted(words))
