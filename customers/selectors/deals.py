"""Reads of leads and opportunities: what lies idle, what is late, what is forecast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, F, Q, QuerySet, Sum
from django.db.models.functions import Round, TruncMonth

from customers.choices.deals import OPEN_STAGES, Stage
from customers.models import Lead, Opportunity
from salesops.calendar.selectors import Workdays, default_region
from salesops.core.money import places_of
from salesops.core.periods import Period
from salesops.handbook.selectors import rule


def weighted_amount() -> Round:
    """What a deal is worth in base currency, weighted by its odds, in coins."""
    return Round(
        F("base_amount") * F("probability"),
        precision=places_of(),
        output_field=DecimalField(max_digits=18, decimal_places=2),
    )


def idle_leads(leads: QuerySet, *, on: date) -> QuerySet:
    """Open leads that nobody has worked on for the handbook's work days."""
    days = rule("customers.lead_idle_workdays", on=on)
    workdays = Workdays(default_region(on))
    last = on
    while days:
        last -= timedelta(days=1)
        days -= last in workdays
    return leads.alive().filter(touched_date__lte=last)  # type: ignore[attr-defined]


def overdue_deals(deals: QuerySet, *, on: date) -> QuerySet:
    """Deals that are alive and past the day of their next step."""
    return deals.alive().filter(next_step_on__lt=on)  # type: ignore[attr-defined]


def stalled_deals(deals: QuerySet, *, on: date) -> QuerySet:
    """Open deals that have stood in their step for the handbook's days of that step."""
    return deals.open().filter(stalled_at(on))  # type: ignore[attr-defined]


def step_days(on: date) -> dict[str, int]:
    """After how many days a deal counts as stalled, by step."""
    return dict(zip(map(str, OPEN_STAGES), rule("customers.deal_step_days", on=on), strict=True))


def stalled_at(on: date) -> Q:
    """The condition on a deal that stands still on a day."""
    found = Q()
    for stage, days in step_days(on).items():
        found |= Q(stage=stage, stage_since__lte=on - timedelta(days=days))
    return found


def with_weight(deals: QuerySet) -> QuerySet:
    """Adds ``weighted``: the amount in base currency times the probability, to the cent, row by row."""
    return deals.annotate(weighted=weighted_amount())


@dataclass(frozen=True)
class ForecastLine:
    """Open deals of one month of decision (``None``: without a day)."""

    month: date | None
    count: int
    amount: Decimal
    weighted: Decimal

    @property
    def period(self) -> Period | None:
        return Period.month_of(self.month) if self.month else None


def forecast(deals: QuerySet) -> list[ForecastLine]:
    """Open deals by the month in which the decision is expected; rows without a day come last."""
    rows = (
        with_weight(deals.filter(stage__in=OPEN_STAGES))
        .order_by()
        .annotate(month=TruncMonth("expected_close"))
        .values("month")
        .annotate(count=Count("pk"), amount=Sum("base_amount"), sum_weighted=Sum("weighted"))
        .order_by("month")
    )
    lines = [
        ForecastLine(
            row["month"], row["count"], row["amount"] or Decimal(0), row["sum_weighted"] or Decimal(0)
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (line.month is None, line.month or date.max))


@dataclass(frozen=True)
class StageLine:
    """The open deals of one step: how many, what they are worth, weighted too."""

    stage: str
    label: Any
    count: int
    amount: Decimal
    weighted: Decimal


def by_stage(deals: QuerySet | None) -> list[StageLine]:
    """The pipeline, step by step, with the steps that are empty; ``None``: the steps alone, nothing is counted."""
    rows: Any = (
        ()
        if deals is None
        else (
            with_weight(deals.filter(stage__in=OPEN_STAGES))
            .order_by()
            .values("stage")
            .annotate(count=Count("pk"), amount=Sum("base_amount"), sum_weighted=Sum("weighted"))
        )
    )
    found = {row["stage"]: row for row in rows}
    labels = dict(Stage.choices)
    zero = {"count": 0, "amount": Decimal(0), "sum_weighted": Decimal(0)}
    lines = []
    for stage in OPEN_STAGES:
        row = found.get(stage, zero)
        lines.append(
            StageLine(
                stage,
                labels[stage],
                row["count"],
                row["amount"] or Decimal(0),
                row["sum_weighted"] or Decimal(0),
            )
        )
    return lines


def leads_of(user: Any) -> QuerySet:
    return Lead.objects.visible_to(user)


def deals_of(user: Any) -> QuerySet:
    return Opportunity.objects.visible_to(user)
