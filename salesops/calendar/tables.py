"""Lists of the calendar."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from salesops.calendar.choices import BY_HAND, REGIONS
from salesops.calendar.models import CalendarDay, WorkRegime
from salesops.ui.filters import DateRangeFilter, RecordFilterSet
from salesops.ui.tables import BoolColumn, DateColumn, LinkColumn, RecordTable, TextColumn


class RegionColumn(TextColumn):
    def html(self, value: Any, record: Any) -> str:
        return str(REGIONS.get(value, value))

    text = html


class SourceColumn(TextColumn):
    """Who said so: a person, or the published list."""

    def html(self, value: Any, record: Any) -> str:
        return gettext("entered by hand") if value == BY_HAND else gettext("published list")

    text = html


class DayTable(RecordTable):
    date = DateColumn()
    region = RegionColumn()
    label = TextColumn(verbose_name=_("name"), orderable=False)
    is_workday = BoolColumn()
    source = SourceColumn()

    class Meta:
        model = CalendarDay
        fields = ("date", "region", "label", "is_workday", "source")


class DayFilter(RecordFilterSet):
    search_fields = ("name",)
    region = django_filters.ChoiceFilter(label=_("region"), choices=list(REGIONS.items()))
    date = DateRangeFilter(label=_("date"))

    class Meta:
        model = CalendarDay
        fields = ("region", "date", "is_workday")


class RegimeTable(RecordTable):
    name = LinkColumn()
    region = TextColumn()
    from_date = DateColumn()
    to_date = DateColumn()
    hours = TextColumn(verbose_name=_("hours"), orderable=False)

    class Meta:
        model = WorkRegime
        fields = ("name", "region", "from_date", "to_date", "hours")
