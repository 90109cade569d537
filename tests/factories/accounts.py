"""The fixed cast (architecture §6) and thin makers of people and teams."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

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


def make_cast() -> SimpleNamespace:
    """Alice, Bob, Carol, Mona, Dora, Hugo, Otto, Lena, Gina, Aida, Root, Leo, Sam and their teams.

    Sales department S holds groups A (Alice, Bob) and B (Carol); Mona heads the department.
    """
    company = make_team("CO", name="Company", kind="department")
    sales = make_team("S", name="Sales", kind="department", parent=company)
    group_a = make_team("A", name="Group A", parent=sales)
    group_b = make_team("B", name="Group B", parent=sales)
    office = make_team("O", name="Office", kind="department", parent=company)
    gina = make_person("gina", "gm", team=company)
    mona = make_person("mona", "manager", team=sales, superior=gina)
    bob = make_person("bob", "lead", "rep", team=group_a, superior=mona)
    alice = make_person("alice", "rep", team=group_a, superior=bob)
    asha = make_person("asha", "assistant", team=group_a, superior=bob)
    carol = make_person("carol", "rep", team=group_b, superior=mona)
    others = {
        name: make_person(name, role, team=office, superior=gina)
        for name, role in {
            "dora": "finance",
            "hugo": "hr",
            "otto": "operations",
            "lena": "legal",
            "sam": "service",
            "aida": "auditor",
            "root": "administrator",
        }.items()
    }
    leo = make_person("leo", "rep", team=group_a, superior=bob)
    leo.is_active = False
    leo.left_date = date(2025, 12, 31)
    leo.save()
    sales.head, group_a.head = mona, bob
    sales.save()
    group_a.save()
    return SimpleNamespace(
        company=company,
        sales=sales,
        group_a=group_a,
        group_b=group_b,
        office=office,
        gina=gina,
        mona=mona,
        bob=bob,
        alice=alice,
        asha=asha,
        carol=carol,
        leo=leo,
        **others,
    )
