"""Gapless document numbers (DOC-02, domain §10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from salesops.core.errors import DomainError
from salesops.handbook.selectors import ever_held, rule
from salesops.numbering.models import NumberSeries
from salesops.numbering.registry import number_classes, parts_of, write_number

_LOOK_AHEAD = 1000


def next_number(document_class: str, *, on: date) -> str:
    """The next number of a class in the year of ``on``, such as ``SK-2026-00012``.

    Must run in the transaction that posts the document: a rollback gives the number back, so the series has
    no gap, and a parallel posting waits for the row lock. Raises ``KeyError`` for an unregistered class.
    """
    return reserve_numbers(document_class, 1, on=on)[0]


def reserve_numbers(document_class: str, count: int, *, on: date) -> list[str]:
    """The next ``count`` numbers in order, for bulk posting in the same transaction."""
    number_classes[document_class]
    if count < 1:
        return []
    pattern = rule("numbering.pattern", on=on)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO numbering_numberseries (document_class, year, last) VALUES (%s, %s, %s)
            ON CONFLICT ON CONSTRAINT numbering_series_class_year
            DO UPDATE SET last = numbering_numberseries.last + EXCLUDED.last
            RETURNING last
            """,
            [document_class, on.year, count],
        )
        last = cursor.fetchone()[0]
    return [write_number(pattern, document_class, on, n) for n in range(last - count + 1, last + 1)]


def number_parts(document_class: str, year: int) -> list[tuple[str, int, str]]:
    """How numbers of a class and year may be written, in every pattern that ever held (see ``parts_of``)."""
    return [parts_of(pattern, document_class, year) for pattern in ever_held("numbering.pattern")]


def next_free_number(document_class: str, model: type[Model], *, on: date, field: str = "number") -> str:
    """The next number of a class that no record of ``model`` has brought along (by import, or from a paper).

    The one way to number what may also come with a number of its own. The series goes past all numbers that
    are taken, a thousand at a look, so that the first document after an import of a company's history waits no
    longer than any other.
    """
    number = next_number(document_class, on=on)
    if not _taken(model, field, [number]):
        return number
    pattern = rule("numbering.pattern", on=on)
    while True:
        last = NumberSeries.objects.get(document_class=document_class, year=on.year).last
        ahead = [write_number(pattern, document_class, on, last + n) for n in range(1, _LOOK_AHEAD + 1)]
        used = _taken(model, field, ahead)
        free = next((place for place, each in enumerate(ahead) if each not in used), None)
        reserved = reserve_numbers(document_class, _LOOK_AHEAD if free is None else free + 1, on=on)
        if free is not None:
            return reserved[-1]


def _taken(model: type[Model], field: str, numbers: list[str]) -> set[str]:
    rows = model._default_manager.filter(**{f"{field}__in": numbers})
    return set(rows.order_by().values_list(field, flat=True))


@contextmanager
def unless_taken(
    model: type[Model], refusal: Callable[[], DomainError], field: str = "number"
) -> Iterator[None]:
    """A savepoint for saving a numbered record: raise ``refusal()`` where another one got the number first.

    Looking first cannot see what another transaction has written and not yet committed; the UNIQUE can.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        if not name.startswith(f"{model._meta.db_table}_{field}_"):
            raise
        raise refusal() from error
