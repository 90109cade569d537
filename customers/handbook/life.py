"""Rules of the life cycle and of blocked customers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from customers.handbook.customers import CHAPTER
from salesops.handbook.registry import RuleParameter, register_rules


def register_clauses() -> None:
    register_rules(
        RuleParameter(
            key="customers.dormant_days",
            kind="int",
            default=180,
            unit=_("days"),
            chapter=CHAPTER,
            clause="3.71",
            title=_("Dormant customers"),
            text=_("A customer without a new order or contract for {value} days is dormant."),
            source="CUS-14",
            minimum=1,
            maximum=3650,
        ),
        RuleParameter(
            key="customers.lost_days",
            kind="int",
            default=365,
            unit=_("days"),
            chapter=CHAPTER,
            clause="3.72",
            title=_("Lost customers"),
            text=_("A customer without a new order or contract for {value} days counts as lost."),
            source="CUS-14",
            minimum=2,
            maximum=3650,
        ),
        RuleParameter(
            key="customers.confirm_days",
            kind="int",
            default=365,
            unit=_("days"),
            chapter=CHAPTER,
            clause="3.70",
            title=_("Files are gone through"),
            text=_("Whoever has a customer goes through its file and confirms the data every {value} days."),
            source="CUS-05",
            minimum=30,
            maximum=3650,
        ),
        RuleParameter(
            key="customers.block_stops_quotes",
            kind="bool",
            default=True,
            chapter=CHAPTER,
            clause="3.74",
            title=_("Blocked customers get no offers"),
            text=_(
                "A customer whom a manager has blocked for quotations is sent none, and no deal with it goes on to an offer: {value}."
            ),
            source="CUS-08",
        ),
        RuleParameter(
            key="customers.block_stops_orders",
            kind="bool",
            default=True,
            chapter=CHAPTER,
            clause="3.73",
            title=_("Blocked customers get no orders"),
            text=_("An order of a customer whom a manager has blocked is not confirmed: {value}."),
            source="CUS-08",
        ),
        binds=("rep", "lead", "manager"),
    )
