"""A password set by somebody else is changed before anything else."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


class PasswordDueMiddleware:
    """Leads to the change of the password until it is done; signing out and the language still work."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.must_change_password:
            names = ("accounts:password_change", "accounts:logout", "ui:preferences")
            if request.path not in {reverse(name) for name in names}:
                return redirect("accounts:password_change")
        return self.get_response(request)
