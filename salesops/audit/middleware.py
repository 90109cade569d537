"""The actor of a request for the triggers, and a trace of refusals."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from salesops.audit import context
from salesops.audit.services import access
from salesops.audit.web import address_of, answering

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class RequestContextMiddleware:
    """Sits after authentication; the request id comes from the frame. Pages that only read cost no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = answering.set(request)
        try:
            return self.answer(request)
        finally:
            answering.reset(token)

    def answer(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE:
            response = self.get_response(request)
        else:
            user = request.user if request.user.is_authenticated else None
            with context.acting_as(user, address_of(request) or "", request.request_id):
                response = self.get_response(request)
        if response.status_code in (403, 404) and request.user.is_authenticated:
            access.log_refused(request, status=response.status_code, at=timezone.now())
        return response
