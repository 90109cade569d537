"""How well the rules of payment are kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.html import format_html

from receivables.models import Receivable
from salesops.handbook.registry import Breach, Measure, register_measures
from salesops.ui.links import record_url
from salesops.ui.templatetags.ui import money


def overdue(user: Any, on: date) -> Any:
    """Open items past their due date, oldest first."""
    rows = Receivable.objects.visible_to(user).overdue(on).select_related("owner", "customer")
    return rows.order_by("due_date", "pk")


def line(item: Any) -> Breach:
    detail = format_html("{}: {}", item.customer.name, money(item.outstanding, item.currency_id))
    return Breach(item.number, record_url(item), item.owner, item.due_date, detail)


def register() -> None:
    """Called when the app is ready."""
    register_measures(Measure("receivables.overdue_days", overdue, line))
