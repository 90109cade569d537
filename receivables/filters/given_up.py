"""How adjustments and refunds are narrowed."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
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


PAYMENT = (("to_pay", _("to be paid")), ("paid", _("paid")), ("reversed", _("reversed")))


class RefundFilter(RecordFilterSet):
    search_fields = ("number__istartswith", "customer__name__istartswith", "bank_reference__istartswith")

    payment = django_filters.ChoiceFilter(choices=PAYMENT, method="with_payment", label=_("payment"))
    customer = customer_filter()
    date = DateRangeFilter(label=_("date"))

    class Meta:
        model = Refund
        fields = ("customer", "date")

    def with_payment(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        if value == "to_pay":
            return queryset.to_pay()
        if value == "paid":
            return queryset.standing().filter(paid_date__isnull=False)
        return queryset.exclude(reversal_of__isnull=True, reversed_date__isnull=True)
