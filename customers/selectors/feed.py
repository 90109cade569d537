"""A person's own visits and receptions as a calendar by RFC 5545."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from customers.choices import ReceptionState, VisitState
from customers.models import Reception, Visit

BACK_DAYS, AHEAD_DAYS, MOST = 92, 366, 1500
STAMP = "%Y%m%dT%H%M%SZ"


def feed_of(person: Any, *, at: datetime) -> bytes:
    """What ``person`` makes and hosts, three months back and a year ahead; who has been called off says so.

    Planned visits have a day but no hour: they last the whole day. Times are those of the company's zone, whose
    rules travel along. ``SEQUENCE`` counts the changes of a record, so that calendars replace what they have.
    """
    zone, today = timezone.get_default_timezone(), timezone.localdate(at)
    calendar = Calendar()
    calendar.add("prodid", "-//SalesOps//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Visits of %(person)s") % {"person": person})
    calendar.add("x-wr-timezone", str(zone))
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    first, last = today - timedelta(days=BACK_DAYS), today + timedelta(days=AHEAD_DAYS)
    visits = Visit.objects.visible_to(person).filter(owner=person, visit_date__range=(first, last))
    for visit in visits.select_related("customer").order_by("visit_date", "pk")[:MOST]:
        calendar.add_component(_visit(visit, zone))
    begins = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    hosted = Reception.objects.visible_to(person).filter(owner=person, arrival__gte=begins)
    for reception in hosted.select_related("customer").order_by("arrival", "pk")[:MOST]:
        calendar.add_component(_reception(reception, zone))
    if any(isinstance(event["dtstart"].dt, datetime) for event in calendar.events):
        calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(row: Any, kind: str) -> Event:
    """What all have in common. The name of the house makes ids unique in the world."""
    event = Event()
    house = urlsplit(settings.BASE_URL).hostname or "salesops"
    event.add("uid", f"{kind}-{row.pk}@{house}")
    event.add("dtstamp", row.updated_at.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", row.updated_at.astimezone(UTC).replace(microsecond=0))
    event.add("created", row.created_at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", row.version - 1)
    event.add("url", f"{settings.BASE_URL}{row.get_absolute_url()}")
    if row.customer.address:
        event.add("location", row.customer.address)
    return event


def _visit(visit: Visit, zone: Any) -> Event:
    event = _event(visit, "visit")
    event.add("summary", f"{visit.get_kind_display()}: {visit.customer}")
    event.add("description", "\n".join(filter(None, [visit.purpose, visit.number])))
    if visit.visited_at is not None:
        event.add("dtstart", visit.visited_at.astimezone(zone).replace(microsecond=0))
    else:
        event.add("dtstart", visit.visit_date)
        event.add("dtend", visit.visit_date + timedelta(days=1))
    event.add("status", "CANCELLED" if visit.state == VisitState.CANCELLED else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if visit.visited_at is None else "OPAQUE")
    event.add("categories", [visit.get_kind_display()])
    return event


def _reception(row: Reception, zone: Any) -> Event:
    event = _event(row, "reception")
    event.add("summary", _("Reception: %(customer)s") % {"customer": row.customer})
    event.add(
        "description", "\n".join(filter(None, [row.purpose, row.flight, row.hotel, row.room, row.number]))
    )
    event.pop("location", None)
    if row.room:
        event.add("location", row.room)
    event.add("dtstart", row.arrival.astimezone(zone).replace(microsecond=0))
    if row.departure is not None:
        event.add("dtend", row.departure.astimezone(zone).replace(microsecond=0))
    event.add("status", "CANCELLED" if row.state == ReceptionState.CANCELLED else "CONFIRMED")
    return event
