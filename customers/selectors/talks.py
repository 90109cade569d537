"""Whom a person talks to in the daily slot, and who has talked to nobody (DAY-11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from customers.choices import VisitKind, VisitState
from customers.models import Customer, Opportunity, Visit
from customers.talks import MOST, Talk, Topic, talk_reasons
from salesops.accounts.models import User
from salesops.handbook.selectors import rule

COMPLAINT_DAYS = 30


def talks_of(user: User, *, on: date) -> dict[Topic, list[Talk]]:
    """Own customers to talk to by topic, without those whom the person has talked to today."""
    done = set(talked_on(user, on).values_list("customer_id", flat=True))
    found: dict[Topic, list[Talk]] = {topic: [] for topic in Topic}
    for reason in talk_reasons:
        fresh = (talk for talk in reason.rows(user, on) if talk.customer.pk not in done)
        found[reason.topic] += list(fresh)[:MOST]
    return found


def overview(user: User, *, on: date, most: int) -> dict[str, Any]:
    """The slot of the handbook, up to ``most`` customers a topic, and how many contacts of today are logged."""
    found = talks_of(user, on=on)
    return {
        "slot": rule("customers.talk_slot", on=on),
        "topics": [(topic.label, rows[:most]) for topic, rows in found.items() if rows],
        "done": talked_on(user, on).count(),
        "today": on,
    }


def talked_on(user: User, on: date) -> QuerySet[Visit]:
    """Contacts of any kind that the person has logged for a day."""
    return Visit.objects.filter(owner=user, state=VisitState.DONE, visit_date=on)


def silent(people: QuerySet[User], *, on: date) -> QuerySet[User]:
    """Of these people those who have customers and logged no contact for that day."""
    talked = Visit.objects.filter(owner=OuterRef("pk"), state=VisitState.DONE, visit_date=on)
    own = Customer.objects.filter(owner=OuterRef("pk"), merged_into=None)
    return people.filter(Exists(own), ~Exists(talked))


def needs(user: User, on: date) -> Iterator[Talk]:
    """Own opportunities whose next step has come."""
    rows = Opportunity.objects.alive().filter(owner=user, next_step_on__lte=on, customer__isnull=False)
    for deal in rows.select_related("customer").order_by("next_step_on", "pk")[:MOST]:
        yield Talk(deal.customer, deal, deal.next_step or deal.title, deal.next_step_on)


def complaints(user: User, on: date) -> Iterator[Talk]:
    """Complaints heard lately at own customers to whom nobody has talked since."""
    later = Visit.objects.filter(
        customer=OuterRef("customer"), state=VisitState.DONE, visited_at__gt=OuterRef("visited_at")
    )
    rows = Visit.objects.filter(
        kind=VisitKind.COMPLAINT, state=VisitState.DONE, customer__owner=user,
        visit_date__range=(on - timedelta(days=COMPLAINT_DAYS), on),
    )  # fmt: skip
    for visit in rows.filter(~Exists(later)).select_related("customer").order_by("visited_at", "pk")[:MOST]:
        yield Talk(visit.customer, visit, visit.feedback or visit.result or _("complaint"), visit.visit_date)
