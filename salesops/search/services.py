"""Keeping the index: what was noted as changed is read again and written, set by set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.contrib.postgres.aggregates import BoolOr
from django.db import OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet

from salesops.search.models import SearchEntry, SearchStale
from salesops.search.registry import SearchKind, by_type, kinds
from salesops.search.triggers import queue_table

CHUNK = 2000
AT_ONCE = 300  # what a search indexes itself before it looks
_LOCK = 7_361_002  # one indexer at a time: whoever reads a record last, writes it last

UPSERT = """
INSERT INTO search_searchentry AS e (subject_type_id, subject_id, key, title, tokens)
SELECT %s, r.id, r.key, r.title, r.words::tsvector
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS r (id, key, title, words)
ON CONFLICT (subject_type_id, subject_id) DO UPDATE
SET key = excluded.key, title = excluded.title, tokens = excluded.tokens
WHERE (e.key, e.title, e.tokens) IS DISTINCT FROM (excluded.key, excluded.title, excluded.tokens)
"""


def index_recent() -> bool:
    """Index what was changed last, if it is little: who just saved a record finds it with the next search.

    Says whether anything was waiting.
    """
    long, short = Q(last_id__gte=F("first_id") + CHUNK), Q(last_id__lt=F("first_id") + CHUNK)
    waiting = SearchStale.objects.aggregate(long=BoolOr(long), short=BoolOr(short))
    if waiting["short"]:  # who reads in a whole table must not be waited for
        _index_step(SearchStale.objects.filter(short).order_by("-pk"), AT_ONCE, wait="600ms")
    return bool(waiting["long"] or waiting["short"])


def index_waiting(*, most: int = 0, progress: Callable[[int], None] | None = None) -> int:
    """Index everything that waits (or about ``most`` records), in short transactions. Returns how many."""
    done = 0
    while not most or done < most:
        step = _index_step(SearchStale.objects.order_by("pk"), CHUNK)
        if step is None:
            break
        done += step
        if progress:
            progress(step)
    return done


def reindex(names: Iterable[str] = (), progress: Callable[[int], None] | None = None) -> int:
    """Queue the tables of the named kinds (or all) and index them; what is interrupted goes on later."""
    with transaction.atomic():
        for kind in kinds:
            if not names or kind.key in names:
                queue_table(kind)
    return index_waiting(progress=progress)


def _index_step(waiting: QuerySet[SearchStale], most: int, wait: str = "5s") -> int | None:
    """One step of at most about ``most`` records; ``None`` when nothing waits or others take too long at it."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [wait])
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            return _index_some(waiting, most)
    except OperationalError as error:
        if "lock timeout" not in str(error):
            raise
        return None


def _index_some(waiting: QuerySet[SearchStale], most: int) -> int | None:
    """Take from the queue and index, under the lock."""
    singles: dict[int, set[int]] = defaultdict(set)
    spent, runs, left = [], [], most
    for row in waiting[:most]:
        size = row.last_id - row.first_id + 1
        if size == 1:
            singles[row.subject_type_id].add(row.first_id)
            spent.append(row.pk)
        else:
            runs.append(row)
        left -= min(size, most)
        if left <= 0:
            break
    if not spent and not runs:
        return None
    known, done = by_type(), 0
    for type_id, keys in singles.items():
        if type_id in known:
            done += _write(known[type_id], sorted(keys), None)
    for run in runs:
        done += _index_run(known.get(run.subject_type_id), run)
    SearchStale.objects.filter(pk__in=spent).delete()
    return done


def _index_run(kind: SearchKind | None, run: SearchStale) -> int:
    """The next chunk of a run of keys; the rest of the run stays queued."""
    if kind is None:
        run.delete()
        return 0
    rows = kind.model._base_manager.filter(pk__range=(run.first_id, run.last_id)).order_by("pk")
    keys = list(rows.values_list("pk", flat=True)[:CHUNK])
    last = keys[-1] if len(keys) == CHUNK else run.last_id
    done = _write(kind, keys, (run.first_id, last))
    if last >= run.last_id:
        run.delete()
    else:
        SearchStale.objects.filter(pk=run.pk).update(first_id=last + 1)
    return max(done, 1)


def _write(kind: SearchKind, keys: list[int], between: tuple[int, int] | None) -> int:
    """Write the entries of these records; drop the entries of those that are gone."""
    rows = list(kind.model._base_manager.filter(kind.where, pk__in=keys).values_list("pk", *kind.columns))
    if rows:
        entries = [kind.entry(row[1:]) for row in rows]
        columns = [list(column) for column in zip(*entries, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(UPSERT, [kind.type_id, [row[0] for row in rows], *columns])
    there = {row[0] for row in rows}
    old = SearchEntry.objects.filter(subject_type=kind.type_id)
    if between:
        old.filter(subject_id__range=between).exclude(subject_id__in=there).delete()
    elif gone := [key for key in keys if key not in there]:
        old.filter(subject_id__in=gone).delete()
    return len(keys)


def waiting_records() -> int:
    """About how many records wait to be indexed; pages say so when it is many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(last_id - first_id + 1), 0) FROM search_searchstale")
        return int(cursor.fetchone()[0])
