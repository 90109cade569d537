"""How well the rules of figures are kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from performance.models import MonthClose
from salesops.core.periods import Period
from salesops.core.policies import can
from salesops.handbook.registry import Breach, Measure, register_measures

MOST_MONTHS = 120


def not_closed(user: Any, on: date) -> list[Period]:
    """Months over and not closed, from the first closed one on, oldest first; at least the last month counts."""
    if not can(user, "list", MonthClose):
        return []
    closed = set(MonthClose.objects.values_list("first_date", flat=True))
    last = Period.month_of(on).previous()
    first, found, month = min(closed, default=last.start), [], last
    while month.start >= first and len(found) < MOST_MONTHS:
        if month.start not in closed:
            found.append(month)
        month = month.previous()
    return found[::-1]


def line(month: Period) -> Breach:
    return Breach(
        month.code, reverse("performance:monthclose_list"), None, month.next().start, _("not closed")
    )


def register() -> None:
    """Called when the app is ready."""
    register_measures(Measure("performance.close_automatically", not_closed, line))
