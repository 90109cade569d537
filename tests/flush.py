"""Empties the database after a test that commits, although no trigger of ours lets anybody delete.

Tests that commit (two connections, a live server) cannot be rolled back. Django would TRUNCATE every table,
which the append-only ones refuse, and the rows that migrations seeded would be gone. So only the tables that
the test touched are emptied, with their triggers switched off, and the seeded rows put back from a copy taken
after migrating. (To truncate all 150 with their thousand indexes took most of a second, however small the test.)
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
        for table in _filled(cursor, _tables(cursor)):
            cursor.execute(f'CREATE TABLE {_SEED}."{table}" AS TABLE public."{table}"')


def _restore(test: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [_SEED])
        seeded = [row[0] for row in cursor.fetchall()]
        changed = _changed(cursor, seeded)
        touched = [*_filled(cursor, set(_tables(cursor)) - set(seeded)), *changed]
        if not touched:
            return
        cursor.execute(_triggers("DISABLE", touched))
        cursor.execute("; ".join(f'DELETE FROM "{table}"' for table in touched))
        for table in changed:
            columns = _columns(cursor, table)
            cursor.execute(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM {_SEED}."{table}"')
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE"
        )  # foreign keys are looked at before the triggers are back
        cursor.execute(_triggers("ENABLE", touched))


def _triggers(verb: str, tables: list[str]) -> str:
    return "; ".join(f'ALTER TABLE "{table}" {verb} TRIGGER USER' for table in tables)


def _tables(cursor) -> list[str]:
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
        "AND NOT relispartition AND relname <> 'django_migrations' ORDER BY relname"
    )
    return [row[0] for row in cursor.fetchall()]


def _filled(cursor, tables) -> list[str]:
    """Those that hold any row."""
    cursor.execute(
        " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in sorted(tables)
        )
    )
    return [row[0] for row in cursor.fetchall()]


def _changed(cursor, seeded: list[str]) -> list[str]:
    """Those that hold other rows than after migrating."""
    rows = "(SELECT md5(string_agg(row::text, '' ORDER BY row::text)) FROM {} row)"
    cursor.execute(
        " UNION ALL ".join(
            f"SELECT '{table}' WHERE {rows} IS DISTINCT FROM {rows}".format(
                f'"{table}"', f'{_SEED}."{table}"'
            )
            for table in seeded
        )
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
