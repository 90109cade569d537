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
        binds=("rep", "assistant", "lead", "manager", "finance"),
    )
