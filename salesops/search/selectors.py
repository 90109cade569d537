"""Finding: candidates from the index, narrowed by each kind's policy in the same statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.db.utils import OperationalError

from salesops.core.policies import policy_of
from salesops.search.models import SearchEntry
from salesops.search.query import Asked, ask
from salesops.search.registry import PageHit, SearchKind, kinds, pages
from salesops.ui.links import record_url

TOP = 5
CANDIDATES = 5000  # what one search looks at; what matches more often than that wants another word
BROAD = 200  # of a broad search, so many rows of a kind are looked for
TIME_LIMIT_MS = 1500
SHOWN_COUNT = 1000

RANK = "CASE WHEN {t}.key = %s OR {t}.title = %s THEN 0 WHEN starts_with({t}.key, %s) OR starts_with({t}.title, %s) THEN 1 ELSE 2 END"


@dataclass(frozen=True)
class Hit:
    """One record found, as its reader may see it. ``exact``: its number or name is what was typed."""

    obj: Model
    title: str
    url: str
    line: Any
    exact: bool


@dataclass
class Group:
    """What was found of one kind: the best first, how many, and whether there may be more."""

    kind: SearchKind
    hits: list[Hit] = field(default_factory=list)
    count: int = 0
    at_least: bool = False


@dataclass
class Found:
    """The answer. ``broad``: too much matches to have looked at all of it; ``late``: the time was up."""

    asked: Asked
    groups: list[Group] = field(default_factory=list)
    pages: list[tuple[Any, str, list[PageHit]]] = field(default_factory=list)
    broad: bool = False
    late: bool = False

    @property
    def hits(self) -> list[Hit]:
        return [hit for group in self.groups for hit in group.hits]

    @property
    def only(self) -> Hit | None:
        """The one record that was surely meant: its number typed in full, or nothing else found."""
        exact = [hit for hit in self.hits if hit.exact]
        if len(exact) == 1 and any(c.isdigit() for c in self.asked.whole):
            return exact[0]
        lonely = not self.pages and sum(group.count for group in self.groups) == 1
        return self.hits[0] if lonely and self.hits else None


def find(user: Any, text: str, *, only: SearchKind | None = None, top: int = TOP, start: int = 0) -> Found:
    """Everything visible to ``user`` that ``text`` finds, by kind, ``top`` rows of each (from ``start`` on)."""
    found = Found(ask(text))
    if not found.asked:
        return found
    chosen = [only] if only else sorted(kinds, key=lambda kind: kind.order)
    scopes = {kind: sql for kind in chosen if (sql := _visible(kind, user)) is not None}
    rows: list[tuple] = []
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(TIME_LIMIT_MS)])
            if scopes:
                rows, found.broad = _candidates(cursor, scopes, found.asked, top, start, len(chosen) == 1)
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        found.late = True
    if found.broad:
        rows = _looked_through(scopes, found, rows, top, start)
    found.groups = _grouped(chosen, rows, user, found)
    if only is None:
        entries = sorted(pages, key=lambda entry: entry.order)
        shown = [(e.label, e.icon, list(e.find(user, found.asked.text, top))) for e in entries]
        found.pages = [entry for entry in shown if entry[2]]
    return found


def matching(model: type[Model], text: str) -> QuerySet:
    """Keys of the records of a model that ``text`` finds, for lists; narrow it by ``visible_to`` yourself."""
    asked = ask(text)
    if not asked:
        return SearchEntry.objects.none().values("subject_id")
    kind = kinds[model._meta.label_lower]
    rows = SearchEntry.objects.filter(subject_type=kind.type_id)
    return rows.extra(where=["tokens @@ %s::tsquery"], params=[asked.tsquery]).values("subject_id")


Scope = tuple[str, tuple]


def _visible(kind: SearchKind, user: Any) -> Scope | None:
    """SQL of the keys that a person may see; ``None`` when there are none."""
    rows = (
        kind.model._base_manager.filter(policy_of(kind.model).scope(user), kind.where).order_by().values("pk")
    )
    try:
        return rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None
    except FullResultSet:
        return f'SELECT "id" FROM "{kind.model._meta.db_table}"', ()  # noqa: S608


def _ranked(asked: Asked, alias: str) -> Scope:
    return RANK.format(t=alias), (asked.whole,) * 4


def _candidates(
    cursor: Any, scopes: dict[SearchKind, Scope], asked: Asked, top: int, start: int, one: bool
) -> tuple[list[tuple], bool]:
    """One statement: the candidates once, then of each kind the visible ones, counted, the best first.

    Each candidate is looked up by its key (``LATERAL … LIMIT 1``): no plan made on a wrong guess about the
    number of candidates can cost more than that.
    """
    where = "tokens @@ %s::tsquery"
    params: list[Any] = [asked.tsquery]
    if one:
        where, params = f"{where} AND subject_type_id = %s", [*params, next(iter(scopes)).type_id]
    rank, rank_params = _ranked(asked, "c")
    parts = [f"(SELECT 0, count(*), 0, count(*) FROM hits HAVING count(*) > {CANDIDATES})"]  # noqa: S608
    for kind, (sql, scope_params) in scopes.items():
        parts.append(
            "(SELECT c.subject_type_id, c.subject_id, "  # noqa: S608
            f"{rank}, count(*) OVER () FROM hits AS c, LATERAL "
            f"(SELECT 1 FROM ({sql}) AS visible (id) WHERE visible.id = c.subject_id LIMIT 1) AS seen "
            f"WHERE c.subject_type_id = {kind.type_id} "
            f"ORDER BY 3, length(c.title), c.subject_id DESC LIMIT {int(top)} OFFSET {int(start)})"
        )
        params += [*rank_params, *scope_params]
    cursor.execute(
        "WITH hits AS MATERIALIZED (SELECT subject_type_id, subject_id, key, title "  # noqa: S608
        f"FROM search_searchentry WHERE {where} LIMIT {CANDIDATES + 1}) " + " UNION ALL ".join(parts),
        params,
    )
    rows = cursor.fetchall()
    return [row for row in rows if row[0]], any(not row[0] for row in rows)


def _looked_through(
    scopes: dict[SearchKind, Scope], found: Found, rows: list[tuple], top: int, start: int
) -> list[tuple]:
    """A broad search once more, kind by kind and at most ``BROAD`` rows of each, as far as the time goes."""
    rank, rank_params = _ranked(found.asked, "e")
    answer: list[tuple] = []
    for kind, (sql, scope_params) in scopes.items():
        if found.late:
            answer += [row for row in rows if row[0] == kind.type_id]
            continue
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(TIME_LIMIT_MS // 3)])
                cursor.execute(
                    "SELECT subject_type_id, subject_id, rank, count(*) OVER () FROM ("  # noqa: S608
                    f"SELECT e.subject_type_id, e.subject_id, {rank} AS rank, length(e.title) AS long "
                    "FROM search_searchentry AS e WHERE e.tokens @@ %s::tsquery "
                    f"AND e.subject_type_id = {kind.type_id} AND e.subject_id IN ({sql}) LIMIT {BROAD}"
                    f") AS narrowed ORDER BY rank, long, subject_id DESC LIMIT {int(top)} OFFSET {int(start)}",
                    [*rank_params, found.asked.tsquery, *scope_params],
                )
                answer += cursor.fetchall()
        except OperationalError as error:
            if "statement timeout" not in str(error):
                raise
            found.late = True
            answer += [row for row in rows if row[0] == kind.type_id]
    return answer


def _grouped(chosen: Iterable[SearchKind], rows: list[tuple], user: Any, found: Found) -> list[Group]:
    """The rows as records, each read once by its kind, in the order found."""
    groups = []
    for kind in chosen:
        mine = [row for row in rows if row[0] == kind.type_id]
        if not mine:
            continue
        base = kind.model._base_manager.select_related(*kind.related) if kind.related else None
        objects = (base or kind.model._base_manager).in_bulk([row[1] for row in mine])
        group = Group(kind, count=mine[0][3], at_least=found.late or (found.broad and mine[0][3] >= BROAD))
        for _type, key, rank, _count in mine:
            obj = objects.get(key)
            if obj is not None:
                url = kind.url(obj) if kind.url else record_url(obj)
                group.hits.append(Hit(obj, str(obj), url, kind.line(obj, user), rank == 0))
        if group.hits:
            groups.append(group)
    return groups
