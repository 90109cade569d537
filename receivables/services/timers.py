"""The daily look at open items' business: next steps of disputes, instalments, retention (domain §13).

Each thing is told once.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from contracts.choices import ContractState, PlanTrigger
from contracts.models import PlanRow
from receivables.models import Dispute, Receivable
from receivables.services.contract_plans import catch_up
from receivables.services.retention import release_at_end
from salesops.accounts.models import User
from salesops.handbook.selectors import rule
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.notifications.services import notify
from salesops.ui.links import record_url

JOB = "receivables.items"


def look_at_items(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Tell of each step that is due, once; a day that was missed is made up for by the next run."""

    def work(report: JobReport) -> None:
        _disputes(report)
        _instalments(report)
        _retentions(report)

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def tell(
    report: JobReport, subject: Any, kind: str, key: str, people: list[User | None], data: dict[str, str]
) -> None:
    """One notice for each person in post, and a line in the report."""
    url = record_url(subject)
    present = [person for person in people if person is not None and person.is_active]
    if not present:
        report.skipped(subject, "receivables.nobody_in_post", url=url)
        return
    told = [p for p in present if notify(p, kind, key, data, url, at=report.at).created_at == report.at]
    if told:
        report.done(subject, kind, url=url, to=", ".join(map(str, told)))
    else:
        report.skipped(subject, "receivables.told_already", url=url)


def _disputes(report: JobReport) -> None:
    """Whose next step is due, and who has none for too long; later the superior, too."""
    on = report.business_date
    without = on - timedelta(days=rule("receivables.dispute_step_days", on=on))
    superior = rule("receivables.dispute_escalate_days", on=on)
    due = Q(next_date__lte=on) | Q(next_date__isnull=True, opened_date__lte=without)
    rows = Dispute.objects.open().filter(due).order_by("pk")
    for row in rows.select_related("receivable__owner", "customer", "follower__superior"):
        day = row.next_date or row.opened_date + (on - without)
        late = (on - day).days >= superior
        kind = "receivables.dispute_late" if late else "receivables.dispute_due"
        person = row.follower if row.follower and row.follower.is_active else row.receivable.owner
        data = {
            "number": row.receivable.number,
            "customer": row.customer.name,
            "step": row.next_step or row.words,
            "date": day.isoformat(),
            "person": str(person or ""),
        }
        people = [person, person.superior if late and person else None]
        tell(report, row, kind, f"{kind}:{row.pk}:{day}", people, data)


def _instalments(report: JobReport) -> None:
    """Fixed days of payment plans: told ahead, posted when they come."""
    on = report.business_date
    soon = on + timedelta(days=rule("receivables.plan_notice_days", on=on))
    rows = PlanRow.objects.filter(
        trigger=PlanTrigger.DATE,
        date__lte=soon,
        plan__current=True,
        plan__contract__state=ContractState.EFFECTIVE,
    )
    rows = rows.filter(
        ~Exists(Receivable.objects.filter(contract=OuterRef("plan__contract"), plan_line=OuterRef("line")))
    )
    for row in rows.select_related("plan__contract__owner", "plan__contract__customer").order_by(
        "date", "pk"
    ):
        contract, day = row.plan.contract, row.date
        if day is None:
            continue
        if day > on:
            data = {
                "number": str(contract),
                "customer": contract.customer.name,
                "date": day.isoformat(),
                "amount": str(row.amount),
                "currency": contract.currency_id,
            }
            key = f"receivables.plan_soon:{contract.pk}:{row.line}:{day}"
            tell(report, contract, "receivables.plan_soon", key, [contract.owner], data)
            continue
        for item in catch_up(contract, at=report.at):
            report.done(item, "receivables.plan_posted", url=record_url(item), amount=str(item.amount))


def _retentions(report: JobReport) -> None:
    """The end of a retention is told ahead, so that claims are known before it; on its day what is left is released."""
    on = report.business_date
    soon = on + timedelta(days=rule("receivables.retention_notice_days", on=on))
    rows = (
        Receivable.objects.open()
        .filter(retention_until__lte=soon, release=None)
        .order_by("retention_until", "pk")
    )
    for item in rows.select_related("owner", "customer"):
        until = item.retention_until
        over = until is not None and until <= on
        if over:
            release_at_end(item, on=on, at=report.at)
        kind = "receivables.retention_over" if over else "receivables.retention_soon"
        data = {
            "number": item.number,
            "customer": item.customer.name,
            "date": f"{until}",
            "due": item.due_date.isoformat(),
            "amount": str(item.outstanding),
            "currency": item.currency_id,
        }
        tell(report, item, kind, f"{kind}:{item.pk}:{until}", [item.owner], data)
