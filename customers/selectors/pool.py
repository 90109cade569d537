"""The report on the public pool: who gets what, and whether it is fair (features §4.19)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from customers.choices.pool import PoolMoveKind
from customers.facts import files
from customers.models import PoolMove, PoolRule
from customers.pooling import Candidate, candidates
from salesops.accounts.models import User
from salesops.handbook.selectors import rule

AHEAD = 7
SPAN = 180


@dataclass(frozen=True)
class PersonLine:
    """One person and the pool: customers now, lost to the pool, given up, taken."""

    person: User
    held: int
    recycled: int
    released: int
    claimed: int


@dataclass(frozen=True)
class FriendLine:
    """Somebody took several former customers of one colleague; ``back``: the other way round."""

    person: User
    former: User
    count: int
    back: int


def going(user: Any, *, on: date, days: int = AHEAD) -> list[Candidate]:
    """Who goes to the pool within the next days by the rules in force, of the customers that the person sees."""
    rules = list(PoolRule.objects.in_force(on))
    rows = files().visible_to(user)
    found = candidates(rules, on=on + timedelta(days=days), customers=rows)
    return sorted(found, key=lambda c: (c.goes_on, c.customer.pk))


def moves_since(user: Any, *, on: date, days: int = SPAN) -> Any:
    """Moves of the last half year that the person sees."""
    return PoolMove.objects.visible_to(user).filter(date__gt=on - timedelta(days=days), date__lte=on)


def people_lines(user: Any, *, on: date) -> list[PersonLine]:
    """Per person of the moves that the reader sees."""
    kinds = {kind: Count("pk", filter=Q(kind=kind)) for kind in PoolMoveKind.values}
    rows = list(moves_since(user, on=on).order_by().values("owner").annotate(**kinds))
    people = User.objects.in_bulk([row["owner"] for row in rows])
    owned = files().filter(owner__in=list(people)).order_by().values_list("owner")
    held = Counter(dict(owned.annotate(n=Count("pk"))))
    lines = [
        PersonLine(people[r["owner"]], held[r["owner"]], r["recycled"], r["released"], r["claimed"])
        for r in rows
    ]
    return sorted(lines, key=lambda line: (-line.claimed, -line.recycled, line.person.name, line.person.pk))


def friend_lines(user: Any, *, on: date) -> list[FriendLine]:
    """Pairs in which one took so many former customers of the other that the handbook wants it seen."""
    rows = moves_since(user, on=on).filter(kind=PoolMoveKind.CLAIMED, former__isnull=False)
    pairs = rows.order_by().values_list("owner", "former").annotate(n=Count("pk"))
    counts = {(owner, former): n for owner, former, n in pairs if owner != former}
    least = rule("customers.pool_friend_claims", on=on)
    found = {pair: n for pair, n in counts.items() if n >= least}
    people = User.objects.in_bulk({pk for pair in found for pk in pair})
    lines = [FriendLine(people[a], people[b], n, counts.get((b, a), 0)) for (a, b), n in found.items()]
    return sorted(lines, key=lambda line: (-line.count, line.person.pk, line.former.pk))
