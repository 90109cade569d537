"""Import kind of orders: rows with one number form one order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.services.bulk import CustomerBook, seeds_of
from orders.choices import OrderState
from orders.models import Order, OrderLine
from orders.return_imports import RETURNS
from orders.services import ship_order
from orders.services.bulk import NewOrder, insert_orders, lines_of, new_order, price_rows
from orders.services.takeover import Takeover
from salesops.core.choices import Role
from salesops.core.errors import DomainError
from salesops.core.money import ZERO, round_money
from salesops.exchange.books import CurrencyBook, PeopleBook, ProductBook, RateBook
from salesops.exchange.context import BatchContext, Document, RowError
from salesops.exchange.fields import changed_fields, present
from salesops.exchange.registry import Column, ImportKind, import_kinds

_SHARED = (
    "customer", "owner", "order_date", "currency", "freight", "region", "required_date", "promised_date",
    "ship_method", "ship_to", "customer_po", "base_rate", "remarks",
)  # fmt: skip


def prepare_orders(ctx: BatchContext, documents: Sequence[Document]) -> None:
    rows = [row for document in documents for row in document.rows]
    people, customers = ctx.book(PeopleBook), ctx.book(CustomerBook)
    currencies = ctx.book(CurrencyBook)
    people.need_or_create(
        {row.owner for row in rows},
        since=min((row.order_date for row in rows), default=None),
        create=ctx.creates("owner"),
    )
    customers.need_or_create(
        seeds_of((row.customer, row.order_date, row.owner, row.region) for row in rows),
        create=ctx.creates("customer"),
    )
    ctx.book(ProductBook).need_or_create(
        {row.line_product for row in rows}, create=ctx.creates("product", "line_product")
    )
    currencies.base()
    currencies.need_or_create({row.currency for row in rows}, create=ctx.creates("currency"))


def load_orders(ctx: BatchContext, documents: Sequence[Document]) -> None:
    existing = {o.number: o for o in Order.objects.filter(number__in=[d.key for d in documents])}
    lines = lines_of(existing.values()) if existing else {}
    changed: list[Order] = []
    takeover = Takeover(ctx)

    def build(document: Document) -> NewOrder | None:
        new = _build(ctx, document)
        order = existing.get(document.key)
        if order is None:
            takeover.judge(document, new)
            return new
        written = _update(ctx, document, new, order, lines.get(order.pk, []))
        shipped = _ship(ctx, document.first, order, new.order)
        if written:
            changed.append(order)
        elif shipped:
            ctx.outcome.updated += 1
        else:
            ctx.outcome.unchanged += 1
        return None

    insert_orders(ctx, ctx.each(documents, build))
    takeover.carry_out()
    ctx.update(changed, ["required_date", "promised_date", "shipped_date", "ship_method", "ship_to", "state"])


def _build(ctx: BatchContext, document: Document) -> NewOrder:
    row = document.first
    head = {name: document.one(name) if name in ctx.present else None for name in _SHARED}
    shipped = _shipped(document) if "shipped_date" in ctx.present else None
    day = head["order_date"]
    if day > ctx.today:
        raise RowError(row, "order_date", _("lies in the future"))
    if shipped and shipped < day:
        raise RowError(row, "shipped_date", _("lies before the order date"))
    if shipped and shipped > ctx.today:
        raise RowError(row, "shipped_date", _("lies in the future"))
    customers, people = ctx.book(CustomerBook), ctx.book(PeopleBook)
    customer = customers.customer(row, "customer", head["customer"])
    owner = people.owner(row, "owner", head["owner"])
    owner_id = owner.pk if owner else customers.holder_on(customer, day)
    currency = ctx.book(CurrencyBook).code(row, "currency", head["currency"], customer.currency_id)
    rate = ctx.book(RateBook).rate(row, "currency", currency, day, head["base_rate"])
    freight = head["freight"] or ZERO
    if freight < 0:
        raise RowError(row, "freight", _("must not be negative"))
    places = ctx.book(CurrencyBook).places(currency)
    if freight != round_money(freight, places):
        raise RowError(row, "freight", _("At most %(places)s decimals.") % {"places": places})
    products = [_product(ctx, each) for each in document.rows]
    priced, totals = price_rows(document.rows, freight, rate, places)
    order = new_order(
        number=document.key,
        customer=customer,
        order_date=day,
        shipped_date=shipped,
        totals=totals,
        owner_id=owner_id,
        team_id=people.team_on(owner_id, day),
        region=head["region"] or customer.region,
        required_date=head["required_date"],
        promised_date=head["promised_date"],
        ship_method=head["ship_method"] or "",
        ship_to=head["ship_to"] or "",
        customer_po=head["customer_po"] or "",
        remarks=head["remarks"] or "",
        currency_id=currency,
        base_rate=rate,
        created_by=ctx.actor,
    )
    return NewOrder(order, products, priced)


def _shipped(document: Document) -> Any:
    """The day the last line left; an order with a line that has not left is not shipped."""
    days = [row.shipped_date for row in document.rows]
    return max(days) if all(days) else None


def _product(ctx: BatchContext, row: Any) -> int:
    product = ctx.book(ProductBook).get(row.line_product)
    if product is None:
        raise RowError(
            row,
            "line_product",
            _("there is no product with this code: import products first or let it be created"),
        )
    return product.pk


def _update(
    ctx: BatchContext, document: Document, new: NewOrder, order: Order, lines: list[OrderLine]
) -> bool:
    """Bring an order on file up to date; what is posted does not change, dates and shipping words may."""
    row = document.first
    fixed = {"customer": "customer_id", "currency": "currency_id", "order_date": "order_date"}
    fixed |= {"freight": "freight"} if document.one("freight") is not None else {}
    fixed |= {"owner": "owner_id"} if document.one("owner") is not None else {}
    fixed |= {"region": "region"} if document.one("region") is not None else {}
    for column, name in fixed.items():
        if getattr(order, name) != getattr(new.order, name):
            raise RowError(row, column, _on_file(order))
    was = [(line.product_id, line.quantity, line.price, line.discount, line.tax_rate) for line in lines]
    now = [
        (product, line.quantity, line.price, line.discount, line.tax_rate)
        for product, line in zip(new.products, new.lines, strict=True)
    ]
    if was != now:
        raise RowError(row, "line_quantity", _on_file(order))
    values = {
        name: document.one(name)
        for name in ("required_date", "promised_date", "ship_method", "ship_to")
        if name in ctx.present
    }
    if new.order.shipped_date and order.shipped_date != new.order.shipped_date:
        if order.state != OrderState.CONFIRMED:
            raise RowError(row, "shipped_date", _on_file(order))
        if not order.submitted_by_id:
            values |= {"shipped_date": new.order.shipped_date, "state": OrderState.SHIPPED}
    return bool(changed_fields(order, present(values)))


def _ship(ctx: BatchContext, row: Any, order: Order, given: Order) -> bool:
    """An order written here leaves by the same act as on its page: asked again, told to everybody."""
    if not given.shipped_date or order.state != OrderState.CONFIRMED:
        return False
    try:
        shipped = ship_order(
            actor=ctx.actor,
            order=order,
            shipped_date=given.shipped_date,
            ship_method=given.ship_method or order.ship_method,
            at=ctx.at,
        )
    except DomainError as error:
        raise RowError(row, "shipped_date", str(error)) from error
    for name in ("state", "shipped_date", "ship_method", "version"):
        setattr(order, name, getattr(shipped, name))
    return True


def _on_file(order: Order) -> str:
    return _(
        "order %(number)s is on file with other figures (%(state)s, net %(net)s): a posted order does not change"
    ) % {"number": order.number, "state": order.get_state_display(), "net": order.net}


def export_orders() -> Iterator[dict[str, Any]]:
    rows = (
        OrderLine.objects.filter(order__state__in=[OrderState.CONFIRMED, OrderState.SHIPPED])
        .order_by("order_id", "position")
        .select_related("order__customer", "order__owner", "product")
    )
    for line in rows.iterator(2000):
        order = line.order
        yield {
            "number": order.number,
            "customer": order.customer.code,
            "owner": order.owner.username if order.owner else None,
            "order_date": order.order_date,
            "required_date": order.required_date,
            "currency": order.currency_id,
            "freight": order.freight,
            "line_product": line.product.code,
            "line_quantity": line.quantity,
            "line_price": line.price,
            "line_discount": line.discount,
            "line_tax_rate": line.tax_rate,
            "shipped_date": order.shipped_date,
            "ship_method": order.ship_method,
            "region": order.region,
            "promised_date": order.promised_date,
            "ship_to": order.ship_to,
            "customer_po": order.customer_po,
        }


def _fraction(name: str, text: Any) -> Column:
    return Column(name, "fraction", places=6, digits=9, help=text)


ORDERS = ImportKind(
    name="orders",
    title=gettext_lazy("Orders"),
    columns=(
        Column(
            "number", required=True, max_length=60, help=gettext_lazy("rows with one number form one order")
        ),
        Column("customer", "reference", required=True, lookup="customer", max_length=60),
        Column(
            "owner", "reference", lookup="owner", help=gettext_lazy("empty: who has the customer that day")
        ),
        Column("order_date", "date", required=True),
        Column("required_date", "date"),
        Column("currency", "reference", lookup="currency", max_length=3),
        Column("freight", "decimal", help=gettext_lazy("of the whole order, the same in all its rows")),
        Column("line_product", "reference", required=True, lookup="product", max_length=60),
        Column("line_quantity", "decimal", required=True, places=6),
        Column("line_price", "decimal", places=4, help=gettext_lazy("unit price before discount and tax")),
        _fraction("line_discount", gettext_lazy("fraction: 0.15 is 15 %")),
        _fraction("line_tax_rate", gettext_lazy("fraction; empty: 0")),
        Column("shipped_date", "date", help=gettext_lazy("with it the order is shipped, else confirmed")),
        Column("ship_method", max_length=100),
        Column("line_amount", "decimal", help=gettext_lazy("net amount of the line, instead of line_price")),
        Column("region", max_length=100, help=gettext_lazy("empty: the customer's")),
        Column("promised_date", "date"),
        Column("ship_to", max_length=300),
        Column("customer_po", max_length=60),
        Column("base_rate", "decimal", places=8, help=gettext_lazy("exchange rate, instead of the table's")),
        Column("remarks", max_length=2000),
    ),
    any_of=(("line_price", "line_amount"),),
    group="number",
    key=("number",),
    roles=(Role.MANAGER, Role.OPERATIONS),
    creatable=("customer", "owner", "product", "line_product", "currency"),
    prepare=prepare_orders,
    load=load_orders,
    export=export_orders,
    order=80,
)


def register_kinds() -> None:
    for kind in (ORDERS, RETURNS):
        import_kinds.register(kind.name, kind)
