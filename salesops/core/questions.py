"""Statements that are written once and asked with other values each time.

Django takes longer to write a statement of a page than PostgreSQL takes to answer it. A ``Question`` writes its
queryset once per process with stand-ins for its values, and puts the values of each asking in their places::

    _newest = Question(lambda customer: Contract.objects.filter(customer=customer).order_by("-pk")[:9])
    rows = _newest(customer=5)

Nothing but the values may differ from one asking to the next: no reader's rights, rule or day may be fixed in the
text. What else the text follows from is named first, and the text is written for each that occurs::

    _signs(today, rules, keys=array_of([5]))
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

KEPT = 64  # texts of one question; beyond that they are written anew


def array_of(keys: Iterable[int | str]) -> str:
    """Keys as PostgreSQL writes an array, for ``core.policies.one_of``."""
    return f"{{{','.join(map(str, keys))}}}"


class Question:
    """``build(*shape, **values)`` makes the queryset; ``values`` are numbers, days or texts."""

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self.build = build
        self._written: dict[Hashable, _Written] = {}

    def __call__(self, *shape: Any, **values: Any) -> list[Any]:
        """The rows, as the queryset would answer them."""
        names = tuple(sorted(values))
        written = self._written.get((shape, names))
        if written is None:
            try:
                written = _Written(self.build, shape, {name: values[name] for name in names})
            except EmptyResultSet:  # of these values nothing can be found
                return list(self.build(*shape, **values))
            if len(self._written) >= KEPT:
                self._written.clear()
            self._written[shape, names] = written
        return written.ask([values[name] for name in names])


class _Written:
    """A queryset with its text."""

    def __init__(
        self, build: Callable[..., QuerySet], shape: tuple[Any, ...], values: dict[str, Any]
    ) -> None:
        places = {name: _stand_in(value, n) for n, (name, value) in enumerate(values.items())}
        self.rows = build(*shape, **places)
        self.compiler = self.rows.query.get_compiler(connection=connection)
        self.sql, asked = self.compiler.as_sql()
        self.asked = list(asked)
        numbers = {place: n for n, place in enumerate(places.values())}
        self.places = [
            (at, numbers[value])
            for at, value in enumerate(self.asked)
            if isinstance(value, (int, str, date)) and value in numbers
        ]
        if missing := set(range(len(numbers))) - {number for _at, number in self.places}:
            raise ValueError(f"values do not stand in the text as they were given: {sorted(missing)}")

    def ask(self, values: list[Any]) -> list[Any]:
        params = list(self.asked)
        for at, number in self.places:
            params[at] = values[number]
        asked: Any = _Asked(self, params)
        rows: Any = self.rows.__class__(self.rows.model, query=asked)
        for name in ("_iterable_class", "_fields", "_prefetch_related_lookups", "_db"):
            setattr(rows, name, getattr(self.rows, name))
        return list(rows)


class _Asked:
    """Stands for the query of a queryset: its text is there already."""

    def __init__(self, written: _Written, params: list[Any]) -> None:
        self._written, self._params = written, params

    def get_compiler(self, *_args: Any, **_options: Any) -> Any:
        compiler = copy.copy(self._written.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_a, **_o: (self._written.sql, self._params)
        return compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._written.rows.query, name)


def _stand_in(value: Any, n: int) -> Any:
    """What stands for a value while the text is written; nothing of ours ever has it."""
    if isinstance(value, bool) or not isinstance(value, (int, str, date)):
        raise TypeError(f"a question is asked with numbers, days and texts, not {type(value).__name__}")
    if isinstance(value, int):
        return 2**30 + 7919 * (n + 1)
    return date(1, 2, 3 + n) if isinstance(value, date) else f"\ue000{n}\ue001"
