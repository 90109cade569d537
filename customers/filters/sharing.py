"""Filters of claims."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from customers.choices import ClaimState
from customers.fields import ManyChips
from salesops.ui.filters import DateRangeFilter, RecordFilterSet


class ClaimFilter(RecordFilterSet):
    search_fields = ("customer__name", "customer__short_name", "owner__name")
    state = django_filters.MultipleChoiceFilter(
        choices=ClaimState.choices, widget=ManyChips, distinct=False, label=_("State")
    )
    claimed_on = DateRangeFilter(label=_("Claimed on"))

    class Meta:
        fields: tuple[str, ...] = ()
