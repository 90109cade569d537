"""What the ledger says about customers, for the page of a group and for grades: set-based, per customer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, Sum
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _

from customers.grading import GradeFact, grade_facts
from customers.groups import GroupFigure, group_figures
from receivables.models import Receivable, SettlementLine

CENTS = DecimalField(max_digits=18, decimal_places=2)


def owed_by(user: Any, keys: list[int], on: date) -> dict[int, Decimal]:
    """What is open today per customer, in base currency at the rate of each item."""
    rows = Receivable.objects.visible_to(user).open().filter(customer__in=keys).order_by()
    owed = Round(F("outstanding") * F("base_rate"), precision=2, output_field=CENTS)
    return dict(rows.values_list("customer").annotate(owed=Sum(owed)).values_list("customer", "owed"))


def punctuality(on: date, keys: Collection[int] | None) -> dict[int, Decimal]:
    """Which part of what fell due in the last twelve months was settled on its due day or before, in percent.

    Nothing due: nothing is known.
    """
    items = Receivable.objects.filter(due_date__gt=on - timedelta(days=365), due_date__lte=on, amount__gt=0)
    if keys is not None:
        items = items.filter(customer__in=keys)
    due = items.order_by().values_list("customer").annotate(base=Sum("base_amount"))
    lines = SettlementLine.objects.filter(
        receivable__in=items, date__lte=F("receivable__due_date")
    ).order_by()
    paid = dict(lines.values_list("receivable__customer").annotate(base=Sum("base_amount")))
    return {pk: min(paid.get(pk, Decimal(0)) * 100 / base, Decimal(100)) for pk, base in due if base}


def register() -> None:
    """Called when the app is ready."""
    grade_facts.register(
        "receivables.punctuality", GradeFact(_("Paid on time in 12 months"), punctuality, unit="%", order=25)
    )
    group_figures.register("receivables.owed", GroupFigure(_("Open"), owed_by, order=20))
