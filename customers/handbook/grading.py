"""Rules of classes and grades."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from customers.handbook.customers import CHAPTER
from salesops.handbook.registry import RuleParameter, register_rules


def register_clauses() -> None:
    register_rules(
        RuleParameter(
            key="customers.grade_review_months",
            kind="int_list",
            default=[1, 4, 7, 10],
            unit=_("months of the year"),
            chapter=CHAPTER,
            clause="3.75",
            title=_("Review of grades"),
            text=_(
                "On the first working day of the months {value} grade and class of every customer are computed anew; leads decide about what changed."
            ),
            source="CUS-03, CUS-04",
        ),
        RuleParameter(
            key="customers.grade_review_days",
            kind="int",
            default=10,
            unit=_("days"),
            chapter=CHAPTER,
            clause="3.76",
            title=_("How long the review takes"),
            text=_("Leads decide about computed grades within {value} days."),
            source="CUS-04",
            minimum=1,
            maximum=90,
        ),
        RuleParameter(
            key="customers.important_share",
            kind="fraction",
            default="0.2",
            chapter=CHAPTER,
            clause="3.77",
            title=_("Important by value"),
            text=_("The {value} of the buying customers who bought most in twelve months are important."),
            source="CUS-03",
            minimum="0",
            maximum="1",
        ),
        RuleParameter(
            key="customers.important_potential",
            kind="money",
            default="500000.00",
            chapter=CHAPTER,
            clause="3.78",
            title=_("Important by potential"),
            text=_(
                "A customer who could buy {value} or more a year and ordered in half of the months is important, too."
            ),
            source="CUS-03",
            minimum="0",
        ),
        binds=("rep", "lead", "manager"),
    )
