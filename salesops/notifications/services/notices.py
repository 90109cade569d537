"""Notices to people of the house."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from salesops.accounts.models import User
from salesops.notifications.choices import Channel
from salesops.notifications.models import Notification
from salesops.notifications.registry import kinds
from salesops.notifications.services.mail import mail_to
from salesops.notifications.services.preferences import channels_chosen
from salesops.notifications.services.robots import tell_groups
from salesops.notifications.services.timing import allowed_from, hours_of


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
    of this site. ``mail`` overrides the kind's default; what the person chose overrides both. What is not
    urgent waits for the end of quiet hours and days off, or for the digest. People who have left get nothing
    by mail. Returns the notice. Raises ``KeyError`` for an unregistered kind.
    """
    definition = kinds[kind]
    # A line break in somebody's name must not keep the notice of everybody from going out.
    data = {name: " ".join(v.split()) if isinstance(v, str) else v for name, v in data.items()}
    own = channels_chosen(recipient, kind)
    notice, created = Notification.objects.get_or_create(
        recipient=recipient,
        key=key,
        defaults={
            "kind": kind,
            "data": data,
            "url": url,
            "created_at": at,
            # Not wanted in the application: it stands in the list, but the bell does not ring for it.
            "read_at": None if own.get(Channel.IN_APP, True) else at,
        },
    )
    if not created or not recipient.is_active:
        return notice
    if own.get(Channel.GROUP, True):
        tell_groups(notice, at=at, urgent=definition.urgent)
    wants_mail = own.get(Channel.MAIL, definition.mail if mail is None else mail)
    hours = hours_of(recipient, at=at) if wants_mail and recipient.email and not definition.urgent else None
    if wants_mail and recipient.email and not (hours and hours.digest):
        mail_to(
            recipient.email,
            recipient.language or settings.LANGUAGE_CODE,
            "notice",
            {"kind": kind, "data": data, "url": url, "recipient": recipient.name},
            key=f"notice:{recipient.pk}:{key}",
            at=at,
            not_before=allowed_from(hours, at=at) if hours else None,
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


def mark_all_read(*, actor: User, at: datetime, kind: str = "") -> int:
    """Mark all unread notices of the actor (or those of one kind) as read; returns how many."""
    rows = Notification.objects.visible_to(actor).filter(read_at__isnull=True)
    return (rows.filter(kind=kind) if kind else rows).update(read_at=at)


@transaction.atomic
def mark_some_read(*, keys: Iterable[int], actor: User, at: datetime) -> int:
    """Mark these of the actor's own notices as read; what belongs to others is not touched. Returns how many."""
    rows = Notification.objects.visible_to(actor).filter(pk__in=list(keys), read_at__isnull=True)
    return rows.update(read_at=at)
