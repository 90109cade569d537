"""How well the rules of customer work are kept."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Exists, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from customers.choices import VisitState
from customers.models import Customer, Visit
from customers.permissions import CustomerPolicy
from customers.selectors import stale, with_last_contact
from customers.services.second_person import credit_doors
from salesops.approvals.choices import RequestState
from salesops.approvals.models import ApprovalRequest
from salesops.catalog.selectors import rate_to_base
from salesops.core.errors import DomainError
from salesops.core.masking import mask_tax_number
from salesops.handbook.registry import Breach, Measure, register_measures
from salesops.handbook.selectors import rule
from salesops.ui.templatetags.ui import money


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


def limits_not_approved(user: Any, on: date) -> Any:
    """Files with a credit limit above the handbook's that never went the way of such limits; for who may see limits.

    Imported limits are among them: nobody approved those. Each is compared in base currency at the rate of the day.
    """
    rows = Customer.objects.visible_to(user).filter(CustomerPolicy.credit.scope(user), merged_into=None)
    new = KeyTextTransform("new", KeyTransform("credit_limit", KeyTransform("changes", "payload")))
    approved = (
        ApprovalRequest.objects.filter(
            document_type__in=credit_doors,
            state=RequestState.APPROVED,
            customer_id=OuterRef("pk"),
            amount__gt=rule("customers.credit_limit_top", on=on),
        )
        .annotate(limit=Cast(new, DecimalField(max_digits=20, decimal_places=4)))
        .filter(limit=OuterRef("credit_limit"))
        .order_by()
    )
    found = rows.filter(_above_top(on)).exclude(Exists(approved))
    return found.select_related("owner").order_by("code", "pk")


def _above_top(on: date) -> Q:
    """Limits above the handbook's, by the currency they are in."""
    top, above = rule("customers.credit_limit_top", on=on), Q(pk__in=[])
    limited = Customer.objects.filter(credit_limit__gt=0).order_by().values_list("currency", flat=True)
    for code in limited.distinct():
        try:
            rate = rate_to_base(code, on=on)
        except (DomainError, LookupError):
            rate = Decimal(1)
        above |= Q(currency=code, credit_limit__gt=top / rate)
    return above


def limit_line(customer: Any) -> Breach:
    detail = f"{customer.name}: {money(customer.credit_limit, customer.currency_id)}"
    return Breach(str(customer), customer.get_absolute_url(), customer.owner, customer.created_date, detail)


def register() -> None:
    """Called when the app is ready."""
    register_measures(
        Measure("customers.stale_days", stale_files, line),
        Measure("customers.duplicate_strictness", doubles, tax_line),
        Measure("customers.visit_backdate_days", not_written_down, visit_line),
        Measure("customers.credit_limit_top", limits_not_approved, limit_line),
    )
