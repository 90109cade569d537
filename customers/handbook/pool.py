"""Rules of the public pool that are numbers; its rules by class are records of their own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.handbook.customers import CHAPTER
from salesops.handbook.registry import RuleParameter, register_rules


def _number(
    key: str, default: int, unit: Any, clause: str, title: Any, text: Any, **more: Any
) -> RuleParameter:
    return RuleParameter(
        key=f"customers.{key}",
        kind="int",
        default=default,
        unit=unit,
        chapter=CHAPTER,
        clause=clause,
        title=title,
        text=text,
        source="ORG-12",
        minimum=more.get("minimum", 0),
        maximum=more.get("maximum", 100_000),
    )


def register_clauses() -> None:
    register_rules(
        _number(
            "pool_quota", 5, _("customers"), "3.31", _("Quota of the pool"),
            _("One person takes at most {value} customers a day from the public pool."),
        ),
        _number(
            "pool_holding_cap", 500, _("customers"), "3.32", _("Holding cap"),
            _("Who has {value} customers takes no more from the public pool."),
        ),
        _number(
            "pool_cool_down_days", 60, _("days"), "3.33", _("Former owners wait"),
            _("Whose customer went to the pool cannot take it again for {value} days."), maximum=3650,
        ),
        _number(
            "pool_friend_claims", 3, _("customers"), "3.34", _("Taking from each other"),
            _("When one person takes {value} or more former customers of the same colleague within half a year, the report on the pool shows it."),
            minimum=2,
        ),
        binds=("rep", "lead", "manager"),
    )  # fmt: skip
