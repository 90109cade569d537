"""The index for the search boxes of lists and pickers over very large tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Func, Model, OuterRef, Q, Subquery, TextField, Value
from django.db.models.fields import BooleanField
from django.db.models.functions import Coalesce

from salesops.search.models import SearchEntry, SearchStale
from salesops.search.query import Asked, ask
from salesops.search.registry import SearchKind, kinds
from salesops.search.services import CHUNK, index_recent
from salesops.search.shares import shares
from salesops.ui.finding import Hit, is_large

OFTEN = 0.02  # of so many records of a kind we look at each in the order of the list, as many are met soon


class Matches(Func):
    """Does a vector match a query of ours?"""

    template = "%(expressions)s::tsquery"
    arg_joiner = " @@ "
    arity = 2
    output_field = BooleanField()


def word_hits(
    word: str, paths: Iterable[tuple[type[Model], str]], user: Any, *, often: float | None = None
) -> list[Hit] | None:
    """A word as hits of a list by the index: records of these models, at the paths that lead to them.

    Masked telephones answer to ``user`` as they do in the search box; without a person to whole numbers only.

    ``None`` where the list is better looked through row by row: where a table is not large or much of it still waits
    to be indexed, and for a single letter.
    """
    asked, targets = ask(word), list(paths)
    if not asked or not all(is_large(model) for model, _path in targets) or not _ready(targets):
        return None
    found = [(kinds[model._meta.label_lower], path) for model, path in targets]
    share, limit = shares(asked, [kind for kind, _path in found]), OFTEN if often is None else often
    return [_hit(asked, kind, path, user, share.get(kind.type_id, 0) > limit) for kind, path in found]


def by_word(model: type[Model], word: str, user: Any) -> list[Hit] | None:
    """The same for a list or a picker of these records themselves."""
    return word_hits(word, [(model, "pk")], user) if model._meta.label_lower in kinds else None


def _ready(targets: list[tuple[type[Model], str]]) -> bool:
    if not index_recent():
        return True
    types = [kinds[model._meta.label_lower].type_id for model, _path in targets]
    long = SearchStale.objects.filter(subject_type__in=types, last_id__gt=F("first_id") + CHUNK)
    return not long.exists()


def _hit(asked: Asked, kind: SearchKind, path: str, user: Any, often: bool) -> Hit:
    entries: Any = SearchEntry.objects.filter(subject_type=kind.type_id).order_by()
    at_hand = Subquery(entries.filter(subject_id=OuterRef(path)).values("tokens")[:1])
    everywhere, in_full = asked.of(kind)
    look, found = Q(_met(at_hand, everywhere, often)), Q(_matches(F("tokens"), everywhere))
    if in_full:
        own = kind.model._base_manager.filter(kind.shown_in_full(user)).order_by().values("pk")
        there = kind.shown_in_full(user, "" if path == "pk" else f"{path}__")
        look |= Q(_met(at_hand, in_full, often)) & there
        found |= Q(_matches(F("tokens"), in_full)) & Q(subject_id__in=own)
    return Hit(look, None if often else entries.filter(found).values_list("subject_id"), path, often)


def _met(vector: Any, query: str, often: bool) -> Any:
    """Does the row at hand match? PostgreSQL takes a match for rare; what is met often is said so (half of all)."""
    matches = _matches(vector, query)
    return Coalesce(matches, Value(False), output_field=BooleanField()) if often else matches


def _matches(vector: Any, query: str) -> Matches:
    return Matches(vector, Value(query, output_field=TextField()))
