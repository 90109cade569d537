"""Teams and staff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.accounts.events import AuthorityChanged, PersonMoved
from salesops.accounts.models import Membership, RoleGrant, Team, User
from salesops.core.choices import Role, TeamKind
from salesops.core.errors import InvalidInput
from salesops.core.events import publish
from salesops.core.locking import advisory_lock
from salesops.exchange.books import ALWAYS, PeopleBook, TeamBook, _no_password
from salesops.exchange.context import BatchContext, Document, RowError
from salesops.exchange.fields import changed_fields, present
from salesops.exchange.registry import Column, ImportKind

# --- teams --------------------------------------------------------------------------------------------


def prepare_teams(ctx: BatchContext, documents: Sequence[Document]) -> None:
    teams, people = ctx.book(TeamBook), ctx.book(PeopleBook)
    rows = [d.first for d in documents]
    in_file = {row.code for row in rows}
    teams.need(in_file)
    teams.need_or_create(
        {row.parent for row in rows} - in_file - {None}, create=ctx.creates("parent", "team")
    )
    # Teams name their heads and staff name their teams: heads come first as bare people, staff fills them in.
    create = ctx.creates("manager", "staff")
    people.need_or_create({row.manager for row in rows}, since=None, create=create, role=None)
    _write_teams(ctx, documents)


def _write_teams(ctx: BatchContext, documents: Sequence[Document]) -> None:
    """Teams are few and point at each other, so all of them are written at once."""
    teams, people = ctx.book(TeamBook), ctx.book(PeopleBook)
    new: dict[str, Team] = {}

    def build(document: Document) -> Any:
        row = document.first
        head = people.owner(row, "manager", row.manager)
        team = teams.known.get(row.code)
        if team is None or team.code != row.code:
            team = new[row.code] = Team(
                code=row.code, name=row.name, kind=row.kind or TeamKind.GROUP, head=head
            )
            return row, team, []
        return row, team, changed_fields(team, present({"name": row.name, "kind": row.kind, "head": head}))

    built = ctx.each(documents, build)
    kept = []
    for row, team, changed in built:
        parent = new.get(row.parent) or teams.get(row.parent) if row.parent else None
        if row.parent and (parent is None or parent is team):
            ctx.reject(_doc(documents, row), RowError(row, "parent", _("there is no such team above it")))
            new.pop(row.code, None)
            continue
        if parent is not None and (parent.pk is None or team.parent_id != parent.pk):
            team.parent = parent
            if team.pk is not None:
                changed.append("parent")
        kept.append((team, changed))
    if cycle := _cycle(new | {team.code: team for team, changed in kept if "parent" in changed}):
        raise InvalidInput(
            _("Team %(code)s stands above itself.") % {"code": cycle}, way_out=_("Correct the column parent.")
        )
    teams.create([team for team, _changed in kept if team.pk is None], count=True)
    _update_teams(ctx, [(team, changed) for team, changed in kept if team.code not in new])


def _update_teams(ctx: BatchContext, existing: list[tuple[Team, list[str]]]) -> None:
    moved = False
    for team, changed in existing:
        if not changed:
            ctx.outcome.unchanged += 1
            continue
        team.save(update_fields=changed)
        moved = moved or "parent" in changed
        ctx.outcome.updated += 1
    if moved:
        rebuild_paths()


def rebuild_paths() -> None:
    """Write every team's path from its parents."""
    teams = {team.pk: team for team in Team.objects.all()}

    def path(team: Team, seen: tuple[int, ...] = ()) -> str:
        if team.parent_id is None or team.parent_id in seen:
            return f"/{team.pk}/"
        return f"{path(teams[team.parent_id], (*seen, team.pk))}{team.pk}/"

    for team in teams.values():
        team.path = path(team)
    Team.objects.bulk_update(teams.values(), ["path"], batch_size=500)


def _cycle(moved: dict[str, Team]) -> str:
    """Code of a team that would stand above itself; ``moved`` are the new ones or those with a new parent."""
    parents = {team.pk: team for team in Team.objects.select_related("parent")}

    def above(team: Team) -> Team | None:
        if team.pk is None or team.code in moved:
            return moved.get(team.code, team).parent
        return parents[team.pk].parent

    for code, team in moved.items():
        seen, upper = {code}, above(team)
        while upper is not None:
            if upper.code == code:
                return code
            if upper.code in seen:
                break
            seen.add(upper.code)
            upper = above(upper)
    return ""


def _doc(documents: Sequence[Document], row: Any) -> Document:
    return next(document for document in documents if document.first is row)


