"""Columns and filters of the lists."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import RoleGrant, Team, User
from salesops.core.choices import Role
from salesops.security.models import SignInSession
from salesops.ui.filters import DateFilter, RecordFilterSet, YesFilter
from salesops.ui.marks import pill
from salesops.ui.tables import (
    DateColumn,
    LeanColumn,
    LinkColumn,
    MoneyColumn,
    PersonColumn,
    RecordTable,
    TextColumn,
)

END_REASONS = {
    "": "",
    "idle": _("idle too long"),
    "absolute": _("over the longest time"),
    "self": _("by the person"),
    "admin": _("by an administrator"),
    "signed_out": _("signed out"),
    "left": _("has left"),
}
WAYS = {
    "password": _("password"),
    "totp": _("password and code"),
    "passkey": _("password and passkey"),
    "recovery": _("recovery code"),
    "demo": _("demo"),
}


class WordColumn(LeanColumn):
    """A code in words."""

    def __init__(self, *args: Any, words: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = words

    def html(self, value: Any, record: Any) -> Any:
        return self.text(value, record)

    def text(self, value: Any, record: Any) -> str:
        return str(self.words.get(value, value))


class YesColumn(LeanColumn):
    """Yes in green, no as it is."""

    def html(self, value: Any, record: Any) -> Any:
        return pill(_("yes"), "good") if value else pill(_("no"))

    def text(self, value: Any, record: Any) -> str:
        return str(_("yes") if value else _("no"))


class SessionTable(RecordTable):
    opened_at = LinkColumn()
    user = PersonColumn(orderable=False)
    seen_at = DateColumn()
    way = WordColumn(words=WAYS, orderable=False)
    address = TextColumn(orderable=False)
    agent = TextColumn(accessor="device", orderable=False)
    ended_at = DateColumn(orderable=False)
    end_reason = WordColumn(words=END_REASONS, orderable=False)

    class Meta:
        model = SignInSession
        fields = ("opened_at", "user", "seen_at", "way", "address", "agent", "ended_at", "end_reason")


class SessionFilter(RecordFilterSet):
    """Without a filter the list shows sessions that are open."""

    search_fields = ("user__name", "user__username", "agent")
    user = django_filters.ModelChoiceFilter(queryset=User.objects.order_by("name", "pk"))
    ended = YesFilter(method="also_ended", label=_("Ended ones too"))

    class Meta:
        model = SignInSession
        fields = ("user", "ended")

    def unasked(self, queryset: QuerySet) -> QuerySet:
        return queryset.filter(ended_at__isnull=True)

    def also_ended(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("ended") else rows.filter(ended_at__isnull=True)


class RoleColumn(LeanColumn):
    def html(self, value: Any, record: Any) -> Any:
        return pill(Role(value).label)

    def text(self, value: Any, record: Any) -> str:
        return str(Role(value).label)


class ReviewTable(RecordTable):
    user = PersonColumn(orderable=False)
    team_now = TextColumn(orderable=False, verbose_name=_("Team"))
    role = RoleColumn(orderable=False)
    team = TextColumn(orderable=False)
    amount_limit = MoneyColumn(orderable=False)
    from_date = DateColumn(verbose_name=_("Since"))
    to_date = DateColumn(orderable=False)
    granted_by = PersonColumn(orderable=False)
    last_login = DateColumn(accessor="user__last_login", orderable=False, verbose_name=_("Last sign-in"))
    has_factor = YesColumn(orderable=False, verbose_name=_("Second factor"))
    reviewed = DateColumn(orderable=False, verbose_name=_("Reviewed"))
    is_fresh = YesColumn(orderable=False, verbose_name=_("Review in time"))

    class Meta:
        model = RoleGrant
        fields = (
            "user", "team_now", "role", "team", "amount_limit", "from_date", "to_date", "granted_by",
            "last_login", "has_factor", "reviewed", "is_fresh",
        )  # fmt: skip

    default_columns = (
        "user", "role", "team", "amount_limit", "from_date", "granted_by", "has_factor", "reviewed", "is_fresh",
    )  # fmt: skip


class ReviewFilter(RecordFilterSet):
    """Without a filter the list shows roles in force today."""

    search_fields = ("user__name", "user__username")
    role = django_filters.ChoiceFilter(choices=Role.choices)
    user = django_filters.ModelChoiceFilter(queryset=User.objects.order_by("name", "pk"))
    team = django_filters.ModelChoiceFilter(queryset=Team.objects.order_by("path", "pk"))
    on = DateFilter(method="held_on", label=_("Held on"))
    stale = YesFilter(method="only_stale", label=_("Review overdue"))
    no_factor = YesFilter(method="only_without_factor", label=_("Without a second factor"))

    class Meta:
        model = RoleGrant
        fields = ("role", "user", "team", "on", "stale", "no_factor")

    def unasked(self, queryset: QuerySet) -> QuerySet:
        return queryset.in_force(timezone.localdate()).filter(user__is_active=True)

    def held_on(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.in_force(value)

    def only_stale(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        rows = queryset.in_force(timezone.localdate()).filter(user__is_active=True, is_fresh=False)
        return rows if value else queryset

    def only_without_factor(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        rows = queryset.in_force(timezone.localdate()).filter(user__is_active=True, has_factor=False)
        return rows if value else queryset
