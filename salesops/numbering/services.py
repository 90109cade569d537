"""Gapless document numbers (DOC-02, domain §10)."""

from __future__ import annotations

from datetime import date

from django.db import connection

from salesops.handbook.selectors import rule
from salesops.numbering.registry import number_classes, write_number


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
