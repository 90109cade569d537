"""Files that are one customer, shares of a day, people invited."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from customers.models import Collaborator, Customer, CustomerMerge, CustomerOwnership
from salesops.handbook.selectors import rule


def family_of(customer: Customer) -> list[int]:
    """Keys of the file and of those that were merged into it; no query where nothing was merged."""
    if not customer.has_merged:
        return [customer.pk]
    merged = Customer.objects.filter(merged_into=customer).order_by("pk")
    return [customer.pk, *merged.values_list("pk", flat=True)]


def alive(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Files that stand for themselves: not merged into another one."""
    return customers.filter(merged_into__isnull=True)


def shares_on(customer: Customer, on: date) -> list[CustomerOwnership]:
    """Who has which share of a customer on a day, the owner of the file first."""
    rows = CustomerOwnership.objects.in_force(on).filter(customer=customer).select_related("owner", "team")
    return list(rows.order_by("-share", "pk"))


def invitations_of(customer: Customer, on: date) -> QuerySet[Collaborator]:
    rows = Collaborator.objects.in_force(on).filter(customer=customer)
    shown = ("customer", "level", "from_date", "to_date", "reason", "person__name", "person__username")
    return rows.select_related("person").only(*shown).order_by("to_date", "pk")


def merges_of(customer: Customer) -> QuerySet[CustomerMerge]:
    """Mergings that stand, with the file that is now another name of this one."""
    rows: Any = CustomerMerge.objects.filter(Q(kept=customer), undone_at__isnull=True)
    return rows.select_related("merged", "merged_by").order_by("-merged_at", "-pk")


def had_on(person: Any, customer: Customer, day: date) -> bool:
    """Had ``person`` a share of the customer on that day? The day of a hand-over is still the giver's, too."""
    mine = CustomerOwnership.objects.filter(customer=customer, owner=person, from_date__lte=day)
    return mine.filter(Q(to_date__isnull=True) | Q(to_date__gte=day - timedelta(days=1))).exists()


def had_lately(person: Any, customer: Customer, *, at: datetime) -> bool:
    """Had ``person`` the customer within the days for which the handbook lets visits be written down?"""
    today = timezone.localdate(at)
    first = today - timedelta(days=rule("customers.visit_backdate_days", on=today) + 1)
    mine = CustomerOwnership.objects.filter(customer=customer, owner=person, from_date__lte=today)
    return mine.filter(Q(to_date__isnull=True) | Q(to_date__gte=first)).exists()
