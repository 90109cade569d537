"""COPY of generated rows; the tables' triggers and checks run as for any other row."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.db.models import Max


def next_id(model: type[models.Model]) -> int:
    """The first free primary key."""
    return (model._default_manager.aggregate(top=Max("pk"))["top"] or 0) + 1


def copy_rows(model: type[models.Model], rows: Iterable[dict[str, Any]], *, at: datetime) -> int:
    """Load rows (attribute name → value) and move the key's sequence on; answers how many.

    The first row is asked for before the COPY begins: a generator may look things up until its first row.
    """
    rows = iter(rows)
    first = list(itertools.islice(rows, 1))
    fields = [f for f in model._meta.concrete_fields if not getattr(f, "generated", False)]
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(f.column) for f in fields)
    count = 0
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in itertools.chain(first, rows):
                copy.write_row([_value(field, row, at) for field in fields])
                count += 1
        if count and isinstance(model._meta.pk, models.AutoField):
            _move_sequence(cursor, model._meta.db_table)
    return count


def _move_sequence(cursor: Any, table: str) -> None:
    """Use up the numbers that the rows brought; the application's role may draw from a sequence, not set it."""
    top = f"(SELECT max(id) FROM {connection.ops.quote_name(table)})"  # noqa: S608
    cursor.execute(
        "SELECT count(nextval(s.seq)) "  # noqa: S608 - a table of ours
        "FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS seq) s, "
        f"LATERAL generate_series(coalesce(pg_sequence_last_value(s.seq), 0) + 1, {top})",
        [table],
    )


def _value(field: models.Field, row: dict[str, Any], at: datetime) -> Any:
    if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        return row.get(field.attname, at)
    value = row.get(field.attname)
    if value is None and field.attname not in row:
        value = field.get_default()
    if value is not None and isinstance(field, models.JSONField):
        return json.dumps(value, default=str, ensure_ascii=False)
    if isinstance(value, float):
        raise TypeError(f"{field} is never a float")
    return format(value, "f") if isinstance(value, Decimal) else value
