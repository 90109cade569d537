"""Finding: candidates from the index, narrowed by each kind's policy in the same statement."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.db.utils import OperationalError

from salesops.core.policies import one_of
from salesops.core.questions import Question, array_of
from salesops.search.query import Asked, ask
from salesops.search.registry import PageHit, SearchKind, kinds, pages
from salesops.search.scopes import EVERYTHING, Scope, is_narrow, keys, mine, scopes
from salesops.search.shares import shares
from salesops.ui.links import record_url

TOP = 5
CANDIDATES = 5000  # so many entries of a kind are ranked; what matches more often wants another word
COUNTED = 1000  # … and so many of the best are looked up by who may see them, and counted
OFTEN = 0.02  # a word of so many of a kind's entries is met soon: the newest entries are looked at,
LOOK = 2000  # so many for all of one kind
BROAD = 100  # where that does not fill the page of a narrow scope: so many rows of it are looked for
TIME_LIMIT_MS = 1500

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
    """The answer. ``broad``: too much matches to have looked at all of it; ``late``: the time was up.

    ``more``: kinds of which there may be more than was counted.
    """

    asked: Asked
    groups: list[Group] = field(default_factory=list)
    pages: list[tuple[Any, str, list[PageHit]]] = field(default_factory=list)
    broad: bool = False
    late: bool = False
    more: set[int] = field(default_factory=set)

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


@dataclass(frozen=True)
class Depth:
    """How far a search goes.

    Of a frequent word so many of the newest entries are looked at, and of who sees the own rows only, so many of these;
    ``shallow``: what is not among them is left to the page, unless there is nothing else. So many visible rows are
    counted, and so many rows of a narrow scope looked for.
    """

    newest: int
    own: int
    counted: int
    broad: int
    shallow: bool = False


OF_A_KIND = Depth(newest=LOOK, own=LOOK, counted=COUNTED, broad=BROAD)
OF_THE_BEST = Depth(newest=400, own=LOOK, counted=COUNTED, broad=BROAD)
UNDER_THE_BOX = Depth(newest=400, own=200, counted=100, broad=20, shallow=True)


def find(
    user: Any, text: str, *, only: SearchKind | None = None, top: int = TOP, start: int = 0, most: int = 0
) -> Found:
    """Everything visible to ``user`` that ``text`` finds, by kind, ``top`` rows of each (from ``start`` on).

    With ``most`` the first so many kinds are enough; each of the others would cost as much again.
    """
    found = Found(ask(text))
    if not found.asked:
        return found
    chosen = [only] if only else sorted(kinds, key=lambda kind: kind.order)
    rows: list[tuple] = []
    depth = UNDER_THE_BOX if most else OF_A_KIND if only else OF_THE_BEST
    search = _Search(user, found, rows, top, start, depth)
    with search.in_time():
        there = search.present(chosen)
        size = most or len(there)
        for first in range(0, len(there), size or 1):
            search.look(there[first : first + size])
            if most and len({row[0] for row in rows}) >= most:
                break
    found.groups = _grouped(rows, user, found)
    if only is None:
        entries = sorted(pages, key=lambda entry: entry.order)
        shown = [(e.label, e.icon, list(e.find(user, found.asked.text, top))) for e in entries]
        found.pages = [entry for entry in shown if entry[2]]
    return found


@dataclass
class _Search:
    """One search on its way through the kinds; ``rows`` are what it has found so far."""

    user: Any
    found: Found
    rows: list[tuple]
    top: int
    start: int
    depth: Depth
    often: set[int] = field(default_factory=set)
    words: dict[int, Scope] = field(default_factory=dict)
    cursor: Any = None

    def present(self, chosen: Sequence[SearchKind]) -> list[SearchKind]:
        """The kinds of which anything matches, in their order."""
        asked = self.found.asked
        self.often = {t for t, share in shares(asked, chosen).items() if share > OFTEN}
        for kind in chosen:
            is_often = kind.type_id in self.often
            self.words[kind.type_id] = (
                _newest(kind, asked, self.depth.newest) if is_often else _entries(kind, asked, self.user)
            )
        rare = {t: entry for t, entry in self.words.items() if t not in self.often}
        there = self.often | _present(self.cursor, rare)
        return [kind for kind in chosen if kind.type_id in there]

    def look(self, chosen: Sequence[SearchKind]) -> None:
        """The best rows of these kinds; where there is too much for a narrow scope, the person's own are looked at."""
        more = {kind.type_id for kind in chosen if kind.type_id in self.often}
        own = {
            kind: part
            for kind in chosen
            if kind.type_id in more and (part := mine(kind, self.user, self.depth.own))
        }
        rows = self._own(own) if own else []
        met = {row[0] for row in rows if row[3] >= self.start + self.top}
        enough = self.depth.shallow and bool(rows or self.rows)
        rows = [row for row in rows if enough or row[0] in met]
        left = [kind for kind in chosen if kind not in own or not (enough or kind.type_id in met)]
        seen = scopes(left, self.user)
        rest = {kind: scope for kind, scope in seen.items() if kind not in own}
        if rest:
            others, broad = self._candidates(rest)
            rows += others
            more |= broad
        self.found.broad = self.found.broad or bool(more)
        filled = {row[0] for row in rows if row[3] >= self.start + self.top}
        narrow = {
            kind: scope
            for kind, scope in seen.items()
            if kind.type_id in more - filled and scope is not EVERYTHING
        }
        if narrow:
            looked = {kind.type_id for kind in narrow}
            again = self._own(narrow)
            rows = [row for row in rows if row[0] not in looked] + again
            more -= looked - {row[0] for row in again if row[3] >= self._most}
        self.rows += rows
        self.found.more |= more

    @property
    def _most(self) -> int:
        return max(self.depth.broad, self.start + self.top)

    def _own(self, among: dict[SearchKind, Scope]) -> list[tuple]:
        asked, user = self.found.asked, self.user
        parts = {
            kind: _source(kind, scope, asked, user, often=kind.type_id in self.often)
            for kind, scope in among.items()
        }
        return _own_rows(self.cursor, parts, asked, self.top, self.start, self._most)

    def _candidates(self, seen: dict[SearchKind, Scope]) -> tuple[list[tuple], set[int]]:
        # Of who sees little, more of the best are looked up before the own rows are looked through.
        counted = {kind: COUNTED if is_narrow(kind, self.user) else self.depth.counted for kind in seen}
        return _candidates(self.cursor, seen, self.words, self.found.asked, self.top, self.start, counted)

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """Statements that end after a time; what they would have found is missing then, and it is said."""
        try:
            with transaction.atomic(), connection.cursor() as self.cursor:
                self.cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(TIME_LIMIT_MS)])
                yield
        except OperationalError as error:
            if "statement timeout" not in str(error):
                raise
            self.found.late = True


