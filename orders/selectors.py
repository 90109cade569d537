"""Reads across orders: defaults for a new order, and the sets of facts that performance adds up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    F,
    Min,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from customers.choices import CustomerKind
from customers.models import Customer, CustomerOwnership
from customers.talks import MOST, Talk
from orders.choices import OrderState
from orders.models import Order, OrderLine, Return
from salesops.accounts.models import Membership, RoleGrant, Team
from salesops.catalog.models import PriceEntry, Product
from salesops.catalog.selectors import rates_to_base
from salesops.core.choices import Role
from salesops.core.errors import InvalidInput
from salesops.core.money import round_money

TALK_DAYS = 7  # an order due so soon, or late, is something to talk about
SOLD = (OrderState.CONFIRMED, OrderState.SHIPPED)
"""States in which an order counts as a sale by order date; by shipment date only shipped ones do."""


# --- defaults of a new order ---------------------------------------------------------------------------
def owner_of_customer(customer: Customer, *, on: date) -> Any:
    """Who had the customer on a day (largest share first); without history, who has it now."""
    row = (
        CustomerOwnership.objects.filter(customer=customer, from_date__lte=on)
        .filter(Q(to_date__isnull=True) | Q(to_date__gte=on))
        .select_related("owner")
        .order_by("-share", "pk")
        .first()
    )
    return row.owner if row else customer.owner


def default_prices(products: Iterable[Product], *, currency: str, on: date) -> dict[int, Decimal | None]:
    """Prices of products on a day in a currency: a price list of that currency, else the list price converted.

    ``None`` for a product that has no price, or no rate to convert it with.
    """
    wanted = {product.pk: product for product in products}
    entries = (
        PriceEntry.objects.filter(product_id__in=wanted, price_list__currency_id=currency, from_date__lte=on)
        .filter(Q(to_date__isnull=True) | Q(to_date__gte=on))
        .order_by("-price_list__code", "from_date", "-pk")
        .values_list("product_id", "price")
    )
    listed = dict(entries) if wanted else {}
    others = {p.currency_id for p in wanted.values() if p.pk not in listed and p.currency_id != currency}
    rates = rates_to_base((code, on) for code in {*others, currency}) if others else {}

    def price(product: Product) -> Decimal | None:
        if product.pk in listed:
            return listed[product.pk]
        if product.list_price is None or product.currency_id == currency:
            return product.list_price
        own, target = rates.get((product.currency_id, on)), rates.get((currency, on))
        return round_money(product.list_price * (own / target), 4) if own and target else None

    return {pk: price(product) for pk, product in wanted.items()}


def default_tax_rate(product: Product, customer: Customer | None) -> Decimal:
    """Tax rate of a line as a fraction: exports are free of tax, else the product's rate."""
    if customer is not None and customer.kind == CustomerKind.OVERSEAS:
        return Decimal(0)
    return product.tax_rate or Decimal(0)


# --- facts for performance -----------------------------------------------------------------------------
FACT_FIELDS = (
    "fact_date",
    "fact_owner_id",
    "fact_team_id",
    "fact_customer_id",
    "fact_product_id",
    "fact_category",
    "fact_region",
    "fact_order_id",
    "fact_net",
    "fact_quantity",
)


@dataclass(frozen=True)
class SalesFacts:
    """Two querysets with the same annotated columns (``FACT_FIELDS``); their rows together are the sales.

    ``lines``: one row per order line, positive. ``returns``: one row per return, ``fact_net`` and
    ``fact_quantity`` **negative**, on the return's own date, with the *order's* owner, team, customer, region
    (domain §4 r, x, t: base currency at booking rate, before tax, without freight).

    Add up with ``facts.lines.values("fact_owner_id").annotate(Sum("fact_net"))`` and the same on ``returns``;
    or in SQL over ``facts.union()``. Narrow both with ``facts.filter(fact_team_id__in=…)``.
    """

    lines: QuerySet[OrderLine]
    returns: QuerySet[Return]

    def filter(self, *args: Any, **kwargs: Any) -> SalesFacts:
        """Both querysets narrowed by the same condition on fact columns."""
        return SalesFacts(self.lines.filter(*args, **kwargs), self.returns.filter(*args, **kwargs))

    def union(self) -> QuerySet[Any]:
        """All rows as dicts of ``FACT_FIELDS`` in one UNION ALL query."""
        return (
            self.lines.order_by()
            .values(*FACT_FIELDS)
            .union(self.returns.order_by().values(*FACT_FIELDS), all=True)
        )

    def sql(self) -> tuple[str, tuple[Any, ...]]:
        """The union as ``(sql, params)`` for use as a sub-select in a report's SQL."""
        return self.union().query.sql_with_params()


def _states(basis: str) -> Q:
    if basis not in ("order", "shipment"):
        raise InvalidInput(f"“{basis}” is no basis of sales.", field="basis", way_out="order or shipment")
    return Q(state__in=SOLD) if basis == "order" else Q(state=OrderState.SHIPPED)


def _on_order(q: Q) -> Q:
    """The condition on an order, asked from one of its rows."""
    return Q(*[(f"order__{key}", value) for key, value in q.children])


