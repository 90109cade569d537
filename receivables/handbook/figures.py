"""Rules of statements, rates and forecasts (REC-06, REC-10, REC-11; conventions until finance confirms them)."""

from django.utils.translation import gettext_lazy as _

from receivables.handbook.ledger import _rule
from salesops.handbook.registry import register_rules


def register_figures() -> None:
    register_rules(
        _rule(
            "statement_remind_days",
            "int",
            7,
            "R-60",
            _("Statements without an answer"),
            _("Who has not answered a statement for {value} days gets a new link."),
            unit=_("days"),
            source="REC-11",
            minimum=1,
            maximum=90,
        ),
        _rule(
            "statement_reminders",
            "int",
            2,
            "R-61",
            _("How often a statement is reminded"),
            _("A statement is reminded {value} times; then its owner is told to call."),
            source="REC-11",
            minimum=0,
            maximum=9,
        ),
        _rule(
            "statement_month_day",
            "int",
            15,
            "R-65",
            _("Statements of a month"),
            _(
                "Before a month is closed, a customer that owes us something has a statement up to day {value} of it or later."
            ),
            source="REC-11",
            minimum=1,
            maximum=28,
        ),
        _rule(
            "rate_without_disputed",
            "bool",
            False,
            "R-62",
            _("Disputed items in the collection rate"),
            _("Items that are disputed are left out of the collection rate: {value}."),
            source="REC-10",
        ),
        _rule(
            "forecast_chances",
            "int_row",
            [95, 85, 70, 50, 20],
            "R-63",
            _("Probability of payment by age"),
            _(
                "The forecast weighs open items with {value} percent: what is not due, 1-30, 31-60, 61-90 and more days overdue; half of it where the item is disputed."
            ),
            source="REC-06",
        ),
        _rule(
            "forecast_longest_delay",
            "int",
            90,
            "R-64",
            _("Longest delay that is expected"),
            _("The forecast adds the customer's own median delay to the due day, at most {value} days."),
            unit=_("days"),
            source="REC-06",
            minimum=0,
            maximum=365,
        ),
        binds=("rep", "assistant", "lead", "manager", "finance"),
    )
