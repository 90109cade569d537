"""What a person has not read yet."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from salesops.core.along import read_along
from salesops.core.policies import ScopedQuerySet
from salesops.notifications.models import Notification

UNREAD = "SELECT count(*) FROM notifications_notification WHERE recipient_id = u.id AND read_at IS NULL"


def unread(user: Any) -> ScopedQuerySet[Notification]:
    """The person's own unread notices, newest first."""
    return Notification.objects.visible_to(user).filter(read_at__isnull=True)


def unread_count(user: Any) -> int:
    """The number on the bell; it comes with the person of a request."""
    known = read_along(user, "unread")
    return unread(user).count() if known is None else known


def count_by_kind(rows: ScopedQuerySet[Notification]) -> list[tuple[str, int]]:
    """How many of these notices there are of each kind, the most first."""
    counted = rows.order_by().values_list("kind").annotate(count=Count("pk"))
    return sorted(counted, key=lambda pair: (-pair[1], pair[0]))
