"""Who is asked, who may decide in whose place, and who never."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from salesops.accounts.delegations import delegations_of, line_above, own_limit, stands_in_for
from salesops.accounts.models import Delegation, RoleGrant, Team, User
from salesops.accounts.selectors import grants_of, team_on
from salesops.approvals.choices import ApproverKind, AskState, OnMissing, RoleScope
from salesops.approvals.models import ApprovalRequest, Ask, AskedPerson, FlowStep, StepApprover
from salesops.core.choices import Role, TeamKind
from salesops.core.errors import AskOffer, Conflict
from salesops.handbook.selectors import rule

Via = AskedPerson.Via


@dataclass(frozen=True)
class Case:
    """For whom and what approvers are looked up."""

    document_type: str
    applicant: User
    team: Team | None
    barred: frozenset[int]
    on: date
    amount: Decimal | None = None


def case_of(request: ApprovalRequest, *, on: date) -> Case:
    return Case(
        request.document_type,
        request.applicant,
        request.team,
        frozenset(request.barred),
        on,
        request.tested_amount,
    )


def asked_for(approver: StepApprover, case: Case) -> list[tuple[User, str]]:
    """The people one line of a step names today, without those who may not decide; perhaps nobody."""
    found = _named(approver, case)
    if approver.kind == ApproverKind.ROLE:
        people = [(person, Via.FLOW.value) for person in found if person.pk not in case.barred]
    else:
        people = [_not_barred(person, case) for person in found]
        people = [pair for pair in people if pair is not None]
    return _with_stand_ins(people, case)


def asked_at(approver: StepApprover, step: FlowStep, case: Case) -> list[tuple[User, str]]:
    """As ``asked_for``; when nobody is found, what the step says for that. Raises ``Conflict``: refused."""
    people = asked_for(approver, case)
    if people:
        return people
    if step.on_missing == OnMissing.UP:
        people = _level_up(approver, case)
    elif step.on_missing == OnMissing.ROLE:
        holders = _holders(step.fallback_role, RoleScope.COMPANY, case)
        people = [(p, Via.LEVEL_UP.value) for p in holders if p.pk not in case.barred]
    if not people:
        raise Conflict(
            _("Nobody can be asked at step “%(step)s” (%(who)s).") % {"step": step, "who": approver},
            way_out=_("Ask an administrator to complete the flow, or to give somebody the role."),
            release=AskOffer(
                _("Please complete the flow “%(flow)s”") % {"flow": step.route.flow},
                roles=(Role.ADMINISTRATOR,),
            ),
        )
    return people


def _level_up(approver: StepApprover, case: Case) -> list[tuple[User, str]]:
    """Above those who are named but barred; where nobody is named at all, above the applicant."""
    found = [_not_barred(person, case) for person in _named(approver, case)]
    people = {pair[0].pk: pair for pair in found if pair is not None}
    if people:
        return list(people.values())
    above = next((p for p in line_above(case.applicant) if p.pk not in case.barred), None)
    return [(above, Via.LEVEL_UP.value)] if above else []


def _named(approver: StepApprover, case: Case) -> list[User]:
    if approver.kind == ApproverKind.PERSON:
        person = approver.person
        return [person] if person and person.is_active else line_above(person)[:1]
    if approver.kind == ApproverKind.SUPERIOR:
        return line_above(case.applicant)[approver.level - 1 : approver.level]
    if approver.kind == ApproverKind.ROLE:
        return _holders(approver.role, approver.scope, case)
    head = _head(case, only_departments=approver.kind == ApproverKind.DEPARTMENT_HEAD)
    return [head] if head else []


def _head(case: Case, *, only_departments: bool) -> User | None:
    """The head of the record's team (else the applicant's), or of the nearest unit above that has one."""
    team = case.team or team_on(case.applicant, case.on)
    while team is not None:
        fits = not only_departments or team.kind == TeamKind.DEPARTMENT
        if fits and team.head is not None and team.head.is_active:
            return team.head
        team = team.parent
    return None


def _holders(role: str, scope: str, case: Case) -> list[User]:
    rows = RoleGrant.objects.in_force(case.on).filter(role=role, user__is_active=True).values("user")
    people = list(User.objects.filter(pk__in=rows).order_by("pk"))
    team = case.team or team_on(case.applicant, case.on)
    if scope == RoleScope.COMPANY or team is None:
        return people
    return [person for person in people if _reaches(person, role, team, case.on)]


def _reaches(person: User, role: str, team: Team, on: date) -> bool:
    """Does the holder's unit include the team? A lead answers for the own team, others for the department."""
    for grant in grants_of(person, on=on):
        if grant.role != role:
            continue
        reach = grant.teams if role == Role.LEAD else grant.department
        if reach is None or team.pk in reach:
            return True
    return False


