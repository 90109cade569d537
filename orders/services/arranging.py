"""Arrange a shipment with the warehouse: the right goods at the right time, and who confirmed it (ORD-07)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orders.choices import OrderState
from orders.models import Order
from salesops.accounts.models import Team
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.work.choices import REQUEST_WAITING, RequestState
from salesops.work.models import DepartmentRequest
from salesops.work.services import ask_department, end_request_along

READY_BY = time(17, 0)  # of the day on which the goods are to be ready
AT_LEAST = timedelta(hours=1)
STANDS = (*REQUEST_WAITING, RequestState.ANSWERED, RequestState.CLOSED)


@transaction.atomic
def arrange_shipment(
    *, actor: Any, order: Order, to_team: Team, ready_date: date, note: str = "", at: datetime
) -> DepartmentRequest:
    """Ask a unit to have the goods of a confirmed order ready on a day; its answer is the confirmation.

    The unit reads what is to be sent, where to and until when. Raises ``Conflict`` for an order that is not
    confirmed or for which an arrangement stands, ``InvalidInput`` for a day before today.
    """
    locked = lock_row(Order.objects.select_related("customer", "arrangement"), order.pk)
    if not can(actor, "arrange", locked):
        raise NotAllowed(_("You may not do this to order %(order)s.") % {"order": locked})
    if locked.state != OrderState.CONFIRMED:
        raise Conflict(_("Only a confirmed order that was not shipped yet is arranged with the warehouse."))
    standing = locked.arrangement
    if standing is not None and standing.state in STANDS:
        raise Conflict(
            _("%(unit)s was asked for this shipment already.") % {"unit": standing.to_team},
            way_out=_("Withdraw that request first."),
        )
    if ready_date < timezone.localdate(at):
        raise InvalidInput(_("The goods are to be ready today or later."), field="ready_date")
    due = max(timezone.make_aware(datetime.combine(ready_date, READY_BY)), at + AT_LEAST)
    title = _("Shipment of order %(order)s") % {"order": locked}
    words = what_to_send(locked, note=note)
    locked.arrangement = ask_department(
        actor=actor, at=at, to_team=to_team, title=title, due_at=due, ask=words, subject=locked
    )
    locked.version += 1
    locked.save(update_fields=["arrangement", "version", "updated_at"])
    record(
        "orders.shipment_arranged",
        locked,
        locked.customer,
        actor=actor,
        at=at,
        comment=note,
        data={"number": str(locked), "unit": str(to_team), "ready_date": ready_date},
    )
    return locked.arrangement


def what_to_send(order: Order, *, note: str = "") -> str:
    """What the warehouse reads: goods line by line, receiver, place, days."""
    lines = [
        f"{line.position}. {line.product.code} {line.product}: {line.quantity.normalize():f} {line.product.unit}"
        for line in order.lines.select_related("product").order_by("position")
    ]
    facts = [
        (_("Customer"), order.customer.name),
        (_("Ship to"), order.ship_to),
        (_("Required by"), order.required_date),
        (_("Promised for"), order.promised_date),
        (_("Customer's order number"), order.customer_po),
    ]
    return "\n".join(
        [*lines, *(f"{name}: {value}" for name, value in facts if value), *([note] if note else [])]
    )


def end_arrangement(order: Order, why: str, *, actor: Any, at: datetime) -> None:
    """The order was shipped or called off: nobody needs the answer any more."""
    if order.arrangement is not None and actor is not None:
        end_request_along(actor=actor, at=at, request=order.arrangement, reason=why)
