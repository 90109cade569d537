"""Narrowing the list of retentions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.filters import people_of
from contracts.models import Contract
from receivables.filters.ledger import customer_filter
from receivables.models import Receivable
from salesops.handbook.selectors import rule
from salesops.ui.filters import DateRangeFilter, RecordFilterSet, YesFilter

STATES = (
    ("held", pgettext_lazy("of retention", "held")),
    ("released", pgettext_lazy("of retention", "released")),
    ("all", pgettext_lazy("of retention", "held and released")),
)


class RetentionFilter(RecordFilterSet):
    """Without ``state`` the list shows what is held and open."""

    search_fields = ("number__istartswith", "customer__name__istartswith", "contract__number__istartswith")

    state = django_filters.ChoiceFilter(choices=STATES, method="in_state", label=_("state"))
    soon = YesFilter(method="ends_soon", label=_("ends soon"))
    customer = customer_filter()
    contract = django_filters.ModelChoiceFilter(queryset=Contract.objects.all(), label=_("contract"))
    owner = django_filters.ModelChoiceFilter(queryset=people_of(Receivable), label=_("owner"))
    retention_until = DateRangeFilter(label=_("retention until"))

    class Meta:
        model = Receivable
        fields = ()

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("state") else self.unasked(queryset)

    def unasked(self, queryset: QuerySet) -> QuerySet:
        return queryset.filter(release=None, outstanding__gt=0)

    def in_state(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        if value == "all":
            return queryset
        return self.unasked(queryset) if value == "held" else queryset.filter(release__isnull=False)

    def ends_soon(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        today = timezone.localdate()
        last = today + timedelta(days=rule("receivables.retention_notice_days", on=today))
        return queryset.filter(release=None, retention_until__lte=last) if value else queryset
