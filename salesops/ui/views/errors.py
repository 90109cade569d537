"""Pages for what went wrong."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def page(request: HttpRequest, status: int, title: Any, text: Any) -> HttpResponse:
    return render(request, "ui/error.html", {"title": title, "text": text, "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return page(request, 400, _("This request cannot be read"), _("Go back and try again."))


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=405)
