"""How well the rules of everyday work are kept."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from salesops.handbook.permissions import people_read_by
from salesops.handbook.reading import AS_DELIVERED, Reader, readers
from salesops.handbook.registry import Breach, Measure, register_measures
from salesops.handbook.selectors import rule
from salesops.ui.links import record_url
from salesops.work.choices import REQUEST_WAITING
from salesops.work.models import DepartmentRequest, Task


def _start(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))


def late_tasks(user: Any, on: date) -> Any:
    rows = Task.objects.visible_to(user).overdue(_start(on)).select_related("owner")
    return rows.order_by("due_at", "pk")


def task_line(task: Task) -> Breach:
    return Breach(task.title, task.get_absolute_url(), task.owner, timezone.localdate(task.due_at))


def late_requests(user: Any, on: date) -> Any:
    rows = DepartmentRequest.objects.visible_to(user).filter(state__in=REQUEST_WAITING, due_at__lt=_start(on))
    return rows.select_related("owner", "to_team").order_by("due_at", "pk")


def request_line(row: DepartmentRequest) -> Breach:
    return Breach(row.title, row.get_absolute_url(), row.owner, timezone.localdate(row.due_at), row.to_team)


def unread(user: Any, on: date) -> list[Reader]:
    """People with a chapter that they should have acknowledged by now."""
    days = timedelta(days=rule("work.acknowledge_days", on=on))
    return [reader for reader in readers(people_read_by(user), on=on) if late_for(reader, on, days)]


def late_for(reader: Reader, on: date, days: timedelta) -> date | None:
    """Since when the oldest unread chapter waits, if that is longer than ``days``."""
    joined = reader.person.joined_date or AS_DELIVERED
    waits = [max(chapter.edition, joined) for chapter in reader.missing]
    oldest = min(waits, default=None)
    return oldest if oldest is not None and on - oldest > days else None


def reader_line(reader: Reader) -> Breach:
    person = reader.person
    return Breach(
        str(person), record_url(person), person, None, ", ".join(str(c.title) for c in reader.missing)
    )


def register() -> None:
    """Called when the room is ready."""
    register_measures(
        Measure("work.task_notice_days", late_tasks, task_line),
        Measure("work.request_days", late_requests, request_line),
        Measure("work.acknowledge_days", unread, reader_line),
    )
