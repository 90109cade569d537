"""Filters of the public pool."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers.choices import CustomerClass
from customers.choices.pool import PoolMoveKind
from customers.fields import ManyChips
from customers.filters.customers import ChosenFrom, ValuesFilter
from customers.models import PoolMove
from customers.selectors import name_search
from salesops.accounts.models import User
from salesops.ui.filters import DateRangeFilter, RecordFilterSet


class PoolFilter(ChosenFrom):
    customer_class = django_filters.MultipleChoiceFilter(
        choices=CustomerClass.choices, widget=ManyChips, distinct=False, label=_("Class")
    )
    region = ValuesFilter(label=_("Region"))
    industry = ValuesFilter(label=_("Industry"))
    pool_since = DateRangeFilter(label=_("In the pool since"))

    class Meta:
        fields: tuple[str, ...] = ()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        for word in value.split()[:8]:
            queryset = queryset.filter(name_search(word))
        return queryset


def _people(of: str) -> Any:
    def queryset(request: Any) -> QuerySet:
        moves = PoolMove.objects.visible_to(request.user).filter(**{f"{of}__isnull": False}).order_by()
        return User.objects.filter(pk__in=moves.values(of)).order_by("name", "pk")

    return queryset


class PoolMoveFilter(RecordFilterSet):
    search_fields = ("customer__name", "customer__code__istartswith")
    kind = django_filters.MultipleChoiceFilter(
        choices=PoolMoveKind.choices, widget=ManyChips, distinct=False, label=_("What happened")
    )
    owner = django_filters.ModelChoiceFilter(queryset=_people("owner"), label=_("Person"))
    former = django_filters.ModelChoiceFilter(queryset=_people("former"), label=_("Former owner"))
    date = DateRangeFilter(label=_("Date"))

    class Meta:
        fields: tuple[str, ...] = ()
