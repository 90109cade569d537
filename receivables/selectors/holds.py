"""Which holds stand against a customer."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from customers.models import Customer
from customers.selectors import family_of
from orders.services.checks import CONFIRM
from receivables.choices import HoldScope
from receivables.models import CreditHold


def standing_holds(customer: Customer, *, on: date) -> QuerySet[CreditHold]:
    """Holds in force on a day against a customer and the files merged into it, the oldest first."""
    rows = CreditHold.objects.standing(on).filter(customer__in=family_of(customer))
    return rows.select_related("created_by").order_by("from_date", "pk")


def holds_against(customer: Customer, stage: str, *, on: date) -> list[CreditHold]:
    """Those that stop an order at a stage of ``order_checks``."""
    what = HoldScope.ORDER if stage == CONFIRM else HoldScope.SHIP
    return list(standing_holds(customer, on=on).filter(scope__in=(what, HoldScope.BOTH)))
