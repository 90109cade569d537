"""Working days and working hours. The table decides, not the weekday (domain §12)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from salesops.calendar.handbook import read_blocks
from salesops.calendar.models import CalendarDay, CalendarYear, WorkRegime
from salesops.handbook.selectors import rule, rules_on

DAY = timedelta(days=1)
MOST_DAYS = 3660  # a calendar without working days must not be searched for ever


class Workdays:
    """The working days of a region, read once per stretch of a year; use one for many questions.

    Where a year's list is not known, Monday to Friday are working days.
    """

    def __init__(self, region: str) -> None:
        self.region = region
        self._years: dict[int, dict[date, bool]] = {}

    def __contains__(self, day: date) -> bool:
        exceptions = self._years.get(day.year)
        if exceptions is None:
            rows = CalendarDay.objects.filter(region=self.region, date__year=day.year)
            exceptions = self._years[day.year] = dict(rows.values_list("date", "is_workday"))
        return exceptions.get(day, day.isoweekday() <= 5)

    def count(self, start: date, end: date) -> int:
        """Working days from ``start`` to ``end``, both included; none if ``end`` is before ``start``."""
        return sum((start + DAY * n) in self for n in range((end - start).days + 1))

    def add(self, day: date, count: int) -> date:
        """The working day ``count`` working days after ``day`` (before it, if negative).

        With 0: the day itself if it is one, else the next.
        """
        if count == 0:
            return self.next(day, including=True)
        step = DAY if count > 0 else -DAY
        left = abs(count)
        while left:
            day += step
            left -= day in self
        return day

    def next(self, day: date, *, including: bool = False) -> date:
        """The first working day after ``day``, or ``day`` itself if it counts."""
        day = day if including else day + DAY
        while day not in self:
            day += DAY
        return day


def default_region(on: date) -> str:
    """The region whose working days count, by the handbook of a day."""
    return rule("calendar.region", on=on)


def is_workday(day: date, region: str = "CN") -> bool:
    """Is ``day`` a working day in the region?"""
    return day in Workdays(region)


def workdays_between(start: date, end: date, region: str = "CN") -> int:
    """Working days from ``start`` to ``end``, both included."""
    return Workdays(region).count(start, end)


def add_workdays(day: date, count: int, region: str = "CN") -> date:
    """The day ``count`` working days after ``day``; the start itself does not count."""
    return Workdays(region).add(day, count)


def next_workday(day: date, region: str = "CN", *, including: bool = False) -> date:
    """The first working day after ``day`` (or ``day`` itself, with ``including``)."""
    return Workdays(region).next(day, including=including)


def is_known(year: int, region: str = "CN") -> bool:
    """Is the year's list of working days known, so that no weekday rule stands in?"""
    return CalendarYear.objects.filter(region=region, year=year).exists()


def missing_years(on: date, regions: list[str]) -> list[tuple[str, int]]:
    """Years that should be known on a day and are not: the running one, from December on the next too."""
    years = [on.year] + ([on.year + 1] if on.month == 12 else [])
    known = set(CalendarYear.objects.filter(year__in=years).values_list("region", "year"))
    return [(region, year) for year in years for region in regions if (region, year) not in known]


class WorkingHours:
    """Blocks of working hours of a region's days: entered regimes first, else the handbook's season."""

    def __init__(self, region: str) -> None:
        self.region = region
        self.workdays = Workdays(region)

    @cached_property
    def _regimes(self) -> list[WorkRegime]:
        return list(WorkRegime.objects.filter(region=self.region).order_by("from_date"))

    def blocks(self, day: date) -> list[tuple[time, time]]:
        """Working hours of a day, in order; none on a day off."""
        if day not in self.workdays:
            return []
        for regime in self._regimes:
            if regime.from_date <= day and (regime.to_date is None or day <= regime.to_date):
                return read_blocks(regime.blocks)
        return season_hours(day)

    def minutes(self, start: datetime, end: datetime) -> int:
        """Whole working minutes from ``start`` to ``end`` (aware), in the company's time zone."""
        start, end = timezone.localtime(start), timezone.localtime(end)
        total, day = timedelta(), start.date()
        while day <= end.date():
            for opens, closes in self.blocks(day):
                first = max(start, _at(day, opens))
                last = min(end, _at(day, closes))
                total += max(last - first, timedelta())
            day += DAY
        return int(total.total_seconds() // 60)

    def add(self, start: datetime, minutes: int) -> datetime:
        """The moment after so many working minutes; a moment outside working hours counts from the next block."""
        left, moment = timedelta(minutes=minutes), timezone.localtime(start)
        for _day in range(MOST_DAYS):
            for opens, closes in self.blocks(moment.date()):
                begin = max(moment, _at(moment.date(), opens))
                room = _at(moment.date(), closes) - begin
                if room <= timedelta():
                    continue
                if left <= room:
                    return begin + left
                left -= room
            moment = _at(moment.date() + DAY, time())
        return moment


def add_working_minutes(start: datetime, minutes: int, region: str = "CN") -> datetime:
    """The moment so many working minutes after ``start``."""
    return WorkingHours(region).add(start, minutes)


def working_minutes(start: datetime, end: datetime, region: str = "CN") -> int:
    """Whole minutes of working time between two moments; 0 if ``end`` is not after ``start``."""
    return WorkingHours(region).minutes(start, end)


def season_hours(day: date) -> list[tuple[time, time]]:
    """The handbook's summer or winter hours for a day."""
    values = rules_on(
        day,
        ["calendar.summer_hours", "calendar.winter_hours", "calendar.summer_from", "calendar.winter_from"],
    )
    summer = values["calendar.summer_from"] <= f"{day:%m-%d}" < values["calendar.winter_from"]
    return read_blocks(values["calendar.summer_hours" if summer else "calendar.winter_hours"])


def _at(day: date, moment: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, moment))


def days_of_month(year: int, month: int, region: str) -> dict[date, CalendarDay]:
    """The entered days of a month by date."""
    rows = CalendarDay.objects.filter(Q(date__year=year, date__month=month), region=region)
    return {row.date: row for row in rows}
