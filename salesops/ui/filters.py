"""Filters: a search box ``q`` over named fields, choices limited to what the person may see."""

from __future__ import annotations

import functools
import operator
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.filters import QuerySetRequestMixin

from salesops.ui.finding import either, narrowed
from salesops.ui.forms import DateInput, make_picker, visible

# What a name in ``search_fields`` may end with; without one of them it is searched anywhere in the text.
LOOKUPS = ("__startswith", "__istartswith", "__iexact", "__exact", "__icontains")


class RecordFilterSet(django_filters.FilterSet):
    """``search_fields``: names (optionally with ``__istartswith`` …) that ``q`` looks into; all words must hit.

    ``indexed``: the table is large and each of them has an index of its own (upper case, ``text_pattern_ops``).
    """

    q = django_filters.CharFilter(method="search", label=_("Search"))
    search_fields: tuple[str, ...] = ()
    indexed = False
    is_idle = False

    def __init__(self, data: Any = None, queryset: QuerySet | None = None, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        user = getattr(self.request, "user", None)
        for item in self.filters.values():
            if user is not None and isinstance(item, QuerySetRequestMixin) and item.queryset is not None:
                item.queryset = _limited(item.queryset, user)

    @classmethod
    def idle(cls, queryset: QuerySet, request: Any) -> RecordFilterSet:
        """For a url that asks for no filter or for words alone: the names of the filters, no copies and no form."""
        found = cls.__new__(cls)
        found.filters, found.queryset, found.request = cls.base_filters, queryset, request
        found.data, found.is_bound, found.is_idle = {}, False, True
        return found

    @property
    def reader(self) -> Any:
        """Who asks; ``None`` where rows are filtered for nobody in particular."""
        return getattr(self.request, "user", None)

    @property
    def form(self) -> Any:
        """The filters' form; long choices are searched while typing."""
        form = super().form
        for field in form.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                make_picker(field)
        return form

    def unasked(self, queryset: QuerySet) -> QuerySet:
        """What a list shows when the url names no filter; all rows unless a list says otherwise."""
        return queryset

    def with_words(self, queryset: QuerySet, words: str) -> QuerySet:
        """What a list shows when the url names words and no filter."""
        return self.search(queryset, "q", words) if words else queryset

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        fields = [f if f.endswith(LOOKUPS) else f"{f}__icontains" for f in self.search_fields]
        for word in value.split()[:8] if fields else ():
            if self.indexed:
                queryset = narrowed(queryset, either(queryset.model, fields, word))
            else:
                queryset = queryset.filter(functools.reduce(operator.or_, (Q(**{f: word}) for f in fields)))
        return queryset


def _limited(choices: Any, user: Any) -> Any:
    """The choices of a filter, rows or a function that finds them, within what the person may see (Z3)."""
    if callable(choices):
        return lambda request: visible(choices(request), user)
    return visible(choices, user)


class DateRangeFilter(django_filters.DateFromToRangeFilter):
    """From and to; both days belong to the range."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", django_filters.widgets.DateRangeWidget(attrs={"type": "date"}))
        super().__init__(*args, **kwargs)


class DateFilter(django_filters.DateFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DateInput())
        super().__init__(*args, **kwargs)


class YesFilter(django_filters.BooleanFilter):
    """A tick box: narrows when ticked, does nothing when not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.CheckboxInput())
        super().__init__(*args, **kwargs)

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return super().filter(qs, value) if value else qs
