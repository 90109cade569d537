"""How well the rhythm of visits and the plans are kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from customers.choices import PlanSpan, VisitKind, VisitPlanState
from customers.models import Customer, Visit, VisitPlan
from customers.selectors.customers import people_in_reach
from customers.selectors.rhythm import RHYTHM, late, tour_due, with_due_date
from customers.selectors.talks import silent
from salesops.calendar.selectors import default_region, is_workday
from salesops.core.periods import Period
from salesops.core.policies import policy_of
from salesops.handbook.registry import Breach, Measure, register_measures
from salesops.handbook.selectors import rule


def late_of(cls: str) -> Any:
    """Rows of a class whose visit is late."""

    def rows(user: Any, on: date) -> Any:
        mine = Customer.objects.visible_to(user).filter(customer_class=cls).select_related("owner")
        return with_due_date(late(mine, on=on), on=on).order_by("due_date", "pk")

    return rows


def without_talk(user: Any, on: date) -> Any:
    """People with customers who logged no contact on the last work day, within the reader's reach."""
    day = on - timedelta(days=1)
    while not is_workday(day, default_region(day)) and (on - day).days < 14:
        day -= timedelta(days=1)
    people = people_in_reach(user, policy_of(Visit), "view", on=on)
    return [(person, day) for person in silent(people, on=day)]


def talk_line(row: Any) -> Breach:
    person, day = row
    url = f"{reverse('customers:visit_list')}?owner={person.pk}"
    return Breach(person.name, url, person, day)


def late_line(customer: Any) -> Breach:
    return Breach(
        str(customer), customer.get_absolute_url(), customer.owner, customer.due_date, customer.name
    )


def not_toured(user: Any, on: date) -> Any:
    rows = tour_due(Customer.objects.visible_to(user).select_related("owner"), on=on)
    return with_due_date(rows, on=on).order_by("code", "pk")


def tour_line(customer: Any) -> Breach:
    tours = customer.visits.filter(kind=VisitKind.TOUR, state="done").order_by("-visit_date")
    since = tours.values_list("visit_date", flat=True).first() or customer.created_date
    return Breach(str(customer), customer.get_absolute_url(), customer.owner, since, customer.name)


def plans_late(user: Any, on: date) -> Any:
    """Month plans of this month and the next that were not handed in by the handbook's day."""
    month = Period.month_of(on)
    limit = on + timedelta(days=rule("customers.visit_plan_days", on=on))
    rows = VisitPlan.objects.visible_to(user).filter(
        span=PlanSpan.MONTH,
        from_date__range=(month.start, month.next().start),
        from_date__lte=limit,
        state__in=[VisitPlanState.DRAFT, VisitPlanState.RETURNED],
    )
    return rows.select_related("owner").order_by("from_date", "pk")


def plan_line(plan: Any) -> Breach:
    return Breach(str(plan), plan.get_absolute_url(), plan.owner, plan.from_date, plan.period_text)


def register_visits() -> None:
    """Called when the app is ready."""
    register_measures(
        *(Measure(key, late_of(cls), late_line) for cls, key in RHYTHM.items()),
        Measure("customers.tour_days", not_toured, tour_line),
        Measure("customers.talk_slot", without_talk, talk_line),
        Measure("customers.visit_plan_days", plans_late, plan_line),
    )
