"""Telephone numbers and e-mail addresses with the middle hidden (domain §11)."""

from __future__ import annotations

import re

STARS = "****"


def mask_phone(number: str) -> str:
    """``+8613812345678`` becomes ``138****5678``; short or strange texts keep only their ends."""
    main = number.partition(";ext=")[0]
    digits = re.sub(r"\D", "", main)
    if main.startswith("+86") and len(digits) == 13:
        digits = digits[2:]
    elif main.startswith("+") and len(digits) > 9:
        return f"+{digits[:4]}{STARS}{digits[-3:]}"
    if len(digits) >= 9:
        return f"{digits[:3]}{STARS}{digits[-4:]}"
    return f"{digits[:1]}{STARS}{digits[-1:]}" if digits else (STARS if number else "")


def mask_email(address: str) -> str:
    """``li.lei@example.com`` becomes ``l****@example.com``."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}{STARS}{at}{domain}" if address else ""
