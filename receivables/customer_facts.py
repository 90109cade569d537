"""What the ledger says about customers, for the page of a group and for grades: set-based, per customer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, Sum
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _

from customers.groups import GroupFigure, group_figures
from receivables.models import Receivable

CENTS = DecimalField(max_digits=18, decimal_places=2)


def owed_by(user: Any, keys: list[int], on: date) -> dict[int, Decimal]:
    """What is open today per customer, in base currency at the rate of each item."""
    rows = Receivable.objects.visible_to(user).open().filter(customer__in=keys).order_by()
    owed = Round(F("outstanding") * F("base_rate"), precision=2, output_field=CENTS)
    return dict(rows.values_list("customer").annotate(owed=Sum(owed)).values_list("customer", "owed"))


def register() -> None:
    """Called when the app is ready."""
    group_figures.register("receivables.owed", GroupFigure(_("Open"), owed_by, order=20))
