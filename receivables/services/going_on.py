"""Orders go on when the credit stops them no more (ORD-14, R-86): money came in, a hold was lifted, a release was signed,
the credit terms are better. Every night all that wait are looked at: a hold ran out, a rule of the handbook changed.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from orders.models import Order
from orders.services import waiting
from receivables.selectors.groups import group_of
from salesops.core.locking import lock_rows
from salesops.handbook.registry import rules
from salesops.handbook.selectors import rule
from salesops.jobs.models import OutboxMessage
from salesops.jobs.registry import JobDefinition, register_job, register_outbox, register_reasons
from salesops.jobs.services.outbox import enqueue
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.notifications.registry import NoticeKind, register_kinds
from salesops.notifications.services import notify

JOB = "orders_go_on"
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


def deliver(payload: dict[str, Any], *, message: OutboxMessage, at: datetime) -> None:
    set_going(payload["orders"], at=at)


@transaction.atomic
def set_going(orders: list[int] | None = None, *, at: datetime) -> list[tuple[Order, str]]:
    """Let the waiting orders go on that nothing stops any more; ``None``: all of them. What came of each ("": it waits on).

    Where the handbook wants a person to do it, whoever decided it is told instead. All are locked before the credit of
    any, so that two at once never wait for each other.
    """
    rows = Order.objects.filter(waits_by__isnull=False).select_related("customer", "owner", "waits_by")
    if orders is not None:
        rows = rows.filter(pk__in=orders)
    done = []
    for order in lock_rows(rows, rows.values_list("pk", flat=True)).values():
        came = waiting.go_on(order, at=at, by_itself=rule(RULE, on=timezone.localdate(at)))
        if came:
            _tell(order, TOLD[came], at=at)
        done.append((order, came))
    return done


def orders_go_on(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """The nightly look at every order that waits: what goes on, and what still stops the others."""

    def work(report: JobReport) -> None:
        for order, came in set_going(at=at):
            url = reverse("orders:order_detail", args=[order.pk])
            if came:
                report.done(order, TOLD[came], url=url)
            else:
                report.skipped(order, "receivables.waits_on", url=url, clauses=_clauses(order, at=at))

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def _clauses(order: Order, *, at: datetime) -> str:
    """The numbers of the clauses that stop an order."""
    found = {block.clause: rules.get(block.clause) for block in waiting.blocks(order, at=at) if block.clause}
    return ", ".join(parameter.clause if parameter else key for key, parameter in found.items())


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
    register_job(
        JobDefinition(
            name=JOB,
            title=_("Orders that wait by themselves"),
            explain=_(
                "Lets orders go on that were left waiting and that nothing stops any more: a hold ran out, a clause of "
                "the handbook changed."
            ),
            schedule=_("every day from 05:50"),
            run=orders_go_on,
            from_time=time(5, 50),
        )
    )
    register_reasons(
        {
            "receivables.went_on": _("confirmed: nothing stopped it any more"),
            "receivables.asked_on": _("its approval was asked for"),
            "receivables.can_ship": _("it can leave; who decided it was told"),
            "receivables.can_confirm": _("it can be confirmed; who decided it was told"),
            "receivables.stayed": _("something else is in the way; who decided it was told"),
            "receivables.waits_on": _("it waits on, stopped by %(clauses)s of the handbook"),
        }
    )
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