def load_nothing(ctx: BatchContext, documents: Sequence[Document]) -> None:
    """Everything was written by ``prepare``."""


def export_teams() -> Iterator[dict[str, Any]]:
    for team in Team.objects.order_by("path").select_related("parent", "head"):
        yield {
            "code": team.code,
            "name": team.name,
            "parent": team.parent.code if team.parent else None,
            "manager": team.head.username if team.head else None,
            "kind": team.kind,
        }


# --- staff --------------------------------------------------------------------------------------------


def prepare_staff(ctx: BatchContext, documents: Sequence[Document]) -> None:
    teams, people = ctx.book(TeamBook), ctx.book(PeopleBook)
    rows = [d.first for d in documents]
    teams.need_or_create({row.team for row in rows}, create=ctx.creates("team"))
    in_file = {row.username.casefold() for row in rows} | {row.name.casefold() for row in rows}
    outside = {row.manager for row in rows if row.manager and row.manager.casefold() not in in_file}
    people.need_or_create(outside, since=None, create=ctx.creates("manager", "staff"))
    _write_staff(ctx, documents)


def _write_staff(ctx: BatchContext, documents: Sequence[Document]) -> None:
    existing = {u.username.casefold(): u for u in User.objects.all()}
    teams = ctx.book(TeamBook)
    known = {u.name.casefold() for u in existing.values()} | set(existing)
    known |= {d.first.username.casefold() for d in documents} | {d.first.name.casefold() for d in documents}
    new: list[tuple[Any, User]] = []
    old: list[tuple[Any, User, list[str]]] = []

    def build(document: Document) -> Any:
        row = document.first
        if row.team and teams.get(row.team) is None:
            raise RowError(row, "team", _("there is no such team: import teams first or let it be created"))
        if row.manager and row.manager.casefold() not in known:
            raise RowError(row, "manager", _("there is no person with this username or name"))
        if row.left_date and row.joined_date and row.left_date < row.joined_date:
            raise RowError(row, "left_date", _("lies before the joining date"))
        values = present(
            {
                "name": row.name,
                "email": row.email,
                "phone": row.phone,
                "joined_date": row.joined_date,
                "left_date": row.left_date,
            }
        )
        if row.left_date and row.left_date < ctx.today:
            values["is_active"] = False
        user = existing.get(row.username.casefold())
        if user is None:
            new.append((row, User(username=row.username, password=_no_password(), **values)))
        else:
            old.append((row, user, changed_fields(user, values)))
        return None

    ctx.each(documents, build)
    ctx.insert([user for _row, user in new], count=True)
    everyone = existing | {user.username.casefold(): user for _row, user in new}
    by_name: dict[str, User | None] = {}
    for user in everyone.values():
        key = user.name.casefold()
        by_name[key] = None if key in by_name else user
    _superiors(new, old, everyone, by_name)
    _memberships(ctx, new, old)


def _superiors(
    new: list[tuple[Any, User]],
    old: list[tuple[Any, User, list[str]]],
    everyone: dict[str, User],
    by_name: dict[str, User | None],
) -> None:
    pointed = []
    for row, user, changed in [(r, u, None) for r, u in new] + old:
        if row.manager:
            superior = everyone.get(row.manager.casefold()) or by_name.get(row.manager.casefold())
            if superior is None or superior.pk == user.pk:
                continue
            if user.superior_id != superior.pk:
                user.superior = superior
                if changed is None:
                    pointed.append(user)
                else:
                    changed.append("superior")
    _refuse_circles([user for _row, user in new] + [user for _row, user, _changed in old])
    User.objects.bulk_update(pointed, ["superior"], batch_size=500)


def _refuse_circles(people: list[User]) -> None:
    """One line of superiors, never a circle. Raises ``InvalidInput``."""
    advisory_lock("accounts.superiors")
    above = dict(User.objects.values_list("pk", "superior_id"))
    above |= {user.pk: user.superior_id for user in people}
    for user in people:
        step, seen = above[user.pk], set()
        while step is not None and step not in seen:
            if step == user.pk:
                raise InvalidInput(
                    _("%(person)s would be their own superior.") % {"person": user.username},
                    field="manager",
                    way_out=_("Correct the column manager."),
                )
            seen.add(step)
            step = above[step]


