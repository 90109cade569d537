"""May this customer be supplied? A block of the file and a merged file stop the confirmation of an order (CUS-08)."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from customers.blocks import block_of
from customers.choices import BlockScope
from customers.models import Customer
from orders.models import Order
from orders.services.checks import BLOCK, CONFIRM, CheckAnswer, order_checks


def check_customer(order: Order, stage: str, *, at: datetime, act: bool) -> CheckAnswer | None:
    """Only confirming is stopped: what is promised is delivered."""
    if stage != CONFIRM:
        return None
    customer = Customer.objects.only(
        "name", "blocked_scope", "blocked_reason", "blocked_since", "merged_into"
    ).get(pk=order.customer_id)
    answer = block_of(customer, BlockScope.ORDERS, on=timezone.localdate(at))
    return CheckAnswer(BLOCK, answer.sentence, answer.way_out, answer.clause) if answer else None


def register() -> None:
    """Called when the app is ready."""
    order_checks.register("orders.customer", check_customer)
