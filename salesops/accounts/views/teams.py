"""The tree of units."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.accounts import forms
from salesops.accounts.models import Team, User
from salesops.accounts.services import teams
from salesops.core.policies import can
from salesops.ui.marks import person_mark, pill
from salesops.ui.templatetags.ui import link
from salesops.ui.views import (
    Act,
    ActionView,
    PageView,
    RecordCreateView,
    RecordDetailView,
    RecordUpdateView,
)


class TeamTree(PageView):
    """All open units as a tree, with head and head count of today; closed ones on request."""

    template_name = "accounts/team_tree.html"
    title = _("Teams")

    def get_context(self) -> dict[str, Any]:
        today = timezone.localdate()
        inside = Q(memberships__from_date__lte=today) & (
            Q(memberships__to_date__isnull=True) | Q(memberships__to_date__gte=today)
        )
        rows = (
            Team.objects.visible_to(self.request.user)
            .select_related("head")
            .annotate(people=Count("memberships", filter=inside & Q(memberships__user__is_active=True)))
        )
        show_closed = self.request.GET.get("closed") == "1"
        if not show_closed:
            rows = rows.filter(is_active=True)
        return {
            "roots": nested(list(rows.order_by("path", "pk"))),
            "show_closed": show_closed,
            "add_url": reverse("accounts:team_create") if can(self.request.user, "add", Team) else "",
        }


def nested(rows: list[Team]) -> list[Team]:
    """Teams with ``below`` (children by name) and ``all_people`` (with everything below)."""
    by_pk = {team.pk: team for team in rows}
    for team in rows:
        team.below = []
    roots = []
    for team in rows:
        parent = by_pk.get(team.parent_id)
        (parent.below if parent else roots).append(team)
    for team in sorted(rows, key=lambda t: -t.path.count("/")):
        team.below.sort(key=lambda t: (t.name, t.pk))
        team.all_people = team.people + sum(child.all_people for child in team.below)
    return roots


class TeamPage(RecordDetailView):
    model = Team
    state_field = ""

    def base_queryset(self) -> QuerySet[Team]:
        return Team.objects.select_related("parent", "head")

    def get_subtitle(self, obj: Team) -> Any:
        return obj.code

    def facts(self, obj: Team) -> list[tuple[Any, Any]]:
        return [
            (_("Kind"), obj.get_kind_display()),
            (_("Below"), link(obj.parent) if obj.parent else None),
            (_("Head"), link(obj.head, person_mark(obj.head)) if obj.head else None),
            (_("State"), None if obj.is_active else pill(_("Closed"))),
        ]

    def acts(self, obj: Team) -> list[Act]:
        def to(name: str) -> str:
            return reverse(f"accounts:team_{name}", args=[obj.pk])

        acts = [Act(_("Edit"), to("edit"), "edit", primary=True)]
        if obj.is_active:
            acts += [
                Act(_("Hang under another unit"), to("move"), "move"),
                Act(_("Close"), to("close"), "close", danger=True),
            ]
        return acts


class TeamCreate(RecordCreateView):
    model, form_class = Team, forms.TeamCreateForm
    title = _("New unit")

    def perform(self, form: Any, *, actor: User, at: Any) -> Team:
        return teams.create_team(actor=actor, at=at, **form.cleaned_data)


class TeamEdit(RecordUpdateView):
    asks_again = True
    model, form_class = Team, forms.TeamForm
    check_version = False

    def perform(self, form: Any, *, actor: User, at: Any) -> Team:
        return teams.edit_team(actor=actor, at=at, team=self.object, **form.cleaned_data)


class TeamMove(ActionView):
    asks_again = True
    model, verb, form_class = Team, "move", forms.TeamMoveForm
    title = _("Hang under another unit")
    explain = _("Everything below comes along; who leads the new parent sees it at once.")

    def perform(self, obj: Team, form: Any, *, actor: User, at: Any) -> Team:
        return teams.move_team(actor=actor, at=at, team=obj, **form.cleaned_data)


class TeamClose(ActionView):
    model, verb, title = Team, "close", _("Close")
    danger = True
    explain = _("A closed unit takes no more people; its figures and history stay.")

    def perform(self, obj: Team, form: Any, *, actor: User, at: Any) -> Team:
        return teams.close_team(actor=actor, at=at, team=obj)
