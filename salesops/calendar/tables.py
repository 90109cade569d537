"""Lists of the calendar."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from salesops.calendar.choices import REGIONS
from salesops.calendar.models import CalendarDay, WorkRegime
from salesops.ui.filters import DateRangeFilter, RecordFilterSet
from salesops.ui.tables import BoolColumn, DateColumn, LinkColumn, RecordTable, TextColumn


class DayTable(RecordTable):
    date = DateColumn()
    region = TextColumn()
    label = TextColumn(verbose_name=_("name"), orderable=False)
    is_workday = BoolColumn()
    source = TextColumn()

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
