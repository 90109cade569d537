"""What the audit reads from a request."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from axes.helpers import get_client_ip_address
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The client's address; forwarding headers are believed only from the configured proxies."""
    address = get_client_ip_address(request)
    if not address:
        return None
    try:
        validate_ipv46_address(address)
    except ValidationError:
        return None
    return address


# The request being answered, for the log's "from where" only; no rule and no service reads it.
answering: ContextVar[HttpRequest | None] = ContextVar("answering", default=None)


def origin(request: HttpRequest | None) -> dict[str, Any]:
    """Columns of the access log that say where a request came from; by default the one being answered."""
    request = request or answering.get()
    if request is None:
        return {}
    return {
        "address": address_of(request),
        "request_id": getattr(request, "request_id", ""),
        "method": request.method[:8],
        "path": printable(request.path, 300),
    }


def printable(text: str, length: int) -> str:
    """One line without control characters (log injection), cut to ``length``."""
    return "".join(c if c.isprintable() else "�" for c in text)[:length]
