"""Records of a kind as a file that imports again unchanged (quality E2, E3)."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TextIO

from django.db import connection, transaction
from django.utils import timezone

from salesops.exchange.formulas import guard
from salesops.exchange.registry import ImportKind


def columns_of(kind: ImportKind) -> list[str]:
    return [column.name for column in kind.columns]


def write_records(kind: ImportKind, file: TextIO) -> int:
    """Write all records of a kind in canonical columns from one snapshot of the database; answers the rows."""
    if kind.export is None:
        raise LookupError(f"{kind.name} cannot be exported")
    writer = csv.writer(file)
    names = columns_of(kind)
    writer.writerow(names)
    rows = 0
    with transaction.atomic():
        if not connection.needs_rollback and transaction.get_connection().savepoint_ids == []:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for record in kind.export():
            writer.writerow([as_text(record.get(name)) for name in names])
            rows += 1
    return rows


def as_text(value: Any) -> str:
    """A value as the importer reads it back: ISO dates, exact decimals, guarded texts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    return guard(str(value))
