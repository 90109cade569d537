"""Months, quarters and years as values; business dates only, no clock (architecture §5.5)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from salesops.core.errors import InvalidInput

_MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")
_QUARTER = re.compile(r"^(\d{4})-Q([1-4])$")
_YEAR = re.compile(r"^(\d{4})$")
# Days that a department can have; beyond them lie typing errors and the ends of the calendar.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def day_of(text: str) -> date:
    """An ISO day of a url. Raises ``ValueError`` for what is none, or lies in no year of ours."""
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(text)
    return day


def _year(text: str) -> bool:
    return FIRST_DAY.year <= int(text) <= LAST_DAY.year


@dataclass(frozen=True, order=True)
class Period:
    """A calendar month (``2026-10``), quarter (``2026-Q3``) or year (``2026``); both ends belong to it."""

    start: date
    end: date

    @classmethod
    def parse(cls, code: str) -> Period:
        """Read a period code. Raises ``InvalidInput`` that names the three forms."""
        text = str(code).strip().upper()
        if (m := _MONTH.match(text)) and _year(m[1]):
            return cls.month(int(m[1]), int(m[2]))
        if (m := _QUARTER.match(text)) and _year(m[1]):
            first = 3 * int(m[2]) - 2
            return cls(date(int(m[1]), first, 1), cls.month(int(m[1]), first + 2).end)
        if (m := _YEAR.match(text)) and _year(m[1]):
            return cls(date(int(m[1]), 1, 1), date(int(m[1]), 12, 31))
        raise InvalidInput(
            _("“%(code)s” is not a period.") % {"code": code},
            field="period",
            way_out=_("Write a month as 2026-10, a quarter as 2026-Q3 or a year as 2026."),
        )

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        return cls(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))

    @classmethod
    def month_of(cls, day: date) -> Period:
        return cls.month(day.year, day.month)

    @classmethod
    def quarter_of(cls, day: date) -> Period:
        return cls.parse(f"{day.year:04d}-Q{(day.month + 2) // 3}")

    @classmethod
    def year_of(cls, day: date) -> Period:
        return cls.parse(f"{day.year:04d}")

    @property
    def kind(self) -> str:
        """``month``, ``quarter`` or ``year``."""
        return {1: "month", 3: "quarter"}.get(self.end.month - self.start.month + 1, "year")

    @property
    def code(self) -> str:
        if self.kind == "month":
            return f"{self.start:%Y-%m}"
        if self.kind == "quarter":
            return f"{self.start.year:04d}-Q{(self.start.month + 2) // 3}"
        return f"{self.start.year:04d}"

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return self.code

    def months(self) -> Iterator[Period]:
        """The months in it, in order."""
        for month in range(self.start.month, self.end.month + 1):
            yield Period.month(self.start.year, month)

    def previous(self) -> Period:
        """The period of the same kind just before this one."""
        return self._same_kind(self.start - timedelta(days=1))

    def next(self) -> Period:
        return self._same_kind(self.end + timedelta(days=1))

    def year_before(self) -> Period:
        """The same period of the year before."""
        last = calendar.monthrange(self.end.year - 1, self.end.month)[1]
        return Period(
            self.start.replace(year=self.start.year - 1), date(self.end.year - 1, self.end.month, last)
        )

    def _same_kind(self, day: date) -> Period:
        maker = {"month": Period.month_of, "quarter": Period.quarter_of, "year": Period.year_of}
        return maker[self.kind](day)
