"""Who may reach which teams on a day, and where a person belonged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery

from salesops.accounts.models import Membership, RoleGrant, Team, User
from salesops.core.choices import SALES_LINE, TeamKind
from salesops.core.policies import Grant


def grants_of(user: User, *, on: date) -> list[Grant]:
    """Roles of ``user`` in force on a day; the unit is the grant's, else the team the person belongs to.

    A department scope is the subtree of the nearest department above that unit. Outside the sales line and
    without a unit named in the grant, the department scope is the whole company (``None``).
    """
    own_team = Membership.objects.in_force(on).filter(user=OuterRef("user_id")).order_by("-from_date", "pk")
    held = list(
        RoleGrant.objects.in_force(on)
        .filter(user=user)
        .annotate(own_team_id=Subquery(own_team.values("team_id")[:1]))
        .order_by("pk")
    )
    if not held:
        return []
    tree = list(Team.objects.order_by("pk").only("pk", "path", "kind"))
    by_pk = {team.pk: team for team in tree}
    answer = []
    for grant in held:
        unit = by_pk.get(grant.team_id or grant.own_team_id)
        whole = grant.team_id is None and grant.role not in SALES_LINE
        answer.append(
            Grant(
                role=grant.role,
                teams=_subtree(tree, unit.path) if unit else frozenset(),
                department=None if whole else _department(tree, unit),
            )
        )
    return answer


def _subtree(tree: Iterable[Team], path: str) -> frozenset[int]:
    return frozenset(team.pk for team in tree if team.path.startswith(path))


def _department(tree: list[Team], unit: Team | None) -> frozenset[int]:
    if unit is None:
        return frozenset()
    above = [t for t in tree if unit.path.startswith(t.path) and t.kind == TeamKind.DEPARTMENT]
    nearest = max(above, key=lambda t: len(t.path), default=unit)
    return _subtree(tree, nearest.path)


def team_on(user: User | int, on: date) -> Team | None:
    """The team a person belonged to on a day; facts of that day count for that team."""
    user_id = user if isinstance(user, int) else user.pk
    row = Membership.objects.in_force(on).filter(user_id=user_id).select_related("team").first()
    return row.team if row else None


def subtree_ids(team: Team) -> list[int]:
    """Primary keys of a team and everything below it."""
    return list(Team.objects.filter(path__startswith=team.path).order_by("pk").values_list("pk", flat=True))


def active_people(on: date) -> Q:
    """Filter for people in post on a day."""
    return (Q(joined_date__isnull=True) | Q(joined_date__lte=on)) & (
        Q(left_date__isnull=True) | Q(left_date__gte=on)
    )


def demo_people() -> QuerySet[User]:
    """People that the demo's sign-in page offers by one click; nobody unless the demo is allowed here."""
    if not settings.DEMO_ALLOWED:
        return User.objects.none()
    return User.objects.filter(is_active=True).exclude(demo_line="").order_by("pk")
