"""The list of imports."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from salesops.exchange.models import BatchState, ImportBatch
from salesops.ui.filters import RecordFilterSet
from salesops.ui.tables import (
    DateColumn,
    LinkColumn,
    NumberColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
    TextColumn,
)


class ImportTable(RecordTable):
    pk = LinkColumn(verbose_name=_("number"))
    kind = TextColumn(verbose_name=_("kind"))
    file_name = TextColumn(verbose_name=_("file"))
    state = StateColumn(verbose_name=_("state"))
    created_at = DateColumn(verbose_name=_("uploaded"))
    created_by = PersonColumn(verbose_name=_("uploaded by"))
    rows = NumberColumn(verbose_name=_("rows"))
    created = NumberColumn(verbose_name=_("created"))
    updated = NumberColumn(verbose_name=_("updated"))
    unchanged = NumberColumn(verbose_name=_("unchanged"))
    rejected = NumberColumn(verbose_name=_("rejected"))

    class Meta:
        model = ImportBatch
        fields = (
            "pk", "kind", "file_name", "state", "created_at", "created_by", "rows", "created", "updated",
            "unchanged", "rejected",
        )  # fmt: skip


class ImportFilter(RecordFilterSet):
    state = django_filters.MultipleChoiceFilter(choices=BatchState.choices, label=_("state"))

    class Meta:
        model = ImportBatch
        fields = ["state"]
