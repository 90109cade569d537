"""Sorting by allow-listed columns and paging by key, so that page 1000 costs what page 1 costs.

The place in a list is a token: sort value and primary key of the row at the edge. Rows are fetched with
``value >= edge AND (value > edge OR pk > edge_pk)``, which an index on (value, pk) answers without counting
off the rows before. Where the sort value may be NULL, the NULLs form a second stretch at the end.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Count, F, Model, Q, QuerySet, Sum
from django.utils.dateparse import parse_date, parse_datetime

CAP = 10_000
Reader = Callable[[QuerySet, "Sort", bool, int], list[Any]]


@dataclass(frozen=True)
class Sort:
    """One ordering: a column of the table, the ORM path behind it, the direction; pk comes last always."""

    column: str
    path: str
    descending: bool
    nullable: bool


@dataclass
class Page:
    """A page of rows and the tokens of its neighbours; ``start`` is the number of the first row."""

    rows: list[Any]
    start: int = 1
    previous: str = ""
    next: str = ""
    last: str = ""

    @property
    def end(self) -> int:
        return self.start + len(self.rows) - 1


@dataclass
class Measure:
    """How many rows there are (``capped``: at least so many) and the sums of named columns."""

    count: int
    capped: bool = False
    totals: list[tuple[str, Any, Any]] = field(default_factory=list)


def sort_of(table: Any, wanted: str, model: type[Model]) -> Sort:
    """The ordering that a request asks for, if the table offers it; else the model's own first column."""
    offered = sortable(table)
    name = wanted.lstrip("-")
    if name in offered:
        path, descending = offered[name], wanted.startswith("-")
        return Sort(
            name, path.lstrip("-"), descending ^ path.startswith("-"), _nullable(model, path.lstrip("-"))
        )
    first = next((o for o in model._meta.ordering if isinstance(o, str)), "pk")
    path = first.lstrip("-")
    column = next((c for c, p in offered.items() if p == path), "")
    return Sort(column, path, first.startswith("-"), _nullable(model, path))


def sortable(table: Any) -> dict[str, str]:
    """Column name to ORM path, for the columns that may sort."""
    found = {}
    for column in table.columns.iterall():
        if column.orderable and column.name not in table.hidden:
            own = column.column.order_by
            found[column.name] = str(own[0] if own else column.accessor).replace(".", "__")
    return found


def _nullable(model: type[Model], path: str) -> bool:
    current: Any = model
    for part in path.split("__"):
        if part == "pk":
            return False
        try:
            db_field = current._meta.get_field(part)
        except (FieldDoesNotExist, AttributeError):
            return True
        if db_field.null or (db_field.is_relation and not db_field.many_to_one and not db_field.one_to_one):
            return True
        current = db_field.related_model
    return False


def first_rows(queryset: QuerySet, sort: Sort, down: bool, size: int) -> list[Any]:
    """The first rows of what is in the order of ``sort`` (``down``: as it is read, forward or back)."""
    return list(queryset[:size])


def page_of(
    queryset: QuerySet, sort: Sort, params: Mapping[str, str], size: int, read: Reader = first_rows
) -> Page:
    """The page that ``at`` names, or the first; one query (two where a page spans the NULLs).

    ``read`` stands in for ``first_rows`` where a list knows a shorter way to the same rows.
    """
    edge = _read_token(params.get("at", ""), _name(sort))
    back, start = bool(edge and edge["b"]), edge["n"] if edge else 1
    try:
        rows = _stretch(queryset, sort, edge, back, size + 1, read)
    except (ValueError, TypeError, ValidationError):  # a forged value of the right column
        return page_of(queryset, sort, {}, size, read)
    more = len(rows) > size
    rows = rows[:size]
    if back:
        rows.reverse()
    page = Page(rows, max(start, 1))
    if rows:
        has_before = more if back else start > 1
        has_after = True if back else more
        if has_before:
            page.previous = _token(sort, rows[0], True, page.start - size)
        if has_after and (not back or params.get("at")):
            page.next = _token(sort, rows[-1], False, page.start + len(rows))
    return page


