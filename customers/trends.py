"""What the apps above add to the trend of the market, month by month (MKT-15)::

trend_facts.register("orders.order", TrendFact(_("Orders"), Order, "order_date", "orders:order_list"))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.urls import reverse

from salesops.core.periods import Period
from salesops.core.registry import Registry


@dataclass(frozen=True)
class TrendFact:
    """Records counted by the month of ``day``; ``page`` is their list, which has filters of that name."""

    title: Any
    model: Any
    day: str
    page: str
    narrowed: Callable[[QuerySet], QuerySet] = lambda rows: rows
    filters: str = ""

    def counted(self, user: Any, first: date, last: date) -> dict[date, int]:
        """How many of the person's rows there are in each month."""
        rows = self.narrowed(self.model.objects.visible_to(user)).filter(
            **{f"{self.day}__range": (first, last)}
        )
        months = (
            rows.order_by().annotate(month=TruncMonth(self.day)).values("month").annotate(count=Count("pk"))
        )
        return {row["month"]: row["count"] for row in months}

    def url(self, month: date) -> str:
        span = Period.month_of(month)
        return (
            f"{reverse(self.page)}?{self.day}_after={span.start}&{self.day}_before={span.end}{self.filters}"
        )


trend_facts: Registry[TrendFact] = Registry("facts of the trend")
