"""A notice belongs to its recipient and to nobody else."""

from __future__ import annotations

from django.db.models import Q

from salesops.core.policies import NOTHING, Policy, register
from salesops.notifications.models import Notification


class NotificationPolicy(Policy):
    """Everybody sees, and marks as read, only the notices addressed to them, whatever their roles."""

    owner_path = "recipient"
    team_path = None

    def scope(self, user, verb="view"):
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return NOTHING
        return Q(recipient=user)

    def allows(self, user, verb, obj=None):
        if not getattr(user, "is_authenticated", False) or not user.is_active or verb == "add":
            return False
        return obj is None or obj.recipient_id == user.pk


def register_policies() -> None:
    register(Notification, NotificationPolicy())
