"""Narrowing the audit."""

from __future__ import annotations

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from salesops.audit.choices import AccessKind, RowOperation
from salesops.audit.models import AccessLog, AuditEvent, RowChange
from salesops.ui.filters import DateRangeFilter, RecordFilterSet

APPS = [
    ("accounts", _("People and teams")),
    ("customers", _("Customers")),
    ("contracts", _("Contracts")),
    ("orders", _("Orders")),
    ("receivables", _("Receivables")),
    ("performance", _("Performance")),
    ("handbook", _("Handbook")),
    ("catalog", _("Catalogue")),
    ("calendar", _("Calendar")),
    ("exchange", _("Imports")),
    ("jobs", _("Jobs")),
]


def people(request):
    return get_user_model().objects.order_by("name", "pk")


class EventFilter(RecordFilterSet):
    search_fields = ("verb", "data", "comment")
    at = DateRangeFilter(label=_("When"))
    actor = django_filters.ModelChoiceFilter(label=_("Who"), queryset=people)
    app = django_filters.ChoiceFilter(label=_("Part"), choices=APPS, method="by_app")

    class Meta:
        model = AuditEvent
        fields = ("at", "actor", "app")

    def by_app(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(verb__startswith=f"{value}.")


class AccessFilter(RecordFilterSet):
    search_fields = ("name", "path", "purpose", "data")
    at = DateRangeFilter(label=_("When"))
    kind = django_filters.MultipleChoiceFilter(label=_("Kind"), choices=AccessKind.choices)
    actor = django_filters.ModelChoiceFilter(label=_("Who"), queryset=people)

    class Meta:
        model = AccessLog
        fields = ("at", "kind", "actor")


class RowChangeFilter(RecordFilterSet):
    search_fields = ("row_id__iexact",)
    at = DateRangeFilter(label=_("When"))
    table_name = django_filters.CharFilter(label=_("Table"))
    row_id = django_filters.CharFilter(label=_("Row"))
    op = django_filters.ChoiceFilter(label=_("Operation"), choices=RowOperation.choices)
    actor = django_filters.ModelChoiceFilter(label=_("Who"), queryset=people)

    class Meta:
        model = RowChange
        fields = ("at", "table_name", "row_id", "op", "actor")
