"""How well the rules of orders are kept: which orders bind us against one of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import DateField, Exists, ExpressionWrapper, F, Max, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from orders.choices import OrderState
from orders.models import Order
from orders.services.approving import KEY
from salesops.approvals.choices import RequestState
from salesops.approvals.formats import base_money, percent
from salesops.approvals.models import ApprovalRequest
from salesops.audit.models import AuditLink
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


def _acts(verb: str) -> Any:
    """What the timeline of the order at hand says of an act."""
    kind = ContentType.objects.get_for_model(Order)
    return AuditLink.objects.filter(content_type=kind, object_id=OuterRef("pk"), event__verb=verb).order_by()


def confirmed_own(user: Any, on: date) -> Any:
    """Orders confirmed within a year by who owns them or handed them in, while the handbook of today forbids it.

    Those confirmed by the last approval are not among them: the engine asks nobody about a matter of one's own.
    """
    if rule("orders.confirm_own", on=on):
        return Order.objects.none()
    sold = [OrderState.CONFIRMED, OrderState.SHIPPED]
    by_whom = Q(event__actor=OuterRef("owner")) | Q(event__actor=OuterRef("submitted_by"))
    own = Exists(_acts("orders.order_confirmed").filter(by_whom))
    rows = _orders(user).filter(own, state__in=sold, confirmed_date__gte=on - YEAR)
    return rows.order_by("-confirmed_date", "pk")


def own_line(order: Any) -> Breach:
    return _line(order, order.confirmed_date, base_money(order.base_total))


def dated_back(user: Any, on: date) -> Any:
    """Orders written here (not brought by a file) more days after their date than the handbook allows today."""
    days = timedelta(days=rule("orders.backdate_days", on=on))
    latest = ExpressionWrapper(F("order_date") + days, output_field=DateField())
    rows = _orders(user).filter(order_date__lt=on - days).annotate(entered=TruncDate("created_at"))
    rows = rows.filter(Exists(_acts("orders.order_created")), entered__gt=latest)
    return rows.exclude(state=OrderState.CANCELLED).order_by("-order_date", "pk")


def entered_line(order: Any) -> Breach:
    entered = order.entered.isoformat()
    return _line(order, order.order_date, _("Entered on %(date)s") % {"date": entered})


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
        Measure("orders.confirm_own", confirmed_own, own_line),
        Measure("orders.backdate_days", dated_back, entered_line),
    )
