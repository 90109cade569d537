"""Move an order through its states (domain §3.5): each act locks the row, checks, writes, tells."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orders.choices import ORDER_MOVES, OrderState
from orders.events import OrderCancelled, OrderConfirmed, OrderShipped
from orders.models import Order
from orders.services import approving, arranging, checks, differences
from salesops.accounts.asking import ask_above
from salesops.accounts.delegations import line_above
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.selectors import open_request
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.inputs import said
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.numbering.services import next_free_number, unless_taken

LABELS = dict(OrderState.choices)


@transaction.atomic
def submit_order(*, actor: Any, order: Order, at: datetime) -> Order:
    """Hand a draft in for confirmation; the first time it takes the next DD number."""
    locked = _locked(order, OrderState.SUBMITTED, actor=actor, verb="submit")
    if not locked.number:
        locked.number = next_free_number("DD", Order, on=timezone.localdate(at))
    locked.submitted_by = actor
    locked.submitted_date = timezone.localdate(at)
    with unless_taken(Order, lambda: _number_gone(locked)):
        _move(locked, OrderState.SUBMITTED, "number", "submitted_by", "submitted_date")
    flagged = locked.lines.filter(below_floor=True).count()
    _write("order_submitted", locked, actor=actor, at=at, below_floor=flagged)
    if actor is not None and rule("orders.contract_differences", on=timezone.localdate(at)) == "answer":
        differences.ask_each(actor=actor, order=locked, at=at)
    return locked


@transaction.atomic
def return_order_to_draft(*, actor: Any, order: Order, reason: str, at: datetime) -> Order:
    """Take a submitted order back for rework; it keeps its number. A reason is needed."""
    locked = _locked(order, OrderState.DRAFT, actor=actor, verb="return_to_draft")
    approving.end_approval(locked, said(reason, _("Say why.")), actor=actor, at=at, returned=False)
    differences.end_questions(locked, said(reason, _("Say why.")), actor=actor, at=at)
    _move(locked, OrderState.DRAFT)
    _write("order_returned_to_draft", locked, actor=actor, at=at, comment=said(reason, _("Say why.")))
    return locked


@transaction.atomic
def confirm_order(*, actor: Any, order: Order, at: datetime) -> Order:
    """Bind the company to a submitted order; asks ``order_checks`` first.

    Raises ``OrderRefused`` with clause and figures (and, above the limit, the request that helps), ``NotAllowed`` for one's own order unless the handbook
    allows it, ``Conflict`` when somebody else was faster. Publishes ``OrderConfirmed``.
    """
    locked = _confirmable(order, actor=actor, at=at)
    approving.require_approval(locked, at=at)
    approving.end_approval(locked, _("Confirmed without, since no limit was reached."), actor=actor, at=at)
    return confirm_locked(locked, actor=actor, at=at)


@transaction.atomic
def confirm_or_ask(*, actor: Any, order: Order, at: datetime) -> Order | ApprovalRequest:
    """Confirm an order, or ask for the approval that this needs; then the engine confirms it later."""
    locked = _confirmable(order, actor=actor, at=at)
    if approving.needs_approval(locked, at=at) and open_request(locked, approving.KEY) is None:
        return approving.ask_for_approval(actor=actor, order=locked, at=at)
    return confirm_order(actor=actor, order=locked, at=at)


def _confirmable(order: Order, *, actor: Any, at: datetime) -> Order:
    locked = _locked(order, OrderState.CONFIRMED, actor=actor, verb="confirm")
    own = actor is not None and actor.pk in (locked.owner_id, locked.submitted_by_id)
    if own and not rule("orders.confirm_own", on=timezone.localdate(at)):
        above = line_above(actor)
        raise NotAllowed(
            _("Nobody confirms an order of one's own."),
            clause="orders.confirm_own",
            way_out=_("Ask %(who)s.") % {"who": above[0]} if above else _("Nobody stands above."),
            release=ask_above(actor, _("Please confirm order %(order)s") % {"order": locked}, locked),
            amount=locked.base_total,
        )
    return locked


def confirm_locked(
    order: Order, *, actor: Any, at: datetime, approved_by: ApprovalRequest | None = None
) -> Order:
    """Confirm a locked order after the checks; ``approved_by`` is the request whose last signature did it."""
    ORDER_MOVES.require(order.state, OrderState.CONFIRMED, labels=LABELS)
    warnings = checks.require(order, checks.CONFIRM, at=at)
    order.confirmed_date = timezone.localdate(at)
    _move(order, OrderState.CONFIRMED, "confirmed_date")
    approval = {"approval": approved_by.pk} if approved_by is not None else {}
    verb = "order_confirmed_by_approval" if approved_by is not None else "order_confirmed"
    _write(verb, order, actor=actor, at=at, warnings=warnings, **approval)
    publish(OrderConfirmed(order_id=order.pk, at=at))
    return order


@transaction.atomic
def submit_orders(orders: Iterable[Order], *, actor: Any, at: datetime) -> None:
    """Hand several drafts in, in ascending key; one that is refused leaves all as they were."""
    for order in sorted(orders, key=lambda o: o.pk):
        submit_order(actor=actor, order=order, at=at)


@transaction.atomic
def confirm_orders(orders: Iterable[Order], *, actor: Any, at: datetime) -> None:
    """Confirm several orders, in ascending key, or ask where approval is needed; one refusal undoes all."""
    for order in sorted(orders, key=lambda o: o.pk):
        confirm_or_ask(actor=actor, order=order, at=at)


@transaction.atomic
def ship_order(*, actor: Any, order: Order, shipped_date: date, ship_method: str = "", at: datetime) -> Order:
    """Ship the whole order on a day that is neither before the order nor in the future.

    Asks ``order_checks`` again. Publishes ``OrderShipped``.
    """
    locked = _locked(order, OrderState.SHIPPED, actor=actor, verb="ship")
    if shipped_date < locked.order_date:
        raise InvalidInput(_("Goods do not leave before they were ordered."), field="shipped_date")
    if shipped_date > timezone.localdate(at):
        raise InvalidInput(_("A shipment cannot be dated in the future."), field="shipped_date")
    warnings = checks.require(locked, checks.SHIP, at=at)
    locked.shipped_date = shipped_date
    locked.ship_method = ship_method
    arranging.end_arrangement(locked, _("The order was shipped."), actor=actor, at=at)
    _move(locked, OrderState.SHIPPED, "shipped_date", "ship_method")
    _write(
        "order_shipped",
        locked,
        actor=actor,
        at=at,
        shipped_date=shipped_date,
        ship_method=ship_method,
        warnings=warnings,
    )
    publish(OrderShipped(order_id=locked.pk, at=at))
    return locked


@transaction.atomic
def cancel_order(*, actor: Any, order: Order, reason: str, at: datetime) -> Order:
    """Call an order off before shipment, with a reason; a confirmed one needs the level that confirms.

    Publishes ``OrderCancelled``.
    """
    locked = _locked(order, OrderState.CANCELLED, actor=actor, verb="cancel")
    was_confirmed = locked.state == OrderState.CONFIRMED
    locked.cancel_reason = said(reason, _("Say why."))
    approving.end_approval(locked, locked.cancel_reason, actor=actor, at=at)
    arranging.end_arrangement(locked, locked.cancel_reason, actor=actor, at=at)
    differences.end_questions(locked, locked.cancel_reason, actor=actor, at=at)
    _move(locked, OrderState.CANCELLED, "cancel_reason")
    _write("order_cancelled", locked, actor=actor, at=at, comment=locked.cancel_reason)
    who = actor.pk if actor is not None else None
    publish(OrderCancelled(order_id=locked.pk, at=at, was_confirmed=was_confirmed, actor_id=who))
    return locked


def _locked(order: Order, target: OrderState, *, actor: Any, verb: str) -> Order:
    """The order's row, locked, after asking the policy and the table of moves."""
    locked = lock_row(Order.objects.select_related("customer"), order.pk)
    if actor is not None and not can(actor, verb, locked):
        raise NotAllowed(_("You may not do this to order %(order)s.") % {"order": locked})
    ORDER_MOVES.require(locked.state, target, labels=LABELS)
    return locked


def _move(order: Order, state: OrderState, *fields: str) -> None:
    order.state = state
    order.waits_by = None
    order.version += 1
    order.save(update_fields=["state", "waits_by", "version", "updated_at", *fields])


def _write(verb: str, order: Order, *, actor: Any, at: datetime, comment: str = "", **data: Any) -> None:
    facts = {"number": str(order), "total": order.total, "currency": order.currency_id, **data}
    record(f"orders.{verb}", order, order.customer, actor=actor, at=at, comment=comment, data=facts)


def _number_gone(order: Order) -> Conflict:
    return Conflict(
        _("An import has just brought an order %(number)s along.") % {"number": order.number},
        way_out=_("Try again; the order then takes the next number."),
    )
