"""The daily look at the bank: proposals anew, and claims about which nobody decided are told to finance, each once a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from receivables.choices.bank import ClaimState
from receivables.models import BankClaim
from receivables.services.bank_lines import match_again
from receivables.services.timers import tell
from salesops.accounts.models import RoleGrant, User
from salesops.core.choices import Role
from salesops.handbook.selectors import rule
from salesops.jobs.services.runs import JobReport, RunResult, run_job

JOB = "receivables.bank"


def look_at_bank(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Propose for what is open, then remind of claims (handbook R-43)."""

    def work(report: JobReport) -> None:
        if not dry_run:
            match_again(actor=None, at=at)
        _claims(report)

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def _claims(report: JobReport) -> None:
    on = report.business_date
    since = on - timedelta(days=rule("receivables.bank_claim_remind_days", on=on))
    holders = RoleGrant.objects.in_force(on).filter(role=Role.FINANCE).values("user")
    people = list(User.objects.filter(pk__in=holders, is_active=True).order_by("pk"))
    rows = BankClaim.objects.filter(state=ClaimState.OPEN, claimed_on__lte=since).order_by("pk")
    for claim in rows.select_related("customer", "line", "owner"):
        data = {
            "customer": claim.customer.name,
            "amount": str(claim.line.amount),
            "currency": claim.line.currency_id,
            "person": str(claim.owner),
            "days": str((on - claim.claimed_on).days),
        }
        tell(
            report, claim, "receivables.claim_waits", f"receivables.claim_waits:{claim.pk}:{on}", people, data
        )
