"""The numbers of visits, their plans and receptions that the handbook sets."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.talks import check_slot
from salesops.handbook.registry import RuleParameter, register_rules

CHAPTER = _("Customers and visits")
RHYTHM_TEXTS = (
    ("important", 14, "3.60", _("Rhythm of visits to important customers"),
     _("An important customer is visited at least every {value} days; 0: no rhythm.")),
    ("general", 30, "3.61", _("Rhythm of visits to general customers"),
     _("A general customer is visited at least every {value} days; 0: no rhythm.")),
    ("potential", 60, "3.62", _("Rhythm of visits to potential customers"),
     _("A potential customer is visited at least every {value} days; 0: no rhythm.")),
)  # fmt: skip


def days(key: str, default: int, clause: str, title: Any, text: Any, **more: Any) -> RuleParameter:
    """A rule in days of this chapter."""
    given = {"source": "VIS-02", "minimum": 0, "maximum": 3650, "unit": _("days")} | more
    return RuleParameter(
        key=f"customers.{key}", kind="int", default=default, chapter=CHAPTER, clause=clause, title=title, text=text,
        **given,
    )  # fmt: skip


def register() -> None:
    """Called when the app is ready."""
    rhythm = [
        days(f"rhythm_{name}", value, clause, title, text)
        for name, value, clause, title, text in RHYTHM_TEXTS
    ]
    register_rules(
        *rhythm,
        RuleParameter(
            key="customers.rhythm_counts",
            kind="choice",
            default="person",
            choices=(("person", _("visits in person")), ("any", _("any contact"))),
            chapter=CHAPTER,
            clause="3.63",
            title=_("What keeps the rhythm"),
            text=_("The rhythm of visits is kept by {value}."),
            source="VIS-02",
        ),
        RuleParameter(
            key="customers.talk_slot",
            kind="text",
            default="16:30-17:30",
            chapter=CHAPTER,
            clause="3.83",
            title=_("Daily slot for talks with customers"),
            text=_(
                "Every work day from {value} those who have customers talk to them: about needs, progress and complaints. Each talk is logged as a contact."
            ),
            source="DAY-11",
            check=check_slot,
        ),
        days(
            "tour_days", 90, "3.64", _("Tours of superiors"),
            _("A lead or manager tours each important customer of the unit at least every {value} days; 0: no tours."),
            source="VIS-01",
        ),
        days(
            "visit_plan_days", 3, "3.65", _("Monthly visit plan"),
            _("The visit plan of a month is handed in to the superior {value} days before the month begins."),
            source="VIS-01", maximum=28,
        ),
        days(
            "rhythm_escalate_days", 14, "3.66", _("Late visits reach the superior"),
            _("A visit that is {value} days late by the rhythm is told to the superior of the owner, too."),
        ),
        days(
            "checkin_metres", 500, "3.67", _("At the customer's"),
            _("A check-in counts as made at the customer's within {value} metres of a known address; farther away it says why."),
            source="VIS-01", minimum=10, maximum=100000, unit=_("metres"),
        ),
        days(
            "checkin_accuracy", 2000, "3.68", _("Positions that can be used"),
            _("A position that the device vouches for only within {value} metres or more is none; the check-in says why."),
            source="VIS-01", minimum=10, maximum=100000, unit=_("metres"),
        ),
        RuleParameter(
            key="customers.unplanned_reason", kind="bool", default=True, chapter=CHAPTER, clause="3.69",
            title=_("Unplanned visits say why"),
            text=_("Who made a visit in person that nobody had planned writes down why: {value}."),
            source="VIS-01",
        ),
        RuleParameter(
            key="customers.reception_budget", kind="money", default="5000.00", chapter=CHAPTER, clause="3.79",
            title=_("Budgets of receptions"),
            text=_("A reception with a budget above {value} in base currency is approved by the superior before the units are asked."),
            source="FTR-10", minimum="0",
        ),
        binds=("rep", "assistant", "lead", "manager"),
    )  # fmt: skip
