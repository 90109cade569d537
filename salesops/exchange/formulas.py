"""Cells of unknown type, kept from acting as formulas (quality E1)."""

from __future__ import annotations

import re

from salesops.ui.export import guard, unguard

_NUMBER = re.compile(r"^[+-]?\d+([.,]\d+)*$")


def guard_raw(text: str) -> str:
    """As ``guard``; plain numbers stay numbers, and what is guarded already is not guarded again."""
    return text if _NUMBER.match(text.strip()) or unguard(text) != text else guard(text)


__all__ = ["guard", "guard_raw", "unguard"]
