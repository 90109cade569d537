"""What a person has not read yet."""

from __future__ import annotations

from typing import Any

from salesops.core.policies import ScopedQuerySet
from salesops.notifications.models import Notification


def unread(user: Any) -> ScopedQuerySet[Notification]:
    """The person's own unread notices, newest first."""
    return Notification.objects.visible_to(user).filter(read_at__isnull=True)


def unread_count(user: Any) -> int:
    """The number on the bell."""
    return unread(user).count()
