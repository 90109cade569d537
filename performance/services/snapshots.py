"""Pages of figures that are kept: counted once, read until something changed.

A page is kept as it was drawn, for one person with the roles of the moment in one language, so nothing of it can
be seen by another. It is used while the row history stands where it stood when the page was counted. In a company with very many rows, where counting
takes seconds and something always changes, it is also used for ``KEPT`` after it was counted; the page says when
that was, and who wants it newer has it counted again. There nobody waits for a page either: it opens with the
figures of before, or none, and those of now follow.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.utils.translation import get_language

from performance.selectors.scene import Scene

KEPT = timedelta(minutes=10)
FORGOTTEN = timedelta(days=1)
MANY_ROWS = 300_000
STATE = """
SELECT now.stamp, now.rows, s.stamp, s.computed_at, s.body
FROM (SELECT coalesce((SELECT max(seq) FROM audit_auditseal), 0)
             || ':' || coalesce((SELECT max(id) FROM audit_rowchange), 0) AS stamp,
             (SELECT sum(reltuples) FROM pg_class WHERE oid = ANY (ARRAY['orders_orderline'::regclass,
              'receivables_settlementline'::regclass, 'customers_visit'::regclass])) AS rows) now
LEFT JOIN performance_snapshot s ON s.key = %s
"""
KEEP = """
WITH forgotten AS (DELETE FROM performance_snapshot WHERE computed_at < %(forgotten)s AND key <> %(key)s)
INSERT INTO performance_snapshot (key, stamp, computed_at, body)
VALUES (%(key)s, %(stamp)s, %(at)s, %(body)s)
ON CONFLICT (key) DO UPDATE SET stamp = excluded.stamp, computed_at = excluded.computed_at, body = excluded.body
"""


@dataclass(frozen=True)
class Kept:
    """The page as it was kept, or an empty one to be counted now and handed to ``keep``."""

    key: str
    stamp: str
    computed_at: datetime
    newest: bool = True
    body: str = ""
    large: bool = False
    before: str = ""  # the page as it was drawn last, where it may no longer be shown as that of now
    before_at: datetime | None = None

    def keep(self, body: str) -> Kept:
        """Write what was drawn; the same page drawn at the same time by another request is replaced."""
        values = {"key": self.key, "stamp": self.stamp, "at": self.computed_at, "body": body}
        with connection.cursor() as cursor:
            cursor.execute(KEEP, values | {"forgotten": self.computed_at - FORGOTTEN})
        return replace(self, body=body)


def kept_page(scene: Scene, place: str, *, again: bool = False, many: int = MANY_ROWS) -> Kept:
    """What is kept of a page of this scene, where it may still be shown; else an empty one.

    ``many`` is the number of rows, as PostgreSQL estimates them, from which on a page is kept for a while.
    """
    key = _key(scene, place)
    with connection.cursor() as cursor:
        cursor.execute(STATE, [key])
        stamp, rows, was, computed_at, body = cursor.fetchone()
    newest = was == stamp
    young = rows > many and computed_at is not None and timedelta(0) <= scene.at - computed_at < KEPT
    if was is not None and not again and (newest or young):
        return Kept(key, was, computed_at, newest, body)
    return Kept(key, stamp, scene.at, large=rows > many, before=body or "", before_at=computed_at)


def _key(scene: Scene, place: str) -> str:
    about: list[Any] = [
        place, get_language(), scene.today, scene.period, scene.user.pk, scene.user.grants(), scene.reach,
        scene.selection, scene.team.pk if scene.team else None,
        getattr(staticfiles_storage, "manifest_hash", ""),  # another release has other files
    ]  # fmt: skip
    return hashlib.sha256(repr(about).encode()).hexdigest()