def _stretch(
    queryset: QuerySet, sort: Sort, edge: dict[str, Any] | None, back: bool, size: int, read: Reader
) -> list[Any]:
    down = sort.descending ^ back
    queryset = _ordered(queryset, sort, down)
    if sort.path == "pk":
        key = {f"pk__{'lt' if down else 'gt'}": edge["k"]} if edge else {}
        return list(queryset.filter(**key)[:size])
    nulls_last = not down
    if edge is None:
        return read(queryset, sort, down, size)
    after_pk = Q(**{f"pk__{'lt' if down else 'gt'}": edge["k"]})
    is_null = Q(**{f"{sort.path}__isnull": True})
    if edge["v"] is None:
        rows = list(queryset.filter(is_null & after_pk)[:size])
        if not nulls_last and len(rows) < size:
            rows += list(queryset.exclude(is_null)[: size - len(rows)])
        return rows
    ahead = "lt" if down else "gt"
    within = Q(**{f"{sort.path}__{ahead}e": edge["v"]}) & (
        Q(**{f"{sort.path}__{ahead}": edge["v"]}) | after_pk
    )
    rows = read(queryset.filter(within), sort, down, size)
    if sort.nullable and nulls_last and len(rows) < size:
        rows += list(queryset.filter(is_null)[: size - len(rows)])
    return rows


def _ordered(queryset: QuerySet, sort: Sort, down: bool) -> QuerySet:
    """PostgreSQL puts NULLs last going up and first going down, which is what an index does."""
    if sort.path == "pk":
        return queryset.order_by("-pk" if down else "pk")
    column = F(sort.path)
    return queryset.order_by(column.desc() if down else column.asc(), "-pk" if down else "pk")


def ordered(queryset: QuerySet, sort: Sort) -> QuerySet:
    """All rows in the order of the list, ending with the primary key."""
    return _ordered(queryset, sort, sort.descending)


def _token(sort: Sort, row: Any, back: bool, start: int) -> str:
    value = None
    if sort.path != "pk":
        value = row
        for part in sort.path.split("__"):
            value = row.pk if part == "pk" else getattr(value, part, None)
    data = {"v": _pack(value), "k": row.pk, "b": int(back), "n": max(start, 1), "s": _name(sort)}
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


def _pack(value: Any) -> Any:
    if isinstance(value, Model):
        value = value.pk
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    return value if isinstance(value, (str, int, bool, type(None))) else str(value)


def _name(sort: Sort) -> str:
    return f"{'-' if sort.descending else ''}{sort.path}"


def _read_token(text: str, name: str) -> dict[str, Any] | None:
    """A token of ours for this ordering, or ``None``: whatever else stands in the url is the first page."""
    try:
        data = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        value = data["v"]
        if isinstance(value, dict):
            (kind, raw), *_rest = value.items()
            readers = {"t": parse_datetime, "d": parse_date, "n": Decimal}
            value = readers[kind](raw)
        elif not isinstance(value, (str, int, type(None))):
            return None
        if data["s"] != name:
            return None
        return {"v": value, "k": int(data["k"]), "b": int(data["b"]), "n": min(int(data["n"]), 10**9)}
    except (ValueError, TypeError, KeyError, ArithmeticError, AttributeError):
        return None


def measure_page(page: Page, totals: Mapping[str, Any]) -> Measure | None:
    """Count and totals when the page holds everything; ``None`` when only the database knows."""
    if page.start != 1 or page.next or page.previous or not all(_own(page.rows, name) for name in totals):
        return None
    sums = [
        (name, label, sum((v for row in page.rows if (v := getattr(row, name)) is not None), 0))
        for name, label in totals.items()
    ]
    return Measure(len(page.rows), totals=sums)


def measure_so_far(page: Page, totals: Mapping[str, Any]) -> Measure:
    """Count and totals of a list that is not counted at once: at least the rows up to this page."""
    return Measure(page.end, capped=True, totals=[(name, label, None) for name, label in totals.items()])


def _own(rows: list[Any], name: str) -> bool:
    """Can the column be read from the rows at hand?"""
    return "__" not in name and all(hasattr(row, name) for row in rows[:1])


def measure(queryset: QuerySet, totals: Mapping[str, Any], *, cap: int | None) -> Measure:
    """Count and totals in one query; with ``cap`` neither looks at more rows than that."""
    bare = queryset.order_by()
    limited = bare[: cap + 1] if cap is not None else bare
    sums = {f"sum_{name}": Sum(name) for name in totals}
    answer = limited.aggregate(count=Count("pk"), **sums)
    if cap is not None and answer["count"] > cap:
        return Measure(cap, capped=True, totals=[(name, label, None) for name, label in totals.items()])
    named = [(name, label, answer[f"sum_{name}"] or 0) for name, label in totals.items()]
    return Measure(answer["count"], totals=named)
