"""The monthly close as a job: once for each month, in order, caught up after missed months."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from performance.services.closing import close_month
from salesops.core.periods import Period
from salesops.handbook.selectors import rule
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.jobs.services.runs import JobReport, RunResult, run_job

JOB = "performance.close_month"
REASONS = {
    "performance.closed": _("frozen: %(figures)s figures from %(rows)s rows"),
    "performance.was_closed": _("it had been closed by hand before"),
    "performance.not_by_itself": _("the handbook leaves the close to people"),
}


def close_due_month(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Close the month that ``business_date`` (its last day) belongs to."""
    period = Period.month_of(business_date)

    def work(report: JobReport) -> None:
        if not rule("performance.close_automatically", on=business_date) and actor is None:
            report.skipped(period.code, "performance.not_by_itself")
            return
        result = close_month(actor=actor, at=at, period=period)
        if result.was_closed:
            report.skipped(period.code, "performance.was_closed", url=_url(result.close))
            return
        report.figures |= {"rows": result.facts, "figures": result.figures}
        url = "" if dry_run else _url(result.close)
        report.done(period.code, "performance.closed", url=url, figures=result.figures, rows=result.facts)

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def _url(close: Any) -> str:
    return reverse("performance:monthclose_detail", args=[close.pk])


def register() -> None:
    """Name the job and its words; called from the app's ``ready()``."""
    register_job(
        JobDefinition(
            name=JOB,
            title=_("Monthly close of figures"),
            explain=_("Computes every key figure of the month that is over and freezes it with its rows."),
            schedule=_("on the first day of each month from 02:00"),
            run=close_due_month,
            cadence="monthly",
            from_time=time(2, 0),
            after_day=True,
            strict_order=True,
        )
    )
    register_reasons(REASONS)
