"""What was typed into a list's search box, narrowed in a table of very many rows.

``number LIKE … OR customer.name LIKE …`` has no index that answers it, however good the index of each half is. So
other records that a word finds (customers, or the list's own records in the index of words) are asked for first: few
of them become keys, which PostgreSQL reads from an index together with the columns of the list's own table. Where
very many are found, each row is looked at in the order of the list, of which the first fifty are met soon.
"""

from __future__ import annotations

import functools
import operator
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, Q, QuerySet

from salesops.core import policies

FEW = 3_000
MANY_ROWS = 50_000
_SIZES_KEPT = 60.0  # seconds that an estimate of a table's size is believed


@dataclass(frozen=True)
class Hit:
    """One way to be found: ``look`` is the condition on a row at hand.

    ``keys`` (a ``values_list`` of one column) finds the same by an index: the keys that ``path`` leads to. Without
    it ``look`` has an index of its own, or is met ``often``: then no index is asked.
    """

    look: Q
    keys: QuerySet | None = None
    path: str = "pk"
    often: bool = False


def narrowed(queryset: QuerySet, hits: Sequence[Hit], few: int | None = None) -> QuerySet:
    """Rows of ``queryset`` that one of ``hits`` finds; asks at most two short statements."""
    few = FEW if few is None else few
    found = _keys([hit.keys for hit in hits], few)
    ways, listed, elsewhere = [], not any(hit.often for hit in hits), False
    for hit, keys in zip(hits, found, strict=True):
        if keys is None or keys.count > few:
            ways.append(hit.look)
            listed, elsewhere = listed and keys is None, True
        elif keys.count:
            ways.append(policies.one_of(hit.path, keys.listed))
            elsewhere = elsewhere or hit.path != "pk"
    if not ways:
        return queryset.none()
    if listed and elsewhere:
        ways = _as_keys(queryset, ways, few)
    return queryset.filter(functools.reduce(operator.or_, ways))


def _as_keys(queryset: QuerySet, ways: list[Q], few: int) -> list[Q]:
    """The same as one list of keys, where these are few: PostgreSQL would rather walk the whole list for them."""
    rows = queryset.order_by()
    found = [keys for keys in _keys([rows.filter(way).values_list("pk") for way in ways], few) if keys]
    if sum(keys.count for keys in found) > few:
        return ways
    return [policies.one_of("pk", f"{{{','.join(keys.listed[1:-1] for keys in found if keys.count)}}}")]


def either(model: type[Model], fields: Iterable[str], word: str) -> list[Hit]:
    """Hits for the columns named (with their lookup): own ones, and those of a record that a path leads to."""
    hits = []
    for name in fields:
        path, _sep, rest = name.partition("__")
        related = model._meta.get_field(path).related_model
        keys = related._base_manager.order_by().filter(**{rest: word}).values_list("pk") if related else None
        hits.append(Hit(Q(**{name: word}), keys, path))
    return hits


def numbered(model: type[Model], field: str, word: str) -> Q | None:
    """In a large table, rows whose number begins so, if there are any: who types one means it and nothing else."""
    if not any(c.isdigit() for c in word) or not is_large(model):
        return None
    begins = Q(**{f"{field}__istartswith": word})
    return begins if model._base_manager.filter(begins).exists() else None


@dataclass(frozen=True)
class Found:
    """Keys as PostgreSQL writes an array, and how many: thousands of them are not worth a row each."""

    listed: str = "{}"
    count: int = 0


def _keys(asked: Sequence[QuerySet | None], few: int) -> list[Found | None]:
    """The keys of each, one more than ``few`` where there are too many; all in one statement."""
    parts: list[str] = []
    values: list[Any] = []
    for number, rows in enumerate(asked):
        if rows is None:
            continue
        with suppress(EmptyResultSet):
            text, params = rows[: few + 1].query.get_compiler(connection=connection).as_sql()
            parts.append(f"SELECT {number}, k FROM ({text}) AS p{number} (k)")  # noqa: S608
            values += params
    keys: dict[int, Found] = {}
    if parts:
        together = " UNION ALL ".join(parts)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT hit, array_agg(k)::text, count(*) FROM ({together}) AS f (hit, k) GROUP BY hit",  # noqa: S608
                values,
            )
            keys = {number: Found(listed, count) for number, listed, count in cursor.fetchall()}
    return [None if rows is None else keys.get(number, Found()) for number, rows in enumerate(asked)]


_sizes: dict[str, tuple[float, float]] = {}


def is_large(model: type[Model], many: int = MANY_ROWS) -> bool:
    """Has the table very many rows, as PostgreSQL estimates them?"""
    return rows_about(model) > many


def rows_about(model: type[Model]) -> float:
    """PostgreSQL's estimate of a table's rows, asked for once a minute."""
    table, now = model._meta.db_table, time.monotonic()
    known = _sizes.get(table)
    if known is None or now - known[0] > _SIZES_KEPT:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
            known = _sizes[table] = (now, cursor.fetchone()[0])
    return known[1]
