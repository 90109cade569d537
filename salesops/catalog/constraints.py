"""Pieces of exclusion constraints that need no database extension: a key as a one-element range."""

from __future__ import annotations

from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField
from django.db.models import BigIntegerField, CheckConstraint, F, Func, Q, Value
from django.db.models.functions import Cast


def number_key(column: str) -> Func:
    """A whole-number column as the range that holds only that number."""
    return Func(F(column), F(column), Value("[]"), function="int8range", output_field=BigIntegerRangeField())


def text_key(column: str) -> Func:
    """A text column as the range that holds only its hash."""
    hashed = Cast(Func(F(column), function="hashtext"), BigIntegerField())
    return Func(hashed, hashed, Value("[]"), function="int8range", output_field=BigIntegerRangeField())


def days() -> Func:
    """``from_date`` to ``to_date``, both included; without ``to_date`` for ever."""
    return Func(
        F("from_date"), F("to_date"), Value("[]"), function="daterange", output_field=DateRangeField()
    )


def dates_in_order(name: str) -> CheckConstraint:
    """``to_date``, if there is one, is not before ``from_date``."""
    return CheckConstraint(condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")), name=name)
