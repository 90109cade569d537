"""One mail a day with what waits unread, for who wants it so: once per person and day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import User
from salesops.calendar.selectors import Workdays, default_region
from salesops.handbook.selectors import rules_on
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.notifications.choices import Channel
from salesops.notifications.models import NoticeHours, NoticePreference, Notification
from salesops.notifications.services.mail import mail_to
from salesops.notifications.services.preferences import chosen

JOB = "notice_digest"
MOST_LINES = 30
FIRST_LOOK = timedelta(days=14)  # where the handbook sends digests: longer than any holidays


def send_digests(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Mail every person with a digest what came since the last one and is still unread.

    A day made up later finds nothing new after the first: nobody gets three digests for three missed days.
    """

    def work(report: JobReport) -> None:
        rules = rules_on(business_date, ["notifications.digest", "notifications.workdays_only"])
        is_workday = business_date in Workdays(default_region(business_date))
        own = {hours.user_id: hours for hours in NoticeHours.objects.all()}
        for person in _people():
            hours = own.get(person.pk)
            if not _choice(hours, "digest", rules["notifications.digest"]):
                continue
            if not is_workday and _choice(hours, "workdays_only", rules["notifications.workdays_only"]):
                report.skipped(person.name, "notifications.day_off")
                continue
            _send(person, hours, business_date, report, at=at)

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def _choice(hours: NoticeHours | None, name: str, rule: bool) -> bool:
    own = getattr(hours, name) if hours else None
    return rule if own is None else own


def _people() -> QuerySet[User]:
    return User.objects.filter(is_active=True).exclude(email="").order_by("pk")


def _send(person: User, hours: NoticeHours | None, day: date, report: JobReport, *, at: datetime) -> None:
    since = hours.digested_until if hours and hours.digested_until else at - FIRST_LOOK
    rows = _waiting(person).filter(created_at__gt=since, created_at__lte=at).order_by("pk")
    count = rows.count()
    if not count:
        report.skipped(person.name, "notifications.nothing_new")
        return
    lines = [{"kind": n.kind, "data": n.data, "url": n.url} for n in rows[:MOST_LINES]]
    context = {
        "lines": lines,
        "count": count,
        "more": max(count - MOST_LINES, 0),
        "url": reverse("notifications:notification_list"),
        "recipient": person.name,
        "day": day.isoformat(),
    }
    mail_to(
        person.email,
        person.language or settings.LANGUAGE_CODE,
        "digest",
        context,
        f"digest:{person.pk}:{day}",
        at=at,
    )
    NoticeHours.objects.update_or_create(user=person, defaults={"digested_until": at})
    report.done(person.name, "notifications.digest_sent", count=count)


def _waiting(person: User) -> QuerySet[Notification]:
    """What a digest may hold: not of kinds without mail; what is kept from the bell only if mail is wanted."""
    pairs = chosen(person)
    mailed = [kind for (kind, channel), wanted in pairs.items() if channel == Channel.MAIL and wanted]
    silent = NoticePreference.objects.filter(user=person, channel=Channel.MAIL, wanted=False).values("kind")
    kept = Q(read_at=F("created_at"), kind__in=mailed)
    return Notification.objects.filter(Q(read_at=None) & ~Q(kind__in=silent) | kept, recipient=person)


def register() -> None:
    register_job(
        JobDefinition(
            JOB,
            _("Daily digest of notices"),
            _("Mails each person who wants it one list of the notices not read yet."),
            _("Daily in the morning; people who work on working days only get it then"),
            send_digests,
            from_time=time(8, 0),
        )
    )
    register_reasons(
        {
            "notifications.digest_sent": _("%(count)s notices in one mail."),
            "notifications.nothing_new": _("Nothing new to read."),
            "notifications.day_off": _("A day off."),
        }
    )
