"""How often a word occurs, guessed from a few pages of each large part of the index."""

from __future__ import annotations

import time
from collections.abc import Iterable

from django.db import connection

from salesops.search.models import SearchEntry
from salesops.search.query import Asked
from salesops.search.registry import SearchKind

LARGE = 20_000  # parts with fewer entries are simply asked
PAGES = 16  # some hundred entries: a word of 5 % is hardly ever taken for a rare one
_KEPT = 60.0  # seconds that PostgreSQL's estimates of the sizes are believed
_sizes: dict[str, tuple[float, dict[int, int]]] = {}


def shares(asked: Asked, chosen: Iterable[SearchKind]) -> dict[int, float]:
    """Of each large kind, the share of its entries that match, as far as a sample shows; one short statement."""
    pages = _large_parts()
    seed = time.time() // _KEPT  # the same pages for a minute: they are in memory then
    parts, params = [], []
    for kind in {kind.type_id: kind for kind in chosen}.values():
        if kind.type_id in pages:
            parts.append(
                f"SELECT {kind.type_id:d}, count(*), count(*) FILTER (WHERE tokens @@ %s::tsquery) "  # noqa: S608
                "FROM search_searchentry "
                f"TABLESAMPLE SYSTEM ({min(100 * PAGES / pages[kind.type_id], 100):.6f}) REPEATABLE ({seed:.0f}) "
                f"WHERE subject_type_id = {kind.type_id:d}"
            )
            params.append(asked.of(kind)[0])
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return {kind: found / looked for kind, looked, found in cursor.fetchall() if looked}


def _large_parts() -> dict[int, int]:
    """Pages of the large parts of the index by kind; asked for once a minute."""
    name, now = connection.settings_dict["NAME"], time.monotonic()
    known = _sizes.get(name)
    if known is None or now - known[0] > _KEPT:
        table = SearchEntry._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT substr(c.relname, %s)::integer, c.relpages FROM pg_inherits AS i "
                "JOIN pg_class AS c ON c.oid = i.inhrelid "
                "WHERE i.inhparent = %s::regclass AND c.reltuples >= %s AND c.relpages > 0",
                [len(table) + 2, table, LARGE],
            )
            known = _sizes[name] = (now, dict(cursor.fetchall()))
    return known[1]
