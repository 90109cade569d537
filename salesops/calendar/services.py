"""Filling the calendar from packages, and keeping it by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from salesops.audit.services import record
from salesops.calendar.choices import BY_HAND
from salesops.calendar.handbook import read_blocks
from salesops.calendar.models import CalendarDay, CalendarYear, WorkRegime
from salesops.calendar.packages import SOURCES
from salesops.core.errors import AskOffer, InvalidInput, NotAllowed
from salesops.core.locking import advisory_lock
from salesops.core.policies import can


@dataclass(frozen=True)
class Filled:
    """What filling one year did: ``known`` is False when no list is published yet."""

    region: str
    year: int
    known: bool
    created: int = 0
    updated: int = 0
    kept: int = 0


def _require(actor: Any) -> None:
    if actor is not None and not can(actor, "add", CalendarDay):
        raise NotAllowed(
            _("Only administrators and HR change the calendar."),
            way_out=_("Ask one of them to enter it."),
            release=AskOffer(_("Please correct the calendar of work days"), roles=("hr", "administrator")),
        )


@transaction.atomic
def fill_year(region: str, year: int, *, actor: Any, at: datetime) -> Filled:
    """Write a year's days off and make-up days from the package of its region. Doing it again changes nothing.

    Days entered by hand are kept. A year that is not published yet writes nothing. Raises ``InvalidInput``
    for a region without a package.
    """
    _require(actor)
    if region not in SOURCES:
        raise InvalidInput(
            _("There is no package for the region %(region)s.") % {"region": region},
            field="region",
            way_out=_("Enter its days by hand or import holidays."),
        )
    source, table_of = SOURCES[region]
    table = table_of(year)
    if table is None:
        return Filled(region, year, known=False)
    advisory_lock(f"calendar {region} {year}")
    existing = {d.date: d for d in CalendarDay.objects.filter(region=region, date__year=year)}
    new, changed, kept = [], [], 0
    for day, (name, is_workday) in sorted(table.items()):
        row = existing.get(day)
        if row is None:
            new.append(CalendarDay(region=region, date=day, name=name, is_workday=is_workday, source=source))
        elif row.source != source or (row.name, row.is_workday) == (name, is_workday):
            kept += 1
        else:
            row.name, row.is_workday = name, is_workday
            changed.append(row)
    CalendarDay.objects.bulk_create(new)
    CalendarDay.objects.bulk_update(changed, ["name", "is_workday"])
    known, first_time = CalendarYear.objects.get_or_create(
        region=region, year=year, defaults={"source": source, "filled_at": at}
    )
    if new or changed or first_time:
        data = {"region": region, "year": year, "created": len(new), "updated": len(changed)}
        record("calendar.year_filled", known, actor=actor, at=at, data=data)
    return Filled(region, year, True, len(new), len(changed), kept)


@transaction.atomic
def set_day(
    region: str, day: date, *, is_workday: bool, name: str = "", actor: Any, at: datetime
) -> CalendarDay:
    """Make a day a day off or a working day by hand; this wins over the packages from then on."""
    _require(actor)
    if not region.strip():
        raise InvalidInput(_("A day belongs to a region."), field="region")
    row = CalendarDay.objects.select_for_update().filter(region=region, date=day).first()
    if row and (row.is_workday, row.name) == (is_workday, name):
        return row
    row = row or CalendarDay(region=region, date=day)
    row.is_workday, row.name, row.source = is_workday, name.strip()[:100], BY_HAND
    row.save()
    data = {"region": region, "day": day, "is_workday": is_workday, "name": row.name}
    record("calendar.day_set", row, actor=actor, at=at, data=data)
    return row


@transaction.atomic
def remove_day(day: CalendarDay, *, actor: Any, at: datetime) -> None:
    """Take an entered day away: its weekday decides again."""
    _require(actor)
    row = CalendarDay.objects.select_for_update().get(pk=day.pk)
    data = {"region": row.region, "day": row.date, "is_workday": row.is_workday, "name": row.name}
    record("calendar.day_removed", row, actor=actor, at=at, data=data)
    row.delete()


@transaction.atomic
def confirm_year(region: str, year: int, *, actor: Any, at: datetime) -> CalendarYear:
    """Say that a year's list is complete though no package had it; the warning goes away."""
    _require(actor)
    row, created = CalendarYear.objects.get_or_create(
        region=region, year=year, defaults={"source": BY_HAND, "filled_at": at}
    )
    if created:
        record("calendar.year_confirmed", row, actor=actor, at=at, data={"region": region, "year": year})
    return row


@transaction.atomic
def set_regime(
    *,
    name: str,
    region: str,
    from_date: date,
    to_date: date | None,
    blocks: list[list[str]],
    actor: Any,
    at: datetime,
    regime: WorkRegime | None = None,
) -> WorkRegime:
    """Enter (or change) working hours for a time. Raises ``InvalidInput`` where other hours are entered."""
    _require(actor)
    if to_date is not None and to_date < from_date:
        raise InvalidInput(_("The last day is before the first."), field="to_date")
    try:
        read_blocks(blocks)
    except InvalidInput as error:
        error.field = "blocks"
        raise
    row = WorkRegime.objects.select_for_update().get(pk=regime.pk) if regime else WorkRegime()
    row.name, row.region, row.from_date, row.to_date, row.blocks = name, region, from_date, to_date, blocks
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "calendar_workregime_one_per_day" not in str(error):
            raise
        raise InvalidInput(_("There are other working hours for these days."), field="from_date") from None
    record(
        "calendar.hours_set",
        row,
        actor=actor,
        at=at,
        data={"name": name, "region": region, "hours": row.hours},
    )
    return row
