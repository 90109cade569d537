"""The nightly look at the store."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from salesops.documents.services.sweep import find_faults, sweep
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.notifications.registry import NoticeKind, register_kinds


def check_files(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Collect files without a row and tell rows whose file is gone or changed.

    The files are read before the run begins its transaction, since that may take long.
    """
    faults = find_faults(contents=True)

    def work(report: JobReport) -> None:
        for path in sweep(at=at, dry_run=dry_run):
            report.done(path.name, "documents.collected")
        for row, fault in faults:
            report.failed(f"{row} ({row.pk})", f"documents.{fault}", url="/documents/store/")

    return run_job("check_files", business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def register() -> None:
    register_kinds(
        NoticeKind(
            "documents.to_review",
            _("A document waits for your review: %(title)s"),
            _("Handed in by %(actor)s."),
            mail=True,
        ),
        NoticeKind(
            "documents.returned",
            _("Your document is to be changed: %(title)s"),
            "%(note)s",
            mail=True,
            tone="attention",
        ),
        NoticeKind("documents.published", _("Your document is published: %(title)s"), "%(number)s"),
    )
    register_job(
        JobDefinition(
            "check_files",
            _("Check the store of files"),
            _(
                "Removes what broken uploads left, and tells files that are gone or were changed behind the program."
            ),
            _("Daily"),
            check_files,
            from_time=time(3, 30),
        )
    )
    register_reasons(
        {
            "documents.collected": _("A broken upload left this file; it was removed."),
            "documents.missing": _("The file is gone from the store."),
            "documents.changed": _("The file is not the one that was uploaded."),
        }
    )
