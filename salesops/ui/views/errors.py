"""Pages for what went wrong: each says what happened and what one can do; none needs the database."""

from __future__ import annotations

import sys
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from salesops.core.errors import DomainError
from salesops.ui.context import THEMES

log = structlog.get_logger("salesops.errors")


def page(request: HttpRequest, status: int, title: Any, text: Any, **more: Any) -> HttpResponse:
    """The error page, rendered without context processors: session and database may be the trouble."""
    theme = request.COOKIES.get("theme", "")
    context = {
        "title": title,
        "text": text,
        "status": status,
        "theme": theme if theme in THEMES else "",
        "request_id": getattr(request, "request_id", ""),
        "way_back": status not in (500, 503),
        **more,
    }
    if getattr(request, "htmx", False):
        return HttpResponse(render_to_string("ui/parts/error_part.html", context), status=status)
    return HttpResponse(render_to_string("ui/error.html", context), status=status)


def in_own_language(request: HttpRequest) -> None:
    """Before the language middleware has run, take what browser and cookie ask for."""
    if not hasattr(request, "LANGUAGE_CODE"):
        translation.activate(translation.get_language_from_request(request))


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400: bytes that cannot be read, too many fields, a forged host."""
    in_own_language(request)
    return page(
        request, 400, _("This request cannot be read"), _("Go back, reload the page and enter it again.")
    )


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: the page is there, the role may not."""
    return page(
        request,
        403,
        _("This is not yours to do"),
        _("Your role does not include this. Ask your team lead, or the person who holds the record."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form from an old page or from elsewhere."""
    in_own_language(request)
    return page(
        request,
        403,
        _("This form is out of date"),
        _("Go back, reload the page and send it again; what you typed is kept in your browser."),
    )


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: not there, or not visible to this person; the answer does not tell which."""
    return page(
        request,
        404,
        _("There is no such page"),
        _("It may have been moved, or it belongs to another team. Search for the number or the name."),
    )


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    in_own_language(request)
    return page(request, 405, _("This cannot be done so"), _("Use the buttons of the page."))


def too_many(request: HttpRequest, text: Any = "") -> HttpResponse:
    """429: too often."""
    in_own_language(request)
    answer = page(request, 429, _("Too many attempts"), text or _("Wait a quarter of an hour and try again."))
    answer.headers["Retry-After"] = "900"
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with a number to quote, or 503 when the database is away or busy."""
    in_own_language(request)
    error = sys.exc_info()[1]
    log.error("request failed", path=request.path, method=request.method, error=type(error).__name__)
    if isinstance(error, (OperationalError, InterfaceError)):
        return unavailable(request)
    return page(
        request,
        500,
        _("Something went wrong on our side"),
        _("Nothing was saved. Try again; if it stays so, tell the administrator this number:"),
        quote=True,
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: comes back by itself."""
    answer = page(
        request,
        503,
        _("The service is busy or just restarting"),
        _("Nothing was saved. Wait a few seconds and try again."),
        quote=True,
    )
    answer.headers["Retry-After"] = "5"
    return answer


def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A refusal outside the generic views."""
    from salesops.ui.views.base import refusal

    return refusal(request, error)


def is_busy(error: BaseException) -> bool:
    """A lock or time limit of the database was reached; trying again may help."""
    return isinstance(error, DatabaseError) and getattr(error.__cause__, "sqlstate", "") in (
        "55P03",
        "57014",
        "40001",
        "40P01",
    )
