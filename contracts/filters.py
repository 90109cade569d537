"""Narrowing the register; choices of people and teams stay within what the person's roles reach."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.choices import ContractKind, ContractState
from contracts.models import Contract
from contracts.selectors import expiring
from customers.models import Customer
from salesops.accounts.models import Team, User
from salesops.core.policies import policy_of
from salesops.ui.filters import DateRangeFilter, RecordFilterSet


def reach(model: type[Model], user: Any) -> set[int] | None:
    """Teams whose records of ``model`` the person sees; ``None`` is the whole company."""
    rights = policy_of(model).rights
    teams: set[int] = set()
    for grant in user.grants():
        scope = rights.get(grant.role, ("", 0))[0]
        if scope == "all" or (scope == "department" and grant.department is None):
            return None
        if scope == "team":
            teams |= grant.teams
        elif scope == "department":
            teams |= grant.department or set()
    return teams


def people_of(model: type[Model]) -> Any:
    """Owners to choose from: oneself, or the members of the teams one reaches."""

    def people(request: Any) -> QuerySet:
        teams = reach(model, request.user)
        if teams is None:
            return User.objects.order_by("name", "pk")
        mine = Q(pk=request.user.pk) | Q(memberships__team__in=teams)
        return User.objects.filter(mine).distinct().order_by("name", "pk")

    return people


def teams_of(model: type[Model]) -> Any:
    """Teams to choose from."""

    def teams(request: Any) -> QuerySet:
        found = reach(model, request.user)
        return Team.objects.all() if found is None else Team.objects.filter(pk__in=found)

    return teams


class ContractFilter(RecordFilterSet):
    search_fields = ("number__istartswith", "subject", "customer__name", "customer__short_name")

    state = django_filters.ChoiceFilter(choices=ContractState, label=_("State"))
    kind = django_filters.ChoiceFilter(choices=ContractKind, label=_("Kind"))
    customer = django_filters.ModelChoiceFilter(
        queryset=Customer.objects.all(),
        label=_("Customer"),
    )
    owner = django_filters.ModelChoiceFilter(queryset=people_of(Contract), label=_("Owner"))
    team = django_filters.ModelChoiceFilter(queryset=teams_of(Contract), label=_("Team"))
    signed_date = DateRangeFilter(label=_("Signed on"))
    end_date = DateRangeFilter(label=_("Expires on"))
    within = django_filters.NumberFilter(
        method="ending", min_value=0, max_value=3660, label=_("Ends within days")
    )

    class Meta:
        model = Contract
        fields = ()

    def ending(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        ending = expiring(on=timezone.localdate(), days=int(value)).order_by()
        return queryset.filter(pk__in=ending.values("pk"))
