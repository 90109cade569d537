"""Narrowing the lists of statements and of differences."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from contracts.filters import people_of, teams_of
from receivables.choices import Result, StatementState
from receivables.filters.ledger import customer_filter
from receivables.models import Statement, StatementDifference
from salesops.catalog.models import Currency
from salesops.ui.filters import DateRangeFilter, RecordFilterSet


class StatementFilter(RecordFilterSet):
    search_fields = ("number__istartswith", "customer__name__istartswith")

    state = django_filters.ChoiceFilter(choices=StatementState.choices, label=_("state"))
    customer = customer_filter()
    owner = django_filters.ModelChoiceFilter(queryset=people_of(Statement), label=_("owner"))
    team = django_filters.ModelChoiceFilter(queryset=teams_of(Statement), label=_("team"))
    currency = django_filters.ModelChoiceFilter(queryset=Currency.objects.all(), label=_("currency"))
    until = DateRangeFilter(label=_("last day"))

    class Meta:
        model = Statement
        fields = ()


OPEN = (("open", _("open")), ("settled", _("settled")))


class DifferenceFilter(RecordFilterSet):
    search_fields = ("statement__number__istartswith", "statement__customer__name__istartswith", "words")

    state = django_filters.ChoiceFilter(choices=OPEN, method="with_state", label=_("state"))
    result = django_filters.ChoiceFilter(choices=Result.choices, label=_("result"))
    owner = django_filters.ModelChoiceFilter(queryset=people_of(StatementDifference), label=_("owner"))

    class Meta:
        model = StatementDifference
        fields = ()

    def with_state(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(settled_at__isnull=value == "open")