def _memberships(
    ctx: BatchContext, new: list[tuple[Any, User]], old: list[tuple[Any, User, list[str]]]
) -> None:
    teams = ctx.book(TeamBook)
    members, grants, moved = [], [], []
    for row, user in new:
        since = row.joined_date or ALWAYS
        if row.team:
            members.append(
                Membership(user=user, team=teams.get(row.team), from_date=since, to_date=row.left_date)
            )
        grants.append(RoleGrant(user=user, role=row.role or Role.REP, from_date=since, to_date=row.left_date))
    for row, user, changed in old:
        touched = bool(changed)
        if changed:
            user.save(update_fields=changed)
        touched |= _move(ctx, row, user, teams, members, moved)
        if row.role and not RoleGrant.objects.filter(user=user, role=row.role).exists():
            grants.append(RoleGrant(user=user, role=row.role, from_date=ctx.today, to_date=row.left_date))
            touched = True
        if touched:
            ctx.outcome.updated += 1
        else:
            ctx.outcome.unchanged += 1
    ctx.insert(members)
    ctx.insert(grants)
    below = tuple(user.pk for _row, user, changed in old if "superior" in changed)
    if below:
        publish(AuthorityChanged("superior", ctx.at, people=below))
    for membership in moved:
        publish(PersonMoved(membership.user_id, membership.team_id, membership.from_date, ctx.at))


def _move(
    ctx: BatchContext,
    row: Any,
    user: User,
    teams: TeamBook,
    members: list[Membership],
    moved: list[Membership],
) -> bool:
    """A person on file who is in another team now: the membership changes today; history stays."""
    touched = False
    current = Membership.objects.filter(user=user, to_date__isnull=True).order_by("-from_date").first()
    if row.left_date and current:
        current.to_date = max(row.left_date, current.from_date)
        current.save(update_fields=["to_date"])
        RoleGrant.objects.filter(user=user, to_date__isnull=True, from_date__lte=row.left_date).update(
            to_date=row.left_date
        )
        return True
    if not row.team or row.left_date:
        return touched
    team = teams.get(row.team)
    if current is None:
        if not Membership.objects.filter(user=user).exists():
            members.append(Membership(user=user, team=team, from_date=row.joined_date or ALWAYS))
            touched = True
    elif current.team_id != team.pk:
        if current.from_date >= ctx.today:
            current.team = team
            current.save(update_fields=["team"])
            moved.append(current)
        else:
            current.to_date = ctx.today - timedelta(days=1)
            current.save(update_fields=["to_date"])
            members.append(Membership(user=user, team=team, from_date=ctx.today))
            moved.append(members[-1])
        touched = True
    return touched


def export_staff() -> Iterator[dict[str, Any]]:
    memberships: dict[int, str] = {}
    for user_id, code in Membership.objects.order_by("from_date").values_list("user_id", "team__code"):
        memberships[user_id] = code
    roles: dict[int, str] = {}
    for user_id, role in RoleGrant.objects.order_by("-pk").values_list("user_id", "role"):
        roles[user_id] = role
    for user in User.objects.order_by("pk").select_related("superior"):
        yield {
            "username": user.username,
            "name": user.name,
            "role": roles.get(user.pk),
            "team": memberships.get(user.pk),
            "email": user.email,
            "phone": user.phone,
            "joined_date": user.joined_date,
            "left_date": user.left_date,
            "manager": user.superior.username if user.superior else None,
        }


KINDS = (
    ImportKind(
        name="teams",
        title=gettext_lazy("Teams"),
        columns=(
            Column("code", required=True, max_length=40),
            Column("name", required=True, max_length=100),
            Column("parent", "reference", lookup="team", help=gettext_lazy("code of the team above")),
            Column("manager", "reference", lookup="staff", help=gettext_lazy("username or name of its head")),
            Column(
                "kind", "choice", choices=TeamKind.choices, help=gettext_lazy("department, branch or group")
            ),
        ),
        key=("code",),
        creatable=("parent", "team", "manager", "staff"),
        created_unless_rejected=("manager",),
        prepare=prepare_teams,
        load=load_nothing,
        export=export_teams,
        order=10,
    ),
    ImportKind(
        name="staff",
        title=gettext_lazy("Staff"),
        columns=(
            Column("username", required=True, max_length=150),
            Column("name", required=True, max_length=100),
            Column("role", "choice", choices=Role.choices, help=gettext_lazy("empty: sales representative")),
            Column("team", "reference", lookup="team"),
            Column("email", max_length=254),
            Column("phone", max_length=40),
            Column("joined_date", "date", help=gettext_lazy("membership and role count from this day")),
            Column("left_date", "date"),
            Column(
                "manager", "reference", lookup="staff", help=gettext_lazy("username or name of the superior")
            ),
        ),
        key=("username",),
        roles=(Role.HR,),
        creatable=("team", "manager", "staff"),
        prepare=prepare_staff,
        load=load_nothing,
        export=export_staff,
        order=20,
    ),
)
