"""Narrowing the lists of the ledger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.filters import people_of, teams_of
from contracts.models import Contract
from customers.models import Customer
from receivables.choices import EntryState, Method
from receivables.models import CreditNote, Receipt, ReceiptEntry, Receivable
from salesops.catalog.models import Currency
from salesops.handbook.selectors import rule
from salesops.ui.filters import DateRangeFilter, RecordFilterSet, YesFilter

DUE = (("overdue", _("overdue")), ("soon", _("due soon")), ("later", _("due later")))
STATUS = (("open", _("open")), ("settled", _("settled")), ("all", _("open and settled")))
LEFT = (("left", _("with unallocated money")), ("none", _("all allocated")), ("reversed", _("reversed")))


def customer_filter() -> django_filters.ModelChoiceFilter:
    return django_filters.ModelChoiceFilter(
        queryset=Customer.objects.all(),
        label=_("customer"),
    )


class ReceivableFilter(RecordFilterSet):
    """Without ``status`` the list shows what is open."""

    search_fields = ("number__istartswith", "customer__name__istartswith", "order__number__istartswith")
    indexed = True

    status = django_filters.ChoiceFilter(choices=STATUS, method="with_status", label=_("open or settled"))
    due = django_filters.ChoiceFilter(choices=DUE, method="with_due", label=_("due"))
    customer = customer_filter()
    owner = django_filters.ModelChoiceFilter(queryset=people_of(Receivable), label=_("owner"))
    team = django_filters.ModelChoiceFilter(queryset=teams_of(Receivable), label=_("team"))
    currency = django_filters.ModelChoiceFilter(queryset=Currency.objects.all(), label=_("currency"))
    contract = django_filters.ModelChoiceFilter(queryset=Contract.objects.all(), label=_("contract"))
    retention = YesFilter(method="only_retention", label=_("retention"))
    disputed = YesFilter(field_name="disputed", label=_("disputed"))
    due_date = DateRangeFilter(label=_("due on"))
    issue_date = DateRangeFilter(label=_("issued on"))
    at_least = django_filters.NumberFilter("outstanding", "gte", label=_("outstanding at least"))

    class Meta:
        model = Receivable
        fields = ()

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("status") else self.unasked(queryset)

    def unasked(self, queryset: QuerySet) -> QuerySet:
        return queryset.filter(outstanding__gt=0)

    def only_retention(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(retention_until__isnull=False) if value else queryset

    def with_status(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        if value == "open":
            return queryset.filter(outstanding__gt=0)
        return queryset.filter(outstanding=0) if value == "settled" else queryset

    def with_due(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        today = timezone.localdate()
        soon = today + timedelta(days=rule("receivables.due_soon_days", on=today))
        if value == "overdue":
            return queryset.filter(due_date__lt=today)
        if value == "soon":
            return queryset.filter(due_date__range=(today, soon))
        return queryset.filter(due_date__gt=soon)


class MoneyFilter(RecordFilterSet):
    left = django_filters.ChoiceFilter(choices=LEFT, method="with_left", label=_("unallocated"))
    customer = customer_filter()
    currency = django_filters.ModelChoiceFilter(queryset=Currency.objects.all(), label=_("currency"))

    def with_left(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        if value == "left":
            return queryset.filter(unallocated__gt=0)
        if value == "reversed":
            return queryset.filter(reversed_date__isnull=False)
        return queryset.filter(unallocated=0, reversed_date__isnull=True, reversal_of__isnull=True)


class ReceiptFilter(MoneyFilter):
    search_fields = (
        "number__istartswith",
        "customer__name__istartswith",
        "bank_reference__istartswith",
    )
    indexed = True
    received_date = DateRangeFilter(label=_("received on"))
    method = django_filters.ChoiceFilter(choices=Method, label=_("method"))
    owner = django_filters.ModelChoiceFilter(queryset=people_of(Receipt), label=_("owner"))
    team = django_filters.ModelChoiceFilter(queryset=teams_of(Receipt), label=_("team"))

    class Meta:
        model = Receipt
        fields = ()


class CreditNoteFilter(MoneyFilter):
    search_fields = ("number__istartswith", "customer__name__istartswith", "reason")
    date = DateRangeFilter(label=_("date"))

    class Meta:
        model = CreditNote
        fields = ()


class EntryFilter(RecordFilterSet):
    search_fields = ("customer__name__istartswith", "bank_reference__istartswith")

    state = django_filters.MultipleChoiceFilter(choices=EntryState.choices, label=_("state"))
    customer = customer_filter()
    received_date = DateRangeFilter(label=_("received on"))

    class Meta:
        model = ReceiptEntry
        fields = ("state", "customer", "received_date")
