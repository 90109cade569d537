"""Locks taken in one written order (architecture §5.4; the order itself stands in salesops/README.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db import connection
from django.db.models import Manager, Model, QuerySet

M = TypeVar("M", bound=Model)


def lock_rows(queryset: QuerySet[M] | Manager[M], pks: Iterable[int], *, whole: bool = False) -> dict[int, M]:
    """Lock the given rows in ascending primary key; missing rows are simply absent.

    Must run inside a transaction. Related rows are not locked. The lock is against others who change the row
    (``FOR NO KEY UPDATE``): new rows that only point to it do not wait for it, or two acts that each lock one thing
    and point to the other's would wait for each other for ever. ``whole``: they wait, too (files that are merged).
    """
    rows = queryset.filter(pk__in=sorted(set(pks))).order_by("pk")
    return {row.pk: row for row in _locked(rows, whole=whole)}


def lock_row(queryset: QuerySet[M] | Manager[M], pk: int) -> M:
    """Lock one row; raises the model's ``DoesNotExist``."""
    rows = queryset.filter(pk=pk)
    return next(iter(_locked(rows)), None) or rows.get()


def _locked(rows: QuerySet[M], *, whole: bool = False) -> QuerySet[M]:
    """The rows, locked. Joined ones are read after the lock is held: a statement that waits for a row sees what others
    wrote to it meanwhile, but joins what was there when it began."""
    if not rows.query.select_related:
        return rows.select_for_update(of=("self",), no_key=not whole)
    list(rows.select_related(None).select_for_update(of=("self",), no_key=not whole).values_list("pk"))
    return rows


def advisory_lock(name: str) -> None:
    """Take a transaction-wide lock by name, for acts that have no row of their own to lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def check_deferred() -> None:
    """Check what the database checks at commit now, so that a fault is told before the end.

    The audit trail is left out: it seals a transaction when that commits, one transaction at a time, and
    sealing early would make everybody else wait until this one is over.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(conname), ', ') FROM pg_constraint WHERE condeferrable "
            "AND connamespace = 'public'::regnamespace AND conname NOT LIKE 'audit%'"
        )
        names = cursor.fetchone()[0]
        if names:
            cursor.execute(f"SET CONSTRAINTS {names} IMMEDIATE; SET CONSTRAINTS {names} DEFERRED")
