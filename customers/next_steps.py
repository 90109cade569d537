"""What is to be done next with a customer, from every app, in one statement.

An app registers at start::

    next_steps.register(
        "customers.visit", NextStep(_("Visit"), Visit, rows, "planned_date", "purpose", "customers:visit_detail")
    )

``rows(about)`` are the open ones of the customers ``about`` that its reader may see (``customers.about``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, DateField, Expression, F, IntegerField, Model, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse

from customers.about import About, QuestionAbout, asked_about
from salesops.core.registry import Registry

SHOWN = 8


@dataclass(frozen=True)
class NextStep:
    """``day``: when it is due; ``text``: what it is, both columns or expressions; ``url_name`` opens it."""

    label: Any
    model: type[Model]
    rows: Callable[[About], QuerySet]
    day: str | Expression
    text: str | Expression
    url_name: str
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
    if not kinds:
        return [], False
    found = asked_about(user, keys, [kind.model for _key, kind in kinds], _open_steps, limit + 1)
    lines = [
        StepLine(day, kinds[of][1].label, text, reverse(kinds[of][1].url_name, args=[pk]))
        for day, of, pk, text in found[:limit]
    ]
    return lines, len(found) > limit


def _together(about: About, limit: int) -> QuerySet:
    """The first steps of all kinds, the most urgent first."""
    kinds = sorted(next_steps.items(), key=lambda pair: (pair[1].order, pair[0]))
    branches = [_branch(kind, number, about, limit) for number, (_key, kind) in enumerate(kinds)]
    if len(branches) == 1:
        return branches[0]
    return branches[0].union(*branches[1:], all=True).order_by("step_day", "step_kind", "pk")[:limit]


_open_steps = QuestionAbout(_together)


def _branch(kind: NextStep, number: int, about: About, limit: int) -> QuerySet:
    day = F(kind.day) if isinstance(kind.day, str) else kind.day
    text = F(kind.text) if isinstance(kind.text, str) else kind.text
    rows = kind.rows(about).annotate(
        step_day=Cast(day, DateField()),
        step_kind=Value(number, output_field=IntegerField()),
        step_text=Cast(text, CharField()),
    )
    rows = rows.filter(step_day__isnull=False).order_by("step_day", "pk")
    return rows.values_list("step_day", "step_kind", "pk", "step_text")[:limit]
