"""Sessions: opened at sign-in, ended by their limits, by their person or by an administrator."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.audit.web import address_of, printable
from salesops.core.along import read_along
from salesops.core.errors import Conflict, NotAllowed
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.security.handbook import needs_second_factor
from salesops.security.models import SignInSession

SINCE, SEEN, PROVED = "security_since", "security_seen", "security_proved"
IDLE, ABSOLUTE, DUE = "security_idle", "security_absolute", "security_factor_due"
ROLES, STRONG = "security_roles", "security_strong"
# Read with the person of each request: what the handbook says today about who needs a second factor.
FACTOR_RULE = (
    "SELECT value::text FROM handbook_rulevalue WHERE key = 'security.second_factor_roles' "
    "AND from_date <= %(on)s ORDER BY from_date DESC LIMIT 1"
)
TOUCH = timedelta(seconds=60)


@transaction.atomic
def open_session(*, request: Any, person: User, at: datetime, way: str, factor_due: bool = False) -> None:
    """Write down a sign-in that has just taken place, with the limits of today's handbook in the session."""
    day = timezone.localdate(at)
    store = request.session
    store[SINCE] = store[SEEN] = at.isoformat()
    store[IDLE] = rule("security.idle_minutes", on=day) * 60
    store[ABSOLUTE] = rule("security.absolute_hours", on=day) * 3600
    if way != "demo":
        store[PROVED] = at.isoformat()
    if factor_due:
        store[DUE] = True
    store[STRONG] = way in ("totp", "passkey", "recovery")
    store.pop(ROLES, None)  # roles and rule are looked at with the next request
    if store.session_key is None:
        store.save()
    SignInSession.objects.update_or_create(
        key=store.session_key,
        defaults={
            "user": person,
            "way": way,
            "opened_at": at,
            "seen_at": at,
            "ended_at": None,
            "end_reason": "",
            "address": address_of(request),
            "agent": printable(request.headers.get("User-Agent", ""), 200),
        },
    )


def over_limit(store: Any, at: datetime) -> str:
    """``"idle"`` or ``"absolute"`` when the session has outlived a limit, else ""."""
    since, seen = _moment(store, SINCE), _moment(store, SEEN)
    if since is None or seen is None:
        return ""
    if (at - since).total_seconds() > store.get(ABSOLUTE, 0):
        return "absolute"
    return "idle" if (at - seen).total_seconds() > store.get(IDLE, 0) else ""


def touch(store: Any, at: datetime) -> None:
    """Note that the person is there, at most once a minute."""
    seen = _moment(store, SEEN)
    if seen is None or at - seen < TOUCH:
        return
    store[SEEN] = at.isoformat()
    SignInSession.objects.filter(key=store.session_key, ended_at__isnull=True).update(seen_at=at)


def watch_roles(store: Any, person: User, at: datetime) -> None:
    """A role given since the last request, or a rule changed, asks for the second factor now, not at the next sign-in."""
    seen = f"{' '.join(sorted(person.roles()))}|{read_along(person, 'security.factor_rule')}"
    if PROVED not in store or store.get(ROLES) == seen:
        return
    store[ROLES] = seen
    if not needs_second_factor(person.roles(), on=timezone.localdate(at)):
        store.pop(DUE, None)
    elif not store.get(STRONG):
        store[DUE] = True


def enrolled(store: Any) -> None:
    """A factor was set up here, which proves that it works."""
    store.pop(DUE, None)
    store[STRONG] = True


def proved_lately(store: Any, at: datetime, *, leeway: timedelta = timedelta()) -> bool:
    """Was it proved within the handbook's minutes who is there?"""
    proved = _moment(store, PROVED)
    if proved is None:
        return False
    minutes = rule("security.asked_again_minutes", on=timezone.localdate(at))
    return at - proved <= timedelta(minutes=minutes) + leeway


def _moment(store: Any, name: str) -> datetime | None:
    text = store.get(name)
    return parse_datetime(text) if isinstance(text, str) else None


@transaction.atomic
def renew(store: Any, person: User, old_key: str | None, at: datetime) -> None:
    """A new password gave the session a new key and ended all others."""
    if store.session_key is None or store.session_key == old_key:
        store.save()
    rows = SignInSession.objects.filter(user=person, ended_at__isnull=True)
    rows.filter(key=old_key).update(key=store.session_key)
    rows.exclude(key=store.session_key).update(ended_at=at, end_reason="self")
    if SINCE in store:
        store[PROVED] = at.isoformat()


def why_ended(key: str | None) -> str:
    """Why the session of a cookie has ended: a key of ``END_REASONS``, "" for one that nobody knows."""
    if not key or len(key) > 40:
        return ""
    rows = SignInSession.objects.filter(key=key, ended_at__isnull=False)
    return rows.values_list("end_reason", flat=True).first() or ""


def close(key: str | None, at: datetime, reason: str) -> None:
    """Write down that a session has ended."""
    if key:
        SignInSession.objects.filter(key=key, ended_at__isnull=True).update(ended_at=at, end_reason=reason)


@transaction.atomic
def end_session(*, actor: User, at: datetime, session: SignInSession) -> None:
    """End one session at once: one's own, or anybody's by an administrator."""
    if not can(actor, "end", session):
        raise NotAllowed(_("One ends one's own sessions; an administrator ends all."))
    row = SignInSession.objects.select_for_update(of=("self",)).select_related("user").get(pk=session.pk)
    if row.ended_at is not None:
        raise Conflict(_("This session has ended already."))
    _kill([row], at, "self" if actor.pk == row.user_id else "admin")
    record("security.session_ended", row.user, actor=actor, at=at, data={"person": row.user.name})


@transaction.atomic
def end_others(*, person: User, at: datetime, keep: str | None) -> int:
    """End all sessions of a person but the one in use; returns how many."""
    rows = SignInSession.objects.select_for_update().filter(user=person, ended_at__isnull=True)
    found = list(rows.exclude(key=keep or "").order_by("pk"))
    _kill(found, at, "self")
    if found:
        data = {"person": person.name, "count": len(found)}
        record("security.sessions_ended", person, actor=person, at=at, data=data)
    return len(found)


def end_all_of(person_id: int, at: datetime, reason: str) -> None:
    """Somebody has left or lost the rights to be here."""
    _kill(list(SignInSession.objects.filter(user_id=person_id, ended_at__isnull=True)), at, reason)


def _kill(rows: list[SignInSession], at: datetime, reason: str) -> None:
    Session.objects.filter(session_key__in=[row.key for row in rows]).delete()
    SignInSession.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=at, end_reason=reason)
