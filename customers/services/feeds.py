"""The address of a person's calendar feed: made, ended, looked up (VIS-01)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import CalendarFeed, Visit
from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import NotAllowed
from salesops.core.policies import can


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_feed(*, actor: User, at: datetime) -> str:
    """A new secret word for the actor's own feed; the one before reads nothing any more. It is shown this once."""
    if not can(actor, "list", Visit):
        raise NotAllowed(_("Your role has no visits."))
    token = secrets.token_urlsafe(24)
    CalendarFeed.objects.update_or_create(
        owner=actor, defaults={"digest": digest_of(token), "made_at": at, "read_date": None}
    )
    record("customers.feed_made", actor, actor=actor, at=at, data={})
    return token


@transaction.atomic
def end_feed(*, actor: User, at: datetime) -> bool:
    """Nobody reads the actor's feed any more. Was there one?"""
    ended = CalendarFeed.objects.filter(owner=actor, digest__isnull=False).update(digest=None)
    if ended:
        record("customers.feed_ended", actor, actor=actor, at=at, data={})
    return bool(ended)


def reader_of(token: str, *, at: datetime) -> User | None:
    """Whose feed this word opens; ``None`` for an unknown or ended one, and for who has left or sees no visits."""
    if not 20 <= len(token) <= 100 or not token.isascii():
        return None
    feed = CalendarFeed.objects.filter(digest=digest_of(token)).select_related("owner").first()
    if feed is None or not feed.owner.is_active or not can(feed.owner, "list", Visit):
        return None
    today = timezone.localdate(at)
    if feed.read_date != today:
        CalendarFeed.objects.filter(pk=feed.pk).update(read_date=today)
    return feed.owner
