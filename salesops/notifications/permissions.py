"""A notice belongs to its recipient and to nobody else; robots are kept by administrators."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q

from salesops.core.choices import Role
from salesops.core.policies import NOTHING, Level, Policy, register
from salesops.notifications.models import GroupRobot, NoticeHours, NoticePreference, Notification, OneTimeLink


class OwnPolicy(Policy):
    """Everybody has only the own ones, whatever their roles."""

    holder = "user"
    team_path = None

    def scope(self, user: Any, verb: str = "view") -> Q:
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return NOTHING
        return Q(**{self.holder: user})

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        if not getattr(user, "is_authenticated", False) or not user.is_active or verb == "add":
            return False
        return obj is None or getattr(obj, f"{self.holder}_id") == user.pk


class NotificationPolicy(OwnPolicy):
    """Only the notices addressed to oneself are seen and marked as read."""

    owner_path = holder = "recipient"


class PreferencePolicy(OwnPolicy):
    owner_path = "user"


class RobotPolicy(Policy):
    """The address is a secret of the group; auditors see who hears what, without it."""

    matrix = "administrator:all:edit auditor:all:view"
    owner_path = team_path = None
    verbs = {"test": Level.EDIT}


class LinkPolicy(Policy):
    """Seen by who sent the link, administrators and auditors."""

    matrix = " ".join(
        f"{role}:{'all' if role in (Role.ADMINISTRATOR, Role.AUDITOR) else 'own'}:"
        f"{'view' if role == Role.AUDITOR else 'edit'}"
        for role in Role.values
    )
    owner_path = "created_by"
    team_path = None
    verbs = {"withdraw": Level.EDIT}

    def can_add(self, user: Any, obj: Model | None = None) -> bool:
        return False


def register_policies() -> None:
    register(Notification, NotificationPolicy())
    register(NoticePreference, PreferencePolicy())
    register(NoticeHours, PreferencePolicy())
    register(GroupRobot, RobotPolicy())
    register(OneTimeLink, LinkPolicy())
