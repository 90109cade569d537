"""Narrowing the lists of credit."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from receivables.choices import AssessmentKind, AssessmentState, HoldScope, HoldState, Rating
from receivables.filters.ledger import customer_filter
from receivables.models import CreditAssessment, CreditHold
from salesops.ui.filters import DateRangeFilter, RecordFilterSet


class HoldFilter(RecordFilterSet):
    search_fields = ("customer__name", "customer__code__istartswith", "reason")

    state = django_filters.ChoiceFilter(choices=HoldState.choices, method="with_state", label=_("state"))
    scope = django_filters.ChoiceFilter(choices=HoldScope.choices, label=_("stops"))
    customer = customer_filter()
    from_date = DateRangeFilter(label=_("from"))

    class Meta:
        model = CreditHold
        fields = ()

    def with_state(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        today = timezone.localdate()
        if value == HoldState.STANDS:
            return queryset.standing(today)
        if value == HoldState.OVER:
            return queryset.filter(lifted_at=None, until__lt=today)
        return queryset.filter(lifted_at__isnull=False)


class AssessmentFilter(RecordFilterSet):
    search_fields = ("customer__name", "customer__code__istartswith")

    state = django_filters.MultipleChoiceFilter(choices=AssessmentState.choices, label=_("state"))
    rating = django_filters.MultipleChoiceFilter(choices=Rating.choices, label=_("rating"))
    kind = django_filters.ChoiceFilter(choices=AssessmentKind.choices, label=_("occasion"))
    customer = customer_filter()
    valid_until = DateRangeFilter(label=_("valid until"))
    date = DateRangeFilter(label=_("date"))

    class Meta:
        model = CreditAssessment
        fields = ()
