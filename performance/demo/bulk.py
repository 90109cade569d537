"""COPY of generated rows; the tables' triggers and checks run as for any other row."""

from __future__ import annotations

import contextlib
import itertools
import json
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.db.models import Max
from django.utils import translation


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
    readers = _readers(fields, at)
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(f.column) for f in fields)
    count = 0
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in itertools.chain(first, rows):
                copy.write_row(_values(readers, row))
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


Reader = tuple[str, Any, Callable[[Any], Any] | None]


def _readers(fields: list[models.Field], at: datetime) -> list[Reader]:
    """Per field: its name in a row, what stands for a missing one, and how a value is written; found once."""
    return [(field.attname, _missing(field, at), _writer(field)) for field in fields]


def _missing(field: models.Field, at: datetime) -> Any:
    if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        return at
    return _writer(field)(field.get_default()) if _writer(field) else field.get_default()


def _writer(field: models.Field) -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        return lambda value: json.dumps(value, default=str, ensure_ascii=False)
    return _decimal if isinstance(field, models.DecimalField) else None


def _decimal(value: Any) -> Any:
    if isinstance(value, float):
        raise TypeError("money is never a float")
    return format(value, "f") if isinstance(value, Decimal) else value


def _values(readers: list[Reader], row: dict[str, Any]) -> list[Any]:
    values = []
    for name, missing, write in readers:
        value = row.get(name, _ABSENT)
        if value is _ABSENT:
            value = missing
        elif write is not None and value is not None:
            value = write(value)
        values.append(value)
    return values


_ABSENT = object()


Batch = dict[type[models.Model], list[dict[str, Any]]]


class Batches:
    """Rows of several tables that are loaded together, in the order of the models, ``size`` rows at a time."""

    def __init__(self, *order: type[models.Model], size: int = 40_000) -> None:
        self.order, self.size = order, size
        self.take()

    def add(self, model: type[models.Model], row: dict[str, Any]) -> None:
        self.rows[model].append(row)
        self.waiting += 1

    @property
    def full(self) -> bool:
        return self.waiting >= self.size

    def take(self) -> Batch:
        """What waits; the next rows begin a new batch."""
        taken = getattr(self, "rows", {})
        self.rows: Batch = {model: [] for model in self.order}
        self.waiting = 0
        return taken


def load(batch: Batch, *, at: datetime) -> None:
    """Copy the rows of a batch and check at once what is else checked at commit (keys, sums, seals of the audit).

    So a million rows leave no list of millions of open checks behind.
    """
    for model, rows in batch.items():
        copy_rows(model, rows, at=at)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same batches, each made in a thread while the database works on the one before.

    What makes them asks the database nothing. It speaks the language of the caller.
    """
    made: queue.Queue[Batch | BaseException | None] = queue.Queue(maxsize=1)
    stop = threading.Event()
    language = translation.get_language()

    def hand(thing: Batch | BaseException | None) -> None:
        while not stop.is_set():
            with contextlib.suppress(queue.Full):
                made.put(thing, timeout=1)
                break

    def work() -> None:
        try:
            with translation.override(language):
                for batch in batches:
                    hand(batch)
                    if stop.is_set():
                        return
            hand(None)
        except BaseException as error:
            hand(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        while (batch := made.get()) is not None:
            if isinstance(batch, BaseException):
                raise batch
            yield batch
    finally:
        stop.set()
        thread.join()
