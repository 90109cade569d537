"""What the maintained packages know: days off and make-up working days of a year, per region."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date


def china(year: int) -> dict[date, tuple[str, bool]] | None:
    """The official list of the PRC: {day: (name, is a working day)}; None for a year not published yet."""
    from chinese_calendar.constants import holidays, workdays

    off = {day: (str(name), False) for day, name in holidays.items() if day.year == year}
    if not off:
        return None
    return off | {day: ("Make-up working day", True) for day in workdays if day.year == year}


def taiwan(year: int) -> dict[date, tuple[str, bool]] | None:
    """Taiwan's days off with substitutes, and make-up Saturdays of the years that had them."""
    from holidays import country_holidays

    table = country_holidays("TW", years=[year], language="en_US")
    off = {
        day: ("Substitute day off" if name.startswith("Day off") else name[:100], False)
        for day, name in table.items()
        if day.year == year
    }
    if not off:
        return None
    extra = {day: ("Make-up working day", True) for day in table.weekend_workdays if day.year == year}
    return off | extra


SOURCES: dict[str, tuple[str, Callable[[int], dict[date, tuple[str, bool]] | None]]] = {
    "CN": ("chinesecalendar", china),
    "TW": ("holidays", taiwan),
}
