"""Exact money: one rounding function, exact splits, the field types (architecture §5.4, domain §11).

Amounts are ``Decimal`` in the currency of their document. No function here accepts a float.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models

ZERO = Decimal("0.00")
CENT = Decimal("0.01")

_places: Callable[[str], int] = lambda currency: 2  # noqa: E731 - a door that the catalogue fills


def places_from(provider: Callable[[str], int]) -> None:
    """Who knows the decimals of currencies; the catalogue says it once, when the application starts."""
    global _places
    _places = provider


def places_of(currency: str = "") -> int:
    """Decimals of the coins of a currency, by default the base currency: a yen has none, never more than two."""
    return _places(currency)


def round_money(value: Decimal, places: int = 2) -> Decimal:
    """Round ``value`` half up (away from zero on a tie) to ``places`` decimals: 0.005 becomes 0.01."""
    if isinstance(value, float):
        raise TypeError("money is never a float")
    return Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def line_net(quantity: Decimal, price: Decimal, discount: Decimal = ZERO, *, places: int = 2) -> Decimal:
    """Net amount of a line: quantity x price x (1 - discount fraction), rounded once to the smallest coin."""
    return round_money(round_money(quantity * price * (1 - discount), places))


def line_tax(net: Decimal, rate: Decimal, *, places: int = 2) -> Decimal:
    """Tax of one line from its net amount (domain §11), rounded once to the smallest coin."""
    return round_money(round_money(net * rate, places))


def net_and_tax_from_gross(gross: Decimal, rate: Decimal, *, places: int = 2) -> tuple[Decimal, Decimal]:
    """Split a gross amount: net = round(gross / (1 + rate)) in coins, tax = gross - net (domain §11)."""
    net = round_money(round_money(gross / (1 + rate), places))
    return net, gross - net


def split_exactly(amount: Decimal, weights: Sequence[Decimal | int], places: int = 2) -> list[Decimal]:
    """Share ``amount`` by ``weights`` so that the parts add up to it to the last unit.

    Largest remainder; ties go to the earlier part. Raises ``ValueError`` for no or non-positive weights.
    """
    total = sum((Decimal(w) for w in weights), Decimal(0))
    if not weights or total <= 0 or any(Decimal(w) < 0 for w in weights):
        raise ValueError("weights must be non-negative and add up to more than zero")
    unit = Decimal(1).scaleb(-places)
    sign = -1 if amount < 0 else 1
    units = int((abs(round_money(amount, places)) / unit).to_integral_value())
    raw = [Decimal(units) * Decimal(w) / total for w in weights]
    floors = [int(r) for r in raw]
    rest = units - sum(floors)
    order = sorted(range(len(raw)), key=lambda i: (-(raw[i] - floors[i]), i))
    for i in order[:rest]:
        floors[i] += 1
    return [sign * f * unit for f in floors]


def convert(amount: Decimal, rate: Decimal) -> Decimal:
    """Amount in base currency, in its coins, for a document amount and the rate fixed at posting."""
    return base_coins(amount * rate)


def base_coins(amount: Decimal) -> Decimal:
    """An amount of the base currency, rounded to its coins."""
    return round_money(round_money(amount, places_of()))


def next_share(whole: Decimal, base: Decimal, *, used: Decimal, used_base: Decimal, part: Decimal) -> Decimal:
    """What a further ``part`` of ``whole`` is of ``base`` (in base currency): it brings the share to its exact value.

    The part that uses up the whole takes the remainder, so parts that add up to the whole in one currency add
    up to it in the other, to the last coin. Never negative, never more than is left.
    """
    if not whole:
        return ZERO
    target = base_coins(base * (used + part) / whole)
    return min(max(target - used_base, ZERO), base - used_base)


def MoneyField(**kwargs: Any) -> models.DecimalField:
    """``numeric(18,2)``: an amount in the currency of its document."""
    return models.DecimalField(max_digits=18, decimal_places=2, **kwargs)


def PriceField(**kwargs: Any) -> models.DecimalField:
    """``numeric(18,4)``: a unit price; the line amount is rounded, the price is not."""
    return models.DecimalField(max_digits=18, decimal_places=4, **kwargs)


def QuantityField(**kwargs: Any) -> models.DecimalField:
    """``numeric(18,6)``: a quantity, weight or volume."""
    return models.DecimalField(max_digits=18, decimal_places=6, **kwargs)


def FractionField(**kwargs: Any) -> models.DecimalField:
    """``numeric(9,6)``: a rate or share as a fraction (13 % is 0.130000)."""
    return models.DecimalField(max_digits=9, decimal_places=6, **kwargs)


def ExchangeRateField(**kwargs: Any) -> models.DecimalField:
    """``numeric(18,8)``: base currency units for one unit of the document's currency."""
    return models.DecimalField(max_digits=18, decimal_places=8, **kwargs)
