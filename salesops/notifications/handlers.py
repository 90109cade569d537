"""Tell administrators when the machinery needs a person."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from salesops.accounts.events import PasswordLinkAsked
from salesops.accounts.models import RoleGrant, User
from salesops.calendar.events import CalendarYearMissing
from salesops.core.choices import Role
from salesops.core.events import subscribe
from salesops.jobs.events import JobRunAsked, JobRunFailed, MessageGivenUp
from salesops.jobs.models import JobRun, OutboxMessage
from salesops.jobs.services.outbox import enqueue
from salesops.notifications.services import notify


def administrators(on) -> QuerySet[User]:
    """People in post who hold the administrator's role on a day."""
    holders = RoleGrant.objects.in_force(on).filter(role=Role.ADMINISTRATOR).values("user")
    return User.objects.filter(pk__in=holders, is_active=True).order_by("pk")


def _path(name: str, *args: int) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@subscribe(JobRunFailed)
def tell_of_failed_run(event: JobRunFailed) -> None:
    run = JobRun.objects.get(pk=event.run_id)
    data = {"job": run.job, "business_date": run.business_date.isoformat(), "error": run.error[:300]}
    for person in administrators(timezone.localdate(event.at)):
        notify(
            person,
            "jobs.run_failed",
            f"jobs.run_failed:{run.pk}:{run.attempts}",
            data,
            _path("jobs:jobrun_detail", run.pk),
            at=event.at,
            mail=None if run.attempts == 1 else False,
        )


@subscribe(MessageGivenUp)
def tell_of_message_given_up(event: MessageGivenUp) -> None:
    message = OutboxMessage.objects.get(pk=event.message_id)
    for person in administrators(timezone.localdate(event.at)):
        notify(
            person,
            "jobs.message_given_up",
            f"jobs.message_given_up:{message.pk}:{event.at:%Y%m%d%H%M}",
            {"key": message.key, "error": message.last_error[:300]},
            _path("jobs:outbox_list"),
            at=event.at,
        )


@subscribe(CalendarYearMissing)
def tell_of_missing_year(event: CalendarYearMissing) -> None:
    for person in administrators(timezone.localdate(event.at)):
        notify(
            person,
            "calendar.year_missing",
            f"calendar.year_missing:{event.region}:{event.year}",
            {"region": event.region, "year": event.year},
            _path("calendar:calendar_month"),
            at=event.at,
        )


@subscribe(PasswordLinkAsked)
def mail_password_link(event: PasswordLinkAsked) -> None:
    payload = {"user": event.user_id, "invitation": event.invitation}
    enqueue("password_link", f"password_link:{event.user_id}:{event.at.isoformat()}", payload, at=event.at)


@subscribe(JobRunAsked)
def tell_who_asked_for_a_run(event: JobRunAsked) -> None:
    run = JobRun.objects.get(pk=event.run_id)
    notify(
        User.objects.get(pk=event.actor_id),
        "jobs.run_finished" if event.done else "jobs.run_failed",
        f"jobs.run_ended:{run.pk}:{run.attempts}",
        {"job": run.job, "business_date": run.business_date.isoformat(), "error": run.error[:300]},
        _path("jobs:jobrun_detail", run.pk),
        at=event.at,
        mail=False,
    )
