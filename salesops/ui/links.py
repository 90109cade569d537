"""Urls of records by convention: ``<app label>:<model>_detail``."""

from __future__ import annotations

import functools

from django.db.models import Model
from django.urls import NoReverseMatch, get_script_prefix, reverse

_HOLE = 918273645


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
    parts = _pattern(url_name(model, page), get_script_prefix())
    return f"{parts[0]}{pk}{parts[1]}" if parts else ""


def list_url(model: type[Model]) -> str:
    try:
        return reverse(url_name(model, "list"))
    except NoReverseMatch:
        return ""
