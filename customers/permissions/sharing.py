"""Who works on a file beside its owner: co-owners and people invited for a time (ORG-12).

A person has few such files: their keys come as an array, so that PostgreSQL can use the index on the key and lists
keep the plan that they have without it; a page asks for them once.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from customers.choices import AccessLevel
from customers.models import Collaborator, Customer, CustomerOwnership
from salesops.core.policies import Level, among_few, one_of
from salesops.core.reading import MOST_KEYS, is_reading, once


def co_owned(user: Any, teams: frozenset[int] | tuple[int, ...] = (), *, on: date | None = None) -> Any:
    """Keys of customers of which the person (or somebody of these teams) has a share on a day, else today."""
    rows = CustomerOwnership.objects.in_force(on or timezone.localdate()).filter(share__lt=1)
    who = Q(owner=user) | Q(team__in=sorted(teams)) if teams else Q(owner=user)
    return rows.filter(who).order_by().values("customer")


def invited(user: Any, need: Level, *, on: date | None = None) -> Any:
    """Keys of customers to whose file the person was invited, at this level."""
    rows = Collaborator.objects.in_force(on or timezone.localdate()).filter(person=user)
    if need > Level.VIEW:
        rows = rows.filter(level=AccessLevel.WRITE)
    return rows.order_by().values("customer")


def shared(path: str, user: Any, teams: frozenset[int], need: Level, *, guests: bool = True) -> Q:
    """Rows of customers that the person co-owns (or somebody of these teams), or (``guests``) was invited to."""
    files = files_of_page(user)
    if files is None:
        own = among_few(path, co_owned(user, teams))
        return own | among_few(path, invited(user, need)) if guests else own
    others = one_of(path, files.to_write if need > Level.VIEW else files.to_read) if guests else Q(pk__in=[])
    return others | (among_few(path, co_owned(user, teams)) if teams else one_of(path, files.co_owned))


@dataclass(frozen=True)
class Files:
    """Keys of a person's customers as PostgreSQL writes arrays; ``own`` and ``held`` (with the co-owned ones) are
    ``None`` when very many."""

    own: str | None
    held: str | None
    co_owned: str
    to_read: str
    to_write: str


def files_of_page(user: Any) -> Files | None:
    """The customers of who reads a page, asked for once in one question; ``None`` outside of reading requests."""
    return once(("files", user.pk), lambda: _files(user.pk)) if is_reading() else None


def _files(user: int) -> Files:
    sql, asked = _question()
    known = {SOMEBODY: user, SOME_DAY: timezone.localdate()}
    with connection.cursor() as cursor:
        cursor.execute(sql, [known.get(value, value) for value in asked])
        found = {kind: (keys, count) for kind, keys, count in cursor.fetchall()}
    (own, count), *others = [found.get(kind, ("{}", 0)) for kind in range(4)]
    co_owned, to_read, to_write = (keys for keys, _count in others)
    if count > MOST_KEYS:
        return Files(None, None, co_owned, to_read, to_write)
    return Files(own, _joined(own, co_owned), co_owned, to_read, to_write)


def _joined(one: str, other: str) -> str:
    """Both arrays as one."""
    return "{" + ",".join(part for part in (one[1:-1], other[1:-1]) if part) + "}"


SOMEBODY, SOME_DAY = (
    -(2**62),
    date(1, 2, 3),
)  # stand for the person and the day where a question is put together


@functools.cache
def _question() -> tuple[str, list[Any]]:
    """The statement and its values: Django takes longer to write it than PostgreSQL to answer it."""
    parts = (
        Customer._base_manager.filter(owner=SOMEBODY).order_by().values("pk")[: MOST_KEYS + 1],
        co_owned(SOMEBODY, on=SOME_DAY),
        invited(SOMEBODY, Level.VIEW, on=SOME_DAY),
        invited(SOMEBODY, Level.EDIT, on=SOME_DAY),
    )
    compiled = [rows.query.get_compiler(connection=connection).as_sql() for rows in parts]
    kinds = (f"SELECT {n}, k FROM ({sql}) AS p{n} (k)" for n, (sql, _values) in enumerate(compiled))  # noqa: S608
    sql = f"SELECT kind, array_agg(k)::text, count(*) FROM ({' UNION ALL '.join(kinds)}) AS f (kind, k) GROUP BY kind"  # noqa: S608
    return sql, [value for _sql, values in compiled for value in values]


def helps(user: Any, customer: Any, need: Level, teams: frozenset[int]) -> bool:
    """Is the person (or one of these teams) a co-owner, or invited at this level? Asked once per row and person."""
    return _part(user, customer, teams)[1] >= need


def shares(user: Any, customer: Any, teams: frozenset[int]) -> bool:
    """Has the person (or one of these teams) a share of the customer? An invitation is none."""
    return _part(user, customer, teams)[0]


def _part(user: Any, customer: Any, teams: frozenset[int]) -> tuple[bool, int]:
    known = customer.__dict__.setdefault("_helpers", {})
    if user.pk not in known:
        if co_owned(user, teams).filter(customer=customer.pk).exists():
            known[user.pk] = (True, Level.EDIT)
        else:
            found = Collaborator.objects.in_force(timezone.localdate()).filter(
                person=user, customer=customer.pk
            )
            levels = set(found.values_list("level", flat=True))
            level = Level.EDIT if AccessLevel.WRITE in levels else Level.VIEW if levels else 0
            known[user.pk] = (False, level)
    return known[user.pk]
