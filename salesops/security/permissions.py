"""Factors and sessions are the person's own; administrators and auditors see that they are there."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from salesops.core.choices import Role
from salesops.core.policies import NOTHING, Level, Policy, register
from salesops.security.models import Factor, GrantReview, RecoveryCode, SignInSession

OVERSEERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


class OwnPolicy(Policy):
    """One's own, and for the overseers everybody's; only the person changes it."""

    owner_path = "user"
    team_path = None
    overseers = OVERSEERS
    verbs = {"remove": Level.EDIT, "end": Level.EDIT}

    def scope(self, user: Any, verb: str = "view") -> Q:
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return NOTHING
        if self.level_of(verb) == Level.VIEW and user.roles() & self.overseers:
            return Q()
        return Q(user=user)

    def allows(self, user: Any, verb: str, obj: Any = None) -> bool:
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return False
        if obj is None or obj.pk is None or obj.user_id == user.pk:
            return True
        return self.level_of(verb) == Level.VIEW and bool(user.roles() & self.overseers)


class SessionPolicy(OwnPolicy):
    def can_end(self, user: Any, obj: Any = None) -> bool:
        return self.allows(user, "end", obj) or (user.is_active and user.has_role(Role.ADMINISTRATOR))


class RecoveryPolicy(OwnPolicy):
    overseers = frozenset()


class ReviewPolicy(Policy):
    """Reviews of rights are read by those who make them."""

    matrix = "administrator:all:view hr:all:view gm:all:view auditor:all:view"
    owner_path = team_path = None


def register_policies() -> None:
    """Called when the room is ready."""
    register(Factor, OwnPolicy())
    register(SignInSession, SessionPolicy())
    register(RecoveryCode, RecoveryPolicy())
    register(GrantReview, ReviewPolicy())
