"""Orders go on when the credit stops them no more: money came in, a hold was lifted, a release was signed (ORD-14, R-86)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from orders.models import Order
from orders.services import waiting
from receivables.selectors.groups import group_of
from salesops.handbook.selectors import rule
from salesops.jobs.models import OutboxMessage
from salesops.jobs.registry import register_outbox
from salesops.jobs.services.outbox import enqueue
from salesops.notifications.registry import NoticeKind, register_kinds
from salesops.notifications.services import notify

OUTBOX = "receivables.go_on"
RULE = "receivables.go_on_by_itself"
TOLD = {
    waiting.CONFIRMED: "receivables.went_on",
    waiting.ASKED: "receivables.asked_on",
    waiting.SHIP: "receivables.can_ship",
    waiting.CONFIRM: "receivables.can_confirm",
    waiting.REFUSED: "receivables.stayed",
}


def look_again(customer: Customer, *, at: datetime) -> None:
    """Have the waiting orders of a customer, and of its group, looked at once this transaction is through.

    Not within it: posting locks money before orders, and an order is locked before its credit.
    """
    _top, family = group_of(customer)
    keys = {*family, customer.pk}
    waits = Order.objects.filter(customer__in=keys, waits_by__isnull=False)
    found = sorted(waits.values_list("pk", flat=True))
    if found:
        key = f"{OUTBOX}:{customer.pk}:{at.isoformat()}"
        enqueue(OUTBOX, key, {"customer": str(customer), "orders": found}, at=at)


def look_daily(*, on: date, at: datetime) -> None:
    """Have every waiting order looked at once a day: a hold ends with its last day, a limit is raised, and nobody acts
    on the order then."""
    found = sorted(Order.objects.filter(waits_by__isnull=False).values_list("pk", flat=True))
    if found:
        enqueue(OUTBOX, f"{OUTBOX}:daily:{on.isoformat()}", {"customer": "", "orders": found}, at=at)


def deliver(payload: dict[str, Any], *, message: OutboxMessage, at: datetime) -> None:
    set_going(payload["orders"], at=at)


def set_going(orders: list[int] | None = None, *, at: datetime) -> list[tuple[Order, str]]:
    """Let the waiting orders go on that nothing stops any more; ``None``: all of them. What came of each.

    Where the handbook wants a person to do it, whoever decided it is told instead.
    """
    rows = Order.objects.filter(waits_by__isnull=False).select_related("customer", "owner", "waits_by")
    if orders is not None:
        rows = rows.filter(pk__in=orders)
    done = []
    for order in rows.order_by("pk"):
        came = waiting.go_on(order, at=at, by_itself=rule(RULE, on=timezone.localdate(at)))
        if came:
            _tell(order, TOLD[came], at=at)
            done.append((order, came))
    return done


def _tell(order: Order, kind: str, *, at: datetime) -> None:
    """Who decided it and whose order it is, each once; a shipment leads to the page that ships it."""
    data = {"order": str(order), "customer": str(order.customer)}
    pages = {"receivables.can_ship": "order_ship", "receivables.can_confirm": "order_confirm"}
    for person in {order.waits_by, order.owner} - {None}:
        page = pages.get(kind, "order_detail") if person == order.waits_by else "order_detail"
        if person.is_active:
            url = reverse(f"orders:{page}", args=[order.pk])
            notify(person, kind, f"{kind}:{order.pk}:{at.isoformat()}", data, url, at=at)


def register() -> None:
    """The message and the notices; called when the app is ready."""
    register_outbox(OUTBOX, deliver, _("Orders go on by themselves"), lambda payload: payload["customer"])
    register_kinds(
        NoticeKind(
            "receivables.went_on",
            _("Order %(order)s of %(customer)s is confirmed: nothing stopped it any more"),
            label=_("An order that waited was confirmed by itself"),
        ),
        NoticeKind(
            "receivables.asked_on",
            _("Order %(order)s of %(customer)s goes on: its approval was asked for"),
            label=_("The approval of an order that waited was asked for"),
        ),
        NoticeKind(
            "receivables.can_ship",
            _("Order %(order)s of %(customer)s can leave now"),
            _("Nothing stops its shipment any more."),
            mail=True,
            label=_("A shipment that was stopped can leave"),
        ),
        NoticeKind(
            "receivables.can_confirm",
            _("Order %(order)s of %(customer)s can be confirmed now"),
            _("Nothing stops it any more."),
            mail=True,
            label=_("An order that was stopped can be confirmed"),
        ),
        NoticeKind(
            "receivables.stayed",
            _("Order %(order)s of %(customer)s did not go on by itself"),
            _("See on its page what stands in the way now."),
            mail=True,
            tone="attention",
            label=_("An order that waited did not go on"),
        ),
    )
