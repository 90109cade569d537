"""Customers who may leave, as their orders show it (CUS-14)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    DateField,
    DecimalField,
    F,
    Func,
    IntegerField,
    Max,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from customers.flags import WATCH, FileFlag, file_flags
from orders.models import Order
from orders.selectors import SOLD
from salesops.handbook.selectors import rule

HALF = 182
LEAST_SILENCE = 14  # days
NOTHING = Value(Decimal(0), output_field=DecimalField(max_digits=18, decimal_places=2))


class Days(Func):
    """Whole days from the second date to the first."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()


def _sold(since: date, on: date, keys: list[int] | None) -> QuerySet[Order]:
    rows = Order.objects.filter(state__in=SOLD, order_date__gt=since, order_date__lte=on).order_by()
    return rows if keys is None else rows.filter(customer__in=keys)


def falling(on: date, keys: list[int] | None) -> Q:
    """The last half year brought less than the handbook's share of the half year before."""
    middle = on - timedelta(days=HALF)
    share = Decimal(rule("orders.watch_share", on=on))
    sums: Any = (
        _sold(middle - timedelta(days=HALF), on, keys)
        .values("customer")
        .annotate(
            now=Coalesce(Sum("base_net", filter=Q(order_date__gt=middle)), NOTHING),
            before=Coalesce(Sum("base_net", filter=Q(order_date__lte=middle)), NOTHING),
        )
    )
    return Q(pk__in=sums.filter(before__gt=0, now__lt=F("before") * share).values("customer"))


def out_of_rhythm(on: date, keys: list[int] | None) -> Q:
    """Who ordered four times or more in two years, and now is silent for twice the usual time between orders."""
    usual: Any = (
        _sold(on - timedelta(days=730), on, keys)
        .values("customer")
        .annotate(n=Count("pk"), first=Min("order_date"), last=Max("order_date"))
        .filter(n__gte=4)
    )
    late = usual.annotate(
        silence=Days(Value(on, output_field=DateField()), F("last")), span=Days(F("last"), F("first"))
    ).filter(silence__gt=LEAST_SILENCE)
    late = late.annotate(over=F("silence") * (F("n") - 1) - F("span") * 2).filter(over__gt=0)
    return Q(pk__in=late.values("customer"))


def register() -> None:
    """Called when the app is ready."""
    file_flags.register(
        "orders.falling",
        FileFlag(_("Buys much less than half a year ago"), WATCH, falling, 20, _("Find out why.")),
    )
    file_flags.register(
        "orders.rhythm",
        FileFlag(_("Silent for twice the usual time"), WATCH, out_of_rhythm, 30, _("Call them.")),
    )
