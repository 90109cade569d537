"""Customers-to-orders makers for tests: thin, exact, and legal for the database's guards."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from customers.models import Customer
from orders.choices import OrderState
from orders.models import Order, OrderLine, Return
from orders.services.pricing import price_lines
from salesops.accounts.selectors import team_on
from salesops.catalog.models import Currency, Product
from salesops.core.money import convert

_serial = itertools.count(1)


def serial() -> int:
    """A number that no other maker of this run has used."""
    return next(_serial)


def make_currency(code: str = "CNY") -> Currency:
    return Currency.objects.get_or_create(code=code, defaults={"name": code})[0]


def make_buyer(owner: Any, **fields: Any) -> Customer:
    """A customer file with nothing but what an order needs."""
    number = serial()
    since = fields.pop("created_date", date(2024, 1, 1))
    return Customer.objects.create(
        code=fields.pop("code", f"B{number}"),
        name=fields.pop("name", f"Buyer {number}"),
        owner=owner,
        team=fields.pop("team", None) or (team_on(owner, since) if owner else None),
        currency=fields.pop("currency", None) or make_currency(),
        created_date=since,
        **fields,
    )


def make_product(**fields: Any) -> Product:
    number = serial()
    return Product.objects.create(
        code=fields.pop("code", f"P{number}"),
        name=fields.pop("name", f"Product {number}"),
        currency=fields.pop("currency", None) or make_currency(),
        list_price=fields.pop("list_price", Decimal("10.0000")),
        tax_rate=fields.pop("tax_rate", Decimal("0.13")),
        unit=fields.pop("unit", "pcs"),
        **fields,
    )


@transaction.atomic
def make_order(
    customer: Customer,
    *,
    lines: Sequence[tuple[Any, ...]] = (("10", "10.00"),),
    state: str = OrderState.CONFIRMED,
    order_date: date = date(2026, 6, 1),
    owner: Any = None,
    product: Product | None = None,
    freight: Decimal = Decimal("0.00"),
    rate: Decimal = Decimal(1),
    **fields: Any,
) -> Order:
    """An order with lines ``(quantity, price[, discount[, tax_rate]])`` in any state, by default confirmed.

    ``product`` serves every line. Amounts are computed by ``orders.services.pricing``.
    """
    owner = owner or customer.owner
    rows = [tuple(map(Decimal, (*line, "0", "0")[:4])) for line in lines]
    places = fields.pop("places", 2)
    priced, totals = price_lines(rows, freight=freight, rate=rate, places=places)
    if state == OrderState.SHIPPED:
        fields.setdefault("shipped_date", order_date)
    if state in (OrderState.CONFIRMED, OrderState.SHIPPED):
        fields.setdefault("confirmed_date", order_date)
    number = fields.pop("number", f"T-{serial()}" if state != OrderState.DRAFT else None)
    order = Order.objects.create(
        number=number,
        customer=customer,
        owner=owner,
        team=fields.pop("team", None) or (team_on(owner, order_date) if owner else None),
        region=fields.pop("region", customer.region),
        currency=fields.pop("currency", None) or customer.currency,
        payment_term=fields.pop("payment_term", customer.payment_term),
        state=state,
        order_date=order_date,
        base_rate=rate,
        net=totals.net,
        tax=totals.tax,
        freight=totals.freight,
        total=totals.total,
        base_net=totals.base_net,
        base_total=totals.base_total,
        **fields,
    )
    product = product or make_product(currency=order.currency)
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=index,
            product=product,
            quantity=row.quantity,
            price=row.price,
            discount=row.discount,
            tax_rate=row.tax_rate,
            net=row.net,
            tax=row.tax,
            base_net=row.base_net,
        )
        for index, row in enumerate(priced, start=1)
    )
    return order


def make_return(
    order: Order, *, net: Any, quantity: Any = 0, line: Any = None, on: date | None = None, reason: str = ""
) -> Return:
    """A return as the database accepts it; the order must be shipped."""
    net = Decimal(net)
    return Return.objects.create(
        order=order,
        line=line,
        return_date=on or order.shipped_date,
        quantity=Decimal(quantity),
        reason=reason,
        net=net,
        base_net=convert(net, order.base_rate),
    )
