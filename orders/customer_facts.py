"""What orders say about customers, for the page of a group and for grades: set-based, per customer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from customers.groups import GroupFigure, group_figures
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


def register() -> None:
    """Called when the app is ready."""
    group_figures.register("orders.bought", GroupFigure(_("Bought in 12 months"), bought_by, order=10))
