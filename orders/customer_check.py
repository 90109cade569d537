"""May this customer be supplied? A block of the file and a merged file stop the confirmation of an order (CUS-08)."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices import BlockScope
from customers.models import Customer
from orders.models import Order
from orders.services.checks import BLOCK, CONFIRM, CheckAnswer, order_checks
from salesops.handbook.selectors import rule


def check_customer(order: Order, stage: str, *, at: datetime) -> CheckAnswer | None:
    """Only confirming is stopped: what is promised is delivered."""
    if stage != CONFIRM:
        return None
    customer = Customer.objects.only(
        "name", "blocked_scope", "blocked_reason", "blocked_since", "merged_into"
    ).get(pk=order.customer_id)
    if customer.merged_into_id is not None:
        return CheckAnswer(
            BLOCK,
            _("This customer file was merged into another one."),
            _("Enter the order for the file that was kept."),
        )
    blocked = customer.blocked_scope in (BlockScope.ORDERS, BlockScope.BOTH)
    if not blocked or not rule("customers.block_stops_orders", on=timezone.localdate(at)):
        return None
    return CheckAnswer(
        BLOCK,
        _("%(customer)s is blocked since %(date)s: %(reason)s")
        % {"customer": customer.name, "date": customer.blocked_since, "reason": customer.blocked_reason},
        _("The department manager or the general manager lifts the block on the page of the customer."),
        "customers.block_stops_orders",
    )


def register() -> None:
    """Called when the app is ready."""
    order_checks.register("orders.customer", check_customer)
