"""What of an order is billed already: by hand, by file, by its shipment. Nothing is billed twice (REC-01)."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from orders.models import Order
from receivables.errors import WrongSide
from receivables.models import CreditNote, Receivable
from salesops.core.errors import Conflict
from salesops.core.locking import lock_row
from salesops.core.money import ZERO, places_of, round_money


def billed_of(order: Order) -> Decimal:
    """Amounts of the order's receivables less what was credited of them, in the order's currency.

    Credit for goods that came back frees nothing: what came back is not billed again.
    """
    billed = Receivable.objects.filter(order=order).aggregate(sum=Sum("amount"))["sum"] or ZERO
    credited = CreditNote.objects.filter(receivable__order=order).aggregate(sum=Sum("amount"))["sum"] or ZERO
    return billed - max(credited - _returned(order), ZERO)


def _returned(order: Order) -> Decimal:
    """What came back of an order, with its tax."""
    back = order.returns.annotate(rate=F("line__tax_rate")).values_list("net", "rate")
    parts = (with_tax(order, net, rate) for net, rate in back)
    return round_money(round_money(sum(parts, ZERO), places_of(order.currency_id)))


def with_tax(order: Order, net: Decimal, rate: Decimal | None) -> Decimal:
    """A net amount of an order with its tax, not rounded: at its line's rate, or (``None``) at that of the whole."""
    whole = (order.total - order.freight) / order.net if order.net else Decimal(1)
    return net * (whole if rate is None else 1 + rate)


def left_to_bill(order: Order) -> Decimal:
    """What of an order's total no receivable stands for yet."""
    return max(order.total - billed_of(order), ZERO)


def require_left(order: Order, amount: Decimal, currency: str) -> None:
    """Lock the order, so that two people bill one after the other; refuse more than is left, with the figures.

    Raises ``WrongSide`` for another currency than the order's, ``Conflict``.
    """
    lock_row(Order.objects.all(), order.pk)
    if currency != order.currency_id:
        raise WrongSide(
            _("Order %(order)s is in %(currency)s.") % {"order": order, "currency": order.currency_id},
            field="currency",
        )
    left = left_to_bill(order)
    if amount > left:
        raise Conflict(
            _("Order %(order)s comes to %(total)s; %(billed)s of it is billed already, %(left)s is left.")
            % {"order": order, "total": order.total, "billed": order.total - left, "left": left},
            field="amount",
            way_out=_("Bill what is left, or enter the rest without the order."),
            total=order.total,
            billed=order.total - left,
            left=left,
        )
