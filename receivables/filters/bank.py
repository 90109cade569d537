"""Narrowing bank accounts, statements and lines."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.choices.bank import OPEN_LINES, ClaimState, LineState, SetAside
from receivables.models import BankAccount, BankClaim, BankLine, BankStatement
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
    last_date = DateRangeFilter(label=pgettext_lazy("to a day", "to"))

    class Meta:
        model = BankStatement
        fields = ("account", "last_date")


WORK = (("open", _("still to be matched")), ("done", _("dealt with")), ("all", _("all lines")))


class BankLineFilter(RecordFilterSet):
    """Without a state the list shows what is to be matched; ``at_least`` and ``at_most`` are in the line's currency."""

    search_fields = (
        "payer__icontains",
        "text__icontains",
        "reference__istartswith",
        "receipt__number__istartswith",
    )

    work = django_filters.ChoiceFilter(choices=WORK, method="with_work", label=_("work"))
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

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        asked = self.form.cleaned_data
        queryset = super().filter_queryset(queryset)
        named = any(asked.get(name) for name in ("work", "state", "statement", "set_aside"))
        return queryset if named else self.unasked(queryset)

    def unasked(self, queryset: QuerySet) -> QuerySet:
        return queryset.filter(state__in=OPEN_LINES)

    def with_work(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        if value == "open":
            return queryset.filter(state__in=OPEN_LINES)
        return queryset.exclude(state__in=OPEN_LINES) if value == "done" else queryset


class BankClaimFilter(RecordFilterSet):
    search_fields = ("customer__name__icontains", "purpose__icontains", "line__payer__icontains")

    state = django_filters.MultipleChoiceFilter(choices=ClaimState.choices, label=_("state"))
    claimed_on = DateRangeFilter(label=_("claimed on"))

    class Meta:
        model = BankClaim
        fields = ("state", "claimed_on")
