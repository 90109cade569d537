"""What was promised to a customer and is still open (FTR-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from customers.choices import VisitState
from customers.models import Customer, Reception, Visit
from salesops.work.models import Task

MOST = 20


@dataclass(frozen=True)
class Promise:
    """An open task, or a next step nobody has followed up."""

    text: str
    due: date | None
    url: str
    person: Any


def open_promises(user: Any, customer: Customer) -> list[Promise]:
    """Open tasks about the customer, its visits and receptions that ``user`` sees, and next steps without a later visit."""
    about = Q(subject_type=ContentType.objects.get_for_model(Customer), subject_id=customer.pk)
    for model in (Visit, Reception):
        rows = model.objects.visible_to(user).filter(customer=customer).order_by().values("pk")
        about |= Q(subject_type=ContentType.objects.get_for_model(model), subject_id__in=rows)
    tasks = Task.objects.visible_to(user).undone().filter(about).select_related("owner")
    found = [
        Promise(task.title, timezone.localdate(task.due_at), task.get_absolute_url(), task.owner)
        for task in tasks.order_by("due_at", "pk")[:MOST]
    ]
    later = Visit.objects.filter(
        customer=customer, state=VisitState.DONE, visit_date__gt=OuterRef("visit_date")
    )
    steps = (
        Visit.objects.visible_to(user)
        .filter(customer=customer, state=VisitState.DONE)
        .exclude(next_step="")
        .filter(~Exists(later.order_by()))
        .select_related("owner")
    )
    found += [
        Promise(visit.next_step, visit.next_date, visit.get_absolute_url(), visit.owner)
        for visit in steps.order_by("-visit_date", "-pk")[:MOST]
    ]
    return found
