"""How well the rules of orders are kept: which orders bind us against one of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Max
from django.utils.translation import gettext as _

from orders.choices import OrderState
from orders.models import Order
from orders.services.approving import KEY
from salesops.approvals.choices import RequestState
from salesops.approvals.formats import base_money, percent
from salesops.approvals.models import ApprovalRequest
from salesops.handbook.registry import Breach, Measure, register_measures
from salesops.handbook.selectors import rule
from salesops.ui.links import record_url

YEAR = timedelta(days=366)
OPEN = (OrderState.SUBMITTED, OrderState.CONFIRMED)


def _orders(user: Any) -> Any:
    return Order.objects.visible_to(user).select_related("owner", "customer")


def not_approved(user: Any, on: date) -> Any:
    """Orders confirmed within a year at or above the limit that nobody approved, imported history included."""
    approved = ApprovalRequest.objects.filter(document_type=KEY, state=RequestState.APPROVED)
    rows = _orders(user).filter(
        state__in=[OrderState.CONFIRMED, OrderState.SHIPPED],
        confirmed_date__gte=on - YEAR,
        base_total__gte=rule("orders.approval_limit", on=on),
    )
    return rows.exclude(pk__in=approved.values("subject_id")).order_by("-confirmed_date", "pk")


def amount_line(order: Any) -> Breach:
    return _line(order, order.confirmed_date, base_money(order.base_total))


def discounted(user: Any, on: date) -> Any:
    """Open orders with a line whose discount is more than the handbook allows today."""
    most: Decimal = rule("orders.max_discount", on=on)
    rows = _orders(user).filter(state__in=OPEN, lines__discount__gt=most)
    return rows.annotate(largest=Max(F("lines__discount"))).order_by("order_date", "pk")


def discount_line(order: Any) -> Breach:
    return _line(order, order.order_date, _("Discount %(share)s") % {"share": percent(order.largest)})


def under_floor(user: Any, on: date) -> Any:
    """Open orders with a line under its floor price."""
    lines = Order.objects.filter(state__in=OPEN, lines__below_floor=True).order_by()
    return _orders(user).filter(pk__in=lines.values("pk")).order_by("order_date", "pk")


def floor_line(order: Any) -> Breach:
    return _line(order, order.order_date, order.get_state_display())


def _line(order: Any, since: date | None, detail: Any) -> Breach:
    return Breach(
        order.number or str(order), record_url(order), order.owner, since, f"{order.customer}: {detail}"
    )


def register() -> None:
    """Called when the app is ready."""
    register_measures(
        Measure("orders.approval_limit", not_approved, amount_line),
        Measure("orders.max_discount", discounted, discount_line),
        Measure("orders.floor_price_policy", under_floor, floor_line),
    )
