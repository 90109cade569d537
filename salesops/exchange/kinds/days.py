"""Days off and make-up working days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from salesops.calendar.models import CalendarDay
from salesops.core.choices import Role
from salesops.exchange.context import BatchContext, Document
from salesops.exchange.fields import changed_fields, present
from salesops.exchange.registry import Column, ImportKind

_REGION = "CN"


def load_days(ctx: BatchContext, documents: Sequence[Document]) -> None:
    existing = {
        (day.region, day.date): day
        for day in CalendarDay.objects.filter(date__in={d.first.date for d in documents})
    }
    new, changed = [], []
    for document in documents:
        row = document.first
        region = row.region or _REGION
        day = existing.get((region, row.date))
        values = present({"name": row.name, "is_workday": row.is_workday})
        if day is None:
            day = CalendarDay(region=region, date=row.date, source="import", **values)
            existing[region, row.date] = day
            new.append(day)
        elif day.pk is not None and changed_fields(day, values):
            changed.append(day)
        else:
            ctx.outcome.unchanged += 1
    ctx.insert(new, count=True)
    ctx.update(changed, ["name", "is_workday"])


def export_days() -> Iterator[dict[str, Any]]:
    for day in CalendarDay.objects.order_by("pk").iterator(2000):
        yield {"date": day.date, "name": day.name, "is_workday": day.is_workday, "region": day.region}


KINDS = (
    ImportKind(
        name="holidays",
        title=gettext_lazy("Days off and make-up days"),
        columns=(
            Column("date", "date", required=True),
            Column("name", required=True, max_length=100),
            Column("is_workday", "bool", help=gettext_lazy("yes for a make-up working day")),
            Column("region", max_length=5, help=gettext_lazy("empty: CN")),
        ),
        key=("region", "date"),
        roles=(Role.HR,),
        load=load_days,
        export=export_days,
        order=90,
    ),
)
