"""The rules of working days and hours."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from salesops.calendar.choices import REGIONS
from salesops.core.errors import InvalidInput
from salesops.handbook.registry import RuleParameter, register_rules

CHAPTER = _("Working days and hours")


def read_blocks(value: Any) -> list[tuple[time, time]]:
    """Blocks of working hours from ``[["08:30", "12:00"], …]``. Raises ``InvalidInput``."""
    try:
        blocks = [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in value]
    except (TypeError, ValueError):
        raise InvalidInput(
            gettext("Working hours are written as 08:30–12:00, 13:30–17:30."), field="value"
        ) from None
    ends = [moment for block in blocks for moment in block]
    if not blocks or ends != sorted(ends) or any(start == end for start, end in blocks):
        raise InvalidInput(
            gettext("Each block ends after it starts and before the next begins."), field="value"
        )
    return blocks


def check_blocks(value: Any) -> None:
    read_blocks(value)


def check_month_day(value: str) -> None:
    """``MM-DD``, a day that every year has."""
    from datetime import date

    try:
        date.fromisoformat(f"2025-{value}")
    except ValueError:
        raise InvalidInput(gettext("Write month and day as 05-01."), field="value") from None


def register() -> None:
    register_rules(
        RuleParameter(
            "calendar.region",
            "choice",
            "CN",
            _("Whose working days count"),
            _("Deadlines count the working days of: {value}."),
            CHAPTER,
            "CAL-1",
            choices=tuple(REGIONS.items()),
            source="CON-01",
        ),
        RuleParameter(
            "calendar.summer_hours",
            "json",
            [["08:30", "12:00"], ["13:30", "17:30"]],
            _("Working hours in summer"),
            _("In summer people work {value}, unless other hours are entered for a time."),
            CHAPTER,
            "CAL-2",
            source="CON-01",
            check=check_blocks,
        ),
        RuleParameter(
            "calendar.winter_hours",
            "json",
            [["08:30", "12:00"], ["13:00", "17:00"]],
            _("Working hours in winter"),
            _("In winter people work {value}, unless other hours are entered for a time."),
            CHAPTER,
            "CAL-3",
            source="CON-01",
            check=check_blocks,
        ),
        RuleParameter(
            "calendar.summer_from",
            "text",
            "05-01",
            _("Summer hours begin"),
            _("Summer hours hold from {value} (month and day)."),
            CHAPTER,
            "CAL-4",
            source="CON-01",
            check=check_month_day,
        ),
        RuleParameter(
            "calendar.winter_from",
            "text",
            "10-01",
            _("Winter hours begin"),
            _("Winter hours hold from {value} (month and day)."),
            CHAPTER,
            "CAL-5",
            source="CON-01",
            check=check_month_day,
        ),
    )
