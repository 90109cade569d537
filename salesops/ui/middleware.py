"""Around every request: an id to quote, clean input, the person's language, nothing kept by browsers."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, UnreadablePostError
from django.utils import translation

from salesops.core.errors import DomainError
from salesops.ui.links import reading
from salesops.ui.views import errors

Next = Callable[[HttpRequest], HttpResponseBase]
DIRTY = re.compile("[\x00\ud800-\udfff]")


class RequestIdMiddleware:
    """Gives the request an id, binds it to the log and sends it along."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = uuid.uuid4().hex[:12]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)
        token = reading.set(request)
        try:
            response = self.get_response(request)
        finally:
            reading.reset(token)
        response.headers["X-Request-ID"] = request.request_id
        return response


class CleanInputMiddleware:
    """Stops what no honest client sends, before it reaches a query (I8), and TRACE (H2)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in ("TRACE", "TRACK", "CONNECT"):
            return errors.method_not_allowed(request)
        texts = [request.path_info, *(text for pair in request.GET.lists() for text in (pair[0], *pair[1]))]
        if any(map(is_dirty, texts)):
            return errors.bad_request(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponseBase | None:
        """The form is read here, before its token is looked at; a NUL in it never reaches the database."""
        if request.method != "POST":
            return None
        try:
            texts = [text for pair in request.POST.lists() for text in (pair[0], *pair[1])]
        except UnreadablePostError:  # the browser went away while sending
            return errors.bad_request(request)
        return errors.bad_request(request) if any(map(is_dirty, texts)) else None


def is_dirty(text: str) -> bool:
    """A NUL, or half a character."""
    return DIRTY.search(text) is not None


class PersonMiddleware:
    """The language of the person's profile; refusals as pages; ``no-store`` for the signed-in (S5)."""

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

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        if isinstance(error, DomainError):
            return errors.refused(request, error)
        return errors.unavailable(request) if errors.is_busy(error) else None
