"""Export of exactly what is filtered."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase

from salesops.core.errors import InvalidInput


def export_response(view: Any, queryset: Any) -> HttpResponseBase:
    raise InvalidInput("not yet")
