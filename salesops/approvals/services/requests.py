"""The applicant's side: ask, change, hand in again, withdraw; and what apps tell when their record moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.approvals.choices import DECIDING, OPEN_STATES, ActionKind, RequestState
from salesops.approvals.events import RequestMoved
from salesops.approvals.models import ApprovalRequest, RouteCondition
from salesops.approvals.registry import DocumentType, document_types
from salesops.approvals.routing import Matter, facts_of, hash_of, look_at
from salesops.approvals.services.locked import kind_of, locked, move, require_state, told, write
from salesops.approvals.services.signers import send_copy
from salesops.approvals.services.stepping import advance
from salesops.core.errors import AskOffer, Conflict, NotAllowed
from salesops.core.events import publish
from salesops.core.locking import lock_row
from salesops.core.policies import can


@transaction.atomic
def start(
    *,
    actor: User,
    at: datetime,
    obj: Model,
    document_type: str,
    reason: str = "",
    payload: Mapping[str, Any] | None = None,
    copies: Iterable[User] = (),
) -> ApprovalRequest:
    """Ask for approval of a record. The flow in force today is kept to the end.

    Raises ``Conflict`` when a request is open already, when the flow asks nobody for these facts, or when a
    step finds nobody to ask; ``NotAllowed`` without the kind's ``may_request``.
    """
    kind = document_types[document_type]
    subject = type(obj)._base_manager.select_for_update(of=("self",), no_key=True).get(pk=obj.pk)
    if not can(actor, kind.may_request, subject):
        raise NotAllowed(_("You may not ask for this here."))
    _require_ready(kind, subject)
    _refuse_second(kind, subject)
    matter = look_at(kind, subject, at=at, payload=payload)
    if matter.route is None:
        raise Conflict(
            _("Nobody has to approve this."),
            way_out=_("Do it directly; the flow asks nobody for these figures."),
        )
    request = _new(kind, subject, matter, actor=actor, at=at, reason=reason)
    write(request, ActionKind.REQUESTED, actor=actor, at=at, subject=subject, comment=reason)
    for person in copies:
        send_copy(actor=actor, at=at, request=request, person=person)
    if advance(request, at=at):
        raise Conflict(_("Every step of this flow would count as signed; nobody would decide."))
    request.save()
    return request


def _require_ready(kind: DocumentType, subject: Model | None) -> None:
    if kind.not_ready is not None and (why := kind.not_ready(subject)):
        raise Conflict(why)


def _refuse_second(kind: DocumentType, subject: Model) -> None:
    open_one = (
        ApprovalRequest.objects.about(subject).filter(document_type=kind.key, state__in=OPEN_STATES).first()
    )
    if open_one is not None:
        raise Conflict(
            _("%(who)s has asked for this already; it is “%(state)s”.")
            % {"who": open_one.applicant, "state": open_one.get_state_display()},
            way_out=_("Open that request."),
            existing=open_one.pk,
        )


def _new(
    kind: DocumentType, subject: Model, matter: Matter, *, actor: User, at: datetime, reason: str
) -> ApprovalRequest:
    applicant = (kind.applicant(subject) if kind.applicant else None) or actor
    own = kind.own_people(subject) if kind.own_people else ()
    team = (kind.team(subject) if kind.team else None) or team_on(applicant, matter.on)
    request = ApprovalRequest(
        document_type=kind.key,
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=subject.pk,
        title=str(subject)[:200],
        flow=matter.flow,
        route=matter.route,
        applicant=applicant,
        team=team,
        barred=sorted({actor.pk, applicant.pk, *(pk for pk in own if pk)}),
        reason=reason.strip()[:2000],
        requested_at=at,
        created_by=actor,
        payload=dict(matter.payload),
    )
    _put_facts(request, matter)
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError:
        raise Conflict(_("Somebody has asked for this at the same moment.")) from None
    return request


def _put_facts(request: ApprovalRequest, matter: Matter) -> None:
    request.facts, request.facts_hash = matter.facts, hash_of(matter.facts)
    request.counted = [
        {**asdict(line), "day": line.day.isoformat(), "amount": str(line.amount)} for line in matter.counted
    ]
    request.amount, request.tested_amount = matter.amount, matter.tested
    request.customer_id = matter.customer_id


@transaction.atomic
def edit_request(
    *, actor: User, at: datetime, request: ApprovalRequest, reason: str, version: int | None = None
) -> ApprovalRequest:
    """Change what one has written, before anybody has decided."""
    row, subject = locked(request, version=version)
    require_state(row, *OPEN_STATES)
    _require_applicant(row, actor)
    if row.state == RequestState.PENDING:
        _require_undecided(row)
    row.reason = reason.strip()[:2000]
    move(row, RequestState(row.state), at=at)
    write(row, ActionKind.EDITED, actor=actor, at=at, subject=subject, comment=row.reason)
    return row


@transaction.atomic
def withdraw(
    *, actor: User, at: datetime, request: ApprovalRequest, comment: str = "", version: int | None = None
) -> ApprovalRequest:
    """Take a request back before the first decision, or when it was returned."""
    row, subject = locked(request, version=version)
    require_state(row, *OPEN_STATES)
    _require_applicant(row, actor)
    if row.state == RequestState.PENDING:
        _require_undecided(row)
    move(row, RequestState.WITHDRAWN, at=at)
    write(row, ActionKind.WITHDRAWN, actor=actor, at=at, subject=subject, comment=comment)
    kind_of(row).on_ended(subject, request=row, actor=actor, at=at)
    publish(RequestMoved(row.pk, row.state, actor.pk, at))
    return row


@transaction.atomic
def resubmit(
    *,
    actor: User,
    at: datetime,
    request: ApprovalRequest,
    comment: str = "",
    payload: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> ApprovalRequest:
    """Hand a returned request in again: it goes on with the step that returned it.

    The facts are read anew. It begins at its first step when they now call for another route of the same version,
    when the amount has risen or when a fact that a condition of the flow tests is another one: those who signed
    before have not approved that.
    """
    row, subject = locked(request, version=version)
    require_state(row, RequestState.RETURNED)
    _require_applicant(row, actor)
    if payload is not None:
        row.payload = dict(payload)
    _require_ready(kind_of(row), subject)
    matter = look_at(kind_of(row), subject, at=at, payload=row.payload, flow=row.flow)
    if matter.route is None:
        raise Conflict(_("Nobody has to approve this any more."), way_out=_("Withdraw the request."))
    if _weightier(row, matter):
        row.route, row.step = matter.route, 1
    before = row.facts
    _put_facts(row, matter)
    row.round += 1
    move(row, RequestState.PENDING, at=at)
    write(
        row,
        ActionKind.RESUBMITTED,
        actor=actor,
        at=at,
        subject=subject,
        comment=comment,
        changes=_moved(before, row.facts),
    )
    if advance(row, at=at):
        raise Conflict(_("Every step of this flow would count as signed; nobody would decide."))
    row.save()
    return row


def _weightier(request: ApprovalRequest, matter: Matter) -> bool:
    """Do the facts of now call for more than what was signed so far?"""
    if matter.route is None or matter.route.pk != request.route_id:
        return True
    if (matter.tested or 0) > (request.tested_amount or 0):
        return True
    tested = RouteCondition.objects.filter(route__flow=request.flow).exclude(field=matter.kind.amount)
    return any(request.facts.get(f) != matter.facts.get(f) for f in tested.values_list("field", flat=True))


def _moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The facts that differ from those returned: what the history shows as the new version."""
    names = [*after, *(name for name in before if name not in after)]
    return {n: [before.get(n), after.get(n)] for n in names if before.get(n) != after.get(n)}


