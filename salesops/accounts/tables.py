"""The directory as a list."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import User
from salesops.core.choices import Role
from salesops.ui.links import url_of
from salesops.ui.marks import pill
from salesops.ui.tables import DateColumn, LeanColumn, LinkColumn, PersonColumn, RecordTable, TextColumn


class RolesColumn(LeanColumn):
    """The roles in force, which the list has loaded beforehand."""

    def html(self, value: Any, record: Any) -> Any:
        return format_html_join(" ", "{}", ((pill(Role(g.role).label),) for g in value))

    def text(self, value: Any, record: Any) -> str:
        return ", ".join(str(Role(g.role).label) for g in value)


class TeamColumn(LeanColumn):
    """The team of today, which the list has loaded beforehand."""

    def html(self, value: Any, record: Any) -> Any:
        if not value:
            return ""
        team = value[0].team
        return format_html('<a href="{}">{}</a>', url_of(type(team), team.pk), team)

    def text(self, value: Any, record: Any) -> str:
        return str(value[0].team) if value else ""


class InPostColumn(LeanColumn):
    def html(self, value: Any, record: Any) -> Any:
        return pill(_("In post"), "good") if value else pill(_("Has left"))

    def text(self, value: Any, record: Any) -> str:
        return str(_("In post") if value else _("Has left"))


class PersonTable(RecordTable):
    name = LinkColumn()
    username = TextColumn(verbose_name=_("User name"))
    roles = RolesColumn(accessor="grants_now", orderable=False, verbose_name=_("Roles"))
    team = TeamColumn(accessor="memberships_now", orderable=False, verbose_name=_("Team"))
    superior = PersonColumn()
    email = TextColumn(verbose_name=_("E-mail"))
    phone = TextColumn()
    joined_date = DateColumn()
    left_date = DateColumn()
    is_active = InPostColumn(verbose_name=_("State"))

    class Meta:
        model = User
        fields = (
            "name",
            "username",
            "roles",
            "team",
            "superior",
            "email",
            "phone",
            "joined_date",
            "left_date",
            "is_active",
        )

    default_columns = ("name", "roles", "team", "superior", "email", "phone", "is_active")
