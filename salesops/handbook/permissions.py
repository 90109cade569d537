"""Everybody reads the handbook; administrators set values."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from salesops.accounts.models import Membership, User
from salesops.core.choices import Role
from salesops.core.policies import NOTHING, Policy, register
from salesops.handbook.models import Acknowledgement, RuleValue


class RuleValuePolicy(Policy):
    matrix = " ".join(
        f"{role}:all:{'edit' if role == Role.ADMINISTRATOR else 'view'}" for role in Role.values
    )
    owner_path = team_path = None


class AcknowledgementPolicy(Policy):
    """One's own; overseers see all, leads and managers those of their people."""

    matrix = "gm:all:view hr:all:view auditor:all:view administrator:all:view"
    owner_path, team_path = "user", None

    def scope(self, user: Any, verb: str = "view") -> Q:
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return NOTHING
        rows = super().scope(user, verb)
        return rows if rows == Q() else Q(user=user) | Q(user__in=people_read_by(user).values("pk"))

    def can_add(self, user: Any, obj: Any = None) -> bool:
        return bool(getattr(user, "is_authenticated", False) and user.is_active)

    can_list = can_add


def people_read_by(user: Any) -> QuerySet[User]:
    """People in post whose acknowledgements ``user`` follows: of all, of the teams below, or only the own."""
    people = User.objects.filter(is_active=True)
    if user.has_role(Role.GM, Role.HR, Role.AUDITOR, Role.ADMINISTRATOR):
        return people
    teams: set[int] = set()
    for grant in user.grants():
        if grant.role in (Role.LEAD, Role.MANAGER):
            teams |= grant.teams if grant.role == Role.LEAD else (grant.department or frozenset())
    members = Membership.objects.in_force(timezone.localdate()).filter(team__in=teams).values("user")
    return people.filter(Q(pk=user.pk) | Q(pk__in=members))


def register_policies() -> None:
    register(RuleValue, RuleValuePolicy())
    register(Acknowledgement, AcknowledgementPolicy())
