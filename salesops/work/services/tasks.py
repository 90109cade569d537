"""Tasks: given, worked on, finished with a result, moved, called off (DAY-10, DAY-13)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import AskOffer, Conflict, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.core.subjects import visible_subject
from salesops.notifications.services import notify
from salesops.work.choices import TASK_MOVES, TaskState
from salesops.work.events import TaskFinished
from salesops.work.models import Task

_LABELS = dict(TaskState.choices)


@transaction.atomic
def create_task(
    *,
    actor: User | None,
    at: datetime,
    title: str,
    owner: User,
    due_at: datetime,
    requirement: str = "",
    is_key: bool = False,
    subject: Model | None = None,
    cause: str | None = None,
) -> Task:
    """Give ``owner`` a task, about a record that both may see. ``actor`` is ``None`` for a rule of the handbook.

    Raises ``InvalidInput`` for a due time in the past, an owner who has left or may not see the record.
    """
    _check_owner(actor, owner, subject)
    if due_at <= at and actor is not None:
        raise InvalidInput(_("A task is due in the future."), field="due_at")
    if not title.strip():
        raise InvalidInput(_("Say what is to be done."), field="title")
    task = Task.objects.create(
        title=title.strip(),
        requirement=requirement.strip(),
        owner=owner,
        team=team_on(owner, timezone.localdate(at)),
        asked_by=actor,
        created_by=actor,
        due_at=due_at,
        is_key=is_key,
        cause=cause,
        subject_type=ContentType.objects.get_for_model(subject) if subject is not None else None,
        subject_id=subject.pk if subject is not None else None,
    )
    record("work.task_given", task, subject, actor=actor, at=at, data=_facts(task))
    if actor is None or actor.pk != owner.pk:
        _tell(owner, "work.task_given", f"given:{task.pk}:{task.version}", task, at=at)
    return task


def task_for(cause: str, **values: Any) -> Task:
    """The task of a natural key such as ``visit:5:next``, made once however often its cause is handled."""
    existing = Task.objects.filter(cause=cause).first()
    return existing or create_task(cause=cause, **values)


@transaction.atomic
def report_progress(*, actor: User, at: datetime, task: Task, progress: int, note: str = "") -> Task:
    """The owner says how far it is; the first report starts the task."""
    row = _locked(task, actor, "work_on")
    if row.state == TaskState.OPEN:
        TASK_MOVES.require(row.state, TaskState.RUNNING, labels=_LABELS)
    elif row.state != TaskState.RUNNING:
        raise Conflict(_("This task is “%(state)s”; reopen it first.") % {"state": row.get_state_display()})
    if not 0 <= progress <= 100:
        raise InvalidInput(_("Progress is a number from 0 to 100."), field="progress")
    _save(row, state=TaskState.RUNNING, progress=progress)
    record(
        "work.task_progress",
        row,
        actor=actor,
        at=at,
        data=_facts(row, progress=progress),
        comment=note.strip(),
    )
    if row.is_key:
        _tell_asker(row, "work.task_progress", f"progress:{row.pk}:{row.version}", actor, at=at)
    return row


@transaction.atomic
def finish_task(*, actor: User, at: datetime, task: Task, result: str) -> Task:
    """The owner writes the result down; whoever gave the task is told. Publishes ``TaskFinished``."""
    row = _locked(task, actor, "work_on")
    TASK_MOVES.require(row.state, TaskState.DONE, labels=_LABELS)
    if not result.strip():
        raise InvalidInput(_("Write down what came of it."), field="result")
    _save(row, state=TaskState.DONE, progress=100, result=result.strip(), finished_at=at)
    record("work.task_finished", row, row.subject, actor=actor, at=at, data=_facts(row), comment=row.result)
    _tell_asker(row, "work.task_finished", f"finished:{row.pk}:{row.version}", actor, at=at)
    publish(TaskFinished(row.pk, at))
    return row


@transaction.atomic
def reopen_task(*, actor: User, at: datetime, task: Task, reason: str) -> Task:
    """Take up again what was finished or called off, with the reason; the result stays in the timeline."""
    row = _locked(task, actor, "reopen")
    target = TaskState.RUNNING if row.state == TaskState.DONE else TaskState.OPEN
    TASK_MOVES.require(row.state, target, labels=_LABELS)
    _need(reason)
    _save(row, state=target, progress=min(row.progress, 99), result="", finished_at=None)
    record(
        "work.task_reopened", row, row.subject, actor=actor, at=at, data=_facts(row), comment=reason.strip()
    )
    if actor.pk != row.owner_id:
        _tell(row.owner, "work.task_reopened", f"reopened:{row.pk}:{row.version}", row, at=at)
    return row


@transaction.atomic
def cancel_task(*, actor: User, at: datetime, task: Task, reason: str) -> Task:
    """Call it off, by who gave it or a superior of the owner."""
    row = _locked(task, actor, "steer")
    TASK_MOVES.require(row.state, TaskState.CANCELLED, labels=_LABELS)
    _need(reason)
    _save(row, state=TaskState.CANCELLED)
    record(
        "work.task_cancelled", row, row.subject, actor=actor, at=at, data=_facts(row), comment=reason.strip()
    )
    if actor.pk != row.owner_id:
        _tell(row.owner, "work.task_cancelled", f"cancelled:{row.pk}:{row.version}", row, at=at)
    return row


@transaction.atomic
def change_task(*, actor: User, at: datetime, task: Task, **changes: Any) -> Task:
    """Change title, requirement, due time, key mark or owner of an undone task; the history keeps what was."""
    if unknown := set(changes) - {"title", "requirement", "due_at", "is_key", "owner"}:
        raise TypeError(f"not fields of a task: {sorted(unknown)}")
    row = _locked(task, actor, "steer")
    if not row.is_undone:
        raise Conflict(_("This task is “%(state)s”; reopen it first.") % {"state": row.get_state_display()})
    due_at = changes.get("due_at", row.due_at)
    if due_at != row.due_at and due_at <= at:
        raise InvalidInput(_("A task is due in the future."), field="due_at")
    owner = changes.get("owner", row.owner)
    moved = owner.pk != row.owner_id
    if moved:
        _check_owner(actor, owner, row.subject)
        changes["team"] = team_on(owner, timezone.localdate(at))
    before = {"before_owner": str(row.owner)} if moved else {}
    _save(row, **changes)
    verb = "work.task_passed_on" if moved else "work.task_changed"
    record(verb, row, row.subject, actor=actor, at=at, data=_facts(row, **before))
    if actor.pk != row.owner_id:
        kind = "work.task_given" if moved else "work.task_changed"
        _tell(row.owner, kind, f"{kind}:{row.pk}:{row.version}", row, at=at)
    return row


@transaction.atomic
def end_task_along(*, actor: User, at: datetime, task: Task, reason: str) -> bool:
    """The record that the task is about was called off by who may; an undone task ends with it. Did it?"""
    row = lock_row(Task.objects.select_related("owner", "asked_by"), task.pk)
    if not row.is_undone:
        return False
    _save(row, state=TaskState.CANCELLED)
    record("work.task_cancelled", row, row.subject, actor=actor, at=at, data=_facts(row), comment=reason)
    if actor.pk != row.owner_id:
        _tell(row.owner, "work.task_cancelled", f"cancelled:{row.pk}:{row.version}", row, at=at)
    return True


@transaction.atomic
def move_task_along(*, actor: User, at: datetime, task: Task, due_at: datetime, requirement: str) -> bool:
    """The record that the task is about has moved; an undone task is due with it. Did it move?"""
    row = lock_row(Task.objects.select_related("owner", "asked_by"), task.pk)
    if not row.is_undone:
        return False
    _save(row, due_at=due_at, requirement=requirement)
    record("work.task_changed", row, row.subject, actor=actor, at=at, data=_facts(row))
    if actor.pk != row.owner_id:
        _tell(row.owner, "work.task_changed", f"work.task_changed:{row.pk}:{row.version}", row, at=at)
    return True


def _check_owner(actor: User | None, owner: User, subject: Model | None) -> None:
    if not owner.is_active:
        raise InvalidInput(_("%(person)s has left.") % {"person": owner}, field="owner")
    if subject is None:
        return
    kind = ContentType.objects.get_for_model(subject)
    if actor is not None and visible_subject(actor, kind, subject.pk) is None:
        raise NotAllowed(_("You may not see the record that the task is about."))
    if visible_subject(owner, kind, subject.pk) is None:
        raise InvalidInput(
            _("%(person)s may not see this record.") % {"person": owner},
            field="owner",
            way_out=_("Send a request to the department instead; it shows only what you write."),
        )


def _locked(task: Task, actor: User, verb: str) -> Task:
    row = lock_row(Task.objects.select_related("owner", "asked_by"), task.pk)
    if not can(actor, verb, row):
        raise NotAllowed(
            _("Only the person responsible works on a task; who gave it, or a superior, changes it."),
            way_out=_("Ask the person named in the task."),
            release=AskOffer(
                _("Please look at the task: %(title)s") % {"title": row.title},
                people=(row.owner, row.asked_by),
                subject=row,
            ),
        )
    return row


def _save(row: Task, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    row.version += 1
    row.save()


def _need(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput(_("Give the reason."), field="reason")


def _facts(task: Task, **more: Any) -> dict[str, Any]:
    return {
        "title": task.title,
        "owner": str(task.owner),
        "due_date": timezone.localdate(task.due_at).isoformat(),
        **more,
    }


def _tell_asker(task: Task, kind: str, key: str, actor: User, *, at: datetime) -> None:
    if task.asked_by is not None and task.asked_by_id != actor.pk:
        _tell(task.asked_by, kind, key, task, at=at)


def _tell(person: User, kind: str, key: str, task: Task, *, at: datetime) -> None:
    notify(person, kind, f"work.task.{key}", _facts(task), task.get_absolute_url(), at=at)
