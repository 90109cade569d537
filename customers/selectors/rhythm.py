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
from django.db.models.functions import Coalesce

from customers.choices import IN_PERSON, CustomerClass, VisitKind, VisitState
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


def counted_visits(on: date) -> QuerySet[Visit]:
    """Done visits that keep the rhythm by the handbook of a day: in person, or any contact."""
    done = Visit.objects.filter(state=VisitState.DONE).order_by()
    if rule(COUNTS, on=on) == "any":
        return done
    return done.filter(kind__in=IN_PERSON)


def with_due_date(customers: QuerySet[Customer], *, on: date) -> QuerySet[Customer]:
    """Adds ``last_visit`` (of the rhythm), ``due_date`` (``None`` without a rhythm) and ``next_visit``."""
    mine = counted_visits(on).filter(customer=OuterRef("pk"))
    newest = mine.order_by("-visit_date", "-pk").values("visit_date")[:1]
    planned = Visit.objects.filter(customer=OuterRef("pk"), state=VisitState.PLANNED, planned_date__gte=on)
    days = Case(
        When(visit_every__isnull=False, then=F("visit_every")),
        *(When(customer_class=cls, then=Value(days)) for cls, days in rhythm_days(on).items() if days),
        default=None,
        output_field=IntegerField(),
    )
    return customers.annotate(last_visit=Subquery(newest)).annotate(
        due_date=Func(
            Coalesce(F("last_visit"), F("created_date")),
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
    visited = counted_visits(on).filter(customer=OuterRef("pk"))
    customers = customers.annotate(own_since=since)
    own = Q(visit_every__isnull=False, created_date__lte=F("own_since"))
    parts = [own & ~Exists(visited.filter(visit_date__gt=OuterRef("own_since")))]
    parts += [
        Q(visit_every=None, customer_class=cls, created_date__lte=day - timedelta(days=days))
        & ~Exists(
            counted_visits(on).filter(customer=OuterRef("pk"), visit_date__gt=day - timedelta(days=days))
        )
        for cls, days in rhythm_days(on).items()
        if days
    ]
    return customers.filter(functools.reduce(operator.or_, parts))


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
