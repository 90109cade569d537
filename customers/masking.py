"""Stored telephone numbers with the middle hidden: ``+8613812345678`` is shown as ``138****5678``."""

from __future__ import annotations

from salesops.core.masking import mask_email
from salesops.core.masking import mask_phone as mask_digits

__all__ = ["mask_email", "mask_phone"]


def mask_phone(number: str) -> str:
    """Mainland numbers without their country code, as people know them; extensions are left out."""
    main = number.partition(";ext=")[0]
    return mask_digits(main.removeprefix("+86"))
