"""Opening a step, asking its people, going on to the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from salesops.accounts.models import User
from salesops.approvals.choices import SIGNED, ActionKind, AskState, Repeated, StepMode, TimeUnit
from salesops.approvals.events import SignatureAsked
from salesops.approvals.models import ApprovalRequest, Ask, AskedPerson, FlowStep, StepApprover
from salesops.approvals.people import Case, asked_at, case_of, label_of
from salesops.approvals.routing import steps_of
from salesops.approvals.services.locked import owners_of, write
from salesops.calendar.selectors import Workdays, WorkingHours, default_region
from salesops.core.errors import Conflict
from salesops.core.events import publish


def advance(request: ApprovalRequest, *, at: datetime) -> bool:
    """Go on as far as it goes without asking anybody; ``True`` when every step is signed."""
    steps = steps_of(request.route)
    while request.step <= len(steps):
        asks = list(_asks(request))
        if not asks:
            asks = _open_step(request, steps[request.step - 1], at=at)
        if not _is_signed(request, steps[request.step - 1], asks, at=at):
            return False
        request.step += 1
    return True


def _asks(request: ApprovalRequest) -> Iterable[Ask]:
    return request.asks.filter(step=request.step, round=request.round).order_by("position", "pk")


def _is_signed(request: ApprovalRequest, step: FlowStep, asks: list[Ask], *, at: datetime) -> bool:
    """Is the step done? Opens the next signature of a sequence."""
    asks = list(_asks(request))
    signed = [ask for ask in asks if ask.state in SIGNED]
    added = [ask for ask in asks if ask.added_by_id and ask.state == AskState.OPEN]
    if step.mode == StepMode.ANY_ONE:
        if not [ask for ask in signed if not ask.added_by_id] or added:
            return False
        request.asks.filter(pk__in=[a.pk for a in asks], state=AskState.OPEN).update(state=AskState.CLOSED)
        return True
    left = [ask for ask in asks if ask.state in (AskState.OPEN, AskState.LATER)]
    if not left:
        return True
    if step.mode == StepMode.SEQUENCE and not any(ask.state == AskState.OPEN for ask in left):
        ask_now(request, left[0], at=at)
        return _is_signed(request, step, asks, at=at)
    return False


def _open_step(request: ApprovalRequest, step: FlowStep, *, at: datetime) -> list[Ask]:
    """Write down the signatures that the step needs and ask for those that are due now."""
    case = case_of(request, on=timezone.localdate(at))
    asks = []
    for position, approver in enumerate(step.approvers.all(), 1):
        people = _people(request, approver, step, case)
        ask = Ask.objects.create(
            request=request,
            flow_step=step,
            step=request.step,
            round=request.round,
            position=position,
            label=label_of(approver),
        )
        AskedPerson.objects.bulk_create(
            AskedPerson(ask=ask, person=person, via=via) for person, via in people
        )
        asks.append(ask)
    for ask in asks[:1] if step.mode == StepMode.SEQUENCE else asks:
        ask_now(request, ask, at=at)
    return asks


def _people(
    request: ApprovalRequest, approver: StepApprover, step: FlowStep, case: Case
) -> list[tuple[User, str]]:
    """Whom one line asks. Who only handed the request in for others signs where nobody else is left."""
    try:
        return asked_at(approver, step, case)
    except Conflict:
        if request.created_by_id in owners_of(request, request.subject):
            raise
        barred = case.barred - {request.created_by_id}
        people = asked_at(approver, step, replace(case, barred=barred))
        request.barred = sorted(barred)
        return people


def ask_now(request: ApprovalRequest, ask: Ask, *, at: datetime) -> None:
    """Ask for one signature, unless somebody asked for it has approved before and that counts."""
    ask.since = at
    before = _approved_before(request, ask)
    if before is not None:
        ask.state = AskState.COUNTED
        ask.save()
        write(request, ActionKind.COUNTED, actor=before, at=at, ask=ask)
        return
    ask.state = AskState.OPEN
    ask.remind_at, ask.due_at = deadlines(ask.flow_step, at=at)
    ask.save()
    publish(SignatureAsked(ask.pk, at))


def _approved_before(request: ApprovalRequest, ask: Ask) -> User | None:
    """Somebody asked here who approved the same facts at an earlier step, in the own name (domain §3.10)."""
    if request.flow.repeated != Repeated.COUNTS or ask.added_by_id:
        return None
    earlier = request.decisions.filter(
        action=ActionKind.APPROVED,
        for_person__isnull=True,
        step__lt=ask.step,
        facts_hash=request.facts_hash,
    )
    line = earlier.filter(actor__in=ask.people.values("person")).select_related("actor").first()
    return line.actor if line else None


def deadlines(step: FlowStep | None, *, at: datetime) -> tuple[datetime | None, datetime | None]:
    """When to remind and when to ask the superior, in working time."""
    if step is None:
        return None, None
    region = default_region(timezone.localdate(at))
    if step.unit == TimeUnit.HOURS:
        hours = WorkingHours(region)
        return hours.add(at, step.remind_after * 60), hours.add(at, step.deadline * 60)
    local, days = timezone.localtime(at), Workdays(region)
    shifts = [days.add(local.date(), count) - local.date() for count in (step.remind_after, step.deadline)]
    return local + shifts[0], local + shifts[1]


def close_doubles(request: ApprovalRequest, actor: User, *, at: datetime) -> None:
    """Other signatures of this step that only the same person could give are given with this one."""
    if request.flow.repeated != Repeated.COUNTS:
        return
    for ask in _asks(request):
        if ask.state == AskState.OPEN and [p.person_id for p in ask.people.all()] == [actor.pk]:
            ask.state = AskState.COUNTED
            ask.save(update_fields=["state"])
            write(request, ActionKind.COUNTED, actor=actor, at=at, ask=ask)
