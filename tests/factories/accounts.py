"""The fixed cast (architecture §6) and thin makers of people and teams."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from django.contrib.auth.hashers import make_password

from salesops.accounts.models import Membership, RoleGrant, Team, User

START = date(2020, 1, 1)


def make_team(code: str, *, name: str = "", kind: str = "group", parent: Team | None = None) -> Team:
    team = Team.objects.create(code=code, name=name or code, kind=kind, parent=parent)
    team.path = f"{parent.path if parent else '/'}{team.pk}/"
    team.save(update_fields=["path"])
    return team


def make_person(
    username: str,
    *roles: str,
    team: Team | None = None,
    superior: User | None = None,
    name: str = "",
    since: date = START,
    unit: Team | None = None,
) -> User:
    user = User.objects.create_user(
        username=username,
        name=name or username.title(),
        email=f"{username}@example.com",
        password="correct horse battery",
        superior=superior,
        joined_date=since,
    )
    if team:
        Membership.objects.create(user=user, team=team, from_date=since)
    for role in roles:
        RoleGrant.objects.create(user=user, role=role, team=unit, from_date=since)
    return user


# Who: roles, team, superior; whoever is a superior stands above those below.
_CAST = {
    "gina": ("gm", "CO", None),
    "mona": ("manager", "S", "gina"),
    "bob": ("lead rep", "A", "mona"),
    "alice": ("rep", "A", "bob"),
    "asha": ("assistant", "A", "bob"),
    "carol": ("rep", "B", "mona"),
    "dora": ("finance", "O", "gina"),
    "hugo": ("hr", "O", "gina"),
    "otto": ("operations", "O", "gina"),
    "lena": ("legal", "O", "gina"),
    "sam": ("service", "O", "gina"),
    "aida": ("auditor", "O", "gina"),
    "root": ("administrator", "O", "gina"),
    "leo": ("rep", "A", "bob"),
}


def make_cast() -> SimpleNamespace:
    """Alice, Bob, Carol, Mona, Dora, Hugo, Otto, Lena, Gina, Aida, Root, Leo, Sam and their teams.

    Sales department S holds groups A (Alice, Bob) and B (Carol); Mona heads the department. Made in a few
    statements, since most tests begin with it.
    """
    company = Team(code="CO", name="Company", kind="department")
    sales = Team(code="S", name="Sales", kind="department", parent=company)
    office = Team(code="O", name="Office", kind="department", parent=company)
    group_a = Team(code="A", name="Group A", kind="group", parent=sales)
    group_b = Team(code="B", name="Group B", kind="group", parent=sales)
    teams = {team.code: team for team in (company, sales, group_a, group_b, office)}
    for level in ([company], [sales, office], [group_a, group_b]):
        Team.objects.bulk_create(level)
    people = _people()
    sales.head, group_a.head = people["mona"], people["bob"]
    for team in teams.values():
        team.path = f"{team.parent.path if team.parent else '/'}{team.pk}/"
    Team.objects.bulk_update(teams.values(), ["path", "head"])
    Membership.objects.bulk_create(
        Membership(user=people[name], team=teams[code], from_date=START)
        for name, (_roles, code, _superior) in _CAST.items()
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(user=people[name], role=role, from_date=START)
        for name, (roles, _code, _superior) in _CAST.items()
        for role in roles.split()
    )
    return SimpleNamespace(
        company=company, sales=sales, group_a=group_a, group_b=group_b, office=office, **people
    )


def _people() -> dict[str, User]:
    people: dict[str, User] = {}
    secret = make_password("correct horse battery")
    for superior in dict.fromkeys(line[2] for line in _CAST.values()):  # above before below
        below = [name for name, line in _CAST.items() if line[2] == superior]
        people |= {
            name: User(
                username=name,
                name=name.title(),
                email=f"{name}@example.com",
                password=secret,
                superior=people.get(superior or ""),
                joined_date=START,
                is_active=name != "leo",
                left_date=date(2025, 12, 31) if name == "leo" else None,
            )
            for name in below
        }
        User.objects.bulk_create(people[name] for name in below)
    return people
