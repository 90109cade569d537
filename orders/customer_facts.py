"""What orders say about customers, for the page of a group and for grades: set-based, per customer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.grading import LOYALTY, TURNOVER, GradeFact, grade_facts
from customers.groups import GroupFigure, group_figures
from customers.models import Campaign
from customers.selectors.campaigns import counted_days, customers_of
from orders.models import Order, Return
from orders.selectors import SOLD

YEAR = timedelta(days=365)


def bought(
    orders: QuerySet[Order], *, on: date, customers: Iterable[int] | None = None
) -> dict[int, Decimal]:
    """What each customer bought and kept in the twelve months up to a day, net in base currency."""
    sold = orders.filter(state__in=SOLD, order_date__gt=on - YEAR, order_date__lte=on)
    back = Return.objects.filter(order__in=orders, return_date__gt=on - YEAR, return_date__lte=on)
    if customers is not None:
        keys = list(customers)
        sold, back = sold.filter(customer__in=keys), back.filter(order__customer__in=keys)
    sums: dict[int, Decimal] = dict(
        sold.order_by().values_list("customer").annotate(net=Sum("base_net")).values_list("customer", "net")
    )
    returned = back.order_by().values_list("order__customer").annotate(net=Sum("base_net"))
    for customer, net in returned.values_list("order__customer", "net"):
        sums[customer] = sums.get(customer, Decimal(0)) - (net or 0)
    return sums


def bought_by(user: Any, keys: list[int], on: date) -> dict[int, Decimal]:
    return bought(Order.objects.visible_to(user), on=on, customers=keys)


def turnover(on: date, keys: Collection[int] | None) -> dict[int, Decimal]:
    return bought(Order.objects.all(), on=on, customers=keys)


def loyalty(on: date, keys: Collection[int] | None) -> dict[int, Decimal]:
    """Months with orders among the last twelve, in percent (domain §7)."""
    rows = Order.objects.filter(state__in=SOLD, order_date__gt=on - YEAR, order_date__lte=on)
    if keys is not None:
        rows = rows.filter(customer__in=keys)
    months = (
        rows.order_by().values_list("customer").annotate(n=Count(TruncMonth("order_date"), distinct=True))
    )
    return {pk: Decimal(min(n, 12) * 100) / 12 for pk, n in months}


def after_campaign(user: Any, campaign: Campaign) -> tuple[int, Decimal, str]:
    """Binding orders of the customers whom a campaign brought, within its days; net in base currency."""
    rows = Order.objects.visible_to(user).filter(brought_by(campaign)).order_by()
    found = rows.aggregate(count=Count("pk"), net=Sum("base_net"))
    return (
        found["count"],
        found["net"] or Decimal(0),
        f"{reverse('orders:order_list')}?brought_by={campaign.pk}",
    )


def brought_by(campaign: Campaign) -> Q:
    days = counted_days(campaign)
    return Q(
        state__in=SOLD, order_date__range=days, customer__in=customers_of(campaign).order_by().values("pk")
    )


def register() -> None:
    """Called when the app is ready."""
    grade_facts.register(
        TURNOVER, GradeFact(_("Bought in 12 months"), turnover, money=True, zero=True, order=10)
    )
    grade_facts.register(
        LOYALTY, GradeFact(_("Months with orders in 12"), loyalty, unit="%", zero=True, order=20)
    )
    group_figures.register("orders.bought", GroupFigure(_("Bought in 12 months"), bought_by, order=10))
