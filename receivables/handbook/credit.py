"""Rules of holds, assessment, risk and provision (domain §5 and §7; conventions until finance confirms them)."""

from django.utils.translation import gettext_lazy as _

from receivables.handbook.ledger import _rule
from salesops.handbook.registry import register_rules


def register_credit() -> None:
    register_rules(
        _rule(
            "hold_check",
            "choice",
            "block",
            "R-70",
            _("Orders of customers on hold"),
            _(
                "An order or shipment of a customer on hold: {value}, until finance and the manager lift the hold."
            ),
            choices=(("block", _("refuse")), ("warn", _("warn"))),
            source="REC-12",
        ),
        binds=("rep", "assistant", "lead", "manager", "finance", "legal"),
    )
