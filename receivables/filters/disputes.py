"""Narrowing the list of disputes."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.filters import people_of
from receivables.choices.disputes import DisputeCategory, DisputeResolution
from receivables.filters.ledger import customer_filter
from receivables.models import Dispute, Receivable
from salesops.ui.filters import DateRangeFilter, RecordFilterSet, YesFilter

STATES = (("open", _("open")), ("settled", _("settled")), ("all", _("open and settled")))


class DisputeFilter(RecordFilterSet):
    """Without ``state`` the list shows what is open."""

    search_fields = ("receivable__number__istartswith", "customer__name__istartswith", "words", "next_step")

    state = django_filters.ChoiceFilter(choices=STATES, method="in_state", label=_("state"))
    late = YesFilter(method="is_late", label=_("next step late"))
    category = django_filters.MultipleChoiceFilter(
        choices=DisputeCategory.choices, label=Dispute._meta.get_field("category").verbose_name
    )
    resolution = django_filters.MultipleChoiceFilter(
        choices=DisputeResolution.choices, label=_("how it ended")
    )
    customer = customer_filter()
    follower = django_filters.ModelChoiceFilter(queryset=people_of(Receivable), label=_("who follows it"))
    opened_date = DateRangeFilter(label=_("disputed since"))

    class Meta:
        model = Dispute
        fields = ()

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("state") else self.unasked(queryset)

    def unasked(self, queryset: QuerySet) -> QuerySet:
        return queryset.filter(resolved_date__isnull=True)

    def in_state(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset if value == "all" else queryset.filter(resolved_date__isnull=value == "open")

    def is_late(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        late = queryset.filter(resolved_date__isnull=True, next_date__lt=timezone.localdate())
        return late if value else queryset
