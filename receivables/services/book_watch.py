"""Every night the invariants of the books are recomputed; finance and the administrator hear of what is broken."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection
from django.urls import reverse

from receivables.checks import run_checks
from receivables.selectors.collection import people_with
from salesops.core.choices import Role
from salesops.jobs.models import JobRun
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.notifications.services import notify

JOB = "receivables.check_books"
BROKEN, NOTICE = "receivables.rule_broken", "receivables.books_broken"


def look_at_books(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Recompute every rule of the books; one line for each that is broken, with its first rows."""

    def work(report: JobReport) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '15min'")
        url = reverse("receivables:check")
        broken = [result for result in run_checks() if result.violations]
        for result in broken:
            report.failed(
                result.title, BROKEN, url=url, count=result.violations, rows=", ".join(result.sample[:3])
            )
        report.figures["broken"] = len(broken)
        if not broken:
            return
        people = {*people_with(Role.FINANCE, business_date), *people_with(Role.ADMINISTRATOR, business_date)}
        for person in sorted(people, key=lambda each: each.pk):
            notify(person, NOTICE, f"{NOTICE}:{business_date}", {"count": len(broken)}, url, at=report.at)

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def last_look() -> tuple[date | None, int]:
    """Day of the last look at the books, and how many rules were broken then."""
    run = (
        JobRun.objects.filter(job=JOB, state=JobRun.State.DONE)
        .order_by("-business_date")
        .values_list("business_date", "summary")
        .first()
    )
    return (run[0], int(run[1].get("broken", 0))) if run else (None, 0)
