"""The data of the benchmarks: a demo company, then its customers and all their papers many times over.

The copies are written by the database itself with triggers off (its superuser, embedded only): the benchmarks
measure how the program works with a million rows, not how they got there; ``demo`` alone can load as many.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.benchmarks.thicken import thicken

ROOT = Path(__file__).resolve().parent.parent.parent
UNTIL = date(2026, 10, 31)
STEP = 10_000_000  # copies of a row are this far apart
FULL = 40  # copies of the customers
REPS = 11  # copies of the 19 reps share the copies of the customers
# Each table with the columns that point at copied rows, and the texts that must stay unique.
TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "customers_customer": (("parent_id",), ("code", "name")),
    "customers_contact": (("customer_id",), ()),
    "customers_address": (("customer_id",), ()),
    "customers_customerownership": (("customer_id",), ()),
    "customers_visit": (("customer_id", "follows_id"), ("number",)),
    "customers_lastcontact": (("customer_id",), ()),
    "contracts_contract": (("customer_id",), ("number",)),
    "orders_order": (("customer_id", "contract_id"), ("number",)),
    "orders_orderline": (("order_id",), ()),
    "orders_return": (("order_id", "line_id"), ()),
    "receivables_receivable": (("customer_id", "order_id", "contract_id"), ("number",)),
    "receivables_receipt": (("customer_id", "reversal_of_id"), ("number", "bank_reference")),
    "receivables_settlementline": (("customer_id", "receivable_id", "receipt_id", "reversal_of_id"), ()),
}
INDEXED = ("customer", "contact", "visit")  # whose words are copied in the index of the search box
READ_ANEW = ("contracts.contract", "orders.order", "receivables.receivable", "receivables.receipt")
# How often, pointers at copied rows, unique texts, and pointers at customers and contacts.
OF_DEAL = (360, ("opportunity_id",), (), ("contact_id",))
DEALS: dict[str, tuple[int, tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "customers_lead": (170, (), ("number", "name", "name_key"), ("customer_id",)),
    "customers_opportunity": (360, (), ("code",), ("customer_id",)),
    "customers_opportunityline": OF_DEAL,
    "customers_stagemove": OF_DEAL,
    "customers_decisionmaker": OF_DEAL,
    "customers_dealcompetitor": OF_DEAL,
    "customers_negotiationnote": OF_DEAL,
}
DEALT = ("customers.lead", "customers.opportunity")
SHARED_AND_FREE = (
    "UPDATE customers_customer SET owner_id = NULL, team_id = NULL, pool_since = '2026-09-01'::date + (id % 60)::int "
    "WHERE id % 20 = 7",
    "UPDATE customers_customerownership SET to_date = '2026-08-31' WHERE to_date IS NULL AND customer_id % 20 = 7 "
    "AND from_date < '2026-08-31'",
    # every fiftieth customer has a second owner, every hundredth a helper
    "UPDATE customers_customerownership SET share = 0.5 WHERE to_date IS NULL AND share = 1 AND customer_id % 50 = 3",
    "INSERT INTO customers_customerownership (customer_id, owner_id, team_id, share, from_date, to_date, reason) "
    "SELECT customer_id, (SELECT min(o.owner_id) FROM customers_customerownership o WHERE o.owner_id > c.owner_id), "
    "team_id, 0.5, from_date, NULL, reason FROM customers_customerownership c "
    "WHERE to_date IS NULL AND share = 0.5 AND customer_id % 50 = 3 "
    "AND EXISTS (SELECT 1 FROM customers_customerownership o WHERE o.owner_id > c.owner_id)",
    "INSERT INTO customers_collaborator (customer_id, person_id, level, from_date, to_date, reason, given_by_id) "
    "SELECT id, (SELECT array_agg(user_id) FROM rep)[1 + (id / 100 % (SELECT count(*) FROM rep))::int], 'read', '2026-09-01', '2027-06-30', 'Holiday', owner_id "
    "FROM customers_customer WHERE id % 100 = 11 AND owner_id IS NOT NULL",
)
PEOPLE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "accounts_user": ((), ("username", "name")),
    "accounts_membership": (("user_id",), ()),
    "accounts_rolegrant": (("user_id",), ()),
}


def load(cluster: Any, size: dict[str, int], times: int) -> None:
    """Migrate, load the company once and copy it; a changed schema is migrated with its data."""
    manage = [sys.executable, str(ROOT / "manage.py")]
    owner = {**os.environ, "SALESOPS_DB_ROLE": "owner"}
    subprocess.run([*manage, "migrate", "--no-input", "-v0"], env=owner, check=True)
    sizes = [f"--{name}={value}" for name, value in size.items()]
    subprocess.run([*manage, "demo", "--if-empty", "--until", str(UNTIL), *sizes], check=True)
    with psycopg.connect(
        host=str(cluster.socket_dir), user="postgres", dbname="salesops", autocommit=True
    ) as connection:
        # The yardstick of the reminders keeps its answer in a temporary table, which the application may not.
        connection.execute("GRANT TEMPORARY ON DATABASE salesops TO salesops_app")
        thicken(connection, UNTIL)
        connection.execute("ANALYZE")  # columns of newer migrations have no statistics yet
        if times > 1 and not copied(connection, "customers_customer"):
            subprocess.run([*manage, "reindex"], check=True)
            multiply(connection, times)
            _reindex(connection, manage, READ_ANEW)
        if times > 1 and not copied(connection, "customers_opportunity"):
            deal_out(connection)
            _reindex(connection, manage, DEALT)


def _reindex(connection: psycopg.Connection, manage: list[str], kinds: tuple[str, ...]) -> None:
    subprocess.run([*manage, "reindex", *(part for kind in kinds for part in ("--kind", kind))], check=True)
    connection.execute("VACUUM ANALYZE search_searchentry")


def copied(connection: psycopg.Connection, table: str) -> bool:
    return bool(connection.execute(f"SELECT 1 FROM {table} WHERE id > %s", [STEP]).fetchone())


def deal_out(connection: psycopg.Connection) -> None:
    """Leads and deals many more times than the customers, a twentieth of the customers in the pool, some shared."""
    connection.execute("SET session_replication_role = replica")
    with connection.transaction():
        reps = "SELECT DISTINCT user_id FROM accounts_rolegrant WHERE role = 'rep' AND team_id IS NULL AND user_id < "
        connection.execute("DROP TABLE IF EXISTS rep")
        connection.execute(f"CREATE TEMPORARY TABLE rep AS {reps}{STEP}")
        indexes = drop_indexes(connection, list(DEALS))
        for table, (times, pointers, texts, far) in DEALS.items():
            print(f"  {table} x {times}", flush=True)
            copy(connection, table, pointers, texts, times, far=far)
        for definition in indexes:
            connection.execute(definition)
        for table in DEALS:
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
        for statement in SHARED_AND_FREE:
            connection.execute(statement)
    connection.execute("VACUUM ANALYZE")


def multiply(connection: psycopg.Connection, times: int) -> None:
    """Copy people ``REPS`` times and the rest ``times`` times; indexes are built again afterwards."""
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET maintenance_work_mem = '512MB'")
    with connection.transaction():
        reps = "SELECT DISTINCT user_id FROM accounts_rolegrant WHERE role = 'rep' AND team_id IS NULL"
        connection.execute(f"CREATE TEMPORARY TABLE rep AS {reps}")
        indexes = drop_indexes(connection, [*TABLES, "search_searchentry"])
        for table, (pointers, texts) in PEOPLE.items():
            where = f"{'id' if table == 'accounts_user' else 'user_id'} IN (SELECT user_id FROM rep)"
            copy(connection, table, pointers, texts, min(times, REPS), where)
        for table, (pointers, texts) in TABLES.items():
            print(f"  {table} x {times}", flush=True)
            copy(connection, table, pointers, texts, times)
        _copy_words(connection, times)
        print("  indexes", flush=True)
        for definition in indexes:
            connection.execute(definition)
        for table in (*PEOPLE, *TABLES):
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
    connection.execute("VACUUM ANALYZE")


def drop_indexes(connection: psycopg.Connection, tables: list[str]) -> list[str]:
    """Drop what no constraint holds and answer the statements that build it again."""
    rows = connection.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i "
        "WHERE i.indrelid::regclass::text = ANY (%s) AND NOT i.indisprimary "
        "AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [tables],
    ).fetchall()
    for name, _definition in rows:
        connection.execute(f"DROP INDEX {name}")
    return [definition.replace(" ON ONLY ", " ON ") for _name, definition in rows]  # the parts with the whole


def copy(
    connection: psycopg.Connection,
    table: str,
    pointers: tuple[str, ...],
    texts: tuple[str, ...],
    times: int,
    where: str = "true",
    far: tuple[str, ...] = (),
) -> None:
    """Write ``times - 1`` copies; ``far`` points at rows of which there are fewer copies (``FULL``), taken in turn."""
    columns = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    ).fetchall()
    names = [name for (name,) in columns]
    values = [_value(name, pointers, texts, far) for name in names]
    statement = sql.SQL(
        "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {} t, generate_series(1, {}) k WHERE {}"
    )
    connection.execute(
        statement.format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, names)),
            sql.SQL(", ").join(map(sql.SQL, values)),
            sql.Identifier(table),
            sql.Literal(times - 1),
            sql.SQL(where),
        )
    )


def _copy_words(connection: psycopg.Connection, times: int) -> None:
    """The index of the search box for the copies, as if each had been read."""
    connection.execute(
        "INSERT INTO search_searchentry (subject_type_id, subject_id, key, title, tokens) "
        "SELECT e.subject_type_id, e.subject_id + k * %s::bigint, e.key, e.title, e.tokens "
        "FROM search_searchentry e, django_content_type t, generate_series(1, %s) k "
        "WHERE t.id = e.subject_type_id AND t.app_label = 'customers' AND t.model = ANY (%s)",
        [STEP, times - 1, list(INDEXED)],
    )


def _value(name: str, pointers: tuple[str, ...], texts: tuple[str, ...], far: tuple[str, ...]) -> str:
    turn = f"(k %% {FULL})" if far else "k"
    if name in far:
        return f"t.{name} + {turn} * {STEP}::bigint".replace("%%", "%")
    if name == "id" or name in pointers:
        return f"t.{name} + k * {STEP}::bigint"
    if name in texts:
        return f"CASE WHEN t.{name} <> '' THEN t.{name} || '-' || k ELSE t.{name} END"
    if name == "owner_id":
        return (
            f"CASE WHEN t.owner_id IN (SELECT user_id FROM rep) "
            f"THEN t.owner_id + ({turn} %% {REPS}) * {STEP}::bigint ELSE t.owner_id END"
        ).replace("%%", "%")
    return f"t.{name}"


def close_months(last: str) -> None:
    """Close every month of the history up to one; what was closed before stays as it is."""
    from django.db import connection
    from django.utils import timezone

    from orders.models import Order
    from performance.models import MonthClose
    from performance.services.closing import close_month
    from salesops.core.periods import Period

    first = Order.objects.order_by("order_date").values_list("order_date", flat=True).first()
    month = Period.month_of(first)
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '256MB'")
        cursor.execute("SET synchronous_commit = off")
    closed = set(MonthClose.objects.values_list("period", flat=True))
    while month.code <= last:
        if month.code not in closed:
            start = timezone.now()
            close = close_month(actor=None, at=timezone.now(), period=month)
            seconds = (timezone.now() - start).total_seconds()
            print(f"  closed {month.code}: {close.facts} rows in {seconds:.1f} s", flush=True)
        month = month.next()
    connection.close()  # the jobs measure with the settings of the product