def _present(cursor: Any, words: dict[int, Scope]) -> set[int]:
    """The kinds of which anything matches at all; whose rows these are is a longer question."""
    if not words:
        return set()
    parts = [f"SELECT {t:d} WHERE EXISTS (SELECT 1 FROM {_found(t)})" for t in words]  # noqa: S608
    found, params = _all_found(words)
    cursor.execute(f"WITH {found} {' UNION ALL '.join(parts)}", params)
    return {row[0] for row in cursor.fetchall()}


def _found(kind: int) -> str:
    return f"found_{kind:d}"


def _all_found(words: dict[int, Scope]) -> Scope:
    """What matches of each kind, as queries of their own: PostgreSQL plans each for all of its rows, that is by the
    index of words, and reads no further than it is asked for.
    """
    parts = [f"{_found(t)} AS MATERIALIZED ({sql})" for t, (sql, _params) in words.items()]
    return ", ".join(parts), tuple(param for _sql, params in words.values() for param in params)


COLUMNS = "subject_id, key, title"


def _newest(kind: SearchKind, asked: Asked, look: int) -> Scope:
    """Of the newest entries of a kind those that match, where that is often."""
    rows = f"SELECT * FROM search_searchentry WHERE subject_type_id = {kind.type_id:d} ORDER BY subject_id DESC LIMIT {look:d}"  # noqa: S608
    return f"SELECT {COLUMNS} FROM ({rows}) AS newest WHERE tokens @@ %s::tsquery", (asked.of(kind)[0],)  # noqa: S608


def _entries(kind: SearchKind, asked: Asked, user: Any) -> Scope:
    """Entries of a kind that match; parts of a masked telephone only in rows that the person is shown in full."""
    everywhere, in_full = asked.of(kind)
    all_of = f"SELECT {COLUMNS} FROM search_searchentry WHERE subject_type_id = {kind.type_id:d} AND tokens @@ %s::tsquery"  # noqa: S608
    own = keys(kind, kind.shown_in_full(user)) if in_full else None
    if not own:
        return all_of, (everywhere,)
    mine = f" AND subject_id IN ({own[0]})" if own[0] else ""
    sql = f"{all_of} UNION ALL {all_of} AND NOT tokens @@ %s::tsquery{mine}"
    return sql, (everywhere, in_full, everywhere, *own[1])


def _matching(kind: SearchKind, asked: Asked, user: Any) -> Scope:
    """The same as a condition on an entry ``e`` at hand."""
    everywhere, in_full = asked.of(kind)
    own = keys(kind, kind.shown_in_full(user)) if in_full else None
    if not own:
        return "e.tokens @@ %s::tsquery", (everywhere,)
    mine = f" AND e.subject_id IN ({own[0]})" if own[0] else ""
    return f"(e.tokens @@ %s::tsquery OR (e.tokens @@ %s::tsquery{mine}))", (everywhere, in_full, *own[1])


def _ranked(asked: Asked, alias: str) -> Scope:
    return RANK.format(t=alias), (asked.whole,) * 4


