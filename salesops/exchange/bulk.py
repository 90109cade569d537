"""Writing many rows at once: COPY for new ones, one UPDATE for changed ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models

from salesops.exchange.models import ImportBatch, ImportedRange


def reserve_pks(model: type[models.Model], count: int) -> list[int]:
    """New primary keys from the table's own sequence."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')::regclass) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def insert(objects: Sequence[models.Model]) -> list[int]:
    """Insert new instances of one model by COPY; gives them their keys. Triggers and checks apply."""
    if not objects:
        return []
    model = type(objects[0])
    fields = [
        f for f in model._meta.concrete_fields if not f.generated and not isinstance(f, models.BinaryField)
    ]
    if isinstance(model._meta.pk, models.AutoField):
        for obj, pk in zip(objects, reserve_pks(model, len(objects)), strict=True):
            obj.pk = pk
    timed = [f for f in fields if getattr(f, "auto_now", False) or getattr(f, "auto_now_add", False)]
    for obj in objects:
        for f in timed:
            f.pre_save(obj, True)
    values = attrgetter(*[f.attname for f in fields])
    copy_rows(model, [f.column for f in fields], _written(map(values, objects), fields))
    for obj in objects:
        obj._state.adding = False
        obj._state.db = "default"
    return [obj.pk for obj in objects]


def _written(rows: Iterable[tuple[Any, ...]], fields: Sequence[models.Field]) -> Iterable[tuple[Any, ...]]:
    """Rows as COPY takes them: a JSON value is its text."""
    encoders = {n: f.encoder for n, f in enumerate(fields) if isinstance(f, models.JSONField)}
    if not encoders:
        return rows
    return (
        tuple(json.dumps(v, cls=encoders[n]) if n in encoders else v for n, v in enumerate(row))
        for row in rows
    )


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """COPY tuples into the table of ``model``; each tuple has one value per column, others take defaults."""
    quote = connection.ops.quote_name
    more = [
        f
        for f in model._meta.concrete_fields
        if f.column not in columns and not f.generated and not f.primary_key and f.has_default()
    ]
    tail = tuple(f.get_default() for f in more)
    names = ", ".join(quote(column) for column in (*columns, *(f.column for f in more)))
    statement = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row((*row, *tail) if tail else row)


def update(objects: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write the named fields of existing instances; the version moves on."""
    if not objects:
        return
    model = type(objects[0])
    names = list(dict.fromkeys(fields))
    for obj in objects:
        if hasattr(obj, "version"):
            obj.version += 1
    if hasattr(objects[0], "version"):
        names.append("version")
    model._default_manager.bulk_update(objects, names, batch_size=500)


def runs(pks: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Keys as runs of consecutive ones: 3, 4, 5, 9 gives (3, 5) and (9, 9)."""
    first = last = None
    for pk in sorted(pks):
        if last is not None and pk == last + 1:
            last = pk
            continue
        if first is not None:
            yield first, last
        first = last = pk
    if first is not None:
        yield first, last


def track(batch: ImportBatch, model: type[models.Model], pks: Iterable[int]) -> None:
    """Remember what a batch created, so that it can be undone."""
    content_type = ContentType.objects.get_for_model(model)
    ImportedRange.objects.bulk_create(
        ImportedRange(batch=batch, content_type=content_type, first_pk=first, last_pk=last)
        for first, last in runs(pks)
    )
