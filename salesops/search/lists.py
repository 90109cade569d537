"""The index for the search boxes of lists over very large tables."""

from __future__ import annotations

from django.db.models import F, Model, Q, QuerySet

from salesops.search.models import SearchStale
from salesops.search.registry import kinds
from salesops.search.selectors import matching
from salesops.search.services import CHUNK, index_recent
from salesops.ui.finding import is_large


def found_in(model: type[Model], word: str) -> QuerySet | None:
    """Keys of the records that a word finds; ``None`` where a list is better looked through row by row.

    That is where the table is not large, where much of it still waits to be indexed, and for a single letter.
    """
    if not is_large(model):
        return None
    index_recent()
    kind = kinds[model._meta.label_lower]
    if SearchStale.objects.filter(subject_type=kind.type_id, last_id__gt=F("first_id") + CHUNK).exists():
        return None
    found = matching(model, word)
    return None if found.query.is_empty() else found


def by_word(model: type[Model], word: str, path: str = "pk") -> Q | None:
    """The same as a condition on ``path``, the key of such a record."""
    found = found_in(model, word)
    return None if found is None else Q(**{f"{path}__in": found})
