"""Visits: planned, logged, moved, called off (VIS-01, VIS-03)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices import VISIT_MOVES, VisitKind, VisitState
from customers.errors import must_stand
from customers.events import VisitDone
from customers.models import Contact, Customer, Visit
from customers.selectors.sharing import had_on
from salesops.accounts.asking import ask_above
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.numbering.services import next_number

_LABELS = dict(VisitState.choices)


@transaction.atomic
def plan_visit(
    *,
    actor: User | None,
    at: datetime,
    customer: Customer,
    owner: User,
    planned_date: date,
    kind: str = VisitKind.VISIT,
    purpose: str = "",
    contacts: Iterable[Contact] = (),
    follows: Visit | None = None,
    historical: bool = False,
) -> Visit:
    """Plan a visit of ``owner`` to ``customer``. ``historical`` (imports) allows a day in the past.

    Raises ``InvalidInput`` for a past day or a contact of another customer, ``NotAllowed``.
    """
    _may_visit(actor, customer)
    today = timezone.localdate(at)
    if planned_date < today and not historical:
        raise InvalidInput(
            _("A visit is planned for today or later."),
            field="planned_date",
            way_out=_("Log it instead if it has taken place."),
        )
    _check_far(planned_date, today, field="planned_date")
    met = _own_contacts(customer, contacts)
    visit = _insert(
        actor,
        today,
        customer=customer,
        owner=owner,
        kind=kind,
        planned_date=planned_date,
        visit_date=planned_date,
        purpose=purpose.strip(),
        follows=follows,
    )
    visit.contacts.set(met)
    record(
        "customers.visit_planned", visit, customer, actor=actor, at=at, data=_facts(visit, date=planned_date)
    )
    return visit


@transaction.atomic
def log_visit(
    *,
    actor: User | None,
    at: datetime,
    visited_at: datetime,
    result: str = "",
    visit: Visit | None = None,
    customer: Customer | None = None,
    owner: User | None = None,
    kind: str | None = None,
    purpose: str | None = None,
    contacts: Iterable[Contact] | None = None,
    next_step: str = "",
    next_date: date | None = None,
    plan_next: bool = True,
    planned_date: date | None = None,
    historical: bool = False,
) -> Visit:
    """Record that a visit took place: the planned ``visit``, or one that nobody planned (``customer``, ``owner``).

    With ``next_date`` and ``plan_next`` the next visit is planned, once. ``historical`` (imports) skips the window
    of the handbook for late records and takes ``planned_date`` as given. Raises ``InvalidInput`` for a time in the future, too long
    ago or before the next date, ``Conflict`` when it is logged or called off already; publishes ``VisitDone``.
    """
    if visit is None:
        if customer is None or owner is None:
            raise TypeError("log_visit needs a planned visit, or a customer and an owner")
        if actor is None or not had_on(actor, customer, timezone.localdate(visited_at)):
            _may_visit(actor, customer)
        row = None
    else:
        _may(actor, "log", visit)
        row = lock_row(Visit.objects.select_related("customer", "owner"), visit.pk)
        _require_open(row)
        customer, owner = row.customer, row.owner
    day = timezone.localdate(visited_at)
    _check_time(visited_at, at, actor=actor, historical=historical)
    if next_date and next_date < day:
        raise InvalidInput(_("The next step cannot be before the visit."), field="next_date")
    if next_date:
        _check_far(next_date, day, field="next_date")
    if not historical and not result.strip():
        raise InvalidInput(_("Write down what came of it."), field="result")
    met = None if contacts is None else _own_contacts(customer, contacts)
    values: dict[str, Any] = {
        "state": VisitState.DONE,
        "visited_at": visited_at,
        "visit_date": day,
        "result": result.strip(),
        "next_step": next_step.strip(),
        "next_date": next_date,
    }
    if kind:
        values["kind"] = kind
    if purpose is not None:
        values["purpose"] = purpose.strip()
    done = (
        _insert(actor, day, customer=customer, owner=owner, planned_date=planned_date, **values)
        if row is None
        else _finish(row, values)
    )
    if met is not None:
        done.contacts.set(met)
    record("customers.visit_logged", done, customer, actor=actor, at=at, data=_facts(done, date=day))
    publish(VisitDone(done.pk, customer.pk, visited_at))
    # Who has handed the customer over since writes the record, the next visit is the new owner's to plan.
    mine = actor is None or can(actor, "plan_visit", customer)
    if next_date and plan_next and mine and next_date >= timezone.localdate(at):
        plan_visit(
            actor=actor,
            at=at,
            customer=customer,
            owner=owner,
            planned_date=next_date,
            kind=done.kind if done.kind != VisitKind.FIRST_VISIT else VisitKind.RETURN_VISIT,
            purpose=next_step,
            contacts=done.contacts.all(),
            follows=done,
        )
    return done


@transaction.atomic
def update_visit(
    *, actor: User | None, at: datetime, visit: Visit, version: int | None = None, **changes: Any
) -> Visit:
    """Correct the words of a visit: kind, purpose, result and the like. Dates move by their own acts."""
    allowed = {
        "kind", "purpose", "result", "next_step", "contacts", "outcome", "feedback", "competitor_facts", "product_wishes",
    }  # fmt: skip
    if unknown := set(changes) - allowed:
        raise TypeError(f"not fields of a visit: {sorted(unknown)}")
    _may(actor, "edit", visit)
    row = _locked(visit, version)
    contacts = changes.pop("contacts", None)
    met = None if contacts is None else _own_contacts(row.customer, contacts)
    if row.state == VisitState.DONE and not changes.get("result", row.result).strip():
        raise InvalidInput(_("Write down what came of it."), field="result")
    _finish(row, changes)
    if met is not None:
        row.contacts.set(met)
    record("customers.visit_changed", row, row.customer, actor=actor, at=at, data=_facts(row))
    return row


@transaction.atomic
def replan_visit(
    *, actor: User | None, at: datetime, visit: Visit, planned_date: date, version: int | None = None
) -> Visit:
    """Move a planned visit to another day, or plan one again that was called off."""
    _may(actor, "replan", visit)
    row = _locked(visit, version)
    if row.state == VisitState.CANCELLED:
        VISIT_MOVES.require(row.state, VisitState.PLANNED, labels=_LABELS)
    elif row.state != VisitState.PLANNED:
        raise Conflict(_("This visit has taken place already; it cannot be moved."))
    if planned_date < timezone.localdate(at):
        raise InvalidInput(_("A visit is planned for today or later."), field="planned_date")
    _check_far(planned_date, timezone.localdate(at), field="planned_date")
    before = row.planned_date
    values = {"planned_date": planned_date, "visit_date": planned_date, "state": VisitState.PLANNED}
    moved_from = [day for day in [*row.moved_from, before] if day not in (None, planned_date)]
    _finish(row, values | {"cancel_reason": "", "moved_from": sorted(set(moved_from))})
    data = _facts(row, date=planned_date, before=before)
    record("customers.visit_moved", row, row.customer, actor=actor, at=at, data=data)
    return row


@transaction.atomic
def cancel_visit(
    *, actor: User | None, at: datetime, visit: Visit, reason: str, version: int | None = None
) -> Visit:
    """Call a planned visit off, with a reason."""
    _may(actor, "cancel", visit)
    row = _locked(visit, version)
    VISIT_MOVES.require(row.state, VisitState.CANCELLED, labels=_LABELS)
    if not reason.strip():
        raise InvalidInput(_("Say why the visit is called off."), field="reason")
    _finish(row, {"state": VisitState.CANCELLED, "cancel_reason": reason.strip()})
    record(
        "customers.visit_cancelled",
        row,
        row.customer,
        actor=actor,
        at=at,
        data=_facts(row, reason=reason.strip()),
    )
    return row


def _may(actor: User | None, verb: str, visit: Visit) -> None:
    if actor is not None and not can(actor, verb, visit):
        raise NotAllowed(_("Only who makes the visit, or the team above, may change it."))


def _may_visit(actor: User | None, customer: Customer) -> None:
    must_stand(customer)
    if actor is not None and not can(actor, "plan_visit", customer):
        raise NotAllowed(_("You may plan and log visits only to your own customers or those of your team."))


def _require_open(row: Visit) -> None:
    """A visit is written down once, by whoever is first (two devices, two people)."""
    if row.state == VisitState.DONE:
        raise Conflict(
            _("This visit has been logged already; it is %(number)s.") % {"number": row.number},
            way_out=_("Add your words there, or log them as a contact of their own."),
        )
    if row.state == VisitState.CANCELLED:
        raise Conflict(
            _("This visit was called off."),
            way_out=_("Plan it again first, or log what took place as a contact of its own."),
        )
    VISIT_MOVES.require(row.state, VisitState.DONE, labels=_LABELS)


def _locked(visit: Visit, version: int | None) -> Visit:
    row = lock_row(Visit.objects.select_related("customer", "owner"), visit.pk)
    if version is not None and row.version != version:
        raise Conflict(
            _("Somebody else has changed this visit meanwhile."),
            way_out=_("Reload the page, look at the change and enter yours again."),
        )
    return row


def _insert(actor: User | None, day: date, **values: Any) -> Visit:
    visit = Visit(
        number=next_number("BF", on=day),
        created_by=actor,
        team=team_on(values["owner"], values["visit_date"]),
        **values,
    )
    visit.save(force_insert=True)
    if actor is not None and not can(actor, "edit", visit):
        raise NotAllowed(_("You may plan and log visits only for yourself or your team."), field="owner")
    return visit


def _finish(row: Visit, values: dict[str, Any]) -> Visit:
    for name, value in values.items():
        setattr(row, name, value)
    row.team = team_on(row.owner, row.visit_date)
    row.version += 1
    row.save()
    return row


def _own_contacts(customer: Customer, contacts: Iterable[Contact]) -> list[Contact]:
    met = list(contacts)
    if any(contact.customer_id != customer.pk for contact in met):
        raise InvalidInput(_("Choose people who work at this customer."), field="contacts")
    return met


def _check_time(visited_at: datetime, at: datetime, *, actor: User | None, historical: bool) -> None:
    if visited_at > at:
        raise InvalidInput(
            _("A visit that is still to come cannot be logged."),
            field="visited_at",
            way_out=_("Plan it, and log it when it has taken place."),
        )
    if historical:
        return
    today = timezone.localdate(at)
    days = rule("customers.visit_backdate_days", on=today)
    late = (today - timezone.localdate(visited_at)).days
    if timezone.localdate(visited_at) < today - timedelta(days=days):
        raise InvalidInput(
            _("A visit is logged at most %(days)s days after it took place; this one was %(late)s days ago.")
            % {"days": days, "late": late},
            field="visited_at",
            clause="customers.visit_backdate_days",
            way_out=_("Ask your lead to write it down, or to have the clause changed."),
            release=ask_above(actor, _("A visit of mine was not written down in time")),
            days=days,
            late=late,
        )


def _check_far(day: date, today: date, *, field: str) -> None:
    if day.year > today.year + 20:
        raise InvalidInput(_("This day is too far away to be true."), field=field)


def _facts(visit: Visit, **more: Any) -> dict[str, Any]:
    return {"visit": visit.number, "kind": visit.kind} | more
