"""Filters of hand-overs."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from customers.choices.handover import HandOverState
from customers.fields import ManyChips
from salesops.ui.filters import RecordFilterSet, YesFilter


class HandOverFilter(RecordFilterSet):
    search_fields = ("owner__name", "taker__name", "reason")
    state = django_filters.MultipleChoiceFilter(
        choices=HandOverState.choices, widget=ManyChips, distinct=False, label=_("State")
    )

    leaves = YesFilter(label=_("Leaves the company"), method="only_leavers")

    class Meta:
        fields: tuple[str, ...] = ()

    def only_leavers(self, queryset: Any, name: str, value: Any) -> Any:
        return queryset.filter(leaves=True) if value else queryset
