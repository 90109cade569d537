"""The daily look at contracts about to end: the owner is told, then the superior, then both once it is over (CTR-09)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from contracts.selectors import expiring
from salesops.handbook.selectors import rule
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.notifications.registry import NoticeKind, register_kinds
from salesops.notifications.services import notify
from salesops.ui.links import record_url

JOB = "contracts.expiry"
SOON, LATE, OVER = "contracts.contract_ending", "contracts.contract_ending_late", "contracts.contract_over"


def look_at_expiry(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Tell of each contract the step it has reached, once; a day that was missed is made up for by the next run."""

    def work(report: JobReport) -> None:
        rows = expiring(on=report.business_date).select_related(
            "customer", "owner__superior", "customer__owner"
        )
        superior_from = rule("contracts.expiry_superior_days", on=report.business_date)
        for contract in rows:
            _tell(contract, _step(contract, report.business_date, superior_from), report)

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def _step(contract: Contract, on: date, superior_from: int) -> str:
    assert contract.end_date is not None  # noqa: S101 - the selector asks for it
    left = (contract.end_date - on).days
    return OVER if left < 0 else LATE if left <= superior_from else SOON


def _tell(contract: Contract, kind: str, report: JobReport) -> None:
    owner = contract.owner if contract.owner.is_active else contract.customer.owner or contract.owner.superior
    people = [owner] if kind == SOON or owner is None else [owner, owner.superior]
    present = [person for person in people if person is not None and person.is_active]
    url = record_url(contract)
    if not present:
        report.skipped(contract, "contracts.nobody_in_post", url=url)
        return
    end = contract.end_date.isoformat() if contract.end_date else ""
    data = {"number": str(contract), "customer": contract.customer.name, "end_date": end, "owner": str(owner)}
    key = f"{kind}:{contract.pk}:{end}"
    told = [p for p in present if notify(p, kind, key, data, url, at=report.at).created_at == report.at]
    if told:
        report.done(contract, kind, url=url, to=", ".join(map(str, told)))
    else:
        report.skipped(contract, "contracts.told_already", url=url)


def register() -> None:
    """Called when the app is ready."""
    register_job(
        JobDefinition(
            JOB,
            _("Contracts about to end"),
            _("Tells owners, then superiors, of contracts that end soon or have ended and are not renewed."),
            _("Daily"),
            look_at_expiry,
            from_time=time(7, 30),
        )
    )
    register_reasons(
        {
            SOON: _("ends soon; told %(to)s"),
            LATE: _("ends very soon; told %(to)s"),
            OVER: _("is over and nobody has decided; told %(to)s"),
            "contracts.told_already": _("everybody concerned was told before"),
            "contracts.nobody_in_post": _("nobody in post is responsible for it"),
        }
    )
    register_kinds(
        NoticeKind(
            SOON,
            _("Contract %(number)s ends on %(end_date)s"),
            _("With %(customer)s. Renew it, or let it end."),
            mail=True,
            label=_("A contract ends soon"),
        ),
        NoticeKind(
            LATE,
            _("Contract %(number)s ends on %(end_date)s and is not renewed"),
            _("With %(customer)s. Owner: %(owner)s."),
            mail=True,
            tone="attention",
            label=_("A contract ends very soon"),
        ),
        NoticeKind(
            OVER,
            _("Contract %(number)s ended on %(end_date)s and nobody has decided"),
            _("With %(customer)s. Owner: %(owner)s. Renew it, complete it or terminate it."),
            mail=True,
            tone="bad",
            label=_("A contract has ended"),
        ),
    )
