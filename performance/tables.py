"""Targets and closed months as lists."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from performance.kpis import kpis
from performance.models import MonthClose, Target
from salesops.ui.tables import (
    DateColumn,
    LeanColumn,
    LinkColumn,
    NumberColumn,
    PersonColumn,
    RecordTable,
    TextColumn,
)


class MetricColumn(LinkColumn):
    """The KPI's name, as a link to the target."""

    def text(self, value: Any, record: Any) -> str:
        found = kpis.get(value)
        return str(found.title) if found else value


class PeriodColumn(LeanColumn):
    """The period's code instead of two dates."""

    def html(self, value: Any, record: Any) -> Any:
        return record.period.code

    def text(self, value: Any, record: Any) -> Any:
        return record.period.code

    def export_path(self, accessor: Any, model: Any) -> None:
        return None


class TargetTable(RecordTable):
    metric = MetricColumn(verbose_name=_("key figure"))
    period_start = PeriodColumn(verbose_name=_("period"))
    team = TextColumn(orderable=False)
    staff = PersonColumn(orderable=False)
    value = NumberColumn()

    class Meta:
        model = Target
        fields = ()

    default_columns = ("metric", "period_start", "team", "staff", "value")


class MonthCloseTable(RecordTable):
    period = LinkColumn()
    closed_at = DateColumn()
    closed_by = PersonColumn(orderable=False)
    basis = TextColumn(orderable=False)
    facts = NumberColumn(orderable=False)
    figures = NumberColumn(orderable=False)

    class Meta:
        model = MonthClose
        fields = ()

    default_columns = ("period", "closed_at", "closed_by", "facts", "figures")
