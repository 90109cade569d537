"""Receptions: planned, prepared by the units of the checklist, held, closed (FTR-01 to FTR-10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.choices import RECEPTION_MOVES, ReceptionState, VisitKind
from customers.errors import must_stand
from customers.models import ChecklistItem, Customer, Reception, ReceptionItem, ReceptionStop
from customers.services.reception_asks import ask_for, move_along, require_budget, take_back, things_of
from customers.services.visits import log_visit
from salesops.accounts.models import Team, User
from salesops.accounts.selectors import team_on
from salesops.approvals.services import end_requests
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.numbering.services import next_number
from salesops.ui.marks import exact_date

_LABELS = dict(ReceptionState.choices)
# What the units were told; they hear of changes.
TOLD = ("arrival", "guests", "purpose", "flight", "hotel")
MOST_POINTS = 60


@dataclass(frozen=True)
class Point:
    """One thing to prepare, as written in the form; ``item`` is the one that it replaces."""

    text: str
    due_at: datetime
    unit: Team | None = None
    item: int | None = None


@dataclass(frozen=True)
class Stop:
    """One stop of the itinerary, as written in the form; ``stop`` is the one that it replaces."""

    starts_at: datetime
    kind: str
    text: str
    place: str = ""
    unit: Team | None = None
    stop: int | None = None


@transaction.atomic
def plan_reception(*, actor: User, at: datetime, customer: Customer, owner: User, **fields: Any) -> Reception:
    """Write a reception down, with the current checklist. Raises ``InvalidInput``, ``NotAllowed``."""
    must_stand(customer)
    if not can(actor, "plan_visit", customer):
        raise NotAllowed(_("You may receive only your own customers or those of your team."))
    _check(at, **fields)
    day = timezone.localdate(fields["arrival"])
    row = Reception(
        number=next_number("JD", on=timezone.localdate(at)),
        customer=customer,
        owner=owner,
        team=team_on(owner, day),
        created_by=actor,
        **fields,
    )
    row.save(force_insert=True)
    if not can(actor, "edit", row):
        raise NotAllowed(_("You may plan receptions only for yourself or your team."), field="owner")
    points = ChecklistItem.objects.filter(
        checklist__kind=VisitKind.RECEPTION, checklist__is_current=True
    ).select_related("unit")
    ReceptionItem.objects.bulk_create(
        ReceptionItem(
            reception=row,
            position=point.position,
            text=point.text,
            unit=point.unit,
            due_at=row.arrival - timedelta(hours=point.hours_before or 0),
        )
        for point in points
    )
    record("customers.reception_planned", row, customer, actor=actor, at=at, data=_facts(row))
    return row


@transaction.atomic
def change_reception(
    *, actor: User, at: datetime, reception: Reception, version: int | None = None, **fields: Any
) -> Reception:
    """Correct what is known of it. When the arrival moves, what is not done yet moves along."""
    row = _open(reception, actor, version)
    if row.state == ReceptionState.PLANNED or fields.get("arrival", row.arrival) != row.arrival:
        _check(at, **({name: getattr(row, name) for name in ("arrival", "departure")} | fields))
    moved = fields.get("arrival", row.arrival) - row.arrival
    told = any(name in TOLD and getattr(row, name) != value for name, value in fields.items())
    for name, value in fields.items():
        setattr(row, name, value)
    if moved:
        row.items.filter(done_at__isnull=True).update(due_at=F("due_at") + moved)
        row.stops.update(starts_at=F("starts_at") + moved)
    _save(row)
    if moved or told:
        for thing in things_of(row):
            move_along(row, thing, actor=actor, at=at)
    record("customers.reception_changed", row, row.customer, actor=actor, at=at, data=_facts(row))
    return row


@transaction.atomic
def prepare_reception(
    *, actor: User, at: datetime, reception: Reception, version: int | None = None
) -> Reception:
    """Ask the unit of each point and stop (or give the host a task), due at its time before the arrival.

    Raises ``ReceptionRefused`` for a budget that needs approval.
    """
    row = _locked(reception, actor, "prepare", version)
    RECEPTION_MOVES.require(row.state, ReceptionState.PREPARING, labels=_LABELS)
    require_budget(row, at=at)
    for thing in things_of(row):
        ask_for(row, thing, actor=actor, at=at)
    _save(row, state=ReceptionState.PREPARING)
    record("customers.reception_prepared", row, row.customer, actor=actor, at=at, data=_facts(row))
    return row


@transaction.atomic
def set_points(
    *, actor: User, at: datetime, reception: Reception, points: Sequence[Point], version: int | None = None
) -> Reception:
    """Write the open points anew: own ones are added, others moved or struck out; what is done stays.

    While the reception is being prepared, new points are asked for at once, struck-out ones taken back.
    """
    row = _open(reception, actor, version)
    if len(points) > MOST_POINTS:
        raise InvalidInput(
            _("A reception has at most %(most)s points.") % {"most": MOST_POINTS}, field="lines"
        )
    was = {
        item.pk: item
        for item in row.items.filter(done_at__isnull=True).select_related("unit", "request", "task")
    }
    last = row.items.aggregate(top=Max("position"))["top"] or 0
    for number, point in enumerate(points, last + 1):
        item = was.pop(point.item, None) if point.item else None
        same = item is not None and (item.text, item.unit_id) == (point.text, getattr(point.unit, "pk", None))
        if item is not None and not same:
            _strike(item, actor=actor, at=at)
            item = None
        if item is None:
            item = ReceptionItem.objects.create(
                reception=row, position=number, text=point.text, unit=point.unit, due_at=point.due_at
            )
            if row.state == ReceptionState.PREPARING:
                ask_for(row, item, actor=actor, at=at)
        elif item.due_at != point.due_at:
            item.due_at = point.due_at
            item.save(update_fields=["due_at"])
            move_along(row, item, actor=actor, at=at)
    for item in was.values():
        _strike(item, actor=actor, at=at)
    _save(row)
    record("customers.reception_points", row, actor=actor, at=at, data=_facts(row, points=len(points)))
    return row


@transaction.atomic
def set_stops(
    *, actor: User, at: datetime, reception: Reception, stops: Sequence[Stop], version: int | None = None
) -> Reception:
    """Write the itinerary anew; a unit is asked to agree to each of its stops, as the points are."""
    row = _open(reception, actor, version)
    if len(stops) > MOST_POINTS:
        raise InvalidInput(
            _("A reception has at most %(most)s points.") % {"most": MOST_POINTS}, field="lines"
        )
    was = {stop.pk: stop for stop in row.stops.select_related("unit", "request")}
    for given in stops:
        _check_stop(row, given)
        stop = was.pop(given.stop, None) if given.stop else None
        fields = {name: getattr(given, name) for name in ("starts_at", "kind", "text", "place", "unit")}
        if stop is not None and (stop.text, stop.unit) != (given.text, given.unit):
            _strike(stop, actor=actor, at=at)
            stop = None
        if stop is None:
            stop = ReceptionStop.objects.create(reception=row, **fields)
            if row.state == ReceptionState.PREPARING:
                ask_for(row, stop, actor=actor, at=at)
            continue
        moved = stop.starts_at != given.starts_at
        for name, value in fields.items():
            setattr(stop, name, value)
        stop.save()
        if moved:
            move_along(row, stop, actor=actor, at=at)
    for stop in was.values():
        _strike(stop, actor=actor, at=at)
    _save(row)
    record("customers.reception_stops", row, actor=actor, at=at, data=_facts(row, stops=len(stops)))
    return row


def _check_stop(row: Reception, stop: Stop) -> None:
    """Within the stay, a day to either side."""
    first, last = row.arrival - timedelta(days=1), (row.departure or row.arrival) + timedelta(days=14)
    if not first <= stop.starts_at <= last:
        raise InvalidInput(
            _("%(what)s: the guests are not here then.") % {"what": stop.text},
            field="lines",
            way_out=_("The itinerary lies between arrival and departure."),
        )


def _strike(thing: ReceptionItem | ReceptionStop, *, actor: User, at: datetime) -> None:
    take_back(thing, actor=actor, at=at, reason=gettext("It was struck out of the preparations."))
    thing.delete()


def _open(reception: Reception, actor: User, version: int | None) -> Reception:
    row = _locked(reception, actor, "edit", version)
    if row.state in (ReceptionState.CLOSED, ReceptionState.CANCELLED):
        raise Conflict(_("This reception is over."))
    return row


@transaction.atomic
def guests_arrived(
    *, actor: User, at: datetime, reception: Reception, reason: str = "", version: int | None = None
) -> Reception:
    """The guests are here. On a day before the one they were expected on, say why: that day becomes the arrival.

    Raises ``InvalidInput`` without the reason.
    """
    row = _locked(reception, actor, "prepare", version)
    RECEPTION_MOVES.require(row.state, ReceptionState.ARRIVED, labels=_LABELS)
    early = timezone.localdate(at) < timezone.localdate(row.arrival)
    if early and not reason.strip():
        raise InvalidInput(
            _("They are expected on %(day)s.") % {"day": exact_date(timezone.localdate(row.arrival))},
            field="reason",
            way_out=_("Say why they came earlier, or change the day of arrival."),
        )
    if early:
        row.arrival = at
    _save(row, state=ReceptionState.ARRIVED)
    record(
        "customers.reception_arrived",
        row, row.customer, actor=actor, at=at, data=_facts(row), comment=reason.strip() if early else "",
    )  # fmt: skip
    return row


@transaction.atomic
def close_reception(
    *, actor: User, at: datetime, reception: Reception, result: str, version: int | None = None
) -> Reception:
    """Write down what came of it; it counts as a contact with the customer. What is still asked of units is withdrawn,
    what the host has not done is called off."""
    row = _locked(reception, actor, "prepare", version)
    RECEPTION_MOVES.require(row.state, ReceptionState.CLOSED, labels=_LABELS)
    if not result.strip():
        raise InvalidInput(_("Write down what came of it."), field="result")
    for thing in things_of(row):
        take_back(thing, actor=actor, at=at, reason=gettext("The reception is over."))
    end_requests(row, why=gettext("The reception is over."), actor=actor, at=at, also_returned=True)
    _save(row, state=ReceptionState.CLOSED, result=result.strip())
    log_visit(
        actor=None, at=at, visited_at=min(row.arrival, at), customer=row.customer, owner=row.owner,
        kind=VisitKind.RECEPTION, purpose=row.purpose, result=result, planned_date=timezone.localdate(row.arrival),
        historical=True,
    )  # fmt: skip
    record("customers.reception_closed", row, row.customer, actor=actor, at=at, data=_facts(row))
    return row


@transaction.atomic
def cancel_reception(
    *, actor: User, at: datetime, reception: Reception, reason: str, version: int | None = None
) -> Reception:
    """The guests do not come: open requests are withdrawn, undone tasks called off, and who was asked is told."""
    row = _locked(reception, actor, "prepare", version)
    RECEPTION_MOVES.require(row.state, ReceptionState.CANCELLED, labels=_LABELS)
    if not reason.strip():
        raise InvalidInput(_("Say why."), field="reason")
    for thing in things_of(row):
        take_back(thing, actor=actor, at=at, reason=reason.strip())
    end_requests(row, why=reason.strip(), actor=actor, at=at, also_returned=True)
    _save(row, state=ReceptionState.CANCELLED, cancel_reason=reason.strip())
    data = _facts(row, reason=reason.strip())
    record("customers.reception_cancelled", row, row.customer, actor=actor, at=at, data=data)
    return row


def item_done(*, at: datetime, by: User | None, task: int | None = None, request: int | None = None) -> bool:
    """A finished task or an answered request ticks its point off, once."""
    which = {"task_id": task} if task is not None else {"request_id": request}
    item = ReceptionItem.objects.select_for_update().filter(**which, done_at__isnull=True).first()
    if item is None or by is None:
        return False
    item.done_at, item.done_by = at, by
    item.save(update_fields=["done_at", "done_by"])
    return True


def _check(
    at: datetime, *, arrival: datetime, departure: datetime | None = None, budget: Any = None, **_more: Any
) -> None:
    if budget is not None and budget < 0:
        raise InvalidInput(_("A budget is not negative."), field="budget")
    if arrival <= at:
        raise InvalidInput(_("Guests who are still to come are planned."), field="arrival")
    if arrival > at + timedelta(days=1830):
        raise InvalidInput(_("This day is too far away to be true."), field="arrival")
    if departure is not None and departure <= arrival:
        raise InvalidInput(_("Guests leave after they have arrived."), field="departure")


def _locked(reception: Reception, actor: User, verb: str, version: int | None) -> Reception:
    row = lock_row(Reception.objects.select_related("customer", "owner"), reception.pk)
    if not can(actor, verb, row):
        raise NotAllowed(_("The host, or the team above, prepares a reception."))
    if version is not None and row.version != version:
        raise Conflict(_("Somebody else has changed this reception meanwhile."))
    return row


def _save(row: Reception, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.team = team_on(row.owner, timezone.localdate(row.arrival))
    row.version += 1
    row.save()


def _facts(row: Reception, **more: Any) -> dict[str, Any]:
    return {"reception": row.number} | more
