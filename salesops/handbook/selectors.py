"""What a rule says on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from salesops.handbook.models import RuleValue
from salesops.handbook.registry import rules


def rule(key: str, *, on: date) -> Any:
    """The value of a rule in force on a day, typed as registered; its default before the first value.

    Raises ``KeyError`` for a key that no app registered: a typing error must not become a silent default.
    """
    parameter = rules[key]
    stored = (
        RuleValue.objects.filter(key=key, from_date__lte=on)
        .order_by("-from_date")
        .values_list("value", flat=True)[:1]
    )
    value = next(iter(stored), parameter.default)
    if parameter.kind in ("decimal", "fraction", "money") and value is not None:
        return Decimal(str(value))
    return value
