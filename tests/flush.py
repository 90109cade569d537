"""Empties the database after a test that commits, although no trigger of ours lets anybody truncate.

Tests that commit (two connections, a live server) cannot be rolled back. Django would TRUNCATE, which the
append-only tables refuse, and the rows that migrations seeded would be gone. So the triggers of all tables
are switched off, the tables emptied and the seeded rows put back from a copy taken after migrating.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.test import TransactionTestCase

_SEED = "test_seed"


def install() -> None:
    """Replace Django's flush for the whole test run; called once by ``conftest``."""
    TransactionTestCase._fixture_teardown = _restore  # type: ignore[method-assign]


def keep_seed() -> None:
    """Copy every row that migrations made; called once, after the test database was created."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {_SEED} CASCADE")
        cursor.execute(f"CREATE SCHEMA {_SEED}")
        for table in _tables(cursor):
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')
            if cursor.fetchone()[0]:
                cursor.execute(f'CREATE TABLE {_SEED}."{table}" AS TABLE public."{table}"')


def _restore(test: object) -> None:
    with connection.cursor() as cursor:
        tables = _tables(cursor)
        names = ", ".join(f'"{table}"' for table in tables)
        cursor.execute(_triggers("DISABLE", tables) + f"; TRUNCATE {names} RESTART IDENTITY CASCADE")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [_SEED])
        seeded = [row[0] for row in cursor.fetchall()]
        with transaction.atomic():
            for table in seeded:
                columns = _columns(cursor, table)
                cursor.execute(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM {_SEED}."{table}"')
                _advance_sequence(cursor, table)
        cursor.execute(_triggers("ENABLE", tables))


def _triggers(verb: str, tables: list[str]) -> str:
    return "; ".join(f'ALTER TABLE "{table}" {verb} TRIGGER USER' for table in tables)


def _tables(cursor) -> list[str]:
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
        "AND NOT relispartition AND relname <> 'django_migrations' ORDER BY relname"
    )
    return [row[0] for row in cursor.fetchall()]


def _columns(cursor, table: str) -> str:
    cursor.execute(
        "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) "
        "FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s "
        "AND is_generated = 'NEVER'",
        [table],
    )
    return cursor.fetchone()[0]


def _advance_sequence(cursor, table: str) -> None:
    cursor.execute(
        "SELECT 1 FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s "
        "AND column_name = 'id' AND is_identity = 'YES'",
        [table],
    )
    if cursor.fetchone():
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), (SELECT max(id) FROM \"{table}\"))"
        )
