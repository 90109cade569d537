"""The rows behind a cell of the ageing report: items and documents, as of its day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    DecimalField,
    F,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Round

from receivables.choices import Basis, Disputed
from receivables.models import Receipt, Receivable, SettlementLine
from receivables.selectors.ageing import ZERO, AgeingQuery, bucket_days
from receivables.selectors.cuts import of_key
from receivables.selectors.disputes import disputed_then
from receivables.selectors.retention import held_then
from salesops.core.money import places_of
from salesops.core.policies import policy_of


def narrowed(query: AgeingQuery, model: type[Model], key: Any) -> QuerySet:
    rows = model._default_manager.filter(of_key(query.by, key))
    if query.user is not None:
        rows = rows.filter(policy_of(model).scope(query.user))
    if query.currency:
        rows = rows.filter(currency_id=query.currency)
    if query.disputed:
        only = query.disputed == Disputed.ONLY
        if model is Receivable:
            rows = rows.filter(disputed_then(query.as_of) if only else ~disputed_then(query.as_of))
        elif only:
            rows = rows.none()
    for name in ("customer", "owner", "team"):
        value = getattr(query, name)
        if value is not None:
            rows = rows.filter(**({f"{name}__isnull": True} if value == 0 else {f"{name}_id": value}))
    return rows


MONEY = DecimalField(max_digits=18, decimal_places=2)


def sum_lines(source: str, column: str, as_of: date) -> Coalesce:
    """Sum of a document's lines up to a day, for a row of the outer query."""
    lines = (
        SettlementLine.objects.filter(**{source: OuterRef("pk")}, date__lte=as_of)
        .order_by()
        .values(source)
        .annotate(total=Sum(column))
        .values("total")
    )
    return Coalesce(Subquery(lines), Value(ZERO), output_field=MONEY)


def ageing_items(query: AgeingQuery, *, key: Any = None, bucket: str = "") -> QuerySet:
    """The receivables behind a cell: ``open_as_of`` in their currency, ``shown`` in the report's.

    Without ``bucket`` all that is outstanding; ``retention`` is the part of it that is held back. Their ``shown`` amounts add up to the cell.
    """
    rows = narrowed(query, Receivable, key).filter(issue_date__lte=query.as_of)
    column = "due_date" if query.basis == Basis.DUE else "issue_date"
    if bucket == "retention":
        rows = rows.filter(held_then(query.as_of))
    elif bucket and bucket != "outstanding":
        if bucket == "overdue":
            first, last = 1, None
        else:
            first, last = bucket_days(query.steps, bucket)
        if first is not None:
            rows = rows.filter(**{f"{column}__lte": query.as_of - timedelta(days=first)})
        if last is not None:
            rows = rows.filter(**{f"{column}__gte": query.as_of - timedelta(days=last)})
    rows = rows.annotate(open_as_of=F("amount") - sum_lines("receivable", "amount", query.as_of))
    shown = (
        F("open_as_of")
        if query.currency
        else F("base_amount") - sum_lines("receivable", "base_amount", query.as_of)
    )
    return rows.annotate(shown=shown).filter(open_as_of__gt=0).order_by(column, "pk")


def ageing_documents(query: AgeingQuery, model: type, *, key: Any = None) -> QuerySet:
    """Receipts or credit notes with unallocated money as of the day; mirrors of reversals count against."""
    day, source = ("received_date", "receipt") if model is Receipt else ("date", "credit_note")
    rows = narrowed(query, model, key).filter(**{f"{day}__lte": query.as_of})
    rows = rows.annotate(left_as_of=F("amount") - sum_lines(source, "amount", query.as_of))
    shown = F("left_as_of") if query.currency else Round(F("left_as_of") * F("base_rate"), places_of())
    return rows.annotate(
        shown=Case(When(left_as_of=0, then=Value(ZERO)), default=shown, output_field=MONEY)
    ).exclude(left_as_of=0)
