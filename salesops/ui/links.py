"""Urls of records by convention: ``<app label>:<model>_detail``."""

from __future__ import annotations

import functools
from contextvars import ContextVar
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse

from salesops.core.policies import can

_HOLE = 918273645

# The request being answered: a page offers no link to records that its reader's role never opens.
reading: ContextVar[HttpRequest | None] = ContextVar("reading", default=None)


@functools.lru_cache(maxsize=1024)
def _pattern(name: str, prefix: str) -> tuple[str, str] | None:
    try:
        before, _, after = reverse(name, args=[_HOLE]).partition(str(_HOLE))
    except NoReverseMatch:
        return None
    return before, after


def url_name(model: type[Model] | Model, page: str) -> str:
    """``customers:customer_detail`` for ``Customer`` and ``detail``."""
    return f"{model._meta.app_label}:{model._meta.model_name}_{page}"


def record_url(obj: Model | None, page: str = "detail") -> str:
    """Url of a record's page, or "" when there is no such page. One reverse per model, not per row."""
    return "" if obj is None else url_of(type(obj), obj.pk, page)


def url_of(model: type[Model], pk: object, page: str = "detail") -> str:
    """As ``record_url`` when only the key is at hand."""
    parts = _parts(model, page)
    return f"{parts[0]}{pk}{parts[1]}" if parts else ""


def _parts(model: type[Model], page: str) -> tuple[str, str] | None:
    """What stands before and after the key; looked up once a request."""
    request = reading.get()
    if request is None:
        return _pattern(url_name(model, page), get_script_prefix())
    known = request.__dict__.setdefault("_url_parts", {})
    if (model, page) not in known:
        known[model, page] = _pattern(url_name(model, page), get_script_prefix())
    return known[model, page]


def may_open(model: type[Model]) -> bool:
    """Does the reader's role open pages of this model at all? True outside of requests."""
    request = reading.get()
    known = request.__dict__.setdefault("_opens", {}) if request is not None else {}
    if model not in known:
        user: Any = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            return True
        try:
            known[model] = can(user, "view", model)
        except LookupError:
            known[model] = True
    return known[model]


def shown_url(obj: Model | None) -> str:
    """As ``record_url``; "" where the reader would be turned away."""
    return record_url(obj) if obj is not None and may_open(type(obj)) else ""


def list_url(model: type[Model]) -> str:
    try:
        return reverse(url_name(model, "list"))
    except NoReverseMatch:
        return ""
