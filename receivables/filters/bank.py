"""Narrowing bank accounts, statements and lines."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.choices.bank import LineState, SetAside
from receivables.models import BankAccount, BankLine, BankStatement
from salesops.catalog.models import Currency
from salesops.ui.filters import DateRangeFilter, RecordFilterSet, YesFilter


def account_filter() -> django_filters.ModelChoiceFilter:
    return django_filters.ModelChoiceFilter(queryset=BankAccount.objects.all(), label=_("bank account"))


class BankAccountFilter(RecordFilterSet):
    search_fields = ("name__icontains", "bank__icontains")

    active = YesFilter(field_name="active", label=pgettext_lazy("bank account", "in use"))

    class Meta:
        model = BankAccount
        fields = ("active",)


class StatementFilter(RecordFilterSet):
    search_fields = ("file_name__icontains", "account__name__icontains")

    account = account_filter()
    last_date = DateRangeFilter(label=_("to"))

    class Meta:
        model = BankStatement
        fields = ("account", "last_date")


class BankLineFilter(RecordFilterSet):
    """What came in and went out; ``at_least`` and ``at_most`` are amounts in the line's currency."""

    search_fields = (
        "payer__icontains",
        "text__icontains",
        "reference__istartswith",
        "receipt__number__istartswith",
    )

    state = django_filters.MultipleChoiceFilter(choices=LineState.choices, label=_("state"))
    account = account_filter()
    statement = django_filters.ModelChoiceFilter(
        queryset=BankStatement.objects.all(), label=_("bank statement")
    )
    date = DateRangeFilter(label=_("date"))
    currency = django_filters.ModelChoiceFilter(queryset=Currency.objects.all(), label=_("currency"))
    set_aside = django_filters.MultipleChoiceFilter(
        choices=SetAside.choices, label=_("why nothing is booked")
    )
    at_least = django_filters.NumberFilter("amount", "gte", label=_("amount at least"))
    at_most = django_filters.NumberFilter("amount", "lte", label=_("amount at most"))

    class Meta:
        model = BankLine
        fields = ()
