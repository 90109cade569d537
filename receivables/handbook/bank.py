"""Rules about money on the bank account (clauses R-40 on)."""

from django.utils.translation import gettext_lazy as _

from receivables.handbook.ledger import _rule
from salesops.handbook.registry import register_rules


def register() -> None:
    """Add them to the handbook."""
    register_rules(
        _rule(
            "bank_sure_score",
            "int",
            80,
            "R-40",
            _("When a proposal for bank money is sure"),
            _(
                "Several lines of a bank statement are confirmed in one act only where the proposal reaches {value} of "
                "100 and settles the whole amount; all others one by one. Nothing is booked without a person."
            ),
            source="REC-08",
            minimum=50,
            maximum=100,
        ),
        _rule(
            "bank_subset_items",
            "int",
            5,
            "R-41",
            _("How many items a proposal adds up"),
            _(
                "Where no single item has the amount, up to {value} of the oldest open items are added up to it."
            ),
            unit=_("items"),
            source="REC-08",
            minimum=1,
            maximum=8,
        ),
        _rule(
            "bank_claim_days",
            "int",
            1,
            "R-42",
            _("When sales see money that nobody recognised"),
            _(
                "Money on the bank account that is not booked and for which nothing sure is proposed is shown to sales "
                "{value} days after it came: amount, day, payer and text, never account numbers."
            ),
            unit=_("days"),
            source="REC-08",
            minimum=0,
            maximum=30,
        ),
        _rule(
            "bank_claim_remind_days",
            "int",
            3,
            "R-43",
            _("When finance is reminded of a claim"),
            _(
                "A claim to money on the bank account that nobody decided about is told to finance after {value} days."
            ),
            unit=_("days"),
            source="REC-08",
            minimum=1,
            maximum=30,
        ),
    )
