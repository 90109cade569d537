"""What PostgreSQL knows of the tables after ``migrate``: a new column or a new index over an expression has no
statistics, and without them a search by it is planned as if every row fitted. Tables that lack some are looked at again.
"""

from __future__ import annotations

from django.db import connection

MANY = 1000  # rows; smaller tables are read as fast as they are planned
_UNKNOWN = """
SELECT format('%%I.%%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = current_schema() AND c.reltuples >= %s
  AND pg_has_role(c.relowner, 'USAGE') AND (
    EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND a.attstattarget IS DISTINCT FROM 0
            AND NOT EXISTS (SELECT 1 FROM pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = c.relname
                            AND s.attname = a.attname))
    OR EXISTS (SELECT 1 FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
               WHERE i.indrelid = c.oid AND i.indexprs IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = x.relname)))
ORDER BY 1
"""


def unknown_tables() -> list[str]:
    """Tables with rows and with columns or indexes that PostgreSQL has no statistics of."""
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, [MANY])
        return [name for (name,) in cursor.fetchall()]


def look_again() -> None:
    """Have PostgreSQL look at a sample of each of these tables."""
    for name in unknown_tables():
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {name}")
