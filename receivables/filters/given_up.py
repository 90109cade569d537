"""How adjustments and refunds are narrowed."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from receivables.choices import AdjustmentKind
from receivables.filters.ledger import DateRangeFilter, RecordFilterSet, customer_filter
from receivables.models import Adjustment, Refund


class AdjustmentFilter(RecordFilterSet):
    search_fields = (
        "number__istartswith",
        "customer__name__istartswith",
        "receivable__number__istartswith",
        "reason",
    )

    kind = django_filters.MultipleChoiceFilter(choices=AdjustmentKind.choices, label=_("kind"))
    customer = customer_filter()
    date = DateRangeFilter(label=_("date"))

    class Meta:
        model = Adjustment
        fields = ("kind", "customer", "date")


class RefundFilter(RecordFilterSet):
    search_fields = ("number__istartswith", "customer__name__istartswith", "bank_reference__istartswith")

    customer = customer_filter()
    date = DateRangeFilter(label=_("date"))

    class Meta:
        model = Refund
        fields = ("customer", "date")
