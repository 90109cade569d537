"""Around every request: an id to quote, clean input, the person's language, nothing kept by browsers."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

Next = Callable[[HttpRequest], HttpResponseBase]


class RequestIdMiddleware:
    """Gives the request an id, binds it to the log and sends it along."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = uuid.uuid4().hex[:12]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request.request_id
        return response


class CleanInputMiddleware:
    """Stops what no honest client sends, before it reaches a query (I8), and TRACE (H2)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        from salesops.ui.views.errors import bad_request, method_not_allowed

        if request.method in ("TRACE", "TRACK", "CONNECT"):
            return method_not_allowed(request)
        if dirty(request):
            return bad_request(request)
        return self.get_response(request)


def dirty(request: HttpRequest) -> bool:
    """NUL or half characters in the path or the query."""
    texts = [
        request.path_info,
        *request.GET.keys(),
        *(v for vs in dict(request.GET.lists()).values() for v in vs),
    ]
    return any(is_dirty(text) for text in texts)


def is_dirty(text: str) -> bool:
    return "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text if letter > "\u00ff")


class PersonMiddleware:
    """The language of the person's profile, and ``no-store`` on everything a signed-in person sees (S5)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        signed_in = user.is_authenticated
        if signed_in and user.language in dict(settings.LANGUAGES):
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        response = self.get_response(request)
        if (signed_in or request.user.is_authenticated) and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store, private"
        return response
