"""The directory and the staff file (ORG-01..04)."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.accounts import forms
from salesops.accounts.filters import PersonFilter
from salesops.accounts.models import Membership, RoleGrant, SuperiorChange, User
from salesops.accounts.services import passwords, people, posts, superiors
from salesops.accounts.tables import PersonTable
from salesops.core.choices import Role
from salesops.core.policies import can
from salesops.ui.marks import exact_date, pill
from salesops.ui.templatetags.ui import link
from salesops.ui.views import (
    Act,
    ActionView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)


def with_posts(queryset: QuerySet[User]) -> QuerySet[User]:
    """People with their superior, roles and team of today: three queries for a page."""
    today = timezone.localdate()
    return queryset.select_related("superior").prefetch_related(
        Prefetch("role_grants", RoleGrant.objects.in_force(today).order_by("role"), to_attr="grants_now"),
        Prefetch(
            "memberships",
            Membership.objects.in_force(today).select_related("team"),
            to_attr="memberships_now",
        ),
    )


def coming_superior(person: Any) -> list[tuple[Any, Any]]:
    """Whom the person reports to from a day to come."""
    if not person.superior_coming:
        return []
    row = person.superior_changes.select_related("superior").get(done_at=None)
    return [(_("Superior from %(day)s on") % {"day": exact_date(row.from_date)}, link(row.superior))]


class PersonList(RecordListView):
    model, table_class, filterset_class = User, PersonTable, PersonFilter
    title = _("People")
    add_url_name = "accounts:user_create"
    add_label = _("New person")
    default_sort = "name"
    empty_title = _("Nobody fits")
    empty_text = _("Take a filter away, or put somebody on file.")

    def base_queryset(self) -> QuerySet[User]:
        return with_posts(User.objects.all())


class PersonPage(RecordDetailView):
    """What a colleague may know; the personal part only for those whose work it is."""

    model = User
    state_field = ""

    def base_queryset(self) -> QuerySet[User]:
        waits = SuperiorChange.objects.filter(person=OuterRef("pk"), done_at=None)
        return with_posts(User.objects.annotate(superior_coming=Exists(waits)))

    def get_subtitle(self, obj: User) -> Any:
        return obj.username

    def facts(self, obj: User) -> list[tuple[Any, Any]]:
        team = obj.memberships_now[0].team if obj.memberships_now else None
        facts = [
            (_("State"), pill(_("In post"), "good") if obj.is_active else pill(_("Has left"))),
            (pgettext_lazy("of a person", "Post"), obj.get_post_display()),
            (_("Roles"), format_html_join(" ", "{}", ((pill(Role(g.role).label),) for g in obj.grants_now))),
            (_("Team"), link(team) if team else None),
            (_("Superior"), link(obj.superior) if obj.superior else None),
            *coming_superior(obj),
            (_("E-mail"), format_html('<a href="mailto:{0}">{0}</a>', obj.email) if obj.email else None),
            (_("Phone"), obj.phone),
        ]
        if can(self.request.user, "view_sensitive", obj):
            facts += [
                (_("Staff number"), obj.staff_no),
                (_("Joined on"), obj.joined_date),
                (_("Left on"), obj.left_date),
                (_("Reason for leaving"), obj.leave_reason),
                (_("Last sign-in"), timezone.localtime(obj.last_login) if obj.last_login else None),
            ]
        return facts

    def acts(self, obj: User) -> list[Act]:
        def to(name: str) -> str:
            return reverse(f"accounts:user_{name}", args=[obj.pk])

        acts = [Act(_("Edit"), to("edit"), "edit", primary=True)]
        if obj.is_active:
            acts += [
                Act(_("Move to a team"), to("move"), "move"),
                Act(_("Change the superior"), to("superior"), "change_superior"),
                Act(_("Give a role"), to("grant"), "grant"),
                Act(_("Set a first password"), to("set_password"), "set_password"),
                Act(_("Has left"), to("deactivate"), "deactivate", danger=True),
            ]
        else:
            acts.append(Act(_("Has returned"), to("reactivate"), "reactivate"))
        return acts


class PersonCreate(RecordCreateView):
    model, form_class = User, forms.PersonCreateForm
    asks_again = True  # a role may be given with it
    title = _("New person")
    success_message = _("The person is on file.")

    def perform(self, form: Any, *, actor: User, at: Any) -> User:
        return people.create_person(actor=actor, at=at, **form.cleaned_data)


class PersonEdit(RecordUpdateView):
    model, form_class = User, forms.PersonForm
    asks_again = True  # links that open the account go to the address that stands here
    check_version = False

    def perform(self, form: Any, *, actor: User, at: Any) -> User:
        return people.edit_person(actor=actor, at=at, person=self.object, **form.cleaned_data)


class PersonAct(ActionView):
    """An act on a person."""

    model = User


class Move(PersonAct):
    asks_again = True
    verb, form_class, title = "move", forms.MoveForm, _("Move to a team")
    explain = _("The membership until now ends the day before; figures of the past stay with the old team.")

    def get_initial(self) -> dict[str, Any]:
        return {"from_date": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, obj: User, form: Any, *, actor: User, at: Any) -> None:
        posts.join_team(actor=actor, at=at, person=obj, **form.cleaned_data)


class ChangeSuperior(PersonAct):
    asks_again = True
    verb, form_class, title = "change_superior", forms.SuperiorForm, _("Change the superior")
    explain = _("From that day on the new superior is asked; signatures that wait go along.")

    def get_initial(self) -> dict[str, Any]:
        return {"from_date": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, obj: User, form: Any, *, actor: User, at: Any) -> None:
        superiors.change_superior(actor=actor, at=at, person=obj, **form.cleaned_data)


class Grant(PersonAct):
    verb, form_class, title = "grant", forms.GrantForm, _("Give a role")
    asks_again = True
    explain = _("A new limit for a role held already is a new row from its day on.")

    def get_initial(self) -> dict[str, Any]:
        return {"from_date": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, obj: User, form: Any, *, actor: User, at: Any) -> None:
        posts.grant_role(actor=actor, at=at, person=obj, **form.cleaned_data)


class SetPassword(PersonAct):
    verb, form_class, title = "set_password", forms.SetPasswordForm, _("Set a first password")
    asks_again = True
    explain = _("All sessions of the person end.")

    def perform(self, obj: User, form: Any, *, actor: User, at: Any) -> None:
        passwords.set_password(actor=actor, at=at, person=obj, password=form.cleaned_data["password"])


class Deactivate(PersonAct):
    verb, form_class, title = "deactivate", forms.LeaveForm, _("Has left")
    asks_again = True
    danger = True
    explain = _("The person is signed out at once, the password is void, team and roles end on the last day.")

    def get_initial(self) -> dict[str, Any]:
        return {"left_date": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, obj: User, form: Any, *, actor: User, at: Any) -> None:
        people.deactivate_person(actor=actor, at=at, person=obj, **form.cleaned_data)


class Reactivate(PersonAct):
    verb, form_class, title = "reactivate", forms.ReturnForm, _("Has returned")
    explain = _("Team, roles and password are given anew.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, obj: User, form: Any, *, actor: User, at: Any) -> None:
        people.reactivate_person(actor=actor, at=at, person=obj, **form.cleaned_data)


class EndRole(ActionView):
    model = RoleGrant
    verb, form_class, title = "end", forms.EndRoleForm, _("End a role")
    danger = True
    asks_again = True

    def get_explain(self, obj: RoleGrant) -> Any:
        return format_html("{}: {}", obj.user, obj.get_role_display())

    def get_initial(self) -> dict[str, Any]:
        return {"last_day": timezone.localdate(self.at), **super().get_initial()}

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(str(self.object.user), self.get_success_url(self.object))]

    def get_success_url(self, obj: Any) -> str:
        return reverse("accounts:user_detail", args=[self.object.user_id])

    get_cancel_url = lambda self: self.get_success_url(None)  # noqa: E731

    def perform(self, obj: RoleGrant, form: Any, *, actor: User, at: Any) -> None:
        posts.end_role(actor=actor, at=at, grant=obj, **form.cleaned_data)
