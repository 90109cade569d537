"""Many orders and returns at once, for imports: priced by the same arithmetic, written set by set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from customers.models import Customer
from orders.choices import OrderState
from orders.models import Order, OrderLine
from orders.services.pricing import PricedLine, Totals, price_lines
from salesops.core.money import ZERO, line_net, round_money
from salesops.exchange import bulk
from salesops.exchange.context import BatchContext, Book, RowError

_STEP = Decimal("0.0001")
_LINE_COLUMNS = (
    "id", "order_id", "position", "product_id", "quantity", "price", "discount", "tax_rate", "net", "tax",
    "base_net",
)  # fmt: skip


@dataclass
class NewOrder:
    """An imported order, priced, not yet written."""

    order: Order
    products: list[int]
    lines: list[PricedLine]


class OrderBook(Book):
    """Orders by number."""

    def fetch(self, keys: set[str]) -> dict[str, Any]:
        rows = Order.objects.filter(number__in=keys).select_related("contract", "payment_term")
        return {str(row.number): row for row in rows}


def line_price(row: Any, places: int = 2) -> Decimal:
    """The unit price of a row, or the one that gives its ``line_amount`` to the cent. Raises ``RowError``."""
    quantity, discount = row.line_quantity, row.line_discount or ZERO
    if quantity <= 0:
        raise RowError(row, "line_quantity", _("must be more than zero"))
    if not 0 <= discount <= 1:
        raise RowError(row, "line_discount", _("must be a fraction between 0 and 1, such as 0.15"))
    if row.line_tax_rate is not None and not 0 <= row.line_tax_rate <= 1:
        raise RowError(row, "line_tax_rate", _("must be a fraction between 0 and 1, such as 0.13"))
    price, amount = row.line_price, row.line_amount
    if price is not None:
        if price < 0:
            raise RowError(row, "line_price", _("must not be negative"))
        if amount is not None and line_net(quantity, price, discount, places=places) != amount:
            raise RowError(
                row,
                "line_amount",
                _("quantity x price less discount gives %(net)s")
                % {"net": line_net(quantity, price, discount, places=places)},
            )
        return price
    if amount < 0:
        raise RowError(row, "line_amount", _("must not be negative"))
    return _price_of_amount(row, quantity, discount, amount, places)


def _price_of_amount(row: Any, quantity: Decimal, discount: Decimal, amount: Decimal, places: int) -> Decimal:
    units = quantity * (1 - discount)
    if units == 0:
        if amount:
            raise RowError(row, "line_amount", _("cannot be more than zero at a discount of 100 %"))
        return ZERO
    price = round_money(amount / units, 4)
    for candidate in (price, price + _STEP, price - _STEP):
        if candidate >= 0 and line_net(quantity, candidate, discount, places=places) == amount:
            return candidate
    raise RowError(
        row,
        "line_amount",
        _("no unit price with four decimals gives this amount: split the line or give line_price"),
    )


def price_rows(
    rows: Sequence[Any], freight: Decimal, rate: Decimal, places: int
) -> tuple[list[PricedLine], Totals]:
    """Price the rows of one document; ``places`` are the decimals of its currency."""
    return price_lines(
        [
            (row.line_quantity, line_price(row, places), row.line_discount or ZERO, row.line_tax_rate or ZERO)
            for row in rows
        ],
        freight=freight,
        rate=rate,
        places=places,
    )


def new_order(
    *,
    number: str,
    customer: Customer,
    order_date: date,
    shipped_date: date | None,
    totals: Totals,
    **fields: Any,
) -> Order:
    """An order of the past as it stands today: shipped when it has a day of shipment, else confirmed."""
    return Order(
        number=number,
        customer=customer,
        order_date=order_date,
        confirmed_date=order_date,
        shipped_date=shipped_date,
        state=OrderState.SHIPPED if shipped_date else OrderState.CONFIRMED,
        payment_term_id=customer.payment_term_id,
        net=totals.net,
        tax=totals.tax,
        freight=totals.freight,
        total=totals.total,
        base_net=totals.base_net,
        base_total=totals.base_total,
        **fields,
    )


def insert_orders(ctx: BatchContext, orders: Sequence[NewOrder]) -> None:
    """Insert orders with their lines by COPY."""
    ctx.insert([new.order for new in orders], count=True)
    count = sum(len(new.lines) for new in orders)
    pks = bulk.reserve_pks(OrderLine, count)
    bulk.copy_rows(OrderLine, _LINE_COLUMNS, _line_rows(orders, iter(pks)))
    if pks:
        ctx.outcome.tracked.setdefault(OrderLine, []).extend(pks)


def _line_rows(orders: Iterable[NewOrder], pks: Any) -> Any:
    for new in orders:
        for position, (product, line) in enumerate(zip(new.products, new.lines, strict=True), start=1):
            yield (
                next(pks), new.order.pk, position, product, line.quantity, line.price, line.discount,
                line.tax_rate, line.net, line.tax, line.base_net,
            )  # fmt: skip


def lines_of(orders: Iterable[Order]) -> dict[int, list[OrderLine]]:
    """The lines of orders by order, in their order."""
    answer: dict[int, list[OrderLine]] = defaultdict(list)
    rows = OrderLine.objects.filter(order_id__in=[order.pk for order in orders])
    for line in rows.order_by("order_id", "position"):
        answer[line.order_id].append(line)
    return answer
