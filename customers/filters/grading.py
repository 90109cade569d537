"""Filters of gradings."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from customers.choices import Grade, GradingState
from customers.fields import ManyChips
from customers.models import Customer, CustomerGrading
from customers.selectors import name_search
from salesops.accounts.models import User
from salesops.ui.filters import DateRangeFilter, RecordFilterSet


def _owners(request: Any) -> QuerySet:
    mine = Customer.objects.visible_to(request.user).filter(owner=OuterRef("pk")).order_by()
    return User.objects.filter(Exists(mine)).order_by("name", "pk")


class GradingFilter(RecordFilterSet):
    state = django_filters.MultipleChoiceFilter(
        choices=GradingState.choices, widget=ManyChips, distinct=False, label=_("State")
    )
    proposed_grade = django_filters.MultipleChoiceFilter(
        choices=Grade.choices, widget=ManyChips, distinct=False, label=_("Computed grade")
    )
    owner = django_filters.ModelChoiceFilter(field_name="customer__owner", queryset=_owners, label=_("Owner"))
    graded_on = DateRangeFilter(label=_("Computed on"))

    class Meta:
        model = CustomerGrading
        fields: tuple[str, ...] = ()

    def unasked(self, queryset: QuerySet) -> QuerySet:
        """What waits for a decision, until somebody asks for others."""
        return queryset.filter(state=GradingState.PROPOSED)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        for word in value.split()[:8]:
            mine = Customer.objects.filter(name_search(word)).order_by().values("pk")
            queryset = queryset.filter(customer__in=mine)
        return queryset
