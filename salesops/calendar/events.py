"""Facts that the calendar publishes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CalendarYearMissing:
    """The working days of a year that is near or running are not known; Monday to Friday stand in."""

    region: str
    year: int
    at: datetime
