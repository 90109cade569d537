"""Narrowing the directory."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import Membership, RoleGrant, Team, User
from salesops.core.choices import Role
from salesops.ui.filters import RecordFilterSet


class PersonFilter(RecordFilterSet):
    """By role and team of today; a team counts with everything below it."""

    search_fields = ("name", "username", "email", "phone")
    role = django_filters.ChoiceFilter(label=_("Role"), choices=Role.choices, method="by_role")
    team = django_filters.ModelChoiceFilter(label=_("Team"), queryset=Team.objects.all(), method="by_team")
    is_active = django_filters.ChoiceFilter(
        label=_("State"), choices=[("1", _("In post")), ("0", _("Has left"))], method="by_state"
    )

    class Meta:
        model = User
        fields = ("role", "team", "superior", "is_active")

    def by_role(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        holders = RoleGrant.objects.in_force(timezone.localdate()).filter(role=value)
        return queryset.filter(pk__in=holders.values("user"))

    def by_team(self, queryset: QuerySet, name: str, value: Team) -> QuerySet:
        members = Membership.objects.in_force(timezone.localdate()).filter(team__path__startswith=value.path)
        return queryset.filter(pk__in=members.values("user"))

    def by_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_active=value == "1")
