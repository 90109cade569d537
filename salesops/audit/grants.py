"""What the application's database role may do: its work, and nothing more (quality P6)."""

from __future__ import annotations

from django.db import connection

from salesops.audit.models import AccessLog, AuditEvent, AuditLink, AuditSeal, RowChange

# Written by the application itself; row history and seals are written only by the owner's functions.
WRITTEN = {m._meta.db_table for m in (AuditEvent, AuditLink, AccessLog)}
READ_ONLY = {m._meta.db_table for m in (RowChange, AuditSeal)} | {"django_migrations"}


def grant_application_role(role: str) -> None:
    """Give ``role`` SELECT/INSERT/UPDATE/DELETE on business tables, SELECT/INSERT on audit tables.

    No TRUNCATE, no DDL, no other schema, and no temporary tables: a trigger on one of those runs at a depth at
    which the ledger's guards believe to be called by each other. Runs as the owner after every ``migrate``.
    """
    quote = connection.ops.quote_name
    who = quote(role)
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC") if _owns_schema(cursor) else None
        cursor.execute(f"REVOKE TEMPORARY ON DATABASE {quote(_database(cursor))} FROM PUBLIC")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {who}")
        for table in tables:
            rights = "SELECT, INSERT, UPDATE, DELETE"
            if table in READ_ONLY:
                rights = "SELECT"
            elif table in WRITTEN:
                rights = "SELECT, INSERT"
            cursor.execute(f"REVOKE ALL ON {quote(table)} FROM {who}")
            cursor.execute(f"GRANT {rights} ON {quote(table)} TO {who}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {who}")


def _database(cursor) -> str:
    cursor.execute("SELECT current_database()")
    return cursor.fetchone()[0]


def _owns_schema(cursor) -> bool:
    cursor.execute(
        "SELECT pg_has_role(current_user, nspowner, 'USAGE') FROM pg_namespace WHERE nspname='public'"
    )
    return bool(cursor.fetchone()[0])
