"""A list as CSV written by PostgreSQL: one COPY, no row passes through Python.

It is taken where every shown column has an ``expression`` (``ui/words.py``); other lists are written row by row by
``export.py``, with the same texts. What the database writes equals what ``csv_value`` would write.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Expression, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast, NullIf
from django.utils import timezone

from salesops.ui.tables import LeanColumn, RecordTable

# Python's white space, then quotes, before what a spreadsheet takes for a formula; the same as ``export._FORMULA``.
_SPACES = "".join(chr(n) for n in range(0x110000) if chr(n).isspace())
_FORMULA = f"^[{_SPACES}\"']*[-=+@＝＋－＠\t\r\n]"
# The first letters of nearly all texts, which need no look at the rest: A-Z, a-z and beyond (code points).
_HARMLESS = (48, 57, 65, 126, 0x4E00, 0x9FFF)


class Guarded(Func):
    """An apostrophe before a text that a spreadsheet would run (E1)."""

    output_field = TextField()

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, list[Any]]:
        text, params = compiler.compile(self.source_expressions[0])
        ranges = " OR ".join(f"ascii({text}) BETWEEN {a} AND {b}" for a, b in
                             zip(_HARMLESS[::2], _HARMLESS[1::2], strict=True))  # fmt: skip
        given = [*params] * (len(_HARMLESS) // 2)
        return (
            f"CASE WHEN {ranges} THEN {text} WHEN {text} ~ %s THEN '''' || {text} ELSE {text} END",
            [*given, *params, *params, _FORMULA, *params, *params],
        )


def columns_of(table: RecordTable, queryset: QuerySet) -> list[Expression] | None:
    """The text of each shown column in SQL, or ``None`` where one of them needs Python."""
    if queryset.query.distinct or queryset.query.combinator or len(table.shown) < 2:
        return None
    found = []
    for name in table.shown:
        bound = table.columns.columns[name]
        if not isinstance(bound.column, LeanColumn) or hasattr(table, f"value_{name}"):
            return None
        path = str(bound.accessor).replace(".", "__")
        expression = bound.column.expression_of(path, queryset)
        if expression is None:
            return None
        found.append(expression)
    return found


def copied(
    handle: Any,
    heads: bytes,
    expressions: list[Expression],
    queryset: QuerySet,
    limit: int,
    too_many: Callable,
) -> int | None:
    """Write heads and rows; answers how many, or ``None`` where a column has a type of which we know no text."""
    raw = queryset.annotate(**{f"raw_{n}": e for n, e in enumerate(expressions)})
    texts: dict[str, Any] = {}
    for n in range(len(expressions)):
        text = as_text(F(f"raw_{n}"), raw.query.annotations[f"raw_{n}"].output_field)
        if text is None:
            return None
        texts[f"text_{n}"] = text
    rows = raw.annotate(**texts).values_list(*texts)[: limit + 1]
    handle.write(heads)
    try:
        statement, params = rows.query.sql_with_params()
    except EmptyResultSet:  # the condition cannot be met: nothing to ask
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '15min'; SET LOCAL datestyle = 'ISO'")
        with cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv)", params) as copy:
            for block in copy:
                handle.write(block)
        if cursor.rowcount > limit:
            raise too_many(limit)
        return int(cursor.rowcount)


def as_text(source: F, kind: Any) -> Any:
    """The text of a value, as ``csv_value`` writes it; empty texts are nothing."""
    while isinstance(kind, models.ForeignKey):
        kind = kind.target_field
    kind = kind.output_field if isinstance(kind, models.GeneratedField) else kind
    if isinstance(kind, (models.CharField, TextField)):
        return NullIf(Guarded(source), Value(""), output_field=TextField())
    if isinstance(kind, models.BooleanField):
        return Cast(Cast(source, models.IntegerField()), TextField())
    if isinstance(kind, (models.DecimalField, models.IntegerField)):
        return source  # COPY writes it as it is
    if isinstance(kind, models.DateTimeField):
        local = Func(Value(timezone.get_current_timezone_name()), source, function="timezone")
        return Func(local, Value("YYYY-MM-DD HH24:MI:SS"), function="to_char", output_field=TextField())
    return source if isinstance(kind, models.DateField) else None
