"""Narrowing the lists of collection."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.filters import people_of, teams_of
from receivables.choices import ActionChannel, CaseState, LadderLevel, PromiseState, StepState, WhyNot
from receivables.filters.ledger import customer_filter
from receivables.models import CollectionAction, CollectionCase, CollectionStep, Promise
from salesops.ui.filters import DateRangeFilter, RecordFilterSet

TURNS = (
    ("mine", _("a step waits for me")),
    ("waits", _("a step waits")),
    ("today", _("contact due by today")),
    ("promise", _("a promise is due today")),
    ("silent", _("no contact for two weeks")),
)
STATUS = (("running", _("cases not closed")), ("closed", _("closed")), ("all", _("all")))


class CaseFilter(RecordFilterSet):
    """Without ``status`` the list shows what is not closed."""

    search_fields = (
        "customer__name__istartswith",
        "customer__code__istartswith",
        "customer__short_name__istartswith",
    )

    status = django_filters.ChoiceFilter(choices=STATUS, method="with_status", label=_("closed or not"))
    turn = django_filters.ChoiceFilter(choices=TURNS, method="with_turn", label=_("to do"))
    level = django_filters.MultipleChoiceFilter(choices=LadderLevel.choices, label=_("level"))
    state = django_filters.MultipleChoiceFilter(choices=CaseState.choices, label=_("state"))
    owner = django_filters.ModelChoiceFilter(queryset=people_of(CollectionCase), label=_("holder"))
    team = django_filters.ModelChoiceFilter(queryset=teams_of(CollectionCase), label=_("team"))
    at_least = django_filters.NumberFilter("overdue_base", "gte", label=_("overdue at least"))
    last_contact = DateRangeFilter(label=_("last contact"))
    customer = customer_filter()

    class Meta:
        model = CollectionCase
        fields = ()

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("status") else self.unasked(queryset)

    def unasked(self, queryset: QuerySet) -> QuerySet:
        return queryset.exclude(state=CaseState.CLOSED)

    def with_words(self, queryset: QuerySet, words: str) -> QuerySet:
        return self.unasked(super().with_words(queryset, words))

    def with_status(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        if value == "running":
            return queryset.exclude(state=CaseState.CLOSED)
        return queryset.filter(state=CaseState.CLOSED) if value == "closed" else queryset

    def with_turn(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        today = timezone.localdate()
        steps = CollectionStep.objects.filter(case=OuterRef("pk"), state=StepState.PROPOSED)
        if value == "mine":
            return queryset.filter(Exists(steps.filter(person=self.reader)))
        if value == "waits":
            return queryset.filter(Exists(steps))
        if value == "today":
            return queryset.filter(next_date__lte=today)
        if value == "promise":
            rows = Promise.objects.waiting().filter(case=OuterRef("pk"), due_date__lte=today)
            return queryset.filter(Exists(rows))
        before = today - timedelta(days=14)
        return queryset.filter(Q(last_contact=None) | Q(last_contact__lt=before))


class ActionFilter(RecordFilterSet):
    search_fields = ("case__customer__name__istartswith", "contact", "said")

    channel = django_filters.MultipleChoiceFilter(choices=ActionChannel.choices, label=_("way"))
    reason = django_filters.MultipleChoiceFilter(choices=WhyNot.choices, label=_("why it is not paid"))
    by = django_filters.ModelChoiceFilter(queryset=people_of(CollectionCase), label=_("who"))
    at = DateRangeFilter(field_name="at__date", label=_("when"))
    case = django_filters.ModelChoiceFilter(queryset=CollectionCase.objects.all(), label=_("collection case"))

    class Meta:
        model = CollectionAction
        fields = ()


class PromiseFilter(RecordFilterSet):
    search_fields = ("customer__name__istartswith", "person")

    state = django_filters.MultipleChoiceFilter(choices=PromiseState.choices, label=_("state"))
    owner = django_filters.ModelChoiceFilter(queryset=people_of(Promise), label=_("holder"))
    due_date = DateRangeFilter(label=_("to be paid until"))
    customer = customer_filter()

    class Meta:
        model = Promise
        fields = ()
