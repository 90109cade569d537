"""Contacts and addresses of a customer (CUS-01)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.errors import must_stand
from customers.identifiers import country_code, read_phone
from customers.models import Address, Contact, Customer
from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.handbook.selectors import rule

CONTACT_FIELDS = frozenset(
    {
        "name", "title", "phone", "second_phone", "email", "chat", "part", "channel", "birthday", "habits",
        "is_primary", "left",
    }
)  # fmt: skip
ADDRESS_FIELDS = frozenset({"kind", "text", "receiver", "phone", "is_default"})


@transaction.atomic
def save_contact(
    *,
    actor: User | None,
    at: datetime,
    customer: Customer,
    contact: Contact | None = None,
    version: int | None = None,
    lenient: bool = False,
    **fields: Any,
) -> Contact:
    """Add a contact, or change ``contact``. The first contact, and one marked so, is the main contact; the former
    main contact steps back. Raises ``NotAllowed``, ``InvalidInput``, ``InvalidPhone``, ``Conflict``."""
    owner = _locked_customer(actor, customer)
    row = _row(Contact, contact, owner, version, fields, CONTACT_FIELDS, actor)
    row.name = row.name.strip()
    if not row.name:
        raise InvalidInput(_("Enter the name of the contact."), field="name")
    row.phone = _phone(row.phone, owner, at, lenient=lenient)
    row.second_phone = _phone(row.second_phone, owner, at, lenient=lenient)
    if row.birthday is not None and row.birthday > timezone.localdate(at):
        raise InvalidInput(_("This day lies in the future."), field="birthday")
    others = Contact.objects.filter(customer=owner).exclude(pk=row.pk)
    if row.left:
        row.is_primary = False
    elif not others.filter(is_primary=True).exists():
        row.is_primary = True
    if row.is_primary:
        others.filter(is_primary=True).update(is_primary=False)
    row.save()
    verb = "customers.contact_changed" if contact else "customers.contact_added"
    record(verb, owner, row, actor=actor, at=at, data={"contact": row.name})
    return row


@transaction.atomic
def save_address(
    *,
    actor: User | None,
    at: datetime,
    customer: Customer,
    address: Address | None = None,
    version: int | None = None,
    lenient: bool = False,
    **fields: Any,
) -> Address:
    """Add an address, or change ``address``; the first of its kind, and one marked so, is the usual one. Raises as
    ``save_contact``."""
    owner = _locked_customer(actor, customer)
    row = _row(Address, address, owner, version, fields, ADDRESS_FIELDS, actor)
    row.text = row.text.strip()
    if not row.text:
        raise InvalidInput(_("Enter the address."), field="text")
    row.phone = _phone(row.phone, owner, at, lenient=lenient)
    others = Address.objects.filter(customer=owner, kind=row.kind).exclude(pk=row.pk)
    if row.is_default or not others.filter(is_default=True).exists():
        others.filter(is_default=True).update(is_default=False)
        row.is_default = True
    row.save()
    verb = "customers.address_changed" if address else "customers.address_added"
    record(verb, owner, actor=actor, at=at, data={"kind": row.kind})
    return row


@transaction.atomic
def remove_address(*, actor: User | None, at: datetime, address: Address) -> None:
    """Remove an address; its row history stays."""
    owner = _locked_customer(actor, address.customer)
    address.delete()
    record("customers.address_removed", owner, actor=actor, at=at, data={"kind": address.kind})


def _locked_customer(actor: User | None, customer: Customer) -> Customer:
    row = lock_row(Customer.objects, customer.pk)
    must_stand(row)
    if actor is not None and not can(actor, "edit", row):
        raise NotAllowed(_("You may not change this customer file."))
    return row


def _row(
    model: type[Any],
    existing: Any,
    customer: Customer,
    version: int | None,
    fields: dict[str, Any],
    allowed: frozenset[str],
    actor: User | None,
) -> Any:
    if unknown := set(fields) - allowed:
        raise TypeError(f"not fields of {model.__name__}: {sorted(unknown)}")
    if existing is None:
        return model(customer=customer, created_by=actor, **fields)
    row = lock_row(model.objects.filter(customer=customer), existing.pk)
    if version is not None and row.version != version:
        raise Conflict(
            _("Somebody else has changed this entry meanwhile."),
            way_out=_("Reload the page, look at the change and enter yours again."),
        )
    for name, value in fields.items():
        setattr(row, name, value)
    row.version += 1
    return row


def _phone(text: str, customer: Customer, at: datetime, *, lenient: bool) -> str:
    home = rule("customers.home_country", on=timezone.localdate(at))
    return read_phone(text, country=country_code(customer.country, home=home), lenient=lenient)
