"""Goods or money going back to the customer (ORD-15); counts negative on its own date (domain §4 r)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from orders.choices import OrderState
from orders.events import ReturnRecorded
from orders.models import Order, OrderLine, Return
from orders.services.pricing import Given, base_of_return
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.locking import lock_row
from salesops.core.money import ZERO, round_money
from salesops.core.policies import can


@transaction.atomic
def record_return(
    *,
    actor: Any,
    order: Order,
    return_date: date,
    line: OrderLine | None = None,
    quantity: Decimal | None = None,
    net: Decimal | None = None,
    reason: str = "",
    at: datetime,
) -> Return:
    """Record what came back from a shipped order, or from one of its lines.

    ``quantity`` is what came back (0: an allowance, goods stay); ``net`` the amount before tax in the order's
    currency, by default the line's share. Neither may exceed what is left after earlier returns. Raises
    ``InvalidInput``, ``Conflict``, ``NotAllowed``. Publishes ``ReturnRecorded``.
    """
    locked = lock_row(Order.objects.all(), order.pk)
    if actor is not None and not can(actor, "record_return", locked):
        raise NotAllowed(_("You may not record returns of order %(order)s.") % {"order": locked})
    _check_head(locked, line, return_date, today=timezone.localdate(at))
    quantity, net = _amounts(locked, line, quantity, net)
    entry = Return.objects.create(
        order=locked,
        line=line,
        return_date=return_date,
        quantity=quantity,
        net=net,
        base_net=base_of_return(net, order=given(locked), line=given(line) if line else None),
        reason=reason[:200],
        created_by=actor,
    )
    record(
        "orders.return_recorded",
        locked,
        locked.customer,
        actor=actor,
        at=at,
        comment=reason,
        data={
            "number": str(locked),
            "quantity": quantity,
            "net": net,
            "currency": locked.currency_id,
            "date": return_date,
        },
    )
    publish(ReturnRecorded(return_id=entry.pk, at=at))
    return entry


@transaction.atomic
def return_whole_order(
    *, actor: Any, order: Order, return_date: date, reason: str = "", at: datetime
) -> list[Return]:
    """Everything of an order that has not come back yet, one return per line."""
    locked = lock_row(Order.objects.all(), order.pk)
    made = []
    for line in locked.lines.order_by("position"):
        left = remaining(line)
        if left[0] > 0 or left[1] > 0:
            made.append(
                record_return(
                    actor=actor,
                    order=locked,
                    line=line,
                    return_date=return_date,
                    quantity=left[0],
                    net=left[1],
                    reason=reason,
                    at=at,
                )
            )
    return made


def remaining(line: OrderLine) -> tuple[Decimal, Decimal]:
    """Quantity and net amount of a line that have not come back."""
    back = line.returns.aggregate(quantity=Sum("quantity"), net=Sum("net"))
    return line.quantity - (back["quantity"] or 0), line.net - (back["net"] or ZERO)


def given(whole: Order | OrderLine) -> Given:
    """An order or a line with what has come back of it so far."""
    back = whole.returns.aggregate(net=Sum("net"), base=Sum("base_net"))
    return Given(whole.net, whole.base_net, back["net"] or ZERO, back["base"] or ZERO)


def _check_head(order: Order, line: OrderLine | None, return_date: date, *, today: date) -> None:
    if order.state != OrderState.SHIPPED:
        raise Conflict(
            _("Only a shipped order can come back; this one is “%(state)s”.")
            % {"state": order.get_state_display()}
        )
    if line is not None and line.order_id != order.pk:
        raise InvalidInput(_("Choose a line of this order."), field="line")
    if order.shipped_date and return_date < order.shipped_date:
        raise InvalidInput(_("Goods do not come back before they left."), field="return_date")
    if return_date > today:
        raise InvalidInput(_("A return cannot be dated in the future."), field="return_date")


def _amounts(
    order: Order, line: OrderLine | None, quantity: Decimal | None, net: Decimal | None
) -> tuple[Decimal, Decimal]:
    """Quantity and amount of the return, defaulted and checked against what is left."""
    back = order.returns.aggregate(net=Sum("net"))["net"] or ZERO
    places = min(order.currency.decimals, 2)
    if line is None:
        left_quantity, left_net = Decimal(0), order.net - back
        quantity = quantity or Decimal(0)
        net = left_net if net is None else net
    else:
        left_quantity, left_net = remaining(line)
        left_net = min(left_net, order.net - back)
        quantity = left_quantity if quantity is None else quantity
        if net is None:
            _finite(quantity, "quantity")
            all_back = quantity >= left_quantity
            net = (
                left_net
                if all_back
                else min(round_money(line.net * quantity / line.quantity, places), left_net)
            )
    _finite(quantity, "quantity")
    if quantity != round_money(quantity, 6):
        raise InvalidInput(_("At most %(places)s decimals.") % {"places": 6}, field="quantity")
    _finite(net, "net")
    if net != round_money(net, places):
        raise InvalidInput(_("At most %(places)s decimals.") % {"places": places}, field="net")
    if quantity > left_quantity:
        raise InvalidInput(
            _("Only %(left)s are left to come back.") % {"left": f"{left_quantity.normalize():f}"},
            field="quantity",
            left=left_quantity,
        )
    if net > left_net:
        raise InvalidInput(
            _("Only %(left)s %(currency)s are left to give back.")
            % {"left": left_net, "currency": order.currency_id},
            field="net",
            left=left_net,
        )
    if quantity == 0 and net == 0:
        raise InvalidInput(_("Enter a quantity or an amount."), field="quantity")
    return quantity, net


def _finite(value: Any, field: str) -> None:
    if not isinstance(value, Decimal) or not value.is_finite() or value < 0:
        raise InvalidInput(_("Enter a number of at least zero."), field=field)
