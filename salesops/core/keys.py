"""Keys of rows as an address or a form names them: words from outside, read before a query is asked with them."""

from __future__ import annotations

DIGITS = 18  # with so many any number fits a bigint


def is_key(text: object) -> bool:
    """Is this text a key: digits of ASCII, not more than a key can have?"""
    word = str(text)
    return word.isascii() and word.isdigit() and len(word) <= DIGITS


def row_key(text: object) -> int | None:
    """The key that a text names, ``None`` for anything else."""
    return int(str(text)) if is_key(text) else None
