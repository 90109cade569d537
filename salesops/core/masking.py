"""Masks for personal and bank data: enough to recognise, too little to use (CON-07)."""

from __future__ import annotations

_STAR = "*"


def mask_phone(text: str) -> str:
    """``13812345678`` becomes ``138****5678``; short numbers keep only their last two digits."""
    value = (text or "").strip()
    digits = sum(c.isdigit() for c in value)
    if digits < 7:
        return _keep(value, 0, 2)
    return _keep(value, 3, 4) if digits >= 9 else _keep(value, 1, 3)


def mask_email(text: str) -> str:
    """``anna@mail.com`` becomes ``a***@mail.com``."""
    name, at, host = (text or "").strip().partition("@")
    if not at:
        return _keep(name, 1, 0)
    return f"{name[:1]}***@{host}"


def mask_account(text: str) -> str:
    """A bank account keeps its last four signs."""
    return _keep((text or "").strip(), 0, 4)


def mask_tax_number(text: str) -> str:
    """A tax number keeps two signs at each end."""
    return _keep((text or "").strip(), 2, 2)


def mask_text(text: str) -> str:
    """Nothing but the first sign."""
    return _keep((text or "").strip(), 1, 0)


def _keep(value: str, first: int, last: int) -> str:
    """Stars for everything between; blanks and dashes count as any sign, at least three stars are shown."""
    if not value:
        return ""
    if len(value) <= first + last:
        first, last = 0, max(len(value) - 3, 0)
    tail = value[-last:] if last else ""
    return value[:first] + _STAR * max(len(value) - first - last, 3) + tail
