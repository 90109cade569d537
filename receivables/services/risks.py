"""The nightly look at who is likely to pay late, and what the people in charge do about it (REC-05, REC-06)."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer
from receivables.choices import RiskState
from receivables.models import RiskWarning
from receivables.risks import outstanding, risk_reasons
from receivables.selectors.collection import people_with
from receivables.services.posting import require_right
from salesops.accounts.delegations import line_above
from salesops.audit.services import record
from salesops.calendar.selectors import next_workday
from salesops.core.choices import Role
from salesops.core.errors import InvalidInput
from salesops.core.inputs import said
from salesops.core.locking import lock_row
from salesops.handbook.selectors import rule
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.notifications.services import notify
from salesops.work.services.tasks import create_task

JOB = "risk_warnings"


def risk_warnings(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Raise, renew and end warnings; whoever has a customer hears of a new one, or of one with more reasons."""

    def work(report: JobReport) -> None:
        found = _found(business_date)
        owed = outstanding()
        standing = {row.customer_id: row for row in RiskWarning.objects.filter(gone_date=None)}
        customers = Customer.objects.filter(merged_into=None).select_related("owner").in_bulk(found)
        for key, customer in sorted(customers.items()):
            row = standing.pop(key, None)
            _renew(report, customer, row, found[key], owed.get(key, Decimal(0)), business_date)
        for row in standing.values():
            row.state, row.gone_date, row.checked_date = RiskState.GONE, business_date, business_date
            row.version += 1
            row.save()
            report.done(row.customer, "receivables.risk_gone")

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def _found(on: date) -> dict[int, list[dict[str, Any]]]:
    """Reasons per customer, where their points reach the handbook's score."""
    kept = dict(Customer.objects.exclude(merged_into=None).values_list("pk", "merged_into"))
    found: dict[int, list[dict[str, Any]]] = {}
    for code, reason in risk_reasons.items():
        for key, figures in reason.find(on).items():
            found.setdefault(kept.get(key, key), []).append(
                {"code": code, "figures": figures, "points": reason.points}
            )
    least = rule("receivables.risk_from_score", on=on)
    return {key: reasons for key, reasons in found.items() if sum(r["points"] for r in reasons) >= least}


def _renew(
    report: JobReport,
    customer: Customer,
    row: RiskWarning | None,
    reasons: list[dict[str, Any]],
    owed: Decimal,
    on: date,
) -> None:
    before = {reason["code"] for reason in row.reasons} if row is not None else set()
    fresh = {reason["code"] for reason in reasons} - before
    if row is None:
        row = RiskWarning(customer=customer, raised_date=on)
    elif fresh and row.state == RiskState.ANSWERED:
        row.state = RiskState.OPEN  # something new asks for a new answer; the old one stays to be read
    row.reasons, row.outstanding, row.checked_date = reasons, owed, on
    row.score = sum(reason["points"] for reason in reasons)
    row.version += 1
    row.save()
    owner = customer.owner
    if fresh and owner is not None and owner.is_active:
        url = reverse("receivables:riskwarning_detail", args=[row.pk])
        key = f"receivables.risk:{row.pk}:{'-'.join(sorted(fresh))}"
        notify(
            owner, "receivables.risk", key, {"customer": str(customer), "score": row.score}, url, at=report.at
        )
        report.done(customer, "receivables.risk_raised", url=url, score=row.score)


@transaction.atomic
def answer_risk(
    *,
    actor: Any,
    warning: RiskWarning,
    answer: str,
    proposal: str = "",
    follow_up: date | None = None,
    at: datetime,
) -> RiskWarning:
    """Say what is done to keep the customer from paying late, and what the manager should decide, if anything.

    A proposal is a task of the manager, ``follow_up`` the day on which it is the actor's to look at it again.
    Raises ``InvalidInput`` for a day that has passed, ``NotAllowed``.
    """
    require_right(actor, "answer", warning)
    row = lock_row(RiskWarning.objects.select_related("customer"), warning.pk)
    row.answer = said(answer, _("Say what is done."), field="answer", most=500)
    row.proposal = " ".join(proposal.split())[:500]
    row.answered_by, row.answered_date = actor, timezone.localdate(at)
    if row.gone_date is None:
        row.state = RiskState.ANSWERED
    row.version += 1
    row.save()
    data = {"customer": str(row.customer), "answer": row.answer}
    record("receivables.risk_answered", row, row.customer, actor=actor, at=at, comment=row.answer, data=data)
    _follow(row, actor, follow_up, at=at)
    return row


def _follow(row: RiskWarning, actor: Any, follow_up: date | None, *, at: datetime) -> None:
    """Tasks on the warning: the manager's to decide the proposal, the actor's to look at it again."""
    today = timezone.localdate(at)
    if follow_up is not None and follow_up <= today:
        raise InvalidInput(_("Choose a day to come."), field="follow_up")
    day = follow_up or next_workday(today)
    due = timezone.make_aware(datetime.combine(day, time(18)))
    words = {"customer": row.customer}
    if follow_up is not None:
        title = _("See whether it helped: %(customer)s") % words
        create_task(
            actor=actor, at=at, title=title[:200], owner=actor, due_at=due, requirement=row.answer, subject=row,
            cause=f"risk-follow-up:{row.pk}:{row.version}",
        )  # fmt: skip
    if not row.proposal:
        return
    managers = list(people_with(Role.MANAGER, today))
    above = [person for person in line_above(actor) if person in managers]
    for person in (above or managers)[:1]:
        title = _("Decide on the proposal about %(customer)s") % words
        create_task(
            actor=actor, at=at, title=title[:200], owner=person, due_at=due, requirement=row.proposal,
            subject=row, cause=f"risk-proposal:{row.pk}:{row.version}",
        )  # fmt: skip
