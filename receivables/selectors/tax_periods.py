"""Taiwan's two-month periods of unified invoices (domain §11): 1–2, 3–4, … 11–12 of a year of the Republic."""

from __future__ import annotations

import calendar
from datetime import date

REPUBLIC = 1911


def period_of(day: date) -> tuple[date, date]:
    """First and last day of the period of a day."""
    first = date(day.year, day.month - (day.month - 1) % 2, 1)
    last = first.month + 1
    return first, date(day.year, last, calendar.monthrange(day.year, last)[1])


def period_words(day: date) -> str:
    """``115年11–12月``: as it stands on the invoice."""
    first, last = period_of(day)
    return f"{first.year - REPUBLIC}年{first.month:02d}–{last.month:02d}月"


def republic_date(day: date) -> str:
    """``中華民國115年11月23日``."""
    return f"中華民國{day.year - REPUBLIC}年{day.month}月{day.day}日"
