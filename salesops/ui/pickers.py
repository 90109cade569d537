"""Choices too long for a list: a select with a few rows, searched on the server where JavaScript runs."""

from __future__ import annotations

import functools
import operator
from typing import Any

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import NoReverseMatch, reverse

from salesops.core.errors import NotAllowed
from salesops.core.policies import ScopedQuerySet, can
from salesops.ui.views.base import HouseView

LISTED = 100


class PickSelect(forms.Select):
    """A select for a ``ModelChoiceField`` over many rows: the chosen row and the first ``listed`` of them.

    ``find`` names the url of a ``FindView``; without JavaScript the listed rows can be chosen. The value posted
    is checked against the field's whole queryset, as ever. ``rows`` may be set to rows read once for many fields.
    """

    def __init__(self, attrs: dict[str, Any] | None = None, *, find: str = "", listed: int = LISTED) -> None:
        super().__init__(attrs)
        self.find, self.listed = find, listed
        self.rows: list[Model] | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> PickSelect:
        copy = super().__deepcopy__(memo)
        copy.find, copy.listed = self.find, self.listed
        return copy

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        attrs = {**(attrs or {}), "data-pick": self.url()}
        return super().get_context(name, value, attrs)

    def url(self) -> str:
        try:
            return reverse(self.find) if self.find else ""
        except NoReverseMatch:
            return ""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """Only the chosen rows and the first few; one or two queries whatever the table holds."""
        queryset = getattr(self.choices, "queryset", None)
        if queryset is None:
            return super().optgroups(name, value, attrs)
        field = self.choices.field
        wanted = [v for v in value if str(v).isascii() and str(v).isdigit() and len(str(v)) < 19]
        rows = list(queryset[: self.listed]) if self.rows is None else self.rows
        known = {str(row.pk) for row in rows}
        missing = [v for v in wanted if str(v) not in known]
        if missing:
            rows = [*queryset.filter(pk__in=missing), *rows]
        options = [("", field.empty_label or "")] if not self.allow_multiple_selected else []
        options += [(row.pk, field.label_from_instance(row)) for row in rows]
        chosen = {str(v) for v in value}
        return [
            (None, [self.create_option(name, key, label, str(key) in chosen, index, attrs=attrs)], index)
            for index, (key, label) in enumerate(options)
        ]


class FindView(HouseView):
    """Answers ``?q=`` with ``{"results": [{"id", "text"}]}``: visible rows only, at most ``limit``."""

    model: type[Model]
    search_fields: tuple[str, ...] = ("code__istartswith", "name__icontains")
    limit = 20
    http_method_names = ["get", "head"]

    def base_queryset(self) -> QuerySet:
        return self.model._default_manager.all()

    def text(self, obj: Any) -> str:
        return str(obj)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        if not can(request.user, "list", self.model):
            raise NotAllowed("")
        queryset = self.base_queryset()
        if isinstance(queryset, ScopedQuerySet):
            queryset = queryset.visible_to(request.user)
        for word in request.GET.get("q", "").replace("\x00", "").split()[:5]:
            hits = [Q(**{name: word[:100]}) for name in self.search_fields]
            queryset = queryset.filter(functools.reduce(operator.or_, hits))
        rows = queryset[: self.limit]
        return JsonResponse({"results": [{"id": row.pk, "text": self.text(row)} for row in rows]})
