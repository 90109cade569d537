"""Jobs of the kernel itself."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from salesops.calendar.choices import REGIONS
from salesops.calendar.events import CalendarYearMissing
from salesops.calendar.selectors import missing_years
from salesops.calendar.services import fill_year
from salesops.core.events import publish
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.jobs.services.runs import JobReport, RunResult, run_job


def fill_calendar(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Fill this year and the next for every region, and tell administrators of a year that is missing."""

    def work(report: JobReport) -> None:
        for region in REGIONS:
            for year in (business_date.year, business_date.year + 1):
                filled = fill_year(region, year, actor=None, at=at)
                subject, data = f"{region} {year}", {"created": filled.created, "updated": filled.updated}
                if filled.known:
                    report.done(subject, "calendar.filled", url="/calendar/", **data)
                else:
                    report.skipped(subject, "calendar.not_published", url="/calendar/")
        for region, year in missing_years(business_date, list(REGIONS)):
            publish(CalendarYearMissing(region=region, year=year, at=at))

    return run_job("fill_calendar", business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def register() -> None:
    register_job(
        JobDefinition(
            "fill_calendar",
            _("Fill the calendar of working days"),
            _(
                "Takes statutory days off and make-up working days of this year and the next from the published lists. Days entered by hand are kept."
            ),
            _("Monthly: next year's list appears around November"),
            fill_calendar,
            cadence="monthly",
            from_time=time(5, 0),
        )
    )
    register_reasons(
        {
            "calendar.filled": _("%(created)s days new, %(updated)s changed."),
            "calendar.not_published": _("No list is published for this year yet; Monday to Friday stand in."),
        }
    )
