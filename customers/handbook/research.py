"""When market analysis reports are due (MKT-03)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from customers.handbook.deals import CHAPTER
from salesops.handbook.registry import RuleParameter, register_rules


def register_clauses() -> None:
    """Called when the app is ready."""
    register_rules(
        RuleParameter(
            key="customers.study_months",
            kind="int_list",
            default=[1, 4, 7, 10],
            unit=_("months of the year"),
            chapter=CHAPTER,
            clause="3.81",
            title=_("Months of the market analysis"),
            text=_(
                "In the months {value} every team with a head that sells writes a market analysis report."
            ),
            source="MKT-03",
            minimum=1,
            maximum=12,
        ),
        RuleParameter(
            key="customers.study_days",
            kind="int",
            default=15,
            unit=_("days"),
            chapter=CHAPTER,
            clause="3.82",
            title=_("When the market analysis is due"),
            text=_(
                "The report is handed in by day {value} of the month; then it is reviewed, published and kept."
            ),
            source="MKT-03",
            minimum=1,
            maximum=28,
        ),
        binds=("lead", "manager"),
    )
