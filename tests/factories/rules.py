"""Values of handbook rules, as an administrator would have set them long ago."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from salesops.handbook.models import RuleValue

LONG_AGO = date(2020, 1, 1)


def make_rule(key: str, value: Any, *, since: date = LONG_AGO) -> RuleValue:
    at = datetime(since.year, since.month, since.day, tzinfo=UTC)
    return RuleValue.objects.create(key=key, value=value, from_date=since, reason="Set up", set_at=at)
