"""Who sees and signs a hand-over."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q

from customers.models import HandOver, HandOverItem
from salesops.core.policies import NOTHING, Level, Policy, register


class HandOverPolicy(Policy):
    """Begun and steered by leads and managers above the giver; giver and taker see their own packs."""

    matrix = "lead:team:edit manager:department:edit gm:all:view hr:all:view auditor:all:view"
    verbs = {"steer": Level.EDIT, "sign": Level.VIEW}

    def scope(self, user: Any, verb: str = "view") -> Q:
        rows = super().scope(user, verb)
        here = getattr(user, "is_authenticated", False) and user.is_active
        if rows == Q() or not here or self.level_of(verb) > Level.VIEW:
            return rows
        own = Q(owner=user) | Q(taker=user)
        return own if rows == NOTHING else rows | own

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        here = getattr(user, "is_authenticated", False) and user.is_active
        if obj is None and verb in ("view", "list") and here:
            return user.has_role("rep", "assistant", "lead", "manager", "gm", "hr", "auditor")
        if (
            self.level_of(verb) > Level.VIEW
            and isinstance(obj, HandOver)
            and obj.pk
            and not self.above(user, obj)
        ):
            return False
        return super().allows(user, verb, obj)

    @staticmethod
    def above(user: Any, pack: HandOver) -> bool:
        """Who gives or takes does not steer the pack."""
        return user.pk not in (pack.owner_id, pack.taker_id)

    def can_sign(self, user: Any, obj: Model | None) -> bool:
        if not isinstance(obj, HandOver) or obj.state != "open":
            return False
        return user.pk in (obj.owner_id, obj.taker_id) or self.allows(user, "steer", obj)

    def can_add_thing(self, user: Any, obj: Model | None) -> bool:
        return self.can_sign(user, obj)

    def can_cancel(self, user: Any, obj: Model | None) -> bool:
        return isinstance(obj, HandOver) and obj.state == "open" and self.allows(user, "steer", obj)


class HandOverItemPolicy(Policy):
    """Items are seen with their pack."""

    matrix = HandOverPolicy.matrix
    owner_path, team_path = "pack__owner", "pack__team"

    def scope(self, user: Any, verb: str = "view") -> Q:
        packs = HandOver.objects.filter(HandOverPolicy().scope(user)) if user else HandOver.objects.none()
        return Q(pack__in=packs.order_by().values("pk"))


def register_policies() -> None:
    """Called when the app is ready."""
    register(HandOver, HandOverPolicy())
    register(HandOverItem, HandOverItemPolicy())
