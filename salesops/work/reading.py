"""Reminds people of chapters of the handbook that bind them and that they have not acknowledged (DOC-08)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import User
from salesops.handbook.reading import Reader, readers, readings
from salesops.handbook.selectors import rule
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.notifications.models import Notification
from salesops.notifications.registry import NoticeKind, codes, register_kinds
from salesops.notifications.services import notify

JOB = "handbook_reading"


def remind(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Ask everybody once per edition; after the handbook's days without an answer tell the superior, once."""

    def work(report: JobReport) -> None:
        days = timedelta(days=rule("work.acknowledge_days", on=business_date))
        people = User.objects.filter(is_active=True).select_related("superior").order_by("pk")
        for reader in readers(people, on=business_date):
            if reader.missing and reader.roles:
                _ask(reader, days, report)

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def _ask(reader: Reader, days: timedelta, report: JobReport) -> None:
    person, superior = reader.person, reader.person.superior
    edition = max(chapter.edition for chapter in reader.missing)
    key = f"handbook.read:{person.pk}:{edition}"
    url = reverse("handbook:handbook")
    chapters = " ".join(chapter.key for chapter in reader.missing)
    data = {"person": person.name, "count": len(reader.missing), "chapters": chapters}
    first = Notification.objects.filter(recipient=person, key=key).first()
    if first is None:
        notify(person, "handbook.read", key, data, url, at=report.at)
        report.done(person, "handbook.asked", count=len(reader.missing))
    elif report.business_date - timezone.localdate(first.created_at) < days:
        report.skipped(person, "handbook.has_time", count=len(reader.missing))
    elif superior is None or not superior.is_active:
        report.skipped(person, "handbook.no_superior", count=len(reader.missing))
    else:
        late = f"handbook.unread:{person.pk}:{edition}"
        if Notification.objects.filter(recipient=superior, key=late).exists():
            report.skipped(person, "handbook.told_already", to=str(superior))
            return
        notify(
            superior, "handbook.unread", late, data, reverse("handbook:acknowledgement_list"), at=report.at
        )
        report.done(person, "handbook.superior_told", to=str(superior))


def chapter_names(keys: Any) -> str:
    """Headings of chapters in the reader's language; what is no list of keys (older notices) stays as it is."""
    titles = {key: str(chapter.title) for key, chapter in readings(timezone.localdate()).items()}
    parts = str(keys).split()
    return ", ".join(titles[key] for key in parts) if all(key in titles for key in parts) else str(keys)


def register() -> None:
    """Name the job, the sentences of its reasons and the kinds of notice."""
    register_job(
        JobDefinition(
            name=JOB,
            title=_("Reading the handbook"),
            explain=_(
                "Asks people to read new editions of chapters that bind them; tells superiors who has not."
            ),
            schedule=_("every day from 07:00"),
            run=remind,
            from_time=time(7, 0),
        )
    )
    register_reasons(
        {
            "handbook.asked": _("asked to read %(count)s chapters"),
            "handbook.has_time": _("%(count)s chapters to read; there is time left"),
            "handbook.no_superior": _("%(count)s chapters not read, and no superior in post"),
            "handbook.told_already": _("%(to)s was told already"),
            "handbook.superior_told": _("not read in time; told %(to)s"),
        }
    )
    codes.register("chapters", chapter_names)
    register_kinds(
        NoticeKind(
            "handbook.read",
            _("Chapters of the handbook to read: %(count)s"),
            _("They bind you or have changed: %(chapters)s"),
            label=_("Chapters of the handbook to read"),
        ),
        NoticeKind(
            "handbook.unread",
            _("%(person)s has not read the handbook: %(count)s chapters"),
            "%(chapters)s",
            tone="attention",
            label=_("Somebody of yours has not read the handbook"),
        ),
    )
