"""One timeline of a customer over what every app has about it (CUS-09).

An app registers at start what it adds; nothing here changes for it::

    stories.register(
        "orders.order",
        StoryKind(
            _("Orders"), Order, lambda about: about.seen(Order), day="order_date",
            words=lambda order: order.customer_po, amount=lambda order: (order.total, order.currency_id),
        ),
    )

``rows(about)`` are those of the customers ``about`` that its reader may see (``customers.about``). One statement finds the next rows of all kinds by day and
key, so that the thousandth page costs what the first one costs; the records of a page are then read kind by kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateField, Expression, F, IntegerField, Model, Q, QuerySet, Value
from django.db.models.functions import Cast

from customers.about import About, QuestionAbout, asked_about
from salesops.core.policies import one_of
from salesops.core.questions import Question, array_of
from salesops.core.registry import Registry

PAGE = 20


@dataclass(frozen=True)
class StoryKind:
    """Records of a model on the timeline. ``day`` is a column or an expression; ``related`` is joined for the line."""

    label: Any
    model: type[Model]
    rows: Callable[[About], QuerySet]
    day: str | Expression
    words: Callable[[Any], Any] = lambda obj: ""
    who: Callable[[Any], Any] = lambda obj: getattr(obj, "owner", None)
    amount: Callable[[Any], tuple[Any, str] | None] = lambda obj: None
    url: Callable[[Any], str] | None = None
    related: tuple[str, ...] = ("owner",)
    title: Callable[[Any], Any] = str
    with_file: bool = False  # seen by who sees the file; there is no other right to ask for
    order: int = 100


@dataclass(frozen=True)
class Place:
    """Where a page ends: day, kind and key of its last line; the next one goes on after it."""

    day: date
    kind: int
    pk: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()}.{self.kind}.{self.pk}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        day, _dot, rest = text.partition(".")
        kind, _dot, pk = rest.partition(".")
        try:
            return cls(date.fromisoformat(day), int(kind), int(pk)) if int(pk) < 2**62 else None
        except ValueError:
            return None


@dataclass(frozen=True)
class StoryLine:
    day: date
    kind: StoryKind
    key: str
    obj: Any


stories: Registry[StoryKind] = Registry("customers.stories")


def story_kinds() -> list[tuple[str, StoryKind]]:
    return sorted(stories.items(), key=lambda pair: (pair[1].order, pair[0]))


def story_of(
    user: Any,
    keys: list[int],
    *,
    kinds: Iterable[str] = (),
    before: Place | None = None,
    limit: int = PAGE,
) -> tuple[list[StoryLine], Place | None]:
    """The next lines of the files ``keys``, newest first, and where they end (``None``: there are no more).

    ``kinds`` narrows to these keys of the registry.
    """
    chosen = set(kinds)
    numbered = list(enumerate(story_kinds()))
    asked = [number for number, (key, _kind) in numbered if not chosen or key in chosen]
    if not asked:
        return [], None
    # notes have no policy of their own: who sees the file sees them
    models = [kind.model for number, (_key, kind) in numbered if number in asked and not kind.with_file]
    question = _newest if before is None else QuestionAbout(_together)
    found = asked_about(user, keys, models, question, tuple(asked), limit + 1, before)
    page, more = found[:limit], len(found) > limit
    keys_of: dict[int, list[int]] = defaultdict(list)
    for _day, of, pk in page:
        keys_of[of].append(pk)
    objects = {of: {row.pk: row for row in _records(of, keys=array_of(pks))} for of, pks in keys_of.items()}
    lines = [
        StoryLine(day, numbered[of][1][1], numbered[of][1][0], objects[of][pk])
        for day, of, pk in page
        if pk in objects[of]
    ]
    return lines, Place(*page[-1]) if more else None


def _records_of(number: int, *, keys: str) -> QuerySet:
    """Records of one kind with what their line shows."""
    kind = story_kinds()[number][1]
    return kind.model._base_manager.select_related(*kind.related).filter(one_of("pk", keys))


_records = Question(_records_of)


def _together(about: About, asked: tuple[int, ...], limit: int, before: Place | None) -> QuerySet:
    """The next rows of these kinds, newest first."""
    kinds = story_kinds()
    branches = [
        _branch(kinds[number][1], number, about, before).values_list("story_day", "story_kind", "pk")[:limit]
        for number in asked
    ]
    if len(branches) == 1:
        return branches[0]
    return branches[0].union(*branches[1:], all=True).order_by("-story_day", "story_kind", "-pk")[:limit]


_newest = QuestionAbout(_together)


def _branch(kind: StoryKind, number: int, about: About, before: Place | None) -> QuerySet:
    """Rows of one kind after a place, newest first. Days are equal across kinds: the kind's number decides."""
    day = F(kind.day) if isinstance(kind.day, str) else kind.day
    rows = kind.rows(about).annotate(
        story_day=Cast(day, DateField()), story_kind=Value(number, output_field=IntegerField())
    )
    rows = rows.filter(story_day__isnull=False)
    if before is not None:
        after = Q(story_day__lt=before.day)
        if number > before.kind:
            after |= Q(story_day=before.day)
        elif number == before.kind:
            after |= Q(story_day=before.day, pk__lt=before.pk)
        rows = rows.filter(after)
    return rows.order_by("-story_day", "-pk")
