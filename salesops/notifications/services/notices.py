"""Notices to people of the house."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from salesops.accounts.models import User
from salesops.notifications.models import Notification
from salesops.notifications.registry import kinds
from salesops.notifications.services.mail import mail_to


@transaction.atomic
def notify(
    recipient: User,
    kind: str,
    key: str,
    data: dict[str, Any],
    url: str = "",
    *,
    at: datetime,
    mail: bool | None = None,
) -> Notification:
    """Tell one person one thing, once: a second call with the same ``key`` changes and sends nothing.

    ``kind`` is registered; ``data`` fills its sentence in the language of whoever reads it; ``url`` is a path
    of this site. ``mail`` overrides the kind's channel. People who have left get nothing by mail.
    Returns the notice. Raises ``KeyError`` for an unregistered kind.
    """
    definition = kinds[kind]
    # A line break in somebody's name must not keep the notice of everybody from going out.
    data = {name: " ".join(v.split()) if isinstance(v, str) else v for name, v in data.items()}
    notice, created = Notification.objects.get_or_create(
        recipient=recipient,
        key=key,
        defaults={"kind": kind, "data": data, "url": url, "created_at": at},
    )
    wants_mail = definition.mail if mail is None else mail
    if created and wants_mail and recipient.email and recipient.is_active:
        mail_to(
            recipient.email,
            recipient.language or settings.LANGUAGE_CODE,
            "notice",
            {"kind": kind, "data": data, "url": url, "recipient": recipient.name},
            key=f"notice:{recipient.pk}:{key}",
            at=at,
        )
    return notice


@transaction.atomic
def mark_read(notice: Notification, *, actor: User, at: datetime) -> Notification:
    """Mark one of the actor's own notices as read; reading it again keeps the first time."""
    row = Notification.objects.visible_to(actor).select_for_update().get(pk=notice.pk)
    if row.read_at is None:
        row.read_at = at
        row.save(update_fields=["read_at"])
    return row


def mark_all_read(*, actor: User, at: datetime) -> int:
    """Mark all unread notices of the actor as read; returns how many."""
    return Notification.objects.visible_to(actor).filter(read_at__isnull=True).update(read_at=at)
