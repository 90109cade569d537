"""Who may reach which teams on a day, and where a person belonged."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from salesops.accounts.models import Membership, Team, User
from salesops.core.along import along
from salesops.core.choices import SALES_LINE, TeamKind
from salesops.core.policies import Grant

# Roles in force with the unit each names and the team the holder belongs to; ``%s`` stands for the person's key.
HELD = (
    "SELECT json_agg(json_build_array(g.role, g.team_id, m.team_id) ORDER BY g.id) FROM accounts_rolegrant g "
    "LEFT JOIN LATERAL (SELECT team_id FROM accounts_membership WHERE user_id = g.user_id "
    "AND from_date <= %%(on)s AND (to_date IS NULL OR to_date >= %%(on)s) "
    "ORDER BY from_date DESC, id LIMIT 1) m ON true "
    "WHERE g.user_id = %s AND g.from_date <= %%(on)s AND (g.to_date IS NULL OR g.to_date >= %%(on)s)"
)
TREE = "SELECT json_agg(json_build_array(id, path, kind) ORDER BY id) FROM accounts_team"
_GRANTS = f"SELECT ({HELD % '%(user)s'}), ({TREE})"
Node = tuple[int, str, str]  # key, path and kind of a team


def grants_of(user: User, *, on: date) -> list[Grant]:
    """Roles of ``user`` in force on a day; the unit is the grant's, else the team the person belongs to.

    A department scope is the subtree of the nearest department above that unit. Outside the sales line and
    without a unit named in the grant, the department scope is the whole company (``None``).
    """
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS, {"user": user.pk, "on": on})
        held, tree = cursor.fetchone()
    return grants_from(held, tree)


def person_of_request(pk: int, *, on: date) -> User | None:
    """The person with the roles of a day and what rooms registered in ``core.along``: one query."""
    fields = User._meta.concrete_fields
    with connection.cursor() as cursor:
        cursor.execute(_person_statement(), {"user": pk, "on": on})
        row = cursor.fetchone()
    if row is None:
        return None
    person = User.from_db(connection.alias, [f.attname for f in fields], row[: len(fields)])
    held, tree, *others = row[len(fields) :]
    person._grants = {on: grants_from(held, tree)}
    person.along = dict(zip((key for key, _sql in along.items()), others, strict=True))
    return person


@functools.cache
def _person_statement() -> str:
    columns = [f"u.{connection.ops.quote_name(f.column)}" for f in User._meta.concrete_fields]
    parts = [HELD % "u.id", TREE, *(sql for _key, sql in along.items())]
    read = ", ".join([*columns, *(f"({part})" for part in parts)])
    return f"SELECT {read} FROM accounts_user u WHERE u.id = %(user)s"  # noqa: S608 - texts of our own


def grants_from(
    held: list[tuple[str, int | None, int | None]] | None, tree: list[Node] | None
) -> list[Grant]:
    """Grants from the rows of ``HELD`` and ``TREE``."""
    tree = tree or []
    paths = {pk: path for pk, path, _kind in tree}
    answer = []
    for role, named, own in held or []:
        path = paths.get(named or own)
        whole = named is None and role not in SALES_LINE
        answer.append(
            Grant(
                role=role,
                teams=_subtree(tree, path) if path else frozenset(),
                department=None if whole else _department(tree, path),
            )
        )
    return answer


def _subtree(tree: Iterable[Node], path: str) -> frozenset[int]:
    return frozenset(node[0] for node in tree if node[1].startswith(path))


def _department(tree: list[Node], path: str | None) -> frozenset[int]:
    if path is None:
        return frozenset()
    above = [p for _pk, p, kind in tree if kind == TeamKind.DEPARTMENT and path.startswith(p)]
    return _subtree(tree, max(above, key=len, default=path))


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
