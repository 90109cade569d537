"""What was promised to a customer and is still open (FTR-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from customers.about import About, QuestionAbout, asked_about
from customers.choices import VisitState
from customers.models import Customer, Reception, Visit
from salesops.core.policies import one_of
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
    models = (Visit, Reception, Task)
    kinds = tuple(ContentType.objects.get_for_model(model).pk for model in (Visit, Reception))
    found = [
        Promise(task.title, timezone.localdate(task.due_at), task.get_absolute_url(), task.owner)
        for task in asked_about(user, (customer.pk,), models, _tasks, kinds)
    ]
    found += [
        Promise(visit.next_step, visit.next_date, visit.get_absolute_url(), visit.owner)
        for visit in asked_about(user, (customer.pk,), (Visit,), _steps)
    ]
    return found


def _tasks_of(about: About, kinds: tuple[int, int]) -> QuerySet[Task]:
    """Undone tasks about the customer, its visits and receptions; ``kinds``: content types of these two."""
    on = Q(subject_type=about.kind) & one_of("subject_id", about.keys)
    for model, kind in zip((Visit, Reception), kinds, strict=True):
        on |= Q(subject_type=kind, subject_id__in=about.seen(model).order_by().values("pk"))
    tasks = Task.objects.visible_to(about.user).undone().filter(on).select_related("owner")
    return tasks.order_by("due_at", "pk")[:MOST]


def _steps_of(about: About) -> QuerySet[Visit]:
    """Next steps of visits that no later visit followed."""
    later = Visit.objects.filter(
        customer=OuterRef("customer"), state=VisitState.DONE, visit_date__gt=OuterRef("visit_date")
    )
    steps = about.seen(Visit).filter(state=VisitState.DONE).exclude(next_step="")
    steps = steps.filter(~Exists(later.order_by())).select_related("owner")
    return steps.order_by("-visit_date", "-pk")[:MOST]


_tasks, _steps = QuestionAbout(_tasks_of), QuestionAbout(_steps_of)
