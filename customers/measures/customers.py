"""How well the rules of customer work are kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count

from customers.choices import VisitState
from customers.models import Customer, Visit
from customers.selectors import stale, with_last_contact
from salesops.core.masking import mask_tax_number
from salesops.handbook.registry import Breach, Measure, register_measures
from salesops.handbook.selectors import rule


def stale_files(user: Any, on: date) -> Any:
    """Files without any contact for the handbook's days."""
    rows = stale(Customer.objects.visible_to(user), on=on).select_related("owner")
    return with_last_contact(rows).order_by("code", "pk")


def line(customer: Any) -> Breach:
    since = customer.last_contact or customer.created_date
    return Breach(str(customer), customer.get_absolute_url(), customer.owner, since, customer.name)


def doubles(user: Any, on: date) -> Any:
    """Files that share a tax number with another one, side by side."""
    numbers = Customer.objects.filter(merged_into=None).exclude(tax_number="").order_by().values("tax_number")
    twice = numbers.annotate(files=Count("pk")).filter(files__gt=1).values("tax_number")
    rows = Customer.objects.visible_to(user).filter(merged_into=None, tax_number__in=twice)
    return rows.select_related("owner").order_by("tax_number", "code", "pk")


def tax_line(customer: Any) -> Breach:
    detail = f"{customer.name} ({mask_tax_number(customer.tax_number)})"
    return Breach(str(customer), customer.get_absolute_url(), customer.owner, customer.created_date, detail)


def not_written_down(user: Any, on: date) -> Any:
    """Planned visits whose day has passed by more than the handbook's days and about which nothing is written."""
    since = on - timedelta(days=rule("customers.visit_backdate_days", on=on))
    rows = Visit.objects.visible_to(user).filter(state=VisitState.PLANNED, visit_date__lt=since)
    return rows.select_related("owner", "customer").order_by("visit_date", "pk")


def visit_line(visit: Any) -> Breach:
    return Breach(str(visit), visit.get_absolute_url(), visit.owner, visit.visit_date, visit.customer.name)


def register() -> None:
    """Called when the app is ready."""
    register_measures(
        Measure("customers.stale_days", stale_files, line),
        Measure("customers.duplicate_strictness", doubles, tax_line),
        Measure("customers.visit_backdate_days", not_written_down, visit_line),
    )
