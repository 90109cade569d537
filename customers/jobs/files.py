"""The nightly job of customer files: the life cycle."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.services.blocking import settle_life_cycles
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.jobs.services.runs import JobReport, RunResult, run_job

JOB = "customers.life_cycle"


def settle(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Potential, active, dormant, lost: by the newest order or contract of each customer."""

    def work(report: JobReport) -> None:
        if moved := settle_life_cycles(on=business_date):
            report.done(business_date, "customers.lives_settled", files=moved)

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def register() -> None:
    title = _("Life cycle of customers")
    explain = _("Customers become active, dormant or lost by the day of their newest order or contract.")
    register_job(JobDefinition(JOB, title, explain, _("Daily"), settle, from_time=time(0, 30)))
    register_reasons({"customers.lives_settled": _("Files whose life cycle changed: %(files)s.")})
