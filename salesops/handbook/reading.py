"""Chapters as documents: who is bound, which edition holds, who has acknowledged it, how well it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.text import slugify

from salesops.accounts.models import RoleGrant, User
from salesops.core.choices import Role
from salesops.handbook.kept import newest_days
from salesops.handbook.models import Acknowledgement
from salesops.handbook.registry import Breach, RuleParameter, bound_roles, measures, rules

AS_DELIVERED = date(2000, 1, 1)
MOST = 10_000


@dataclass(frozen=True)
class Reading:
    """A chapter as something to be read: ``edition`` is the day of its newest value in force."""

    key: str
    title: Any
    roles: frozenset[str]  # empty: everybody
    edition: date

    def binds(self, roles: Iterable[str]) -> bool:
        return not self.roles or bool(self.roles & set(roles))

    @property
    def is_as_delivered(self) -> bool:
        return self.edition == AS_DELIVERED

    @property
    def role_labels(self) -> list[str]:
        return [str(role.label) for role in Role if role.value in self.roles]


def chapter_key(parameter: RuleParameter) -> str:
    """The same in every language: the slug of the chapter's English heading."""
    with translation.override("en"):
        return slugify(str(parameter.chapter))


def readings(on: date) -> dict[str, Reading]:
    """All chapters with their edition of a day."""
    newest = newest_days(on)
    groups: dict[str, list[RuleParameter]] = {}
    for parameter in rules:
        groups.setdefault(chapter_key(parameter), []).append(parameter)
    return {
        key: Reading(
            key,
            parts[0].chapter,
            frozenset().union(*(bound_roles.get(p.key, ()) for p in parts))
            if all(p.key in bound_roles for p in parts)
            else frozenset(),
            max(newest.get(p.key, AS_DELIVERED) for p in parts),
        )
        for key, parts in groups.items()
    }


def to_acknowledge(user: User, *, on: date) -> list[Reading]:
    """Chapters that bind the person and whose edition of the day the person has not acknowledged."""
    done = set(Acknowledgement.objects.filter(user=user).values_list("chapter", "edition"))
    roles = user.roles(on)
    return [r for r in readings(on).values() if r.binds(roles) and (r.key, r.edition) not in done]


@dataclass
class Reader:
    """A person bound by chapters: which are acknowledged and which are not."""

    person: User
    roles: set[str]
    missing: list[Reading] = field(default_factory=list)
    done: int = 0


def readers(people: Any, *, on: date) -> list[Reader]:
    """The bound people among ``people``, those with the most missing first; three queries."""
    held: dict[int, set[str]] = {}
    for user_id, role in RoleGrant.objects.in_force(on).values_list("user_id", "role"):
        held.setdefault(user_id, set()).add(role)
    done = set(Acknowledgement.objects.values_list("user_id", "chapter", "edition"))
    chapters = list(readings(on).values())
    found = []
    for person in people:
        reader = Reader(person, held.get(person.pk, set()))
        for chapter in chapters:
            if not chapter.binds(reader.roles):
                continue
            if (person.pk, chapter.key, chapter.edition) in done:
                reader.done += 1
            else:
                reader.missing.append(chapter)
        found.append(reader)
    return sorted(found, key=lambda r: (-len(r.missing), r.person.name, r.person.pk))


def breaches(key: str, user: Any, *, on: date, limit: int) -> tuple[int, list[Breach]] | None:
    """How many rows break a rule (counted up to 10,000) and the first of them; ``None`` if it is not measured."""
    measure = measures.get(key)
    if measure is None:
        return None
    rows = measure.rows(user, on)
    count = len(rows) if isinstance(rows, list) else rows.order_by()[:MOST].count()
    return count, [measure.line(row) for row in rows[:limit]]
