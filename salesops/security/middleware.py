"""Ends sessions that outlived their limits, and leads to setting up the second factor that a role asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.security.services import sessions
from salesops.security.services.factors import has_factor
from salesops.security.views.door import wait_for_second_step
from salesops.ui.views.base import to_sign_in

# Pages that stay open while the second factor is still to be set up.
OPEN = {
    "accounts:logout", "accounts:password_change", "ui:preferences", "security:own", "security:totp_add",
    "security:passkey_add", "security:passkey_options", "security:recovery", "security:confirm",
}  # fmt: skip

# What whoever is signed out is told at the sign-in page, by the reason written down with the session.
ENDED_BY = {
    "self": gettext_lazy("This session was ended from another device or by a new password. Sign in again."),
    "admin": gettext_lazy("An administrator has ended this session. Sign in again."),
}


class SessionGuard:
    """Costs no query but once a minute; sessions without limits (none but those of tests) pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            if words := ENDED_BY.get(sessions.why_ended(request.COOKIES.get(settings.SESSION_COOKIE_NAME))):
                messages.info(request, words)
            return self.get_response(request)
        if sessions.SINCE not in request.session:
            return self.get_response(request)
        at = timezone.now()
        if reason := sessions.over_limit(request.session, at):
            sessions.close(request.session.session_key, at, reason)
            logout(request)
            messages.info(request, _("Your session has ended. Sign in again; what you typed is kept here."))
            return to_sign_in(request)  # type: ignore[return-value]
        sessions.watch_roles(request.session, request.user, at)
        if request.session.get(sessions.DUE) and resolve(request.path_info).view_name not in OPEN:
            if not has_factor(request.user):
                return redirect("security:own")
            return self.second_step(request, at)
        sessions.touch(request.session, at)
        return self.get_response(request)

    def second_step(self, request: HttpRequest, at: datetime) -> HttpResponse:
        """The factor was set up elsewhere after this session began: the code is asked for now."""
        person, target = request.user, request.get_full_path() if request.method == "GET" else "/"
        sessions.close(request.session.session_key, at, "self")
        logout(request)
        messages.info(request, _("Your role asks for a second factor; enter it to go on."))
        return wait_for_second_step(request, person, target)
