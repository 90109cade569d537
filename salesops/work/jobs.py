"""The daily look at what is due and what is late; each miss is shown to the superior (requirements §H.7)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import User
from salesops.calendar.selectors import Workdays, default_region
from salesops.handbook.selectors import rule
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.notifications.registry import NoticeKind, register_kinds
from salesops.notifications.services import notify
from salesops.work.choices import REQUEST_WAITING
from salesops.work.models import DepartmentRequest, Task
from salesops.work.services.requests import receivers

JOB = "work_reminders"


def remind(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Remind owners of what is due soon; tell owners and superiors of what became late the day before."""

    def work(report: JobReport) -> None:
        days = rule("work.task_notice_days", on=business_date)
        region = default_region(business_date)
        last = Workdays(region).add(business_date, days)
        for task in _undone().filter(due_at__date__lte=last).order_by("pk"):
            _remind_of_task(task, report)
        waiting = DepartmentRequest.objects.filter(state__in=REQUEST_WAITING, due_at__date__lt=business_date)
        for row in waiting.select_related("owner", "owner__superior", "asked_by", "to_team__head").order_by(
            "pk"
        ):
            _remind_of_request(row, report)

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def _undone() -> Any:
    return Task.objects.undone().select_related("owner", "owner__superior")


def _remind_of_task(task: Task, report: JobReport) -> None:
    due = timezone.localdate(task.due_at)
    late = due < report.business_date
    told = [task.owner]
    if late and task.owner.superior is not None:
        told.append(task.owner.superior)
    told = [person for person in told if person.is_active]
    kind = "work.task_late" if late else "work.task_due"
    data = {"title": task.title, "owner": str(task.owner), "due_date": due.isoformat()}
    _tell(told, kind, f"{kind}:{task.pk}:{due}", data, task, report)


def _remind_of_request(row: DepartmentRequest, report: JobReport) -> None:
    told = [row.owner] if row.owner is not None else receivers(row, at=report.at)
    told += [person.superior for person in list(told) if person.superior is not None]
    told.append(row.asked_by)
    due = timezone.localdate(row.due_at)
    data = {"title": row.title, "to_team": str(row.to_team), "due_date": due.isoformat()}
    people = [person for person in dict.fromkeys(told) if person.is_active]
    _tell(people, "work.request_late", f"work.request_late:{row.pk}:{due}", data, row, report)


def _tell(
    people: list[User], kind: str, key: str, data: dict[str, Any], subject: Any, report: JobReport
) -> None:
    url = subject.get_absolute_url()
    if not people:
        report.skipped(subject, "work.nobody_in_post", url=url)
        return
    told = [p for p in people if notify(p, kind, key, data, url, at=report.at).created_at == report.at]
    if told:
        report.done(subject, kind, url=url, to=", ".join(map(str, told)))
    else:
        report.skipped(subject, "work.told_already", url=url)


def register() -> None:
    """Name the job, the sentences of its reasons and the kinds of notice."""
    register_job(
        JobDefinition(
            name=JOB,
            title=_("Tasks and requests that are due"),
            explain=_(
                "Reminds of tasks before they are due; tells owners and their superiors of late tasks and requests."
            ),
            schedule=_("every day from 07:00"),
            run=remind,
            from_time=time(7, 0),
        )
    )
    register_reasons(
        {
            "work.task_due": _("due soon; told %(to)s"),
            "work.task_late": _("late; told %(to)s"),
            "work.request_late": _("not answered in time; told %(to)s"),
            "work.told_already": _("everybody concerned was told before"),
            "work.nobody_in_post": _("nobody in post is responsible for it"),
        }
    )
    register_kinds(*_kinds())


def _kinds() -> list[NoticeKind]:
    due = _("Due on %(due_date)s.")
    return [
        NoticeKind("work.task_given", _("A task for you: %(title)s"), due),
        NoticeKind("work.task_changed", _("A task of yours was changed: %(title)s"), due),
        NoticeKind(
            "work.task_progress",
            _("%(owner)s reports on a key task: %(title)s"),
            label=_("Progress on a key task that you gave"),
        ),
        NoticeKind(
            "work.task_finished",
            _("%(owner)s finished a task: %(title)s"),
            label=_("A task that you gave is finished"),
        ),
        NoticeKind("work.task_reopened", _("A task of yours was opened again: %(title)s"), due),
        NoticeKind("work.task_cancelled", _("A task of yours was called off: %(title)s")),
        NoticeKind("work.task_due", _("A task is due soon: %(title)s"), due, tone="attention"),
        NoticeKind(
            "work.task_late",
            _("A task of %(owner)s is late: %(title)s"),
            due,
            mail=True,
            tone="bad",
            label=_("A task is late"),
        ),
        NoticeKind(
            "work.request_asked",
            _("%(asked_by)s asks %(to_team)s: %(title)s"),
            due,
            label=_("Your department is asked for something"),
        ),
        NoticeKind(
            "work.request_answered",
            _("%(to_team)s has answered: %(title)s"),
            label=_("A request of yours is answered"),
        ),
        NoticeKind(
            "work.request_declined",
            _("%(to_team)s has declined: %(title)s"),
            tone="attention",
            label=_("A request of yours is declined"),
        ),
        NoticeKind(
            "work.request_sent_back",
            _("%(asked_by)s needs more on: %(title)s"),
            due,
            tone="attention",
            label=_("An answer of yours is sent back"),
        ),
        NoticeKind(
            "work.request_withdrawn",
            _("%(asked_by)s does not need it any more: %(title)s"),
            label=_("A request that you took on is withdrawn"),
        ),
        NoticeKind(
            "work.request_moved",
            _("%(asked_by)s needs it on %(due_date)s now: %(title)s"),
            label=_("A request to your unit is moved"),
        ),
        NoticeKind(
            "work.request_late",
            _("A request to %(to_team)s has no answer yet: %(title)s"),
            _("It was due on %(due_date)s."),
            mail=True,
            tone="bad",
            label=_("A request has no answer in time"),
        ),
        NoticeKind(
            "work.mentioned",
            _("%(author)s calls you in on %(record)s"),
            _("“%(words)s”"),
            label=_("Somebody calls you in with a comment"),
        ),
    ]