def sales_facts(*, basis: str, start: date, end: date) -> SalesFacts:
    """Sales from ``start`` to ``end`` (both days belong).

    ``basis="order"``: lines of confirmed and shipped orders on the order date. ``basis="shipment"``: lines of
    shipped orders on the shipping date. Returns count on their own date in both.
    """
    day = "order__order_date" if basis == "order" else "order__shipped_date"
    lines = (
        OrderLine.objects.filter(_on_order(_states(basis)), **{f"{day}__range": (start, end)})
        .annotate(
            fact_date=F(day),
            fact_product_id=F("product_id"),
            fact_category=F("product__category"),
            fact_net=F("base_net"),
            fact_quantity=F("quantity"),
            **_order_columns(),
        )
        .order_by(day, "pk")
    )
    returns = (
        Return.objects.filter(return_date__range=(start, end))
        .annotate(
            fact_date=F("return_date"),
            fact_product_id=F("line__product_id"),
            fact_category=F("line__product__category"),
            fact_net=-F("base_net"),
            fact_quantity=-F("quantity"),
            **_order_columns(),
        )
        .order_by("return_date", "pk")
    )
    return SalesFacts(lines=lines, returns=returns)


def _order_columns() -> dict[str, Any]:
    return {
        "fact_owner_id": F("order__owner_id"),
        "fact_team_id": F("order__team_id"),
        "fact_customer_id": F("order__customer_id"),
        "fact_region": F("order__region"),
        "fact_order_id": F("order_id"),
    }


def order_facts(*, basis: str, start: date, end: date) -> QuerySet[Order]:
    """Orders that count as sold in a span, annotated with ``fact_date`` (order count, ORD_CNT)."""
    day = "order_date" if basis == "order" else "shipped_date"
    return (
        Order.objects.filter(_states(basis), **{f"{day}__range": (start, end)})
        .annotate(fact_date=F(day))
        .order_by(day, "pk")
    )


def first_order_dates(*, basis: str = "order") -> QuerySet[Any]:
    """Dicts ``customer_id, first_date``: the day of each customer's first sold order (NEW_CUST)."""
    day = "order_date" if basis == "order" else "shipped_date"
    return Order.objects.filter(_states(basis)).order_by().values("customer_id").annotate(first_date=Min(day))


def delivery_facts(*, start: date, end: date, as_of: date | None = None) -> QuerySet[OrderLine]:
    """Order lines due from ``start`` to ``end``, annotated ``due``, ``on_time`` (bool) and ``fact_…`` columns.

    Due is the promised date, else the required date; lines without either are left out. A line is on time when
    it left on or before that day. Lines of confirmed orders that have not left count as late once their day has
    passed: give ``as_of`` (today) to leave out those not due yet. On-time delivery = count(on_time) ÷ count.
    """
    due = Coalesce("order__promised_date", "order__required_date", output_field=DateField())
    rows = (
        OrderLine.objects.filter(order__state__in=SOLD)
        .annotate(due=due)
        .filter(due__range=(start, end))
        .annotate(
            on_time=Case(
                When(order__shipped_date__lte=F("due"), then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            ),
            fact_date=F("due"),
            fact_product_id=F("product_id"),
            fact_category=F("product__category"),
            fact_net=F("base_net"),
            fact_quantity=F("quantity"),
            **_order_columns(),
        )
    )
    if as_of is not None:
        rows = rows.filter(Q(due__lt=as_of) | Q(order__shipped_date__isnull=False))
    return rows.order_by("due", "pk")


def warehouse(*, on: date) -> Team | None:
    """The unit that sends goods."""
    return unit_of(Role.OPERATIONS, on=on)


def unit_of(role: str, *, on: date) -> Team | None:
    """The unit that answers for a role: where most of its people work on a day."""
    people = RoleGrant.objects.in_force(on).filter(role=role, user__is_active=True).values("user")
    rows = Membership.objects.in_force(on).filter(user__in=people, team__is_active=True).order_by()
    most = rows.values("team").annotate(n=Count("pk")).order_by("-n", "team").first()
    return Team.objects.get(pk=most["team"]) if most else None


def late_orders(*, on: date) -> QuerySet[Order]:
    """Confirmed orders whose promised (else required) day has passed, annotated ``due``."""
    return (
        Order.objects.filter(state=OrderState.CONFIRMED)
        .annotate(due=Coalesce("promised_date", "required_date", output_field=DateField()))
        .filter(due__lt=on)
        .order_by("due", "pk")
    )


def orders_on_the_way(user: Any, on: date) -> Iterator[Talk]:
    """Confirmed orders of a person that are due within a week or late: how far they have come is told (DAY-11)."""
    last = on + timedelta(days=TALK_DAYS)
    rows = Order.objects.filter(owner=user, state=OrderState.CONFIRMED, customer__merged_into=None)
    rows = rows.annotate(due=Coalesce("promised_date", "required_date")).filter(due__lte=last)
    for order in rows.select_related("customer").order_by("due", "pk")[:MOST]:
        yield Talk(order.customer, order, _("Order %(order)s, promised") % {"order": order.number}, order.due)
