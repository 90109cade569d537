"""Orders that wait: somebody decided to confirm or ship one, and only what passes by itself stopped it (ORD-14).

``order_checks`` says of each block whether it ``passes``: money comes in, a release is signed, a hold is lifted. Then
``go_on`` confirms in the name of whoever decided it; a shipment is a fact of the warehouse and is only announced.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from orders.choices import OrderState
from orders.models import Order
from orders.services import checks, moves
from salesops.audit.services import record
from salesops.core.errors import Conflict, DomainError
from salesops.core.locking import lock_row

STAGES = {OrderState.SUBMITTED: checks.CONFIRM, OrderState.CONFIRMED: checks.SHIP}
CONFIRMED, ASKED, SHIP, CONFIRM, REFUSED = "confirmed", "asked", "ship", "confirm", "refused"


def may_wait(order: Order, *, at: datetime) -> bool:
    """Is the next step of an order stopped by nothing but what passes by itself?"""
    return passing(_answers(order, at=at))


def passing(answers: list[checks.CheckAnswer]) -> bool:
    """Do these answers stop an order, each for as long as something lasts that ends by itself?"""
    blocks = [answer for answer in answers if answer.result == checks.BLOCK]
    return bool(blocks) and all(answer.passes for answer in blocks)


def blocks(order: Order, *, at: datetime) -> list[checks.CheckAnswer]:
    """What stops the next step of an order."""
    return [answer for answer in _answers(order, at=at) if answer.result == checks.BLOCK]


def _answers(order: Order, *, at: datetime) -> list[checks.CheckAnswer]:
    stage = STAGES.get(OrderState(order.state))
    return checks.ask(order, stage, at=at) if stage else []


@transaction.atomic
def leave_waiting(*, actor: Any, order: Order, at: datetime) -> Order:
    """Have an order confirmed, or its shipment announced, as soon as nothing stops it any more.

    Needs the right to the step itself. Raises ``NotAllowed``, and ``Conflict`` where nothing stops it or something that
    only people can change does.
    """
    locked = (
        moves._confirmable(order, actor=actor, at=at)
        if order.state == OrderState.SUBMITTED
        else moves._locked(order, OrderState.SHIPPED, actor=actor, verb="ship")
    )
    if not may_wait(locked, at=at):
        raise Conflict(
            _("Order %(order)s has nothing to wait for that ends by itself.") % {"order": locked},
            way_out=_("See what stands in the way, or go on now."),
        )
    _set(locked, actor)
    moves._write("order_left_waiting", locked, actor=actor, at=at)
    return locked


@transaction.atomic
def stop_waiting(*, actor: Any, order: Order, at: datetime) -> Order:
    """The order goes on only by hand again."""
    locked = lock_row(Order.objects.select_related("customer"), order.pk)
    if locked.waits_by_id is not None:
        _set(locked, None)
        moves._write("order_waits_no_more", locked, actor=actor, at=at)
    return locked


def _set(order: Order, person: Any) -> None:
    order.waits_by = person
    order.version += 1
    order.save(update_fields=["waits_by", "version", "updated_at"])


@transaction.atomic
def go_on(order: Order, *, at: datetime, by_itself: bool = True) -> str:
    """Take the step that an order waits for, if nothing stops it any more: what came of it ("": it waits on).

    ``confirmed``; ``asked``: it is large, approval was asked for; ``ship`` and, unless ``by_itself``, ``confirm``: a person
    can do it now; ``refused``: something else is in the way.
    """
    locked = lock_row(Order.objects.select_related("customer", "waits_by"), order.pk)
    person = locked.waits_by
    if person is None or blocks(locked, at=at):
        return ""
    facts = {"number": str(locked), "total": locked.total, "currency": locked.currency_id}
    if locked.state != OrderState.SUBMITTED or not by_itself:
        _set(locked, None)
        record("orders.order_went_on", locked, locked.customer, actor=None, at=at, data=facts)
        return CONFIRM if locked.state == OrderState.SUBMITTED else SHIP
    try:
        with transaction.atomic():
            record("orders.order_went_on", locked, locked.customer, actor=None, at=at, data=facts)
            done = moves.confirm_or_ask(actor=person, order=locked, at=at)
    except DomainError:
        _set(lock_row(Order.objects.all(), locked.pk), None)
        record("orders.order_stayed", locked, locked.customer, actor=None, at=at, data=facts)
        return REFUSED
    if isinstance(done, Order):
        return CONFIRMED
    _set(lock_row(Order.objects.all(), locked.pk), None)
    return ASKED
