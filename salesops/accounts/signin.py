"""What stands between a guesser and the door (A1, A2).

Three brakes, none of them for ever and none that a stranger can pull for somebody else: eight wrong passwords
for one name from one address close that combination for fifteen minutes (django-axes), and an address that
failed forty times in fifteen minutes, under whatever names, waits. The right person elsewhere gets in. Who is past
the password, or sits at an open session, guesses codes and passwords six times in fifteen minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.accounts.models import User
from salesops.accounts.selectors import person_of_request
from salesops.audit.choices import AccessKind
from salesops.audit.models import AccessLog
from salesops.audit.services import access
from salesops.audit.web import address_of

WINDOW, GUESSES = timedelta(minutes=15), 6

BACKEND = "salesops.accounts.signin.PersonBackend"


class PersonBackend(ModelBackend):
    """Passwords as Django checks them; the person of a request comes with today's roles in one query."""

    def get_user(self, user_id: int) -> User | None:
        person = person_of_request(user_id, on=timezone.localdate())
        return person if person is not None and self.user_can_authenticate(person) else None


@dataclass
class Door:
    """What a room above adds to signing in.

    ``after_password(request, person, target)`` answers with the next step, or ``None`` to let in;
    ``opened(request, person, way)`` and ``closed(session_key)`` follow the session; ``renewed(request, person,
    old_key)`` tells that a new password gave it a new key and ended all others.
    """

    after_password: Callable[[HttpRequest, Any, str], HttpResponseBase | None] = lambda *_: None
    opened: Callable[[HttpRequest, Any, str], None] = lambda *_: None
    closed: Callable[[str | None], None] = lambda *_: None
    renewed: Callable[[HttpRequest, Any, str | None], None] = lambda *_: None


door = Door()


def locked_out(request: HttpRequest, credentials: dict | None = None, *args, **kwargs) -> HttpResponse:
    """Answer 429 to an address that guessed too often for one user name; it opens again by itself."""
    name = request.POST.get("username", "")
    access.log_sign_in_failed(name=name, at=timezone.now(), request=request, locked=True)
    return tired_answer(request)


def address_is_tired(request: HttpRequest) -> bool:
    """Has this address failed too often lately, under whatever names?"""
    address = address_of(request)
    if address is None:
        return False
    failed = AccessLog.objects.filter(
        address=address,
        kind__in=(AccessKind.SIGN_IN_FAILED, AccessKind.LOCKED_OUT),
        at__gt=timezone.now() - WINDOW,
    )
    return failed.count() >= settings.SIGN_IN_ADDRESS_LIMIT


def guessed_too_often(person: User, at: datetime) -> bool:
    """Did somebody past the first step, or in an open session, fail too often to prove to be ``person``?

    What strangers type at the door does not count, so nobody can shut another out with it.
    """
    failed = AccessLog.objects.filter(
        kind=AccessKind.SIGN_IN_FAILED,
        content_type=ContentType.objects.get_for_model(User),
        object_id=person.pk,
        at__gt=at - WINDOW,
    )
    return failed.count() >= GUESSES


def tired_answer(request: HttpRequest) -> HttpResponse:
    response = render(request, "accounts/locked_out.html", {"title": _("Too many attempts")}, status=429)
    response.headers["Retry-After"] = str(int(WINDOW.total_seconds()))
    response.headers["Cache-Control"] = "no-store"
    return response
