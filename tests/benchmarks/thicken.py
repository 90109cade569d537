"""What the benchmarks need beyond the demo company: a fifth of the items overdue, half as many receipts again.

Done by the database's superuser with triggers off, before the copies are made: receipts of the last months are
taken away until enough items are overdue, and receipts of one item are split in two of half the money.
"""

from __future__ import annotations

from datetime import date

import psycopg

SPLIT = 4_000_000  # the second half of a split row is this far from the first
OVERDUE_SHARE, RECEIPT_SHARE = 0.2, 1.52  # of the number of receivables
# Receipts that settle exactly one item and nothing else, each with its line.
SINGLE = """
    SELECT min(l.id) AS line_id, r.id AS receipt_id, min(l.receivable_id) AS item_id
    FROM receivables_receipt r JOIN receivables_settlementline l ON l.receipt_id = r.id
    WHERE r.used = r.amount AND r.amount >= 2 AND r.reversal_of_id IS NULL
    GROUP BY r.id HAVING count(*) = 1
"""
HALVES = {
    "receivables_receipt": ("receipt_id", ("amount", "base_amount", "used"), ("number", "bank_reference")),
    "receivables_settlementline": ("line_id", ("amount", "base_amount"), ()),
}


def thicken(connection: psycopg.Connection, today: date) -> None:
    """Once for each company; a second call finds the split receipts and leaves."""
    if connection.execute("SELECT 1 FROM receivables_receipt WHERE id > %s", [SPLIT]).fetchone():
        return
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        _reopen(connection, today)
        _split(connection)
        for table in HALVES:
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )


def _count(connection: psycopg.Connection, table: str, where: str = "true") -> int:
    found = connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()
    assert found
    return int(found[0])


def _reopen(connection: psycopg.Connection, today: date) -> None:
    """Take the money of some items of the last ten months away."""
    items = _count(connection, "receivables_receivable")
    overdue = _count(connection, "receivables_receivable", f"outstanding > 0 AND due_date < '{today}'")
    connection.execute(
        f"CREATE TEMPORARY TABLE reopened ON COMMIT DROP AS SELECT s.* FROM ({SINGLE}) s "
        "JOIN receivables_receivable v ON v.id = s.item_id JOIN receivables_receipt r ON r.id = s.receipt_id "
        f"WHERE v.settled = v.amount AND v.amount = r.amount AND v.due_date < '{today}' "
        f"AND v.due_date > '{today}'::date - 300 ORDER BY md5(v.id::text) "
        f"LIMIT {max(0, int(items * OVERDUE_SHARE) - overdue)}"
    )
    connection.execute("DELETE FROM receivables_settlementline WHERE id IN (SELECT line_id FROM reopened)")
    connection.execute("DELETE FROM receivables_receipt WHERE id IN (SELECT receipt_id FROM reopened)")
    connection.execute(
        "UPDATE receivables_receivable SET settled = 0, settled_base = 0 "
        "WHERE id IN (SELECT item_id FROM reopened)"
    )


def _split(connection: psycopg.Connection) -> None:
    """Half of a receipt and of its line become rows of their own; the first rows keep the rest."""
    wanted = int(_count(connection, "receivables_receivable") * RECEIPT_SHARE)
    wanted -= _count(connection, "receivables_receipt")
    connection.execute(
        f"CREATE TEMPORARY TABLE halved ON COMMIT DROP AS {SINGLE} "
        f"ORDER BY md5(r.id::text) LIMIT {max(0, wanted)}"
    )
    for table, (key, amounts, texts) in HALVES.items():
        names = [
            name
            for (name,) in connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' "
                "AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
                [table],
            ).fetchall()
        ]
        values = ", ".join(_half(name, amounts, texts) for name in names)
        connection.execute(
            f"INSERT INTO {table} ({', '.join(names)}) OVERRIDING SYSTEM VALUE "
            f"SELECT {values} FROM {table} t JOIN halved h ON h.{key} = t.id"
        )
        rest = ", ".join(f"{name} = {name} - round({name} / 2, 2)" for name in amounts)
        connection.execute(f"UPDATE {table} SET {rest} WHERE id IN (SELECT {key} FROM halved)")


def _half(name: str, amounts: tuple[str, ...], texts: tuple[str, ...]) -> str:
    if name in amounts:
        return f"round(t.{name} / 2, 2)"
    if name in ("id", "receipt_id"):
        return f"t.{name} + {SPLIT}"
    return f"CASE WHEN t.{name} <> '' THEN t.{name} || 'B' ELSE '' END" if name in texts else f"t.{name}"
