"""Triggers that note which records changed: every door counts, forms, imports and SQL alike.

New and deleted rows are noted once per statement, as a run of keys where they are neighbours; a changed row
only if one of the columns that it is found by changed. ``migrate`` installs what is missing, with the part of the
index that holds the kind, and queues the whole table of a kind that is new or is read in another way.
"""

from __future__ import annotations

from django.db import connection

from salesops.search.models import SearchEntry
from salesops.search.registry import SearchKind, kinds


def install() -> list[str]:
    """Create or renew the triggers of every kind and queue their tables; names what it did."""
    done = []
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if "search_searchstale" not in tables:
            return done
        have = _installed(cursor)
        wanted = {kind.model._meta.db_table: kind for kind in kinds}
        for table, kind in wanted.items():
            if table in tables:
                _keep_part(cursor, kind)
            if table in tables and have.get(table) != _signature(kind):
                cursor.execute(_drop(table) + _create(kind))
                queue_table(kind)
                done.append(table)
        for table in have.keys() - wanted.keys():
            cursor.execute(_drop(table))
            done.append(table)
    return done


def _keep_part(cursor, kind: SearchKind) -> None:
    """The part of the index that holds one kind of record."""
    part = connection.ops.quote_name(f"{SearchEntry._meta.db_table}_{kind.type_id:d}")
    cursor.execute(
        f"CREATE TABLE IF NOT EXISTS {part} PARTITION OF {SearchEntry._meta.db_table} "
        f"FOR VALUES IN ({kind.type_id:d})"
    )


def queue_table(kind: SearchKind) -> int:
    """Note every record of a kind, and every entry whose record may be gone, as one run of keys."""
    table = connection.ops.quote_name(kind.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_searchstale (subject_type_id, first_id, last_id) "  # noqa: S608
            f"SELECT %(kind)s, min(a), max(b) FROM (SELECT min(id) AS a, max(id) AS b FROM {table} "
            "UNION ALL SELECT min(subject_id), max(subject_id) FROM search_searchentry "
            "WHERE subject_type_id = %(kind)s) AS sides HAVING min(a) IS NOT NULL",
            {"kind": kind.type_id},
        )
        return cursor.rowcount


def _columns(kind: SearchKind) -> list[str]:
    return [kind.model._meta.get_field(name).column for name in (*kind.columns, *kind.watched)]


def _signature(kind: SearchKind) -> tuple[str, str]:
    return str(kind.type_id), f"{kind.version}:{','.join(_columns(kind))}"


def _installed(cursor) -> dict[str, tuple[str, ...]]:
    cursor.execute(
        "SELECT c.relname, encode(t.tgargs, 'escape') FROM pg_trigger AS t "
        "JOIN pg_class AS c ON c.oid = t.tgrelid WHERE t.tgname = 'search_stale_update'"
    )
    return {table: tuple(packed.split("\\000")[:2]) for table, packed in cursor.fetchall()}


def _drop(table: str) -> str:
    name = connection.ops.quote_name(table)
    return "".join(
        f"DROP TRIGGER IF EXISTS search_stale_{op} ON {name};" for op in ("insert", "update", "delete")
    )


def _create(kind: SearchKind) -> str:
    quote = connection.ops.quote_name
    name = quote(kind.model._meta.db_table)
    changed = " OR ".join(f"OLD.{quote(c)} IS DISTINCT FROM NEW.{quote(c)}" for c in _columns(kind))
    call = "EXECUTE FUNCTION search_note_stale('{}', '{}')".format(*_signature(kind))
    return (
        f"CREATE TRIGGER search_stale_insert AFTER INSERT ON {name} REFERENCING NEW TABLE AS touched "
        f"FOR EACH STATEMENT {call};"
        f"CREATE TRIGGER search_stale_delete AFTER DELETE ON {name} REFERENCING OLD TABLE AS touched "
        f"FOR EACH STATEMENT {call};"
        f"CREATE TRIGGER search_stale_update AFTER UPDATE ON {name} FOR EACH ROW WHEN ({changed}) {call};"
    )
