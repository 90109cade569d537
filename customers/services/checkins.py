"""Checking in at a customer's: position, distance, time; what is far or without position says why (CordysCRM #124)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
    photos: Sequence[Any] = (),
) -> VisitCheckIn:
    """Write down that the visitor is at the customer's now (``captured_at``: was, on a phone without network).

    Raises ``InvalidInput`` (field ``place_reason``) when the position is far or missing and no reason is given,
    ``Conflict`` for a second check-in or a visit that was called off, ``NotAllowed``.
    """
    if not can(actor, "log", visit):
        raise NotAllowed(_("Only who makes the visit, or the team above, may change it."))
    row = lock_row(Visit.objects.select_related("customer"), visit.pk)
    if row.state == VisitState.CANCELLED:
        raise Conflict(_("This visit was called off."), way_out=_("Plan it again first."))
    if VisitCheckIn.objects.filter(visit=row).exists():
        raise Conflict(_("Somebody has checked in for this visit already."))
    moment = captured_at or at
    if moment > at + CLOCK_SLACK:
        raise InvalidInput(_("The clock of your device is ahead; a check-in is never in the future."))
    moment = min(moment, at)
    mark, distance = judge(row.customer, position, at=at)
    if mark in (CheckInMark.FAR, CheckInMark.NONE) and not reason.strip():
        raise _needs_reason(mark, distance, at)
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


def add_photos(*, actor: User, at: datetime, visit: Visit, photos: Sequence[Any]) -> int:
    """Put photos on a visit; drawn anew without place and device. Raises ``InvalidInput`` (field ``photos``)."""
    if not photos:
        return 0
    types = read_types(rule("documents.allowed_types", on=timezone.localdate(at)))
    for photo in photos:
        if not KINDS[kind_of_name(clean_name(photo.name), types)].picture:
            raise InvalidInput(
                _("“%(name)s” is no picture.") % {"name": photo.name[:80]},
                field="photos",
                way_out=_("Put other files on the visit's page."),
            )
    return len(add_files(actor=actor, subject=visit, uploads=photos, at=at))


def judge(customer: Customer, position: Position | None, *, at: datetime) -> tuple[CheckInMark, int | None]:
    """What a position means: the mark, and the metres to the nearest place of the customer if one is known."""
    on = timezone.localdate(at)
    if position is None or (position.accuracy_m or 0) > rule("customers.checkin_accuracy", on=on):
        return CheckInMark.NONE, None
    places = CustomerPlace.objects.filter(customer=customer).values_list("latitude", "longitude")
    metres = [metres_between(position.latitude, position.longitude, *place) for place in places]
    if not metres:
        return CheckInMark.UNKNOWN, None
    nearest = min(metres)
    limit = rule("customers.checkin_metres", on=on) + (position.accuracy_m or 0)
    return (CheckInMark.NEAR if nearest <= limit else CheckInMark.FAR), nearest


def _needs_reason(mark: CheckInMark, distance: int | None, at: datetime) -> InvalidInput:
    if mark == CheckInMark.FAR:
        sentence = _("You are %(km)s km from the customer's address; say why.") % {
            "km": round((distance or 0) / 1000, 1)
        }
        return InvalidInput(
            sentence, field="place_reason", clause="customers.checkin_metres", metres=distance
        )
    return InvalidInput(
        _("Your device gave no position that can be used; say why."),
        field="place_reason",
        clause="customers.checkin_accuracy",
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
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise InvalidInput(_("These coordinates are not on the earth."), field="latitude")
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
