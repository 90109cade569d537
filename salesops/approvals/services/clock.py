"""Reminders, and the superior when the deadline has passed; each once per signature (domain §13)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from salesops.accounts.delegations import line_above
from salesops.accounts.services.superiors import put_due_in_force
from salesops.approvals.choices import ActionKind, AskState, RequestState
from salesops.approvals.events import SignatureAsked
from salesops.approvals.models import ApprovalRequest, Ask, AskedPerson
from salesops.approvals.services.absent import begin_all_absences
from salesops.approvals.services.locked import write
from salesops.approvals.services.rerouting import reroute_all
from salesops.core.events import publish
from salesops.core.locking import lock_row
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.jobs.services.runs import JobReport, RunResult, run_job


def approval_deadlines(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Remind of what waits too long and ask the superior where the deadline has passed."""
    return run_job(
        "approval_deadlines",
        business_date,
        actor=actor,
        at=at,
        dry_run=dry_run,
        work=lambda r: watch(r, at=at),
    )


def watch(report: JobReport, *, at: datetime) -> None:
    for row, why in put_due_in_force(at=at):
        names = {"who": str(row.person), "to": str(row.superior or "–")}
        url = reverse("accounts:user_detail", args=[row.person_id])
        if why:
            report.skipped(row.person, why, url=url, **names)
        else:
            report.done(row.person, "accounts.superior_changed", url=url, **names)
    for request, person in reroute_all(at=at):
        url = reverse("approvals:approvalrequest_detail", args=[request.pk])
        report.done(request, "approvals.rerouted", url=url, to=str(person))
    begin_all_absences(at=at)
    due = Ask.objects.filter(state=AskState.OPEN, request__state=RequestState.PENDING).filter(
        Q(remind_at__lte=at, reminded_at__isnull=True) | Q(due_at__lte=at, escalated_at__isnull=True)
    )
    for pk in sorted(due.values_list("request_id", flat=True).distinct()):
        request = lock_row(ApprovalRequest.objects.select_related("applicant", "team"), pk)
        for ask in request.asks.filter(state=AskState.OPEN).prefetch_related("people__person"):
            _look_at(request, ask, report, at=at)


def watch_one(payload: dict[str, Any], *, message: Any, at: datetime) -> None:
    """Outbox handler ``approval_deadline``: the hour of one signature has come."""
    ask = Ask.objects.filter(pk=payload["ask"]).first()
    if ask is None:
        return
    request = lock_row(ApprovalRequest.objects.select_related("applicant", "team"), ask.request_id)
    ask = Ask.objects.prefetch_related("people__person").get(pk=ask.pk)
    if request.state == RequestState.PENDING and ask.state == AskState.OPEN:
        _look_at(request, ask, None, at=at)


def _look_at(request: ApprovalRequest, ask: Ask, report: JobReport | None, *, at: datetime) -> None:
    url = reverse("approvals:approvalrequest_detail", args=[request.pk])
    people = [row.person for row in ask.people.all()]
    who = ", ".join(str(p) for p in people)
    if ask.due_at and ask.due_at <= at and ask.escalated_at is None:
        asked = _ask_superiors(request, ask, at=at)
        ask.escalated_at = ask.reminded_at = at
        ask.save(update_fields=["escalated_at", "reminded_at"])
        if report is not None and asked:
            report.done(request, "approvals.escalated", url=url, who=who, to=", ".join(map(str, asked)))
        elif report is not None:
            report.skipped(request, "approvals.nobody_above", url=url, who=who)
    elif ask.remind_at and ask.remind_at <= at and ask.reminded_at is None:
        ask.reminded_at = at
        ask.save(update_fields=["reminded_at"])
        write(request, ActionKind.REMINDED, actor=None, at=at, ask=ask)
        publish(SignatureAsked(ask.pk, at, "reminded"))
        if report is not None:
            report.done(request, "approvals.reminded", url=url, who=who)


def _ask_superiors(request: ApprovalRequest, ask: Ask, *, at: datetime) -> list[Any]:
    """The nearest superior of each person asked who may decide; the people asked stay asked."""
    have = {row.person_id for row in ask.people.all()}
    asked = []
    for row in ask.people.all():
        above = next((p for p in line_above(row.person) if p.pk not in request.barred), None)
        if above is None or above.pk in have:
            continue
        have.add(above.pk)
        AskedPerson.objects.create(ask=ask, person=above, via=AskedPerson.Via.ESCALATED)
        write(request, ActionKind.ESCALATED, actor=None, at=at, ask=ask, to_person=above)
        asked.append(above)
    if asked:
        publish(SignatureAsked(ask.pk, at, "escalated", tuple(p.pk for p in asked)))
    return asked


def register() -> None:
    register_job(
        JobDefinition(
            "approval_deadlines",
            _("Remind of approvals that wait"),
            _(
                "Reminds those who are asked, and asks their superiors when the deadline of a step has passed."
            ),
            _("Every day; the hour of each request is also watched by itself"),
            approval_deadlines,
        )
    )
    register_reasons(
        {
            "approvals.reminded": _("%(who)s reminded."),
            "approvals.escalated": _("The deadline has passed; %(to)s asked besides %(who)s."),
            "approvals.rerouted": _("Who decides has changed; %(to)s is asked now."),
            "accounts.superior_changed": _("%(who)s reports to %(to)s from today on."),
            "accounts.superior_left": _("%(who)s was to report to %(to)s, who has left: name somebody else."),
            "accounts.superior_circle": _(
                "%(who)s was to report to %(to)s, who reports to %(who)s already: name somebody else."
            ),
            "approvals.nobody_above": _("The deadline has passed and nobody stands above %(who)s."),
        }
    )
