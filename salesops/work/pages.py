"""What this room hangs into the frame: menu, panels of every record, cards of the workbench."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.db.models import Count, Model, Q
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.ui.registries import (
    MenuItem,
    Panel,
    QuickAdd,
    WorkbenchCard,
    menu,
    panels,
    quick_adds,
    tones,
    workbench_cards,
)
from salesops.work.choices import REQUEST_REPLIED, REQUEST_WAITING
from salesops.work.models import Comment, DepartmentRequest, Task
from salesops.work.permissions import RequestPolicy
from salesops.work.services.comments import MENTION
from salesops.work.subjects import reference
from salesops.work.views.requests import TONES as REQUEST_TONES
from salesops.work.views.tasks import TONES as TASK_TONES

MOST_COMMENTS = 100
ROWS = 8


def comments_of(request: Any, obj: Model) -> dict[str, Any]:
    """Comments of a record, oldest first, with the form below."""
    rows = Comment.objects.about(obj).select_related("author").order_by("-at", "-pk")[:MOST_COMMENTS]
    at = timezone.now()
    window = timedelta(minutes=rule("work.comment_retract_minutes", on=timezone.localdate(at)))
    entries = [
        {
            "comment": row,
            "text": "" if row.retracted_at else _with_mentions(row.text),
            "retract": row.author_id == request.user.pk and not row.retracted_at and at - row.at <= window,
        }
        for row in reversed(rows)
    ]
    return {"entries": entries, "reference": reference(obj), "form_key": str(uuid.uuid4())}


def _with_mentions(text: str) -> SafeString:
    """The words as typed, with those called in marked."""
    shown = MENTION.sub(r"<b>@\1</b>", str(escape(text)))
    return mark_safe(shown.replace("\n", "<br>"))  # noqa: S308 (escaped above)


def tasks_of(request: Any, obj: Model) -> dict[str, Any]:
    """Tasks and requests about a record: words for all who see the record, links for who may open them."""
    tasks = Task.objects.about(obj).select_related("owner").order_by("-pk")[:20]
    asked = (
        DepartmentRequest.objects.about(obj)
        .select_related("owner", "to_team", "asked_by")
        .order_by("-pk")[:20]
    )
    return {
        "tasks": [{"task": row, "open": can(request.user, "view", row)} for row in tasks],
        "requests": [{"request": row, "open": can(request.user, "view", row)} for row in asked],
        "reference": reference(obj),
        "at": timezone.now(),
    }


def my_tasks(request: Any) -> dict[str, Any] | None:
    rows = list(Task.objects.undone().filter(owner=request.user).order_by("due_at", "pk")[: ROWS + 1])
    if not rows:
        return None
    return {"rows": rows[:ROWS], "more": len(rows) > ROWS, "at": timezone.now()}


def tasks_of_leavers(request: Any) -> dict[str, Any] | None:
    """For human resources: what people who have left were to do, by person; somebody has to take it."""
    if not request.user.has_role("hr"):
        return None
    rows = Task.objects.undone().filter(owner__is_active=False)
    counts = rows.values("owner__name").annotate(tasks=Count("pk")).order_by("-tasks", "owner__name")[:ROWS]
    lines = [{"text": row["owner__name"], "value": row["tasks"], "bad": True} for row in counts]
    return {"lines": lines} if lines else None


def my_requests(request: Any) -> dict[str, Any] | None:
    """What one's unit is asked and nobody else has taken, and answers that one has to accept."""
    user = request.user
    rows = (
        DepartmentRequest.objects.filter(RequestPolicy().own(user))
        .filter(
            Q(state__in=REQUEST_WAITING) & ~Q(asked_by=user) & (Q(owner=user) | Q(owner__isnull=True))
            | Q(state__in=REQUEST_REPLIED, asked_by=user)
        )
        .select_related("to_team", "asked_by", "owner")
        .order_by("due_at", "pk")[: 2 * ROWS]
    )
    asked = [row for row in rows if row.is_waiting][:ROWS]
    answered = [row for row in rows if not row.is_waiting][:ROWS]
    return {"rows": asked, "answered": answered, "at": timezone.now()} if asked or answered else None


def register() -> None:
    """Called when the room is ready."""
    menu.register(
        "work.tasks",
        MenuItem("workbench", _("Tasks"), "work:task_list", Task, "list", order=20, icon="check"),
    )
    menu.register(
        "work.requests",
        MenuItem(
            "workbench", _("Requests"), "work:departmentrequest_list", DepartmentRequest, "list", order=30
        ),
    )
    quick_adds.register("work.task", QuickAdd(_("Task"), "work:task_create", Task, "add", order=60))
    quick_adds.register(
        "work.request",
        QuickAdd(_("Ask a department"), "work:departmentrequest_create", DepartmentRequest, "add", order=70),
    )
    panels.register(
        "work.comments", Panel("*", _("Comments"), "work/panel_comments.html", comments_of, "tab", 80)
    )
    panels.register("work.tasks", Panel("*", _("Tasks"), "work/panel_tasks.html", tasks_of, "tab", 81))
    workbench_cards.register("work.tasks", WorkbenchCard(_("My tasks"), "work/card_tasks.html", my_tasks, 40))
    workbench_cards.register(
        "work.requests", WorkbenchCard(_("Requests"), "work/card_requests.html", my_requests, 41)
    )
    workbench_cards.register(
        "work.leavers",
        WorkbenchCard(_("Open tasks of people who have left"), "ui/card_counts.html", tasks_of_leavers, 42),
    )
    tones.register(Task, TASK_TONES)
    tones.register(DepartmentRequest, REQUEST_TONES)
