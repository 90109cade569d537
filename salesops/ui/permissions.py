"""Saved views: one's own, and those shared with everybody to look through."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q

from salesops.core.choices import Role
from salesops.core.policies import NOTHING, Policy

SHARERS = (Role.LEAD, Role.MANAGER, Role.GM, Role.FINANCE, Role.OPERATIONS, Role.ADMINISTRATOR)


class SavedViewPolicy(Policy):
    """Seen by the owner and, when shared, by all; changed by the owner."""

    owner_path, team_path = "user", None

    def scope(self, user: Any, verb: str = "view") -> Q:
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return NOTHING
        own = Q(user=user)
        return own | Q(is_shared=True) if verb in ("view", "list") else own

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return False
        return obj is None or type(obj)._default_manager.filter(self.scope(user, verb), pk=obj.pk).exists()


class FormReceiptPolicy(Policy):
    """Bookkeeping of sent forms; shown to nobody."""

    matrix = ""
    owner_path, team_path = "user", None
