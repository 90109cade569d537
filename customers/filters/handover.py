"""Filters of hand-overs."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from customers.choices.handover import HandOverState
from customers.fields import ManyChips
from salesops.ui.filters import RecordFilterSet


class HandOverFilter(RecordFilterSet):
    search_fields = ("owner__name", "taker__name", "reason")
    state = django_filters.MultipleChoiceFilter(
        choices=HandOverState.choices, widget=ManyChips, distinct=False, label=_("State")
    )

    class Meta:
        fields: tuple[str, ...] = ()
