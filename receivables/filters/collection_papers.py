"""Narrowing letters, plans, legal stages and limits."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.choices import LadderLevel, LegalState, LetterState, LetterWay, PlanState
from receivables.filters.ledger import customer_filter
from receivables.models import CollectionLetter, InstalmentPlan, LegalStage, Receivable
from salesops.ui.filters import DateRangeFilter, RecordFilterSet


class LetterFilter(RecordFilterSet):
    search_fields = ("number__istartswith", "customer_name__istartswith", "tracking__istartswith")

    state = django_filters.MultipleChoiceFilter(choices=LetterState.choices, label=_("state"))
    level = django_filters.MultipleChoiceFilter(choices=LadderLevel.choices, label=_("level"))
    way = django_filters.MultipleChoiceFilter(
        choices=LetterWay.choices, label=pgettext_lazy("collection", "way")
    )
    date = DateRangeFilter(label=_("date of the letter"))

    class Meta:
        model = CollectionLetter
        fields = ()


class PlanFilter(RecordFilterSet):
    search_fields = ("case__customer__name__istartswith", "agreed_with")

    state = django_filters.MultipleChoiceFilter(choices=PlanState.choices, label=_("state"))
    asked_date = DateRangeFilter(label=_("agreed on"))

    class Meta:
        model = InstalmentPlan
        fields = ()


class LegalFilter(RecordFilterSet):
    search_fields = ("case__customer__name__istartswith", "reference", "counsel")

    state = django_filters.MultipleChoiceFilter(choices=LegalState.choices, label=_("state"))
    next_date = DateRangeFilter(label=_("next court date"))

    class Meta:
        model = LegalStage
        fields = ()


class LimitationFilter(RecordFilterSet):
    search_fields = ("number__istartswith", "customer__name__istartswith")

    customer = customer_filter()

    class Meta:
        model = Receivable
        fields = ()
