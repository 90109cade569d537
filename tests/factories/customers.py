"""Makers of customers, contacts and visits, straight into the tables unless said otherwise."""

from __future__ import annotations

import itertools
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from customers.choices import VisitState
from customers.models import Contact, Customer, CustomerOwnership, Visit
from customers.naming import name_key
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.catalog.models import Currency

SINCE = date(2025, 1, 1)
_serial = itertools.count(1)


def make_currency(code: str = "CNY") -> Currency:
    return Currency.objects.get_or_create(code=code, defaults={"name": code})[0]


def make_customer(owner: User | None = None, *, since: date = SINCE, **fields: Any) -> Customer:
    """A customer that ``owner`` has had since ``since``, with the team the owner belonged to then."""
    serial = next(_serial)
    fields.setdefault("code", f"C{serial:05d}")
    fields.setdefault("name", f"Customer Number {serial} Ltd.")
    fields.setdefault("currency", make_currency())
    fields.setdefault("created_date", since)
    fields.setdefault("name_key", name_key(fields["name"]))
    team = team_on(owner, since) if owner else None
    fields.setdefault("team", team)
    customer = Customer.objects.create(owner=owner, **fields)
    if owner:
        CustomerOwnership.objects.create(customer=customer, owner=owner, team=team, from_date=since)
    return customer


def make_contact(customer: Customer, **fields: Any) -> Contact:
    serial = next(_serial)
    fields.setdefault("name", f"Contact {serial}")
    fields.setdefault("phone", f"+86138{serial:08d}")
    return Contact.objects.create(customer=customer, **fields)


def make_visit(
    customer: Customer,
    owner: User | None = None,
    *,
    on: date = date(2026, 3, 2),
    done: bool = True,
    **fields: Any,
) -> Visit:
    """A visit on a day, done at 10 o'clock unless ``done=False`` (then planned for that day)."""
    owner = owner or customer.owner
    fields.setdefault("number", f"BF-TEST-{next(_serial):05d}")
    if done:
        fields.setdefault("visited_at", timezone.make_aware(datetime.combine(on, time(10))))
        fields.setdefault("result", "They want more")
        fields.setdefault("state", VisitState.DONE)
    else:
        fields.setdefault("planned_date", on)
    contacts = fields.pop("contacts", ())
    visit = Visit.objects.create(
        customer=customer, owner=owner, team=team_on(owner, on), visit_date=on, **fields
    )
    visit.contacts.set(contacts)
    return visit
