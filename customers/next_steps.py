"""What is to be done next with a customer, from every app, in one statement.

An app registers at start::

    next_steps.register("customers.visit", NextStep(_("Visit"), rows, "planned_date", "purpose", "customers:visit_detail"))

``rows(user)`` are the open ones that this person may see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, DateField, Expression, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse

from salesops.core.registry import Registry

SHOWN = 8


@dataclass(frozen=True)
class NextStep:
    """``day``: when it is due; ``text``: what it is, both columns or expressions; ``url_name`` opens it."""

    label: Any
    rows: Callable[[Any], QuerySet]
    day: str | Expression
    text: str | Expression
    url_name: str
    customer: str = "customer"
    narrow: Callable[[QuerySet, list[int]], QuerySet] | None = None
    order: int = 100


next_steps: Registry[NextStep] = Registry("customers.next_steps")


@dataclass(frozen=True)
class StepLine:
    day: date
    label: Any
    text: str
    url: str


def steps_of(user: Any, keys: list[int], *, limit: int = SHOWN) -> tuple[list[StepLine], bool]:
    """The most urgent open steps of the files ``keys``, and whether there are more."""
    kinds = sorted(next_steps.items(), key=lambda pair: (pair[1].order, pair[0]))
    branches = [_branch(kind, number, user, keys, limit + 1) for number, (_key, kind) in enumerate(kinds)]
    if not branches:
        return [], False
    together = branches[0]
    if len(branches) > 1:
        together = branches[0].union(*branches[1:], all=True).order_by("step_day", "step_kind", "pk")
    found = list(together[: limit + 1])
    lines = [
        StepLine(day, kinds[of][1].label, text, reverse(kinds[of][1].url_name, args=[pk]))
        for day, of, pk, text in found[:limit]
    ]
    return lines, len(found) > limit


def _branch(kind: NextStep, number: int, user: Any, keys: list[int], limit: int) -> QuerySet:
    rows = kind.rows(user)
    if kind.narrow is not None:
        rows = kind.narrow(rows, keys)
    else:
        rows = rows.filter(**{f"{kind.customer}__in": keys})
    day = F(kind.day) if isinstance(kind.day, str) else kind.day
    text = F(kind.text) if isinstance(kind.text, str) else kind.text
    rows = rows.annotate(
        step_day=Cast(day, DateField()),
        step_kind=Value(number, output_field=IntegerField()),
        step_text=Cast(text, CharField()),
    )
    rows = rows.filter(step_day__isnull=False).order_by("step_day", "pk")
    return rows.values_list("step_day", "step_kind", "pk", "step_text")[:limit]
