"""The rhythm of visits by class, or of the customer's own plan: who is due, who is late, whom the superior should tour
(VIS-02, CUS-10, domain §13)."""

from __future__ import annotations

import functools
import operator
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from customers.choices import CustomerClass, VisitKind, VisitState
from customers.models import Customer, Visit
from customers.selectors.sharing import alive
from salesops.handbook.selectors import rule

RHYTHM = {
    CustomerClass.IMPORTANT: "customers.rhythm_important",
    CustomerClass.GENERAL: "customers.rhythm_general",
    CustomerClass.POTENTIAL: "customers.rhythm_potential",
}
COUNTS = "customers.rhythm_counts"


def rhythm_days(on: date) -> dict[str, int]:
    """Days between two visits per class on a day; 0 for a class without a rhythm."""
    return {str(cls): rule(key, on=on) for cls, key in RHYTHM.items()}


def last_counted(on: date) -> tuple[str, str]:
    """Paths by the handbook of a day: the newest visit that keeps the rhythm (in person, or any contact), and the day
    from which the rhythm runs: that visit, before the first one the day of the file."""
    if rule(COUNTS, on=on) == "any":
        return "contact_days__contact_date", "contact_days__contact_since"
    return "contact_days__meeting_date", "contact_days__met_since"


def with_due_date(customers: QuerySet[Customer], *, on: date) -> QuerySet[Customer]:
    """Adds ``last_visit`` (of the rhythm), ``due_date`` (``None`` without a rhythm) and ``next_visit``."""
    planned = Visit.objects.filter(customer=OuterRef("pk"), state=VisitState.PLANNED, planned_date__gte=on)
    days = Case(
        When(visit_every__isnull=False, then=F("visit_every")),
        *(When(customer_class=cls, then=Value(days)) for cls, days in rhythm_days(on).items() if days),
        default=None,
        output_field=IntegerField(),
    )
    last, since = last_counted(on)
    return customers.annotate(
        last_visit=F(last),
        due_date=Func(
            F(since),
            days,
            template="(%(expressions)s)",
            arg_joiner=" + ",
            output_field=DateField(),
        ),
        next_visit=Subquery(planned.order_by("planned_date", "pk").values("planned_date")[:1]),
    )


def due_by(customers: QuerySet[Customer], day: date, *, on: date) -> QuerySet[Customer]:
    """Customers whose next visit by the rhythm falls on ``day`` or before, planned or not; set-based.

    A file that was merged into another one is visited under the name of that one.
    """
    customers = alive(customers)
    since = Func(Value(day, output_field=DateField()), F("visit_every"), template="(%(expressions)s)", arg_joiner=" - ",
                 output_field=DateField())  # fmt: skip
    _last, runs_from = last_counted(on)

    def not_since(newest: Any) -> Q:
        return Q(created_date__lte=newest, **{f"{runs_from}__lte": newest})

    customers = customers.alias(own_since=since)
    parts = [Q(visit_every__isnull=False) & not_since(F("own_since"))]
    parts += [
        Q(visit_every=None, customer_class=cls) & not_since(day - timedelta(days=days))
        for cls, days in rhythm_days(on).items()
        if days
    ]
    return customers.filter(functools.reduce(operator.or_, parts))


def first_due(rows: QuerySet[Customer], *, on: date, size: int, down: bool = False) -> list[Customer]:
    """The first ``size`` of ``rows`` (those of ``due_by``, ``with_due_date``) by due date and key.

    Within a class the rhythm is one: each class is read in the order of an index and the heads are put together. The
    due dates of all customers would have to be computed and sorted otherwise.
    """
    sign = "-" if down else ""
    _last, runs_from = last_counted(on)
    ways = [(Q(visit_every__isnull=False, contact_days__isnull=False), "due_date")]
    ways += [
        (Q(visit_every=None, contact_days__customer_class=cls), runs_from)
        for cls, days in rhythm_days(on).items()
        if days
    ]
    heads = [
        rows.filter(way).order_by(f"{sign}{path}", f"{sign}pk").values_list("due_date", "pk")[:size]
        for way, path in ways
    ]
    keys = [pk for _due, pk in sorted(heads[0].union(*heads[1:], all=True), reverse=down)[:size]]
    found = rows.order_by().in_bulk(keys)
    return [found[pk] for pk in keys if pk in found]


def late(customers: QuerySet[Customer], *, on: date) -> QuerySet[Customer]:
    """Customers whose visit was due before ``on``."""
    return due_by(customers, on - timedelta(days=1), on=on)


def without_plan(customers: QuerySet[Customer], *, on: date) -> QuerySet[Customer]:
    """Those of them with no visit planned for ``on`` or later."""
    planned = Visit.objects.filter(customer=OuterRef("pk"), state=VisitState.PLANNED, planned_date__gte=on)
    return customers.filter(~Exists(planned.order_by()))


def due_customers(user: Any, *, on: date, until: date, limit: int) -> list[Customer]:
    """The user's own customers due by ``until`` and without a plan, the most overdue first."""
    rows = without_plan(due_by(Customer.objects.filter(owner=user), until, on=on), on=on)
    return list(with_due_date(rows, on=on).order_by("due_date", "pk")[:limit])


def tour_due(customers: QuerySet[Customer], *, on: date) -> QuerySet[Customer]:
    """Important customers that no superior has toured for the handbook's days (003 巡访)."""
    days = rule("customers.tour_days", on=on)
    if not days:
        return customers.none()
    since = on - timedelta(days=days)
    tours = Visit.objects.filter(
        customer=OuterRef("pk"), kind=VisitKind.TOUR, state=VisitState.DONE
    ).order_by()
    rows = alive(customers).filter(customer_class=CustomerClass.IMPORTANT, created_date__lt=since)
    return rows.filter(~Exists(tours.filter(visit_date__gte=since)))
