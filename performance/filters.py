"""Narrowing the lists of targets and closed months."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from performance.forms import metric_choices
from performance.models import MonthClose, Target
from salesops.accounts.models import Team, User
from salesops.core.errors import InvalidInput
from salesops.core.periods import Period
from salesops.ui.filters import RecordFilterSet


class TargetFilter(RecordFilterSet):
    search_fields = ("staff__name", "staff__username", "team__name", "team__code")

    metric = django_filters.ChoiceFilter(label=_("key figure"), choices=metric_choices)
    period = django_filters.CharFilter(method="in_period", label=_("period"))
    team = django_filters.ModelChoiceFilter(
        field_name="scope_team", queryset=Team.objects.order_by("path", "pk"), label=_("team")
    )
    staff = django_filters.ModelChoiceFilter(queryset=User.objects.order_by("name", "pk"), label=_("person"))

    class Meta:
        model = Target
        fields = ()

    def in_period(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        """Targets of the period and of the periods inside it; what is no period finds nothing."""
        try:
            period = Period.parse(value)
        except InvalidInput:
            return queryset.none()
        return queryset.filter(period_start__gte=period.start, period_end__lte=period.end)


class MonthCloseFilter(RecordFilterSet):
    search_fields = ("period__startswith",)

    class Meta:
        model = MonthClose
        fields = ()