def _not_barred(person: User, case: Case) -> tuple[User, str] | None:
    """The person, or the nearest one above who may decide."""
    if person.pk not in case.barred:
        return person, Via.FLOW.value
    above = next((p for p in line_above(person) if p.pk not in case.barred), None)
    return (above, Via.LEVEL_UP.value) if above else None


def _with_stand_ins(people: list[tuple[User, str]], case: Case) -> list[tuple[User, str]]:
    """Where somebody is away and no deputy may decide this, the superior is asked, too."""
    absent = delegations_of([p.pk for p, _via in people], on=case.on, document_type=case.document_type)
    asked = list(people)
    for person, _via in people:
        if above := above_absent(person, absent.get(person.pk, []), case):
            asked.append((above, Via.LEVEL_UP.value))
    return list({person.pk: (person, via) for person, via in reversed(asked)}.values())[::-1]


def above_absent(person: User, rows: Iterable[Delegation], case: Case) -> User | None:
    """The superior of somebody who is away by ``rows``, where no deputy may decide this."""
    away = [row for row in rows if row.is_away]
    if not away or any(deputy_may(row, case) for row in away):
        return None
    return next((p for p in line_above(person) if p.pk not in case.barred), None)


def deputy_may(row: Delegation, case: Case) -> bool:
    """A deputy is nobody whose own the matter is, and decides up to the own limit."""
    limit = deputy_limit(row.deputy, row.person, on=case.on)
    return row.deputy_id not in case.barred and within(limit, case.amount)


def deputy_limit(deputy: User, absent: User, *, on: date) -> Decimal | None:
    """The own limit; where none is named the handbook's, but for a superior, to whom it would be passed anyway."""
    limit = own_limit(deputy, on=on)
    if limit is not None or deputy in line_above(absent):
        return limit
    return rule("approvals.deputy_limit", on=on)


def within(limit: Decimal | None, amount: Decimal | None) -> bool:
    return limit is None or amount is None or amount <= limit


@dataclass(frozen=True)
class Seat:
    """The signature somebody may give, and in whose place."""

    ask: Ask
    for_person: User | None


def seats(user: User, request: ApprovalRequest, *, on: date) -> list[Seat]:
    """Open signatures that ``user`` may give now: the own ones first, then those for somebody absent.

    Whoever has decided this request already is nobody's deputy in it (quality B16).
    """
    if user.pk in request.barred or not user.is_active:
        return []
    asks = list(request.asks.filter(state=AskState.OPEN))
    rows = AskedPerson.objects.filter(ask__in=asks).standing(on).values_list("ask_id", "person_id")
    asked = set(rows)
    own = [Seat(ask, None) for ask in asks if (ask.pk, user.pk) in asked]
    taken = {seat.ask.pk for seat in own}
    principals = deputised(user, request.document_type, on=on)
    if principals and request.decisions.filter(actor=user, action="approved").exists():
        principals = {}
    for ask in asks:
        found = [person for pk, person in principals.items() if (ask.pk, pk) in asked]
        if found and ask.pk not in taken:
            own.append(Seat(ask, found[0]))
    return own


def deputised(user: User, document_type: str, *, on: date) -> dict[int, User]:
    """People in whose place ``user`` may decide this kind today."""
    rows = stands_in_for(user, on=on)
    return {row.person_id: row.person for row in rows if row.holds_for(document_type)}


def deputies_for(people: Iterable[int], document_type: str, *, on: date) -> dict[int, list[Delegation]]:
    return delegations_of(people, on=on, document_type=document_type)


def words_of(label: dict[str, Any]) -> str:
    """What a signature is called: role, superior, head or person."""
    kind = label.get("kind", "")
    if kind == ApproverKind.ROLE:
        return str(dict(Role.choices).get(label.get("role", ""), label.get("role", "")))
    if kind == ApproverKind.SUPERIOR and int(label.get("level", 1)) > 1:
        return _("Superior of the applicant, level %(level)s") % {"level": label["level"]}
    if kind in ApproverKind.values and kind != ApproverKind.PERSON:
        return str(ApproverKind(kind).label)
    return str(label.get("name", ""))


def label_of(approver: StepApprover) -> dict[str, Any]:
    """The same as data, so that everybody reads it in the own language."""
    label: dict[str, Any] = {"kind": approver.kind}
    if approver.kind == ApproverKind.ROLE:
        label["role"] = approver.role
    elif approver.kind == ApproverKind.SUPERIOR:
        label["level"] = approver.level
    elif approver.kind == ApproverKind.PERSON:
        label["name"] = str(approver.person)
    return label
