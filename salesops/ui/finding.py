"""What was typed into a list's search box, narrowed in a table of very many rows.

``number LIKE … OR customer.name LIKE …`` has no index that answers it, however good the index of each half is. So
each half is asked by itself for the keys it finds, which its own index answers; where one finds very many, it stays
a condition on the rows in the order of the list, of which many fit and the first fifty are met soon.
"""

from __future__ import annotations

import functools
import operator
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import IntegerField, Model, Q, QuerySet, Value

FEW = 5_000
MANY_ROWS = 50_000


@dataclass(frozen=True)
class Hit:
    """One way to be found: ``find`` by an index; ``walk`` looks at a row at hand (the same, if left out)."""

    find: Q
    walk: Q | None = None


def narrowed(queryset: QuerySet, hits: Sequence[Hit], few: int = FEW) -> QuerySet:
    """Rows of ``queryset`` that one of ``hits`` finds; asks one short statement."""
    keys = _keys(queryset.model, hits, few)
    found = sorted({key for listed in keys.values() if len(listed) <= few for key in listed})
    ways = [hit.walk or hit.find for number, hit in enumerate(hits) if len(keys[number]) > few]
    if found or not ways:
        ways.append(Q(pk__in=found))
    return queryset.filter(functools.reduce(operator.or_, ways))


def numbered(model: type[Model], field: str, word: str) -> Q | None:
    """In a large table, rows whose number begins so, if there are any: who types one means it and nothing else."""
    if not any(c.isdigit() for c in word) or not is_large(model):
        return None
    begins = Q(**{f"{field}__istartswith": word})
    return begins if model._base_manager.filter(begins).exists() else None


def _keys(model: type[Model], hits: Sequence[Hit], few: int) -> dict[int, list[Any]]:
    """The keys that each hit finds, one more than ``few`` where there are too many; all in one statement."""
    rows = model._base_manager.order_by()
    parts = [
        rows.filter(hit.find)
        .annotate(hit=Value(number, output_field=IntegerField()))
        .values_list("hit", "pk")[: few + 1]
        for number, hit in enumerate(hits)
    ]
    keys: dict[int, list[Any]] = defaultdict(list)
    for number, key in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]:
        keys[number].append(key)
    return keys


def is_large(model: type[Model], many: int = MANY_ROWS) -> bool:
    """Has the table very many rows, as PostgreSQL estimates them?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table])
        return cursor.fetchone()[0] > many
