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
            source="REC-05",
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
            source="REC-05",
            minimum=1,
            maximum=8,
        ),
    )
