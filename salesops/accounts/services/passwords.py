"""Passwords: set, change, forget. A password itself never leaves this file."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from salesops.accounts.events import PasswordLinkAsked
from salesops.accounts.models import User
from salesops.accounts.services.guard import require
from salesops.audit.models import AuditEvent
from salesops.audit.services import record
from salesops.core.errors import InvalidInput
from salesops.core.events import publish
from salesops.core.locking import lock_row

LINKS_AN_HOUR = 3


@transaction.atomic
def set_password(*, actor: User | None, at: datetime, person: User, password: str) -> User:
    """An administrator sets a first password; the person must change it at the next sign-in."""
    person = lock_row(User.objects, person.pk)
    require(actor, "set_password", person)
    _set(person, password, must_change=True)
    record("accounts.password_set", person, actor=actor, at=at, data={"person": person.name})
    return person


@transaction.atomic
def change_password(*, person: User, at: datetime, old: str, new: str) -> User:
    """The person changes the password, knowing the old one (A6); all other sessions end."""
    person = lock_row(User.objects, person.pk)
    if not person.check_password(old):
        raise InvalidInput(_("This is not your present password."), field="old_password")
    if old == new:
        raise InvalidInput(_("Choose another password than the present one."), field="new_password1")
    _set(person, new, must_change=False, field="new_password1")
    record("accounts.password_changed", person, actor=person, at=at, data={"person": person.name})
    return person


@transaction.atomic
def reset_password(*, person: User, token: str, at: datetime, new: str) -> User:
    """Set a password by the mailed link; the link is void after it. Raises ``InvalidInput``."""
    person = lock_row(User.objects, person.pk)
    if not person.is_active or not default_token_generator.check_token(person, token):
        raise InvalidInput(_("This link is no longer valid."), way_out=_("Ask for a new one."))
    _set(person, new, must_change=False, field="new_password1")
    record("accounts.password_reset", person, actor=person, at=at, data={"person": person.name})
    return person


def _set(person: User, password: str, *, must_change: bool, field: str = "password") -> None:
    if not password.strip():
        raise InvalidInput(_("A password of blanks is none."), field=field)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), field=field) from None
    person.set_password(password)
    person.must_change_password = must_change
    person.save(update_fields=["password", "must_change_password"])


@transaction.atomic
def ask_for_link(*, email: str, at: datetime) -> None:
    """Queue a mail with a link for whoever has this address; says nothing about whether anybody has.

    At most three links an hour for one person (R4). Never for people who have left.
    """
    for person in User.objects.filter(email__iexact=email.strip(), is_active=True).order_by("pk")[:3]:
        asked = AuditEvent.objects.filter(
            verb="accounts.password_link_asked", at__gt=at - timedelta(hours=1), data__user=person.pk
        ).count()
        if asked >= LINKS_AN_HOUR:
            continue
        record(
            "accounts.password_link_asked",
            person,
            actor=None,
            at=at,
            data={"person": person.name, "user": person.pk},
        )
        publish(PasswordLinkAsked(person.pk, at))


def link_parts(person: User) -> dict[str, str]:
    """The parts of a fresh link's url; made when the mail is sent and kept nowhere."""
    return {
        "uid": urlsafe_base64_encode(force_bytes(person.pk)),
        "token": default_token_generator.make_token(person),
    }


def person_of_link(uid: str) -> User | None:
    """The person in post whom a link names, or ``None``."""
    try:
        pk = int(force_str(urlsafe_base64_decode(uid)))
    except (ValueError, OverflowError):
        return None
    return User.objects.filter(pk=pk, is_active=True).first() if 0 < pk < 2**63 else None
