"""Reading who stands in for whom on a day, and who stands above whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from salesops.accounts.models import Delegation, RoleGrant, User


def delegations_of(
    people: Iterable[int], *, on: date, document_type: str = ""
) -> dict[int, list[Delegation]]:
    """Delegations in force on a day by the person absent; only deputies who are in post."""
    rows = Delegation.objects.in_force(on).filter(person__in=list(people), deputy__is_active=True)
    found: dict[int, list[Delegation]] = defaultdict(list)
    for row in rows.select_related("deputy").order_by("pk"):
        if not document_type or row.holds_for(document_type):
            found[row.person_id].append(row)
    return found


def stands_in_for(user: User, *, on: date) -> list[Delegation]:
    """For whom ``user`` may decide on a day, directly: a deputy's deputy is nobody's deputy."""
    if not user.is_active:
        return []
    rows = Delegation.objects.in_force(on).filter(deputy=user, person__is_active=True)
    return list(rows.select_related("person").order_by("pk"))


def absence_of(person: User | int, *, on: date) -> Delegation | None:
    """The leave or travel of a person on a day, with who stands in."""
    key = person if isinstance(person, int) else person.pk
    rows = Delegation.objects.in_force(on).filter(person_id=key).exclude(kind=Delegation.Kind.PRESENT)
    return rows.select_related("deputy").order_by("pk").first()


def line_above(person: User | None) -> list[User]:
    """Superiors in post, nearest first; a person who has left is stepped over."""
    line: list[User] = []
    seen: set[int] = set()
    step = person
    while step is not None and step.superior_id and step.superior_id not in seen:
        seen.add(step.superior_id)
        step = User.objects.get(pk=step.superior_id)
        if step.is_active:
            line.append(step)
    return line


def own_limit(person: User, *, on: date) -> Decimal | None:
    """The largest amount that the person's roles name on a day; ``None`` when none names one (ORG-04)."""
    rows = RoleGrant.objects.in_force(on).filter(user=person, amount_limit__isnull=False)
    return max(rows.values_list("amount_limit", flat=True), default=None)
