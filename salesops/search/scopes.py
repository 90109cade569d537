"""SQL of the records of a kind that a person may see; written once where it follows from rights and day alone."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from salesops.core.policies import policy_of
from salesops.core.reading import once
from salesops.handbook.kept import wording
from salesops.search.registry import SearchKind

Scope = tuple[str, tuple]
EVERYTHING: Scope = ("", ())
KEPT = 2000  # texts of a process; beyond that they are written anew
_written: dict[Hashable, Scope | None] = {}


def scopes(chosen: Iterable[SearchKind], user: Any) -> dict[SearchKind, Scope]:
    """SQL of the keys that a person may see, of the kinds where there are any."""
    found = {kind: _scope(kind, user) for kind in chosen}
    return {kind: scope for kind, scope in found.items() if scope is not None}


def _scope(kind: SearchKind, user: Any) -> Scope | None:
    policy = policy_of(kind.model)
    rules = wording() if policy.written_by_rights(user) else None
    if rules is None:
        return keys(kind, _rows(kind, user), kind.where)
    place = (kind.key, user.pk, user.is_active, tuple(user.grants()), timezone.localdate(), rules)
    if place not in _written:
        if len(_written) >= KEPT:
            _written.clear()
        _written[place] = keys(kind, _rows(kind, user), kind.where)
    return _written[place]


def _rows(kind: SearchKind, user: Any) -> Q:
    return once(("searched", kind.key, user.pk), lambda: policy_of(kind.model).scope(user))


def keys(kind: SearchKind, *conditions: Q) -> Scope | None:
    """SQL of the keys of a kind's rows under conditions; ``None`` where there can be none."""
    if not any(conditions):
        return EVERYTHING
    rows = kind.model._base_manager.filter(*conditions).order_by().values("pk")
    try:
        return rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None
    except FullResultSet:
        return EVERYTHING


def is_narrow(kind: SearchKind, user: Any) -> bool:
    """Does the matrix show this person the own rows of a kind only?"""
    policy = policy_of(kind.model)
    return bool(policy.rights) and policy.is_own(user)


def mine(kind: SearchKind, user: Any, most: int) -> Scope | None:
    """Some rows of the first part of what a person sees who sees the own rows alone.

    A frequent word is met there soon. ``None`` for who sees more, or where the scope has no parts.
    """
    if not is_narrow(kind, user):
        return None
    scope = _rows(kind, user)
    for part in scope.children if scope.connector == Q.OR else [scope]:
        found = keys(kind, Q(part), kind.where)
        if found is not None:
            sql, params = found
            return (f"{sql} LIMIT {int(most)}", params) if sql else None
    return None
