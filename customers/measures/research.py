"""How well the schedule of market reports is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from customers.choices.research import StudyState
from customers.models import MarketStudy
from salesops.handbook.registry import Breach, Measure, register_measures


def overdue(user: Any, on: date) -> Any:
    """Reports that were due and nobody has handed in."""
    rows = MarketStudy.objects.visible_to(user).filter(state=StudyState.PLANNED, due_on__lt=on)
    return rows.select_related("owner").order_by("due_on", "pk")


def of_study(study: Any) -> Breach:
    return Breach(study.subject, study.get_absolute_url(), study.owner, study.due_on, study.number)


def register() -> None:
    """Called when the app is ready."""
    register_measures(Measure("customers.study_days", overdue, of_study))