def _require_applicant(request: ApprovalRequest, actor: User) -> None:
    if actor.pk not in (request.applicant_id, request.created_by_id):
        raise NotAllowed(
            _("Only %(who)s may do this.") % {"who": request.applicant},
            way_out=_("Ask the applicant."),
            release=AskOffer(
                _("Please look at your request: %(request)s") % {"request": request.title},
                people=(request.applicant, request.created_by),
                subject=request,
            ),
        )


def _require_undecided(request: ApprovalRequest) -> None:
    if request.decisions.filter(action__in=DECIDING).exists():
        raise told(request)


def stale(request: ApprovalRequest, subject: Model | None) -> str:
    """Why the request no longer fits its record; "" when it does."""
    if subject is None:
        return _("The record is gone.")
    kind = kind_of(request)
    if kind.stale is not None:
        return kind.stale(subject, request)
    now = facts_of(kind, subject, request.payload)
    if hash_of(now) == request.facts_hash:
        return ""
    names = [str(kind.labels.get(k, k)) for k, v in now.items() if request.facts.get(k) != v]
    return _("Changed since it was asked for: %(fields)s.") % {"fields": ", ".join(names) or "–"}


def make_void(
    request: ApprovalRequest, subject: Model | None, why: str, *, actor: User | None, at: datetime
) -> None:
    """A locked request ends because its record is not what was asked for."""
    move(request, RequestState.VOID, at=at)
    write(request, ActionKind.VOIDED, actor=actor, at=at, subject=subject, comment=why)
    kind_of(request).on_ended(subject, request=request, actor=actor, at=at)
    publish(RequestMoved(request.pk, request.state, actor.pk if actor else None, at))


@transaction.atomic
def subject_changed(obj: Model, *, actor: User | None, at: datetime) -> int:
    """An app tells that a record changed: pending requests whose facts differ become void. How many did."""
    count = 0
    for row in _open_about(obj).filter(state=RequestState.PENDING):
        row = lock_row(ApprovalRequest.objects.all(), row.pk)
        why = stale(row, obj) if row.state == RequestState.PENDING else ""
        if why:
            make_void(row, obj, why, actor=actor, at=at)
            count += 1
    return count


@transaction.atomic
def end_requests(
    obj: Model, *, why: str, actor: User | None, at: datetime, also_returned: bool = True
) -> int:
    """An app tells that there is nothing left to approve (cancelled, done otherwise). How many requests ended."""
    count = 0
    states = OPEN_STATES if also_returned else (RequestState.PENDING,)
    for row in _open_about(obj):
        row = lock_row(ApprovalRequest.objects.all(), row.pk)
        if row.state in states:
            make_void(row, obj, why, actor=actor, at=at)
            count += 1
    return count


def _open_about(obj: Model) -> Any:
    return ApprovalRequest.objects.about(obj).filter(state__in=OPEN_STATES).order_by("pk")
