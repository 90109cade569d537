"""How well the rules of payment are kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.html import format_html

from receivables.choices import ReminderKind, Source
from receivables.models import Receipt, Receivable, Reminder
from salesops.handbook.registry import Breach, Measure, register_measures
from salesops.handbook.selectors import rule
from salesops.ui.links import record_url
from salesops.ui.templatetags.ui import money


def overdue(user: Any, on: date) -> Any:
    """Open items past their due date, oldest first."""
    rows = Receivable.objects.visible_to(user).overdue(on).select_related("owner", "customer")
    return rows.order_by("due_date", "pk")


def line(item: Any) -> Breach:
    detail = format_html("{}: {}", item.customer.name, money(item.outstanding, item.currency_id))
    return Breach(item.number, record_url(item), item.owner, item.due_date, detail)


def not_noticed(user: Any, on: date) -> Any:
    """Open items due within the days of the notice that nobody was told of."""
    until = on + timedelta(days=rule("receivables.notice_days", on=on) - 1)
    told = Reminder.objects.filter(receivable=OuterRef("pk"), kind=ReminderKind.NOTICE)
    rows = Receivable.objects.visible_to(user).due_between(on, until).filter(~Exists(told), disputed=False)
    return rows.select_related("owner", "customer").order_by("due_date", "pk")


def posted_alone(user: Any, on: date) -> Any:
    """Receipts of a year that were entered by hand above the limit and that no second person accepted."""
    rows = Receipt.objects.visible_to(user).filter(
        source=Source.MANUAL,
        received_date__gte=on - timedelta(days=366),
        base_amount__gte=rule("receivables.second_person_amount", on=on),
        reversal_of__isnull=True,
        reversed_date__isnull=True,
        entry__isnull=True,
    )
    return rows.select_related("created_by", "customer").order_by("-received_date", "pk")


def receipt_line(receipt: Any) -> Breach:
    detail = format_html("{}: {}", receipt.customer.name, money(receipt.amount, receipt.currency_id))
    return Breach(receipt.number, record_url(receipt), receipt.created_by, receipt.received_date, detail)


def register() -> None:
    """Called when the app is ready."""
    register_measures(
        Measure("receivables.overdue_days", overdue, line),
        Measure("receivables.notice_days", not_noticed, line),
        Measure("receivables.second_person_amount", posted_alone, receipt_line),
    )
