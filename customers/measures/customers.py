"""How well the rules of customer work are kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from customers.models import Customer
from customers.selectors import stale, with_last_contact
from salesops.handbook.registry import Breach, Measure, register_measures


def stale_files(user: Any, on: date) -> Any:
    """Files without any contact for the handbook's days."""
    rows = stale(Customer.objects.visible_to(user), on=on).select_related("owner")
    return with_last_contact(rows).order_by("code", "pk")


def line(customer: Any) -> Breach:
    since = customer.last_contact or customer.created_date
    return Breach(str(customer), customer.get_absolute_url(), customer.owner, since, customer.name)


def register() -> None:
    """Called when the app is ready."""
    register_measures(
        Measure("customers.stale_days", stale_files, line),
    )
