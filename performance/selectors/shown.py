"""Figures as texts of the interface: money with the decimals of its currency, rates as fractions, nothing rounded twice."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from performance.choices import Unit
from salesops.core.money import round_money

_RATE = Decimal("0.000001")


def plain_number(value: Decimal | None, unit: Unit, coins: int = 2) -> str | None:
    """``1234.50`` money (``coins``: the decimals of the base currency), ``12`` count, ``0.9375`` rate (a fraction, four to six decimals), ``7.5`` quantity."""
    if value is None:
        return None
    if unit == Unit.MONEY:
        return format(round_money(value, coins), "f")
    if unit == Unit.COUNT:
        return format(value.quantize(Decimal(1), rounding=ROUND_HALF_UP), "f")
    text = format(value.quantize(_RATE, rounding=ROUND_HALF_UP), "f").rstrip("0").rstrip(".")
    if unit == Unit.PERCENT:
        whole, _dot, decimals = text.partition(".")
        return f"{whole}.{decimals.ljust(4, '0')}"
    return text
