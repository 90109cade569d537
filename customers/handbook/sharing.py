"""Rules of shared customers, claims and protection (ORG-12)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from customers.handbook.customers import CHAPTER
from salesops.handbook.registry import RuleParameter, register_rules


def register_clauses() -> None:
    register_rules(
        RuleParameter(
            key="customers.protection_days",
            kind="int",
            default=90,
            unit=_("days"),
            chapter=CHAPTER,
            clause="3.21",
            title=_("Who opens or gets a customer has time for it"),
            text=_(
                "For {value} days after it was opened, given or taken from the pool, nobody else can claim a customer."
            ),
            source="ORG-12",
            minimum=0,
            maximum=3650,
        ),
        RuleParameter(
            key="customers.protection_most_days",
            kind="int",
            default=365,
            unit=_("days"),
            chapter=CHAPTER,
            clause="3.22",
            title=_("How long a customer can be protected by hand"),
            text=_("A lead or manager protects a customer for at most {value} days, with a reason."),
            source="ORG-12",
            minimum=1,
            maximum=3650,
        ),
        RuleParameter(
            key="customers.collaborator_days",
            kind="int",
            default=366,
            unit=_("days"),
            chapter=CHAPTER,
            clause="3.23",
            title=_("Invitations to a file end"),
            text=_("Somebody is invited to read or write a customer's file for at most {value} days."),
            source="ORG-12",
            minimum=1,
            maximum=3650,
        ),
        binds=("rep", "assistant", "lead", "manager"),
    )
