"""What a person's and a team's page show: duties, authority, history, people below."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.accounts import duties
from salesops.accounts.models import Delegation, Membership, RoleGrant, Team, User
from salesops.core.choices import Role
from salesops.core.policies import can
from salesops.ui.registries import MenuItem, Panel, WorkbenchCard, menu, panels, side_by_side, workbench_cards

NAMED = 6


def duties_of(request: HttpRequest, person: User) -> dict[str, Any] | None:
    """The duties of the post, those of each role held today, and the person's own (ORG-02)."""
    roles = [Role(g.role) for g in person.grants_now]
    lists = [{"role": role.label, "lines": duties.of(role)} for role in dict.fromkeys(roles)]
    if person.post and person.post not in {role.value for role in roles}:
        lists.insert(0, {"role": person.get_post_display(), "lines": duties.of_post(person.post)})
    if own := [line.strip() for line in person.own_duties.splitlines() if line.strip()]:
        lists.append({"role": _("Further duties"), "lines": own})
    return {"lists": lists} if lists else None


def authority_of(request: HttpRequest, person: User) -> dict[str, Any] | None:
    """Roles with dates, units and limits (ORG-04); ended ones only for those who keep the file."""
    today = timezone.localdate()
    rows = person.role_grants.select_related("team", "granted_by").order_by("-from_date", "role", "pk")
    if not can(request.user, "view_history", person):
        rows = rows.in_force(today)
    grants = [
        {
            "grant": grant,
            "in_force": grant.from_date <= today and (grant.to_date is None or grant.to_date >= today),
            "may_end": (grant.to_date is None or grant.to_date >= today) and can(request.user, "end", grant),
        }
        for grant in rows
    ]
    return {"grants": grants} if grants else None


def teams_of(request: HttpRequest, person: User) -> dict[str, Any] | None:
    rows = list(person.memberships.select_related("team").order_by("-from_date", "pk"))
    return {"rows": rows} if rows else None


def people_below(request: HttpRequest, person: User) -> dict[str, Any] | None:
    rows = list(person.subordinates.filter(is_active=True).order_by("name", "pk"))
    return {"people": rows} if rows else None


def deputies_of(request: HttpRequest, person: User) -> dict[str, Any] | None:
    """Who stands in for the person now or later, and for whom the person stands in."""
    today = timezone.localdate()
    rows = list(
        Delegation.objects.filter(Q(person=person) | Q(deputy=person), to_date__gte=today)
        .select_related("person", "deputy")
        .order_by("from_date", "pk")
    )
    may = bool(person.is_active and can(request.user, "delegate", person))
    if not rows and not may:
        return None
    lines = [
        {
            "row": row,
            "now": row.from_date <= today,
            "mine": row.person_id == person.pk,
            "may_end": can(request.user, "edit", row),
        }
        for row in rows
    ]
    return {"lines": lines, "may": may, "person": person}


def members_of(request: HttpRequest, team: Team) -> dict[str, Any] | None:
    """People of the unit today; the units below have their own pages."""
    rows = (
        Membership.objects.in_force(timezone.localdate())
        .filter(team=team, user__is_active=True)
        .select_related("user")
        .order_by("user__name", "pk")
    )
    return {"people": [row.user for row in rows]}


def units_below(request: HttpRequest, team: Team) -> dict[str, Any] | None:
    rows = list(Team.objects.filter(parent=team).select_related("head").order_by("name", "pk"))
    return {"teams": rows} if rows else None


def people_to_place(request: HttpRequest) -> dict[str, Any] | None:
    """For human resources: who is in post without a unit or without a superior, and who left lately."""
    if not request.user.has_role(Role.HR):
        return None
    today = timezone.localdate()
    in_post = User.objects.filter(is_active=True).order_by("name", "pk")
    placed = Membership.objects.in_force(today).values("user")
    top = RoleGrant.objects.in_force(today).filter(role=Role.GM).values("user")
    lines = []
    for text, rows in (
        (_("People without a team"), in_post.exclude(pk__in=placed)),
        (_("People without a superior"), in_post.filter(superior=None).exclude(pk__in=top)),
    ):
        people = list(rows)
        lines.append({"text": text, "value": len(people), "people": people[:NAMED], "bad": bool(people)})
    url = reverse("accounts:user_list")
    lines.append({"text": _("People in post"), "value": in_post.count(), "url": f"{url}?is_active=1"})
    return {"lines": lines}


def register() -> None:
    workbench_cards.register(
        "accounts.place", WorkbenchCard(_("People to place"), "ui/card_counts.html", people_to_place, 20)
    )
    where = "accounts/panels/"
    panels.register("accounts.duties", Panel(User, _("Duties"), f"{where}duties.html", duties_of, order=10))
    panels.register(
        "accounts.authority",
        Panel(User, _("Roles and authority"), f"{where}authority.html", authority_of, order=20),
    )
    panels.register("accounts.teams", Panel(User, _("Teams"), f"{where}teams.html", teams_of, order=30))
    panels.register(
        "accounts.deputies",
        Panel(User, _("Absence and deputies"), f"{where}deputies.html", deputies_of, order=15),
    )
    panels.register(
        "accounts.below",
        Panel(User, _("Reports to this person"), f"{where}people.html", people_below, "side"),
    )
    panels.register("accounts.members", Panel(Team, _("People"), f"{where}people.html", members_of, order=10))
    panels.register(
        "accounts.units", Panel(Team, _("Units below"), f"{where}units.html", units_below, order=20)
    )
    keepers = ("hr", "administrator", "gm", "manager", "lead", "auditor")
    menu.register(
        "accounts.people",
        MenuItem("administration", _("People"), "accounts:user_list", roles=keepers, order=10),
    )
    menu.register(
        "accounts.teams",
        MenuItem("administration", _("Teams"), "accounts:team_list", roles=keepers, order=20),
    )
    side_by_side("accounts.people", "accounts.teams")
