"""Texts that a spreadsheet program would take for a formula (quality E1, E2)."""

from __future__ import annotations

import re

_DANGER = re.compile(r"^'*[\s'\"]*[=+\-@\t\r]")
_GUARDED = re.compile(r"^'+[\s'\"]*[=+\-@\t\r]")
_NUMBER = re.compile(r"^[+-]?\d+([.,]\d+)*$")


def guard(text: str) -> str:
    """Put one apostrophe before a text that could act; ``unguard`` takes exactly that one away."""
    return f"'{text}" if _DANGER.match(text) else text


def unguard(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def guard_raw(text: str) -> str:
    """As ``guard``, for cells of unknown type: plain numbers stay numbers."""
    return text if _NUMBER.match(text.strip()) or _GUARDED.match(text) else guard(text)
