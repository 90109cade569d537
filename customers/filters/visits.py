"""Filters of the lists of visit plans and of who is due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices import CustomerClass, PlanSpan, VisitPlanState
from customers.fields import ManyChips
from customers.filters.customers import ChosenFrom, ValuesFilter, _people
from customers.models import Customer, VisitPlan
from customers.permissions import CustomerPolicy
from customers.permissions.visits import VisitPlanPolicy
from customers.selectors import name_search
from customers.selectors.rhythm import due_by, late, tour_due, without_plan
from salesops.accounts.models import Team
from salesops.ui.filters import DateRangeFilter, RecordFilterSet

AHEAD_DAYS = 7


class PlanFilter(RecordFilterSet):
    owner = django_filters.ModelChoiceFilter(queryset=_people(VisitPlanPolicy()), label=_("Person"))
    team = django_filters.ModelChoiceFilter(queryset=Team.objects.all(), label=_("Team"), method="in_team")
    state = django_filters.MultipleChoiceFilter(
        choices=VisitPlanState.choices, widget=ManyChips, distinct=False, label=_("State")
    )
    span = django_filters.ChoiceFilter(choices=PlanSpan.choices, label=_("Span"))
    from_date = DateRangeFilter(label=_("From"))

    class Meta:
        model = VisitPlan
        fields: tuple[str, ...] = ()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(owner__name__icontains=value.strip())

    def in_team(self, queryset: QuerySet, name: str, value: Team) -> QuerySet:
        return queryset.filter(team__path__startswith=value.path) if value else queryset


class DueFilter(ChosenFrom):
    """``due``: late only, due within a week (as the list is by itself), or whom a superior should tour."""

    due = django_filters.ChoiceFilter(
        choices=[
            ("late", _("Late")),
            ("week", _("Late or due within a week")),
            ("unplanned", _("Late or due, and not planned")),
            ("tour", _("Important customers waiting for a tour")),
        ],
        label=_("Who is due"),
        method="when_due",
    )
    owner = django_filters.ModelChoiceFilter(queryset=_people(CustomerPolicy()), label=_("Owner"))
    team = django_filters.ModelChoiceFilter(queryset=Team.objects.all(), label=_("Team"), method="in_team")
    customer_class = django_filters.MultipleChoiceFilter(
        choices=CustomerClass.choices, widget=ManyChips, distinct=False, label=_("Class")
    )
    region = ValuesFilter(label=_("Region"))

    class Meta:
        model = Customer
        fields: tuple[str, ...] = ()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        for word in value.split()[:8]:
            queryset = queryset.filter(name_search(word))
        return queryset

    def when_due(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return due_rows(queryset, value)

    def in_team(self, queryset: QuerySet, name: str, value: Team) -> QuerySet:
        return queryset.filter(team__path__startswith=value.path) if value else queryset


def due_rows(customers: QuerySet, which: Any) -> QuerySet:
    """The customers that one choice of ``due`` names."""
    today = timezone.localdate()
    if which == "late":
        return late(customers, on=today)
    if which == "tour":
        return tour_due(customers, on=today)
    rows = due_by(customers, today + timedelta(days=AHEAD_DAYS), on=today)
    return without_plan(rows, on=today) if which == "unplanned" else rows
