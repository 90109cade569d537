"""The one place where an order's money is computed (domain §11): services, previews and imports use it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from salesops.core.money import ZERO, convert, line_net, line_tax, next_share


@dataclass(frozen=True)
class PricedLine:
    """Amounts of one line: ``net`` and ``tax`` in the order's currency, ``base_net`` in the base currency."""

    quantity: Decimal
    price: Decimal
    discount: Decimal
    tax_rate: Decimal
    net: Decimal
    tax: Decimal
    base_net: Decimal


@dataclass(frozen=True)
class Totals:
    """Totals of an order: sums of its lines' cents, freight on top. ``base_net`` is the lines' sum too."""

    net: Decimal
    tax: Decimal
    freight: Decimal
    total: Decimal
    base_net: Decimal
    base_total: Decimal


def price_line(
    *,
    quantity: Decimal,
    price: Decimal,
    discount: Decimal,
    tax_rate: Decimal,
    rate: Decimal,
    places: int = 2,
) -> PricedLine:
    """Amounts of a line; ``discount`` and ``tax_rate`` are fractions, ``rate`` is base units per unit.

    ``places`` are the decimals of the order's currency: a yen has none.
    """
    net = line_net(quantity, price, discount, places=places)
    return PricedLine(
        quantity=quantity,
        price=price,
        discount=discount,
        tax_rate=tax_rate,
        net=net,
        tax=line_tax(net, tax_rate, places=places),
        base_net=convert(net, rate),
    )


def total_lines(lines: Iterable[PricedLine], *, freight: Decimal = ZERO, rate: Decimal) -> Totals:
    """Add up lines; every total is the sum of rounded lines, never a rounded sum."""
    rows = list(lines)
    net = sum((row.net for row in rows), ZERO)
    tax = sum((row.tax for row in rows), ZERO)
    total = net + tax + freight
    return Totals(
        net=net,
        tax=tax,
        freight=freight,
        total=total,
        base_net=sum((row.base_net for row in rows), ZERO),
        base_total=convert(total, rate),
    )


def price_lines(
    lines: Iterable[tuple[Decimal, Decimal, Decimal, Decimal]],
    *,
    freight: Decimal = ZERO,
    rate: Decimal,
    places: int = 2,
) -> tuple[list[PricedLine], Totals]:
    """Price ``(quantity, price, discount, tax_rate)`` rows and add them up in one go."""
    priced = [
        price_line(
            quantity=quantity, price=price, discount=discount, tax_rate=tax_rate, rate=rate, places=places
        )
        for quantity, price, discount, tax_rate in lines
    ]
    return priced, total_lines(priced, freight=freight, rate=rate)


@dataclass(frozen=True)
class Given:
    """An order or one of its lines with what has come back of it: net and base amounts of both."""

    net: Decimal
    base_net: Decimal
    back: Decimal = ZERO
    base_back: Decimal = ZERO


def base_of_return(net: Decimal, *, order: Given, line: Given | None = None) -> Decimal:
    """Base amount of a return: its share of the line, or of the order where it names none.

    When everything of the order has come back, its whole base amount has, to the cent.
    """
    left = order.base_net - order.base_back
    if order.back + net == order.net:
        return left
    whole = line or order
    share = next_share(whole.net, whole.base_net, used=whole.back, used_base=whole.base_back, part=net)
    return min(share, left)
