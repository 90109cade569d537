"""When a mail or group message that can wait may go out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from salesops.accounts.models import User
from salesops.calendar.selectors import Workdays, default_region
from salesops.handbook.selectors import rules_on
from salesops.notifications.models import NoticeHours

KEYS = ("quiet_from", "quiet_to", "workdays_only", "digest")


@dataclass(frozen=True)
class Hours:
    """Quiet hours, work days and digest as they hold for one person (or for the company)."""

    quiet_from: int
    quiet_to: int
    workdays_only: bool
    digest: bool


def hours_of(person: User | None, *, at: datetime) -> Hours:
    """The person's own hours; the handbook's where the person chose nothing."""
    rules = rules_on(timezone.localdate(at), [f"notifications.{key}" for key in KEYS])
    values: dict[str, Any] = {key: rules[f"notifications.{key}"] for key in KEYS}
    row = NoticeHours.objects.filter(user=person).values(*KEYS).first() if person else None
    return Hours(**_chosen(values, row))


def _chosen(values: dict[str, Any], row: Mapping[str, Any] | None) -> dict[str, Any]:
    return values | {key: value for key, value in (row or {}).items() if value is not None}


def allowed_from(hours: Hours, *, at: datetime) -> datetime:
    """``at`` itself, or the first moment after it that is neither quiet nor a day off."""
    moment = timezone.localtime(at)
    workdays = Workdays(default_region(moment.date())) if hours.workdays_only else None
    for _n in range(60):
        if workdays is not None and moment.date() not in workdays:
            moment = _start_of(moment, days=1, hour=0)
            continue
        if not _quiet(hours, moment.hour):
            return at if moment <= timezone.localtime(at) else moment
        late = hours.quiet_from > hours.quiet_to and moment.hour >= hours.quiet_from
        moment = _start_of(moment, days=1 if late else 0, hour=hours.quiet_to)
    return at


def _quiet(hours: Hours, hour: int) -> bool:
    start, end = hours.quiet_from, hours.quiet_to
    return start <= hour < end if start < end else start != end and (hour >= start or hour < end)


def _start_of(moment: datetime, *, days: int, hour: int) -> datetime:
    day = moment.date() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(hour)), timezone.get_current_timezone())
