"""Open signatures follow who decides: another superior, another head, another holder of a role (ORG-03)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from salesops.accounts.delegations import line_above
from salesops.accounts.events import AuthorityChanged
from salesops.accounts.models import User
from salesops.approvals.choices import ActionKind, ApproverKind, AskState, RequestState
from salesops.approvals.events import SignatureAsked, SignatureNotNeeded
from salesops.approvals.models import ApprovalRequest, Ask, AskedPerson
from salesops.approvals.people import Case, asked_at, case_of
from salesops.approvals.services.locked import write
from salesops.core.errors import Conflict
from salesops.core.events import publish
from salesops.core.locking import lock_row

_KINDS = {
    "superior": [ApproverKind.SUPERIOR],
    "head": [ApproverKind.DEPARTMENT_HEAD, ApproverKind.TEAM_HEAD],
    "role": [ApproverKind.ROLE],
}
# Whom the flow names; who was added by hand or after a deadline stays asked.
_BY_FLOW = (AskedPerson.Via.FLOW, AskedPerson.Via.LEVEL_UP)


def reroute_after(event: AuthorityChanged) -> None:
    """Look again at the signatures that such a change can touch."""
    named = Q(label__kind__in=_KINDS[event.about])
    if event.about == "role":
        named &= Q(label__role=event.role)
    elif event.about == "superior":
        named &= Q(request__applicant__in=_below(event.people))
    for _request, _person in reroute(
        _open().filter(named | Q(people__via=AskedPerson.Via.LEVEL_UP)), at=event.at
    ):
        pass


def reroute_all(*, at: datetime) -> Iterator[tuple[ApprovalRequest, User]]:
    """What changed by date alone: roles that ended or began, moves, absences that are over."""
    return reroute(_open(), at=at)


def _open() -> QuerySet[Ask]:
    return Ask.objects.filter(
        state__in=[AskState.OPEN, AskState.LATER],
        request__state=RequestState.PENDING,
        flow_step__isnull=False,
        added_by__isnull=True,
    )


def reroute(asks: QuerySet[Ask], *, at: datetime) -> Iterator[tuple[ApprovalRequest, User]]:
    """Ask who decides today in the place of who did; each that is newly asked."""
    on = timezone.localdate(at)
    for pk in sorted(set(asks.values_list("request", flat=True))):
        request = lock_row(ApprovalRequest.objects.select_related("applicant", "team"), pk)
        if request.state != RequestState.PENDING:
            continue
        case = case_of(request, on=on)
        for ask in _open().filter(request=request).select_related("flow_step").order_by("pk"):
            yield from _reroute(request, ask, case, at=at)


def _reroute(
    request: ApprovalRequest, ask: Ask, case: Case, *, at: datetime
) -> Iterator[tuple[ApprovalRequest, User]]:
    wanted = _wanted(ask, case)
    if not wanted:
        return  # nobody else is found: who was asked stays asked
    rows = {row.person_id: row for row in ask.people.all()}
    gone = [row for pk, row in rows.items() if row.via in _BY_FLOW and pk not in wanted]
    new = [pk for pk in wanted if pk not in rows]
    for row in gone:
        row.delete()
        if ask.state == AskState.OPEN:
            publish(SignatureNotNeeded(ask.pk, row.person_id, at))
    AskedPerson.objects.bulk_create(
        AskedPerson(ask=ask, person=wanted[pk][0], via=wanted[pk][1]) for pk in new
    )
    if new and ask.state == AskState.OPEN:
        for pk in new:
            write(request, ActionKind.REROUTED, actor=None, at=at, ask=ask, to_person=wanted[pk][0])
            yield request, wanted[pk][0]
        publish(SignatureAsked(ask.pk, at, people=tuple(new)))


def _wanted(ask: Ask, case: Case) -> dict[int, tuple[User, str]]:
    """Who is to be asked today; whoever passed it on is passed by again."""
    step = ask.flow_step
    approvers = list(step.approvers.all()) if step else []
    if step is None or ask.position > len(approvers):
        return {}
    try:
        found = asked_at(approvers[ask.position - 1], step, case)
    except Conflict:
        return {}
    people = {person.pk: (person, via) for person, via in found}
    passed = ask.decisions.filter(action=ActionKind.PASSED_UP).select_related("actor", "for_person")
    for line in passed.order_by("pk"):
        holder = line.for_person or line.actor
        people.pop(holder.pk, None)
        above = next((p for p in line_above(holder) if p.pk not in case.barred), None)
        if above is not None:
            people[above.pk] = (above, AskedPerson.Via.LEVEL_UP)
    return people


def _below(people: tuple[int, ...]) -> set[int]:
    """The people and everybody below them in the line of superiors."""
    above = dict(User.objects.values_list("pk", "superior_id"))
    found = set(people)
    while more := {pk for pk, head in above.items() if head in found} - found:
        found |= more
    return found
