"""Receptions: planned, prepared by the units of the checklist, held, closed (FTR-01 to FTR-10)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.choices import RECEPTION_MOVES, ReceptionState, VisitKind
from customers.errors import must_stand
from customers.models import ChecklistItem, Customer, Reception, ReceptionItem
from customers.services.visits import log_visit
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.numbering.services import next_number
from salesops.work.services import ask_department, create_task

_LABELS = dict(ReceptionState.choices)
FIELDS = (
    "level", "arrival", "departure", "guests", "purpose", "flight", "hotel", "room", "diet", "itinerary",
)  # fmt: skip
# What is due before now is asked for within this time.
AT_ONCE = timedelta(hours=1)


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
    row = _locked(reception, actor, "edit", version)
    if row.state in (ReceptionState.CLOSED, ReceptionState.CANCELLED):
        raise Conflict(_("This reception is over."))
    if row.state == ReceptionState.PLANNED or fields.get("arrival", row.arrival) != row.arrival:
        _check(at, **({name: getattr(row, name) for name in ("arrival", "departure")} | fields))
    moved = fields.get("arrival", row.arrival) - row.arrival
    for name, value in fields.items():
        setattr(row, name, value)
    if moved:
        for item in row.items.filter(done_at__isnull=True):
            item.due_at += moved
            item.save(update_fields=["due_at"])
    _save(row)
    record("customers.reception_changed", row, row.customer, actor=actor, at=at, data=_facts(row))
    return row


@transaction.atomic
def prepare_reception(
    *, actor: User, at: datetime, reception: Reception, version: int | None = None
) -> Reception:
    """Ask the unit of each point (or give the host a task), due at its time before the arrival."""
    row = _locked(reception, actor, "prepare", version)
    RECEPTION_MOVES.require(row.state, ReceptionState.PREPARING, labels=_LABELS)
    own = team_on(actor, timezone.localdate(at))
    for item in row.items.select_related("unit").order_by("position"):
        due = max(item.due_at, at + AT_ONCE)
        title = gettext(item.text)
        if item.unit is not None and (own is None or item.unit_id != own.pk):
            item.request = ask_department(
                actor=actor, at=at, to_team=item.unit, title=title, due_at=due, ask=_words(row), subject=row
            )
        else:
            item.task = create_task(
                actor=actor, at=at, title=title, owner=row.owner, due_at=due, requirement=_words(row), subject=row
            )  # fmt: skip
        item.save(update_fields=["request", "task"])
    _save(row, state=ReceptionState.PREPARING)
    record("customers.reception_prepared", row, row.customer, actor=actor, at=at, data=_facts(row))
    return row


def _words(row: Reception) -> str:
    """What a unit needs to know; it does not see the record itself."""
    arrival = timezone.localtime(row.arrival)
    parts = (row.customer.name, f"{arrival:%Y-%m-%d %H:%M}", row.purpose, row.guests, row.flight, row.hotel)
    return "\n".join(part for part in parts if part)


@transaction.atomic
def guests_arrived(
    *, actor: User, at: datetime, reception: Reception, version: int | None = None
) -> Reception:
    """The guests are here."""
    row = _locked(reception, actor, "prepare", version)
    RECEPTION_MOVES.require(row.state, ReceptionState.ARRIVED, labels=_LABELS)
    _save(row, state=ReceptionState.ARRIVED)
    record("customers.reception_arrived", row, row.customer, actor=actor, at=at, data=_facts(row))
    return row


@transaction.atomic
def close_reception(
    *, actor: User, at: datetime, reception: Reception, result: str, version: int | None = None
) -> Reception:
    """Write down what came of it; it counts as a contact with the customer."""
    row = _locked(reception, actor, "prepare", version)
    RECEPTION_MOVES.require(row.state, ReceptionState.CLOSED, labels=_LABELS)
    if not result.strip():
        raise InvalidInput(_("Write down what came of it."), field="result")
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
    """The guests do not come; who was asked is told by the state of the record."""
    row = _locked(reception, actor, "prepare", version)
    RECEPTION_MOVES.require(row.state, ReceptionState.CANCELLED, labels=_LABELS)
    if not reason.strip():
        raise InvalidInput(_("Say why."), field="reason")
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


def _check(at: datetime, *, arrival: datetime, departure: datetime | None = None, **_more: Any) -> None:
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
