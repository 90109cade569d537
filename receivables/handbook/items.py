"""Rules about what makes money due and what is objected to (clauses R-50 on)."""

from django.utils.translation import gettext_lazy as _

from receivables.handbook.ledger import _rule
from salesops.handbook.registry import register_rules


def register() -> None:
    """Add them to the handbook."""
    register_rules(
        _rule(
            "dispute_escalate_days",
            "int",
            3,
            "R-50",
            _("When the superior hears of a dispute that rests"),
            _(
                "Whoever follows a dispute is told on the day of the next step; {value} days after it the superior "
                "is told as well."
            ),
            unit=_("days"),
            source="REC-03",
            minimum=0,
            maximum=90,
        ),
        _rule(
            "dispute_step_days",
            "int",
            7,
            "R-51",
            _("Disputes without a next step"),
            _(
                "A dispute for which nobody wrote down a next step is told to whoever follows it after {value} days."
            ),
            unit=_("days"),
            source="REC-03",
            minimum=1,
            maximum=90,
        ),
        _rule(
            "plan_notice_days",
            "int",
            7,
            "R-52",
            _("Notice of instalments"),
            _(
                "The owner of a contract is told {value} days before an instalment with a fixed day falls due."
            ),
            unit=_("days"),
            source="CTR-07",
            minimum=0,
            maximum=90,
        ),
        _rule(
            "retention_notice_days",
            "int",
            30,
            "R-53",
            _("Notice before a retention ends"),
            _(
                "The owner of a retention is told {value} days before it ends, so that claims under the warranty are "
                "settled in time; on its last day it is released by itself."
            ),
            unit=_("days"),
            source="CTR-07",
            minimum=0,
            maximum=180,
        ),
        _rule(
            "retention_second_amount",
            "money",
            "50000.00",
            "R-54",
            _("Early releases that a second person accepts"),
            _(
                "Retention of {value} or more in base currency is released before its end only after a second person "
                "of finance has accepted it."
            ),
            source="DAT-03",
            minimum="0.01",
        ),
    )
