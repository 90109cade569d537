"""The floor under prices (OPP-06, QUO): one comparison for deals, quotations and orders."""

from __future__ import annotations

from decimal import Decimal


def is_below_floor(
    *,
    price: Decimal,
    discount: Decimal,
    rate: Decimal,
    floor_price: Decimal | None,
    floor_rate: Decimal | None,
) -> bool:
    """Is the unit price after discount under the floor? Compared exactly, in base currency, unrounded."""
    if floor_price is None or floor_rate is None:
        return False
    return price * (1 - discount) * rate < floor_price * floor_rate
