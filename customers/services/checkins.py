"""Checking in at a customer's: position, distance, time; what is far or without position says why (CordysCRM #124)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices import CheckInMark, VisitState
from customers.geo import metres_between
from customers.models import Address, Customer, CustomerPlace, Visit, VisitCheckIn
from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.documents.handbook import read_types
from salesops.documents.kinds import KINDS, clean_name, kind_of_name
from salesops.documents.services import add_files
from salesops.handbook.selectors import rule

SIX = Decimal("0.000001")
# A phone may believe that it is so much later than it is.
CLOCK_SLACK = timedelta(minutes=5)
# Devices that do not know where they are say 0, 0: a point in the sea off Africa.
NOWHERE = Decimal("0.01")
# What lies so far off is no way to a customer; turned round and so near it, it was written the wrong way round.
SWAPPED_FAR_M, SWAPPED_NEAR_M = 200_000, 50_000


@dataclass(frozen=True)
class Position:
    """Where a device says it is; ``accuracy_m`` is the radius that it vouches for."""

    latitude: Decimal
    longitude: Decimal
    accuracy_m: int | None = None


@transaction.atomic
def check_in(
    *,
    actor: User,
    at: datetime,
    visit: Visit,
    position: Position | None,
    reason: str = "",
    captured_at: datetime | None = None,
    device_at: datetime | None = None,
    photos: Sequence[Any] = (),
) -> VisitCheckIn:
    """Write down that the visitor is at the customer's now (``captured_at``: was, on a phone without network).

    ``device_at`` is what the clock of the device says now: a wrong one is put right. Raises ``InvalidInput`` (field
    ``place_reason``) when the position is far or cannot be used and no reason is given, ``Conflict`` for a second
    check-in or a visit that was called off, ``NotAllowed``.
    """
    if not can(actor, "log", visit):
        raise NotAllowed(_("Only who makes the visit, or the team above, may change it."))
    row = lock_row(Visit.objects.select_related("customer"), visit.pk)
    if row.state == VisitState.CANCELLED:
        raise Conflict(_("This visit was called off."), way_out=_("Plan it again first."))
    if VisitCheckIn.objects.filter(visit=row).exists():
        raise Conflict(
            _("Somebody has checked in for this visit already."),
            way_out=_("It counts; write the record now."),
        )
    moment = _moment(captured_at, device_at, at)
    mark, distance = judge(row.customer, position, at=at)
    if mark in (CheckInMark.FAR, CheckInMark.NONE) and not reason.strip():
        raise _needs_reason(row.customer, position, distance, on=timezone.localdate(at))
    if not _on_earth(position):
        position = None
    made = VisitCheckIn.objects.create(
        visit=row,
        person=actor,
        created_by=actor,
        at=moment,
        received_at=at,
        latitude=position.latitude.quantize(SIX) if position else None,
        longitude=position.longitude.quantize(SIX) if position else None,
        accuracy_m=position.accuracy_m if position else None,
        distance_m=distance,
        mark=mark,
        reason=reason.strip()[:300],
    )
    data = {"visit": row.number, "mark": str(mark), "metres": distance, "reason": made.reason}
    record("customers.checked_in", row, row.customer, actor=actor, at=at, data=data)
    add_photos(actor=actor, at=at, visit=row, photos=photos)
    return made


def clock_error(device_at: datetime | None, at: datetime) -> timedelta:
    """By how much the clock of the device is ahead (negative: behind); nothing within what is usual."""
    error = device_at - at if device_at is not None else timedelta()
    return error if abs(error) > CLOCK_SLACK else timedelta()


def _moment(captured_at: datetime | None, device_at: datetime | None, at: datetime) -> datetime:
    """When it was, by the right time. Raises ``InvalidInput`` for what lies ahead or too long ago."""
    moment = (captured_at or at) - (clock_error(device_at, at) if captured_at else timedelta())
    if moment > at + CLOCK_SLACK:
        raise InvalidInput(
            _("The clock of your device is ahead; a check-in is never in the future."),
            field="arrived",
            way_out=_("Set the clock of the device, and tick the arrival anew."),
        )
    today = timezone.localdate(at)
    days = rule("customers.visit_backdate_days", on=today)
    late = (today - timezone.localdate(moment)).days
    if late > days:
        raise InvalidInput(
            _("A check-in is sent at most %(days)s days later; this one is from %(date)s.")
            % {"days": days, "date": timezone.localdate(moment)},
            field="arrived",
            clause="customers.visit_backdate_days",
            way_out=_("Send the record without the check-in, and look at the clock of your device."),
            days=days,
            late=late,
        )
    return min(moment, at)


def add_photos(*, actor: User, at: datetime, visit: Visit, photos: Sequence[Any]) -> int:
    """Put photos on a visit; drawn anew without place and device. Raises ``InvalidInput`` (field ``photos``)."""
    if not photos:
        return 0
    types = read_types(rule("documents.allowed_types", on=timezone.localdate(at)))
    pictures = [ending for ending in types if KINDS[ending].picture]
    for photo in photos:
        if kind_of_name(clean_name(photo.name), types) not in pictures:
            raise InvalidInput(
                _("“%(name)s” is no picture.") % {"name": photo.name[:80]},
                field="photos",
                clause="documents.allowed_types",
                way_out=_("Put other files on the visit's page."),
                types=", ".join(pictures),
            )
    return len(add_files(actor=actor, subject=visit, uploads=photos, at=at))


def _on_earth(position: Position | None) -> bool:
    """Are these numbers a place at all?"""
    if position is None or not (position.latitude.is_finite() and position.longitude.is_finite()):
        return False
    return abs(position.latitude) <= 90 and abs(position.longitude) <= 180


def judge(customer: Customer, position: Position | None, *, at: datetime) -> tuple[CheckInMark, int | None]:
    """What a position means: the mark, and the metres to the nearest place of the customer if one is known."""
    on = timezone.localdate(at)
    if position is None or _unusable(position, on=on):
        return CheckInMark.NONE, None
    metres = _metres_to(_places_of(customer), position.latitude, position.longitude)
    if metres is None:
        return CheckInMark.UNKNOWN, None
    limit = rule("customers.checkin_metres", on=on) + (position.accuracy_m or 0)
    return (CheckInMark.NEAR if metres <= limit else CheckInMark.FAR), metres


def _unusable(position: Position, *, on: date) -> str:
    """Why a position says nothing: not on the earth, the point that stands for "unknown", or too vague."""
    if not _on_earth(position):
        return "nonsense"
    if abs(position.latitude) < NOWHERE and abs(position.longitude) < NOWHERE:
        return "nowhere"
    return "vague" if (position.accuracy_m or 0) > rule("customers.checkin_accuracy", on=on) else ""


def _places_of(customer: Customer) -> list[tuple[Decimal, Decimal]]:
    return list(CustomerPlace.objects.filter(customer=customer).values_list("latitude", "longitude"))


def _metres_to(places: list[tuple[Decimal, Decimal]], latitude: Decimal, longitude: Decimal) -> int | None:
    return min((metres_between(latitude, longitude, *place) for place in places), default=None)


def _swapped(places: list[tuple[Decimal, Decimal]], latitude: Decimal, longitude: Decimal) -> bool:
    """Far from all that is known, and near it once latitude and longitude change places."""
    known = _metres_to(places, latitude, longitude)
    if known is None or known < SWAPPED_FAR_M or abs(longitude) > 90:
        return False
    turned = _metres_to(places, longitude, latitude)
    return turned is not None and turned < SWAPPED_NEAR_M


# Check-ins whose position was good enough to be measured.
FOUND = (CheckInMark.NEAR, CheckInMark.UNKNOWN, CheckInMark.FAR)
UNUSABLE = {
    "": _("Your device gave no position that can be used; say why."),
    "nonsense": _("Your device gave a position that is not on the earth; say why."),
    "nowhere": _("Your device says 0, 0, as devices do that do not know where they are; say why."),
}


def _needs_reason(
    customer: Customer, position: Position | None, distance: int | None, *, on: date
) -> InvalidInput:
    """What is far, or nowhere, says why: in a sentence, with the figures of the case."""
    why = _unusable(position, on=on) if position is not None else ""
    accuracy, limit = rule("customers.checkin_accuracy", on=on), rule("customers.checkin_metres", on=on)
    again = _("Write the reason, or tick the arrival anew under the open sky.")
    if position is None or why in ("nonsense", "nowhere"):
        return InvalidInput(
            UNUSABLE[why],
            field="place_reason",
            clause="customers.checkin_accuracy",
            way_out=again,
            limit=accuracy,
        )
    if why:
        return InvalidInput(
            _("Your device knows its position only within %(metres)s m; say why.")
            % {"metres": position.accuracy_m},
            field="place_reason",
            clause="customers.checkin_accuracy",
            way_out=again,
            accuracy=position.accuracy_m,
            limit=accuracy,
        )
    turned = _swapped(_places_of(customer), position.latitude, position.longitude)
    return InvalidInput(
        _("You are %(km)s km from the customer's address; say why.")
        % {"km": round((distance or 0) / 1000, 1)},
        field="place_reason",
        clause="customers.checkin_metres",
        way_out=_(
            "The place on file looks as if latitude and longitude were swapped; correct it, or write this here."
        )
        if turned
        else _("Write the reason; a superior can take this position as the customer's place."),
        metres=distance,
        limit=limit,
    )


@transaction.atomic
def set_place(
    *,
    actor: User,
    at: datetime,
    customer: Customer,
    latitude: Decimal,
    longitude: Decimal,
    address: Address | None = None,
    from_checkin: VisitCheckIn | None = None,
) -> CustomerPlace:
    """Write down where an address of a customer is. Raises ``InvalidInput``, ``NotAllowed``."""
    if not can(actor, "edit", customer):
        raise NotAllowed(_("You may not change this customer file."))
    if address is not None and address.customer_id != customer.pk:
        raise InvalidInput(_("Choose an address of this customer."), field="address")
    _check_place(customer, latitude, longitude)
    lock_row(Customer.objects.all(), customer.pk)
    place = CustomerPlace.objects.filter(customer=customer, address=address).first()
    before = str(place) if place else ""
    place = place or CustomerPlace(customer=customer, address=address, created_by=actor)
    place.latitude, place.longitude = latitude.quantize(SIX), longitude.quantize(SIX)
    place.from_checkin = from_checkin
    place.version += 1
    place.save()
    data = {"place": str(place), "before": before, "address": str(address or "")}
    record("customers.place_set", customer, actor=actor, at=at, data=data)
    return place


def _check_place(customer: Customer, latitude: Decimal, longitude: Decimal) -> None:
    """Coordinates that a person wrote down: on the earth, not 0, 0, not the wrong way round."""
    swapped = _("Latitude and longitude seem to be swapped.")
    turn = _("The latitude comes first: it lies between -90 and 90, in China between 18 and 54.")
    if not _on_earth(Position(latitude, longitude)):
        if _on_earth(Position(longitude, latitude)):
            raise InvalidInput(swapped, field="latitude", way_out=turn)
        raise InvalidInput(
            _("These coordinates are not on the earth."),
            field="latitude",
            way_out=_("The latitude lies between -90 and 90, the longitude between -180 and 180."),
        )
    if abs(latitude) < NOWHERE and abs(longitude) < NOWHERE:
        raise InvalidInput(
            _("0, 0 is a point in the sea that stands for an unknown place."),
            field="latitude",
            way_out=_("Look the address up in a map and copy its coordinates."),
        )
    seen = VisitCheckIn.objects.filter(visit__customer=customer, latitude__isnull=False, mark__in=FOUND)
    known = list(seen.order_by("-at", "-pk").values_list("latitude", "longitude")[:5])
    if _swapped(known, latitude, longitude):
        raise InvalidInput(swapped, field="latitude", way_out=turn)


@transaction.atomic
def accept_place(*, actor: User, at: datetime, visit: Visit, address: Address | None = None) -> CustomerPlace:
    """A superior accepts the position of a check-in as the place of the customer; the check-in then is near."""
    made = lock_row(VisitCheckIn.objects.select_related("visit__customer"), visit.check_in.pk)
    if not can(actor, "accept_place", made.visit):
        raise NotAllowed(_("A superior accepts the position of a check-in."))
    if made.latitude is None or made.longitude is None:
        raise Conflict(_("This check-in has no position."))
    return set_place(
        actor=actor,
        at=at,
        customer=made.visit.customer,
        latitude=made.latitude,
        longitude=made.longitude,
        address=address,
        from_checkin=made,
    )


def position_of(values: dict[str, Any]) -> Position | None:
    """The position among the values of a form, or ``None``."""
    latitude, longitude = values.get("latitude"), values.get("longitude")
    if latitude is None or longitude is None:
        return None
    return Position(latitude, longitude, values.get("accuracy"))
