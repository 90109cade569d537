"""Coverage: which of the customers that somebody had were visited in a period (VIS-01; features §4 12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from customers.choices import VisitState
from customers.models import Customer, CustomerOwnership, Visit
from salesops.core.periods import Period

BY = ("owner", "team", "class", "region", "month")
FIELDS = {"class": "customer_class", "region": "region"}


@dataclass(frozen=True)
class Covered:
    """``customers`` had by somebody on the last day of the period, ``visited`` of them in it at least once."""

    key: Any
    customers: int
    visited: int

    @property
    def missed(self) -> int:
        return self.customers - self.visited

    @property
    def rate(self) -> float | None:
        return self.visited / self.customers if self.customers else None


def visited_in(period: Period, customer: str = "pk") -> ExpressionWrapper:
    """Was the customer visited (any kind of contact that took place) in the period?

    The customers of the period's visits are found once, not the visits of each customer.
    """
    rows = Visit.objects.filter(state=VisitState.DONE, visit_date__range=(period.start, period.end))
    seen = Q(**{f"{customer}__in": rows.order_by().values("customer")})
    return ExpressionWrapper(seen, output_field=BooleanField())


def had_by(period: Period, **who: Any) -> Exists:
    """Had somebody (``owner=``, ``team=``) the customer on the last day of the period?"""
    rows = CustomerOwnership.objects.in_force(period.end).filter(customer=OuterRef("pk"), **who)
    return Exists(rows.order_by())


def covered_customers(period: Period, customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """The customers that coverage counts: on file and had by somebody at the end of the period, not merged away."""
    return on_file(period, customers).filter(had_by(period))


def on_file(period: Period, customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Those of the customers that were on file by the end of the period, not merged away."""
    return customers.filter(created_date__lte=period.end, merged_into__isnull=True)


def coverage(period: Period, by: str, customers: QuerySet[Customer]) -> list[Covered]:
    """Coverage per owner, team, class, region, or month of the period; set-based, one query (one per month)."""
    if by == "month":
        return [_total(month.code, covered_customers(month, customers), month) for month in period.months()]
    if by in FIELDS:
        name = FIELDS[by]
        counted = covered_customers(period, customers)
        rows = counted.order_by().annotate(seen=visited_in(period)).values(name)
        found = rows.annotate(n=Count("pk"), visited=Count("pk", filter=Q(seen=True))).order_by(name)
        return [Covered(row[name], row["n"], row["visited"]) for row in found]
    # Whoever is counted here had the customer on the last day: that is not asked for once more.
    owned = CustomerOwnership.objects.in_force(period.end).filter(
        customer__in=on_file(period, customers).order_by().values("pk")
    )
    key = f"{by}_id"
    found = (
        owned.order_by()
        .annotate(seen=visited_in(period, "customer"))
        .values(key)
        .annotate(
            n=Count("customer", distinct=True), visited=Count("customer", distinct=True, filter=Q(seen=True))
        )
        .order_by(key)
    )
    return [Covered(row[key], row["n"], row["visited"]) for row in found]


def coverage_total(period: Period, customers: QuerySet[Customer]) -> Covered:
    """All of them; a customer shared by two people counts once."""
    return _total(None, covered_customers(period, customers), period)


def _total(key: Any, rows: QuerySet[Customer], period: Period) -> Covered:
    found = (
        rows.order_by()
        .annotate(seen=visited_in(period))
        .aggregate(n=Count("pk"), visited=Count("pk", filter=Q(seen=True)))
    )
    return Covered(key, found["n"], found["visited"])