def _candidates(
    cursor: Any,
    visible: dict[SearchKind, Scope],
    words: dict[int, Scope],
    asked: Asked,
    top: int,
    start: int,
    counted: dict[SearchKind, int],
) -> tuple[list[tuple], set[int]]:
    """One statement: the best candidates of each kind, the visible ones counted; and kinds with more of them.

    Each candidate is looked up by its key (``LATERAL … LIMIT 1``): no plan made on a wrong guess about the
    number of candidates can cost more than that.
    """
    rank, rank_params = _ranked(asked, "c")
    best, parts, best_params, params = [], [], [], []
    for kind, (sql, scope_params) in visible.items():
        name, most = f"best_{kind.type_id:d}", counted[kind]
        best.append(
            f"{name} AS MATERIALIZED (SELECT c.subject_id, c.title, {rank} AS rank "  # noqa: S608
            f"FROM (SELECT * FROM {_found(kind.type_id)} LIMIT {CANDIDATES}) AS c "
            f"ORDER BY rank, length(c.title), c.subject_id DESC LIMIT {most + 1})"
        )
        seen = (
            f", LATERAL (SELECT 1 FROM ({sql}) AS visible (id) WHERE visible.id = c.subject_id LIMIT 1) AS seen"  # noqa: S608
            if sql
            else ""
        )
        parts.append(
            f"(SELECT {kind.type_id}, c.subject_id, c.rank, least(count(*) OVER (), {most}) "  # noqa: S608
            f"FROM {name} AS c{seen} ORDER BY c.rank, length(c.title), c.subject_id DESC "
            f"LIMIT {int(top)} OFFSET {int(start)})"
        )
        parts.append(f"(SELECT {kind.type_id}, NULL, 0, 0 FROM {name} HAVING count(*) > {most})")  # noqa: S608
        best_params += rank_params
        params += scope_params
    found, found_params = _all_found({kind.type_id: words[kind.type_id] for kind in visible})
    cursor.execute(
        f"WITH {found}, {', '.join(best)} {' UNION ALL '.join(parts)}",
        [*found_params, *best_params, *params],
    )
    rows = cursor.fetchall()
    return [row for row in rows if row[1] is not None], {row[0] for row in rows if row[1] is None}


def _own_rows(
    cursor: Any, among: dict[SearchKind, Scope], asked: Asked, top: int, start: int, most: int
) -> list[tuple]:
    """At most ``most`` rows of each kind in which very much is found."""
    parts, params = [], []
    rank, rank_params = _ranked(asked, "e")
    for kind, (source, source_params) in among.items():
        parts.append(
            f"(SELECT {kind.type_id}, subject_id, rank, count(*) OVER () FROM ("  # noqa: S608
            f"SELECT e.subject_id, {rank} AS rank, length(e.title) AS long FROM {source} LIMIT {int(most)}"
            f") AS narrowed ORDER BY rank, long, subject_id DESC LIMIT {int(top)} OFFSET {int(start)})"
        )
        params += [*rank_params, *source_params]
    cursor.execute(" UNION ALL ".join(parts), params)
    return cursor.fetchall()


def _source(kind: SearchKind, scope: Scope, asked: Asked, user: Any, *, often: bool) -> Scope:
    """Entries of a kind that match and are visible: where it is often, by looking at one after the other."""
    (sql, params), (matching, words) = scope, _matching(kind, asked, user)
    if often:
        return (
            f"({sql}) AS visible (id), LATERAL (SELECT * FROM search_searchentry AS one "  # noqa: S608
            f"WHERE one.subject_type_id = {kind.type_id} AND one.subject_id = visible.id OFFSET 0) AS e "
            f"WHERE {matching}",
            (*params, *words),
        )
    return (
        f"search_searchentry AS e WHERE {matching} AND e.subject_type_id = {kind.type_id} "
        f"AND e.subject_id IN ({sql})",
        (*words, *params),
    )


def _grouped(rows: list[tuple], user: Any, found: Found) -> list[Group]:
    """The rows as records, each read once by its kind, in the order found."""
    by_kind: dict[int, list[tuple]] = defaultdict(list)
    for row in rows:
        by_kind[row[0]].append(row)
    groups = []
    for kind in sorted(kinds, key=lambda kind: kind.order):
        mine_of = by_kind.get(kind.type_id)
        if not mine_of:
            continue
        objects = {obj.pk: obj for obj in _records(kind)(keys=array_of(row[1] for row in mine_of))}
        group = Group(kind, count=mine_of[0][3], at_least=found.late or kind.type_id in found.more)
        for _type, key, rank, _count in mine_of:
            obj = objects.get(key)
            if obj is not None:
                url = kind.url(obj) if kind.url else record_url(obj)
                group.hits.append(Hit(obj, str(obj), url, kind.line(obj, user), rank == 0))
        if group.hits:
            groups.append(group)
    return groups


@functools.cache
def _records(kind: SearchKind) -> Question:
    """The records of a kind by their keys, with what their line is written from; one text for all searches."""

    def rows(*, keys: str) -> Any:
        found = kind.model._base_manager.filter(one_of("pk", keys)).order_by()
        return found.select_related(*kind.related) if kind.related else found

    return Question(rows)
