"""The daily job of customer files: a move of a person that was written down ahead takes effect."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.services.ownership import settle_teams
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.jobs.services.runs import JobReport, RunResult, run_job


def follow_moves(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Give the files of people whose move begins today to the team they belong to now."""

    def work(report: JobReport) -> None:
        if moved := settle_teams(on=business_date):
            report.done(business_date, "customers.teams_settled", files=moved)

    return run_job("customers.follow_moves", business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def register() -> None:
    register_job(
        JobDefinition(
            "customers.follow_moves",
            _("Customer files follow their owners"),
            _(
                "On the day on which a move to another team begins, the customer files of that person go along."
            ),
            _("Daily"),
            follow_moves,
            from_time=time(0, 10),
        )
    )
    register_reasons({"customers.teams_settled": _("Files that changed their team: %(files)s.")})
