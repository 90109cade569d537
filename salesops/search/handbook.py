"""The numbers of searching that the handbook sets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from salesops.handbook.registry import RuleParameter, register_rules

CHAPTER = _("Data and searching")


def register_clauses() -> None:
    register_rules(
        RuleParameter(
            key="search.questions_per_hour",
            kind="int",
            default=60,
            unit=_("searches"),
            chapter=CHAPTER,
            clause="12.1",
            title=_("Asking whether a file exists"),
            text=_(
                "Who searches for the exact name, tax number or telephone of a company is told that a file exists and whom to ask, also when the file is not theirs to see; for {value} in an hour at most. Every such search is logged."
            ),
            source="DAT-09, ORG-12",
            minimum=1,
            maximum=10000,
        ),
    )
