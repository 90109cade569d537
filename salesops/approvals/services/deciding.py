"""The approver's side: approve, return, reject. One act wins; whoever comes second is told who was faster."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.accounts.delegations import line_above, own_limit
from salesops.accounts.models import User
from salesops.approvals.choices import ActionKind, AskState, RequestState
from salesops.approvals.events import RequestMoved
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.offers import PassUpOffer
from salesops.approvals.people import Seat, deputy_limit, within
from salesops.approvals.services.locked import (
    kind_of,
    locked,
    move,
    require_state,
    say_why,
    seat_of,
    write,
)
from salesops.approvals.services.requests import make_void, stale
from salesops.approvals.services.stepping import advance, close_doubles
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.core.events import publish


def decide(
    *,
    actor: User,
    at: datetime,
    request: ApprovalRequest,
    action: str,
    comment: str = "",
    version: int | None = None,
) -> ApprovalRequest:
    """``action`` is ``approve``, ``return`` or ``reject``."""
    acts = {"approve": approve, "return": return_request, "reject": reject}
    if action not in acts:
        raise InvalidInput(_("Choose what to do."), field="action")
    return acts[action](actor=actor, at=at, request=request, comment=comment, version=version)


@transaction.atomic
def approve(
    *, actor: User, at: datetime, request: ApprovalRequest, comment: str = "", version: int | None = None
) -> ApprovalRequest:
    """Sign. With the last signature the request is approved and the app does what was asked for.

    When the record has changed since, the request becomes void instead (state ``void`` of the answer). Raises
    ``NotAllowed`` (not asked, own request, above the limit), ``Conflict`` (somebody was faster).
    """
    row, subject = locked(request, version=version)
    require_state(row, RequestState.PENDING)
    seat = seat_of(actor, row, at=at)
    if why := stale(row, subject):
        make_void(row, subject, why, actor=actor, at=at)
        return row
    _require_limit(actor, row, seat, at=at)
    seat.ask.state = AskState.APPROVED
    seat.ask.save(update_fields=["state"])
    write(
        row,
        ActionKind.APPROVED,
        actor=actor,
        at=at,
        subject=subject,
        ask=seat.ask,
        for_person=seat.for_person,
        comment=comment,
    )
    if seat.for_person is None:
        close_doubles(row, actor, at=at)
    if not advance(row, at=at):
        move(row, RequestState.PENDING, at=at)
        return row
    row.step -= 1
    move(row, RequestState.APPROVED, at=at)
    kind_of(row).on_approved(subject, request=row, actor=actor, at=at)
    publish(RequestMoved(row.pk, row.state, actor.pk, at))
    return row


@transaction.atomic
def return_request(
    *, actor: User, at: datetime, request: ApprovalRequest, comment: str, version: int | None = None
) -> ApprovalRequest:
    """Give a request back to be mended; handed in again it comes back to this step. A comment is needed."""
    row, subject = _end(
        actor, request, AskState.RETURNED, ActionKind.RETURNED, comment=comment, version=version, at=at
    )
    row.asks.filter(state__in=[AskState.OPEN, AskState.LATER]).update(state=AskState.CLOSED)
    move(row, RequestState.RETURNED, at=at)
    kind_of(row).on_returned(subject, request=row, actor=actor, at=at)
    publish(RequestMoved(row.pk, row.state, actor.pk, at))
    return row


@transaction.atomic
def reject(
    *, actor: User, at: datetime, request: ApprovalRequest, comment: str, version: int | None = None
) -> ApprovalRequest:
    """Say no for good. A comment is needed."""
    row, subject = _end(
        actor, request, AskState.REJECTED, ActionKind.REJECTED, comment=comment, version=version, at=at
    )
    move(row, RequestState.REJECTED, at=at)
    kind_of(row).on_rejected(subject, request=row, actor=actor, at=at)
    publish(RequestMoved(row.pk, row.state, actor.pk, at))
    return row


def _end(
    actor: User,
    request: ApprovalRequest,
    state: AskState,
    action: ActionKind,
    *,
    comment: str,
    version: int | None,
    at: datetime,
) -> tuple[ApprovalRequest, Model | None]:
    row, subject = locked(request, version=version)
    require_state(row, RequestState.PENDING)
    seat = seat_of(actor, row, at=at)
    why = say_why(comment)
    seat.ask.state = state
    seat.ask.save(update_fields=["state"])
    write(
        row,
        action,
        actor=actor,
        at=at,
        subject=subject,
        ask=seat.ask,
        for_person=seat.for_person,
        comment=why,
    )
    return row, subject


def _require_limit(actor: User, request: ApprovalRequest, seat: Seat, *, at: datetime) -> None:
    """Nobody approves beyond the own limit; a deputy's own limit holds, not that of the person absent."""
    on = timezone.localdate(at)
    absent = seat.for_person
    limit = deputy_limit(actor, absent, on=on) if absent else own_limit(actor, on=on)
    if within(limit, request.tested_amount):
        return
    nobody = {*request.barred, actor.pk}
    above = next((p for p in line_above(absent or actor) if p.pk not in nobody), None)
    raise NotAllowed(
        _("This is beyond your limit."),
        clause="approvals.deputy_limit" if absent else "",
        way_out=_("Pass it to %(superior)s.") % {"superior": above} if above else _("Nobody stands above."),
        release=PassUpOffer(request, above) if above else None,
        limit=limit,
        amount=request.tested_amount,
    )
