"""Columns and filters of the lists."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import Team, User
from salesops.ui.filters import DateRangeFilter, RecordFilterSet, YesFilter
from salesops.ui.tables import (
    DateColumn,
    LinkColumn,
    NumberColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
    TextColumn,
)
from salesops.work.choices import REQUEST_WAITING, RequestState, TaskState
from salesops.work.models import DepartmentRequest, Task


class TaskTable(RecordTable):
    title = LinkColumn(accessor="title_words", verbose_name=_("what is to be done"), orderable=False)
    owner = PersonColumn(orderable=False)
    asked_by = PersonColumn(orderable=False)
    team = TextColumn(orderable=False)
    due_at = DateColumn()
    state = StateColumn(orderable=False)
    progress = NumberColumn(orderable=False)
    result = TextColumn(orderable=False)
    requirement = TextColumn(accessor="requirement_words", verbose_name=_("requirement"), orderable=False)
    finished_at = DateColumn(orderable=False)

    class Meta:
        model = Task
        fields = (
            "title", "owner", "asked_by", "team", "due_at", "state", "progress", "requirement", "result",
            "finished_at",
        )  # fmt: skip

    default_columns = ("title", "owner", "asked_by", "due_at", "state", "progress", "result")


class TaskFilter(RecordFilterSet):
    """Without a filter the list shows what is still to be done."""

    search_fields = ("title", "requirement", "result")
    state = django_filters.MultipleChoiceFilter(choices=TaskState)
    owner = django_filters.ModelChoiceFilter(queryset=User.objects.order_by("name", "pk"))
    asked_by = django_filters.ModelChoiceFilter(queryset=User.objects.order_by("name", "pk"))
    team = django_filters.ModelChoiceFilter(queryset=Team.objects.order_by("path", "pk"))
    due_at = DateRangeFilter()
    mine = YesFilter(method="only_mine", label=_("My tasks"))
    given = YesFilter(method="only_given", label=_("Given by me"))
    overdue = YesFilter(method="only_overdue", label=_("Overdue"))
    is_key = YesFilter(label=_("Key tasks"))

    class Meta:
        model = Task
        fields = ("state", "owner", "asked_by", "team", "due_at", "mine", "given", "overdue", "is_key")

    def unasked(self, queryset: QuerySet) -> QuerySet:
        return queryset.undone()

    def only_mine(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(owner=self.request.user) if value else queryset

    def only_given(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(asked_by=self.request.user) if value else queryset

    def only_overdue(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.overdue(timezone.now()) if value else queryset


class RequestTable(RecordTable):
    title = LinkColumn(orderable=False)
    to_team = TextColumn(orderable=False)
    from_team = TextColumn(orderable=False)
    asked_by = PersonColumn(orderable=False)
    owner = PersonColumn(orderable=False)
    about = TextColumn(orderable=False)
    asked_at = DateColumn()
    due_at = DateColumn()
    state = StateColumn(orderable=False)
    answer = TextColumn(orderable=False)

    class Meta:
        model = DepartmentRequest
        fields = (
            "title", "to_team", "from_team", "asked_by", "owner", "about", "asked_at", "due_at", "state",
            "answer",
        )  # fmt: skip

    default_columns = ("title", "to_team", "asked_by", "owner", "due_at", "state", "answer")


class RequestFilter(RecordFilterSet):
    """Without a filter the list shows what is not closed yet."""

    search_fields = ("title", "ask", "answer", "about")
    state = django_filters.MultipleChoiceFilter(choices=RequestState)
    to_team = django_filters.ModelChoiceFilter(queryset=Team.objects.order_by("path", "pk"))
    from_team = django_filters.ModelChoiceFilter(queryset=Team.objects.order_by("path", "pk"))
    owner = django_filters.ModelChoiceFilter(queryset=User.objects.order_by("name", "pk"))
    due_at = DateRangeFilter()
    mine = YesFilter(method="only_mine", label=_("Asked or taken by me"))
    overdue = YesFilter(method="only_overdue", label=_("Overdue"))

    class Meta:
        model = DepartmentRequest
        fields = ("state", "to_team", "from_team", "owner", "due_at", "mine", "overdue")

    def unasked(self, queryset: QuerySet) -> QuerySet:
        return queryset.exclude(state__in=(RequestState.CLOSED, RequestState.CANCELLED))

    def only_mine(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        user = self.request.user
        return queryset.filter(Q(asked_by=user) | Q(owner=user)) if value else queryset

    def only_overdue(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        if not value:
            return queryset
        return queryset.filter(state__in=REQUEST_WAITING, due_at__lt=timezone.now())
