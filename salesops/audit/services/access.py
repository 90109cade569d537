"""Writing the access log: who read, searched, exported, unmasked, signed in or was refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest

from salesops.audit.choices import AccessKind
from salesops.audit.models import AccessLog
from salesops.audit.web import origin, printable


def log_export(
    *,
    actor: Any,
    model: type[Model],
    rows: int,
    at: datetime,
    purpose: str = "",
    file_format: str = "",
    filters: dict[str, Any] | None = None,
    request: HttpRequest | None = None,
) -> AccessLog:
    """Write that ``actor`` exported ``rows`` rows of ``model`` under these filters."""
    data = {"rows": rows, "format": file_format, "filters": filters or {}}
    return _write(AccessKind.EXPORT, actor, at, request, model=model, purpose=purpose, data=data)


def log_search(
    *,
    actor: Any,
    model: type[Model] | None,
    query: str,
    at: datetime,
    hits: int | None = None,
    typing: bool = False,
    request: HttpRequest | None = None,
) -> AccessLog:
    """Write that ``actor`` searched over other people's data; ``typing`` marks what was not typed to its end."""
    data = {"query": printable(query, 200), "hits": hits, **({"typing": True} if typing else {})}
    return _write(AccessKind.SEARCH, actor, at, request, model=model, data=data)


def log_view(
    *,
    actor: Any,
    obj: Model,
    at: datetime,
    fields: tuple[str, ...] = (),
    purpose: str = "",
    request: HttpRequest | None = None,
) -> AccessLog:
    """Write that ``actor`` opened a sensitive record, or saw these fields of it in full."""
    data = {"fields": list(fields)} if fields else {}
    return _write(AccessKind.VIEW, actor, at, request, obj=obj, purpose=purpose, data=data)


def log_unmask(
    *,
    actor: Any,
    obj: Model,
    field: str,
    purpose: str,
    at: datetime,
    request: HttpRequest | None = None,
) -> AccessLog:
    """Write that ``actor`` saw one masked field in full, and what for."""
    return _write(AccessKind.UNMASK, actor, at, request, obj=obj, purpose=purpose, data={"field": field})


def log_sign_in(*, actor: Any, at: datetime, request: HttpRequest | None, way: str = "password") -> AccessLog:
    return _write(AccessKind.SIGN_IN, actor, at, request, name=actor.get_username(), data={"way": way})


def log_sign_in_failed(
    *, name: str, at: datetime, request: HttpRequest | None, locked: bool = False, person: Any = None
) -> AccessLog:
    """Write a failed sign-in under the name that was typed; the person behind it is not looked up.

    ``person`` is given where the first proof was there already: the second step, or an open session.
    """
    kind = AccessKind.LOCKED_OUT if locked else AccessKind.SIGN_IN_FAILED
    return _write(kind, None, at, request, obj=person, name=printable(name, 150))


def log_sign_out(*, actor: Any, at: datetime, request: HttpRequest | None) -> AccessLog:
    return _write(AccessKind.SIGN_OUT, actor, at, request)


def log_refused(request: HttpRequest, *, status: int, at: datetime) -> AccessLog:
    """Write that a signed-in person was refused (403) or asked for what is not theirs or not there (404)."""
    return _write(AccessKind.REFUSED, request.user, at, request, status=status)


def _write(
    kind: str,
    actor: Any,
    at: datetime,
    request: HttpRequest | None,
    *,
    obj: Model | None = None,
    model: type[Model] | None = None,
    **columns: Any,
) -> AccessLog:
    about = model or (obj.__class__ if obj is not None else None)  # the person of a request is a lazy one
    return AccessLog.objects.create(
        kind=kind,
        actor_id=getattr(actor, "pk", None),
        at=at,
        content_type=ContentType.objects.get_for_model(about) if about else None,
        object_id=obj.pk if obj is not None else None,
        **origin(request),
        **columns,
    )
