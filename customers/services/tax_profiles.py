"""Invoice titles of a customer: a new one and every change wait for a second person (CUS-01, DAT-03)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices import TaxProfileKind
from customers.errors import InvalidTaxNumber
from customers.identifiers import check_tax_number, normalise_phone
from customers.models import Customer, TaxProfile
from salesops.accounts.models import User
from salesops.approvals.changes import kind_for
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import propose_change
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can

COUNTRY = {TaxProfileKind.PRC: "CN", TaxProfileKind.TAIWAN: "TW"}
FIELDS = frozenset(
    {
        "kind", "title", "tax_number", "tax_override_reason", "address", "phone", "bank_name", "bank_account",
        "email", "from_date", "to_date", "is_default",
    }
)  # fmt: skip


@transaction.atomic
def save_tax_profile(
    *,
    actor: User | None,
    at: datetime,
    customer: Customer,
    profile: TaxProfile | None = None,
    version: int | None = None,
    **fields: Any,
) -> TaxProfile:
    """Add an invoice title, or change one.

    A new title is not used, and changed title, tax number and bank hold their old values, until a second person
    accepted them. Raises ``NotAllowed``, ``InvalidInput``, ``InvalidTaxNumber``, ``InvalidPhone``, ``Conflict``.
    """
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"not fields of an invoice title: {sorted(unknown)}")
    if actor is not None and not can(actor, "edit", customer):
        raise NotAllowed(_("You may not change this customer file."))
    owner = lock_row(Customer.objects, customer.pk)
    today = timezone.localdate(at)
    row = _row(owner, profile, version, actor, today)
    before = {name: getattr(row, name) for name in FIELDS}
    wanted = bool(fields.pop("is_default", row.is_default))
    for name, value in fields.items():
        setattr(row, name, value)
    _tidy(row)
    row.is_default = wanted
    waits = _waiting(row, before, actor, today)
    for name in waits:
        setattr(row, name, before[name])
    needs_second = not row.checked and actor is not None and _second_person("checked", today)
    row.checked = row.checked or not needs_second
    _settle_default(row, row.is_default)
    row.save()
    verb = "customers.tax_profile_changed" if profile else "customers.tax_profile_added"
    record(verb, owner, actor=actor, at=at, data={"title": row.title})
    if waits and actor is not None:
        propose_change(actor=actor, obj=row, changes=waits, at=at)
    if needs_second and actor is not None:
        propose_change(actor=actor, obj=row, changes={"checked": True, "is_default": wanted}, at=at)
    return row


def _row(
    owner: Customer, profile: TaxProfile | None, version: int | None, actor: User | None, today: date
) -> TaxProfile:
    if profile is None:
        return TaxProfile(customer=owner, created_by=actor, from_date=today)
    row = lock_row(TaxProfile.objects.filter(customer=owner), profile.pk)
    if version is not None and row.version != version:
        raise Conflict(
            _("Somebody else has changed this entry meanwhile."),
            way_out=_("Reload the page, look at the change and enter yours again."),
        )
    if not row.checked and ApprovalRequest.objects.about(row).filter(state="pending").exists():
        raise Conflict(
            _("This title waits for a second person and cannot be changed now."),
            way_out=_("Take the request back first, or wait for the answer."),
        )
    row.version += 1
    return row


def _waiting(row: TaxProfile, before: Mapping[str, Any], actor: User | None, today: date) -> dict[str, Any]:
    """What a second person has to accept of a change to a title in use."""
    if actor is None or not row.checked:
        return {}
    moved = {name for name in FIELDS if getattr(row, name) != before[name]}
    return {name: getattr(row, name) for name in moved if _second_person(name, today)}


def _second_person(name: str, today: date) -> bool:
    return kind_for(TaxProfile, name, on=today) is not None


def _tidy(row: TaxProfile) -> None:
    row.title = row.title.strip()
    if not row.title:
        raise InvalidInput(_("Enter the title that stands on the invoice."), field="title")
    if row.to_date is not None and row.to_date < row.from_date:
        raise InvalidInput(_("The last day lies before the first."), field="to_date")
    country = COUNTRY.get(TaxProfileKind(row.kind), "")
    check = check_tax_number(row.tax_number, country=country)
    row.tax_number = check.number
    if check.ok:
        row.tax_override_reason = ""
    elif not row.tax_override_reason.strip():
        raise InvalidTaxNumber(
            check.problem,
            field="tax_number",
            way_out=_("Correct it, or say below why it is right all the same."),
        )
    row.phone = normalise_phone(row.phone, country=country) if row.phone else ""


def _settle_default(row: TaxProfile, wanted: bool) -> None:
    """One title of a customer is the usual one; the first that is accepted becomes it."""
    others = TaxProfile.objects.filter(customer=row.customer_id, is_default=True).exclude(pk=row.pk)
    row.is_default = row.checked and (wanted or not others.exists())
    if row.is_default:
        others.update(is_default=False)


@transaction.atomic
def end_tax_profile(*, actor: User | None, at: datetime, profile: TaxProfile, last: date) -> TaxProfile:
    """The title is used until a day and stays on what was written with it."""
    if actor is not None and not can(actor, "edit", profile.customer):
        raise NotAllowed(_("You may not change this customer file."))
    owner = lock_row(Customer.objects, profile.customer_id)
    row = lock_row(TaxProfile.objects, profile.pk)
    if last < row.from_date - timedelta(days=1):
        raise InvalidInput(_("The last day lies before the first."), field="last")
    row.to_date, row.is_default = max(last, row.from_date), False
    row.version += 1
    row.save()
    data = {"title": row.title, "date": row.to_date}
    record("customers.tax_profile_ended", owner, actor=actor, at=at, data=data)
    return row


def apply_change(
    profile: TaxProfile, values: Mapping[str, Any], *, actor: Any, at: datetime, request: Any
) -> None:
    """Write what a second person accepted."""
    owner = lock_row(Customer.objects, profile.customer_id)
    for name, value in values.items():
        setattr(profile, name, value)
    _settle_default(profile, profile.is_default)
    profile.version += 1
    profile.save()
    data = {"title": profile.title, "proposed_by": request.applicant.name}
    record("customers.tax_profile_accepted", owner, actor=actor, at=at, data=data)
