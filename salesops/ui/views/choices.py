"""Choices of long lists, searched while typing; only what the person may see (Z3)."""

from __future__ import annotations

import functools
import operator
from typing import Any

from django.apps import apps
from django.db.models import CharField, Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse

from salesops.core.policies import can, registered
from salesops.ui.finding import is_large, narrowed, numbered
from salesops.ui.forms import visible
from salesops.ui.registries import word_index
from salesops.ui.views.base import HouseView

LIMIT = 30


class Choices(HouseView):
    """``?q=`` answers ``{"results": [{"id", "text"}]}`` for a model that has a policy."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, label: str) -> HttpResponseBase:
        model = pickable(label)
        if not can(request.user, "view", model):
            return JsonResponse({"results": []})
        queryset = visible(model._default_manager.all(), request.user)
        for word in request.GET.get("q", "").split()[:5]:
            queryset = with_word(queryset, word, request.user)
        rows = queryset.order_by(*model._meta.ordering, "pk")[:LIMIT]
        return JsonResponse({"results": [{"id": row.pk, "text": choice_text(row)} for row in rows]})


def with_word(queryset: QuerySet, word: str, user: Any) -> QuerySet:
    """Rows that hold a word; in very large tables those whose number begins so, else by the index of words."""
    model, names = queryset.model, search_names(queryset.model)
    if is_large(model) and names:
        number = numbered(model, names[0], word) if names[0] in ("number", "code") else None
        if number is not None:
            return queryset.filter(number)
        if word_index.hits is not None and (hits := word_index.hits(model, word, user)):
            return narrowed(queryset, hits)
    looks = [Q(**{f"{name}__icontains": word}) for name in names]
    return queryset.filter(functools.reduce(operator.or_, looks)) if looks else queryset.none()


def pickable(label: str) -> type[Model]:
    """The model of a label, if it has a policy. Raises ``Http404``."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        raise Http404 from None
    if model not in registered():
        raise Http404
    return model


def search_names(model: type[Model]) -> tuple[str, ...]:
    """Where to look: ``choice_search`` of the model, else its number, code and name."""
    chosen: Any = getattr(model, "choice_search", None)
    if chosen:
        return tuple(chosen)
    names = {f.name for f in model._meta.concrete_fields if isinstance(f, CharField)}
    return tuple(n for n in ("number", "code", "name", "username") if n in names)


def choice_text(row: Model) -> str:
    """Number or code, then the name."""
    code = getattr(row, "number", None) or getattr(row, "code", None)
    text = str(row)
    return f"{code} · {text}" if code and str(code) not in text else text
