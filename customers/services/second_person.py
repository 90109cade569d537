"""Tax number, bank account and credit terms wait for a second person (DAT-03)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.events import CreditBasisChanged
from customers.models import Customer, TaxProfile
from customers.services import tax_profiles
from salesops.approvals.changes import ChangeKind, kind_for, register_change
from salesops.approvals.formats import base_money
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import subject_changed
from salesops.audit.services import record
from salesops.catalog.selectors import rate_to_base
from salesops.core.errors import DomainError
from salesops.core.events import publish
from salesops.core.masking import mask_account, mask_tax_number
from salesops.core.money import convert

TAX, BANK, CREDIT = "customers.tax", "customers.bank", "customers.credit"
TITLE = "customers.title"
BASIS = frozenset({"credit_limit", "payment_term", "customer_class", "currency", "parent"})
# Kinds of requests that set credit limits and carry old and new values as a change does; apps add theirs.
credit_doors = {CREDIT}


def waiting_fields(names: set[str], *, on: date) -> set[str]:
    """Which of these fields need a second person on a day."""
    return {name for name in names if kind_for(Customer, name, on=on) is not None}


def apply_change(
    customer: Customer, values: Mapping[str, Any], *, actor: Any, at: datetime, request: Any
) -> None:
    """Write what a second person accepted; the file was locked and compared by the engine."""
    from customers.services.customers import tidy

    for name, value in values.items():
        setattr(customer, name, value)
    if "tax_number" in values:
        tidy(customer, timezone.localdate(at), lenient=True)
    customer.version += 1
    customer.save()
    data = {"fields": sorted(values), "proposed_by": request.applicant.name}
    record("customers.change_accepted", customer, actor=actor, at=at, data=data)
    tell_basis(customer, values, at=at)


def tell_basis(customer: Customer, changed: Iterable[str], *, at: datetime) -> None:
    """Upper apps hear of it when what the orders of a customer are checked against has changed."""
    if BASIS & set(changed):
        publish(CreditBasisChanged(customer.pk, at))


def set_credit_terms(
    customer: Customer, values: Mapping[str, Any], *, actor: Any, at: datetime, request: ApprovalRequest
) -> None:
    """Limit and terms as another approved request (an assessment) sets them; a change that waits on old values ends."""
    values = {name: value for name, value in values.items() if getattr(customer, name) != value}
    if values:
        apply_change(customer, values, actor=actor, at=at, request=request)
        subject_changed(customer, actor=actor, at=at)


def credit_facts(customer: Customer, values: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The new limit in base currency; without a new one the limit in force, since the terms move it in time."""
    limit = values.get("credit_limit", customer.credit_limit)
    if limit is None:
        return {"amount": None}
    try:
        rate = rate_to_base(customer.currency_id, on=on)
    except (DomainError, LookupError):
        rate = Decimal(1)
    return {"amount": convert(limit, rate)}


def register_kinds() -> None:
    same: dict[str, Any] = {
        "team": lambda c: c.team,
        "customer": lambda c: c.pk,
        "currency": lambda c: c.currency_id,
        "mend_url": lambda c: reverse("customers:customer_edit", args=[c.pk]),
    }
    credit = {**same, "mend_url": lambda c: reverse("customers:customer_credit", args=[c.pk])}
    register_change(
        ChangeKind(
            TAX,
            Customer,
            _("Change of tax number"),
            fields={
                "tax_number": "customers.second_person_tax",
                "tax_override_reason": "customers.second_person_tax",
            },
            apply=apply_change,
            masks={"tax_number": mask_tax_number},
            clause="customers.second_person_tax",
            **same,
        )
    )
    register_change(
        ChangeKind(
            BANK,
            Customer,
            _("Change of bank account"),
            fields={
                "bank_name": "customers.second_person_bank",
                "bank_account": "customers.second_person_bank",
            },
            apply=apply_change,
            masks={"bank_account": mask_account},
            clause="customers.second_person_bank",
            **same,
        )
    )
    register_change(
        ChangeKind(
            CREDIT,
            Customer,
            _("Change of credit terms"),
            fields={
                "credit_limit": "customers.second_person_credit",
                "payment_term": "customers.second_person_credit",
            },
            apply=apply_change,
            may_request="set_credit",
            more_facts=credit_facts,
            more_labels={"amount": _("new credit limit in base currency")},
            amount="amount",
            clause="customers.second_person_credit",
            see_verb="view_credit",
            formats={"amount": base_money},
            **credit,
        )
    )
    register_title()


def title_facts(profile: TaxProfile, values: Mapping[str, Any], on: date) -> dict[str, Any]:
    """A new title is read as a whole by who accepts it."""
    facts = {"customer": profile.customer.name}
    if "checked" in values:
        facts |= {name: getattr(profile, name) or "–" for name in TITLE_FIELDS}
    return facts


TITLE_FIELDS = ("title", "tax_number", "bank_name", "bank_account")


def register_title() -> None:
    """Invoice titles: what stands on the invoice and where the money comes from."""
    tax, bank = "customers.second_person_tax", "customers.second_person_bank"
    register_change(
        ChangeKind(
            TITLE,
            TaxProfile,
            _("Invoice title"),
            fields={
                "checked": tax,
                "is_default": tax,
                "kind": tax,
                "title": tax,
                "tax_number": tax,
                "tax_override_reason": tax,
                "address": tax,
                "phone": tax,
                "bank_name": bank,
                "bank_account": bank,
            },
            apply=tax_profiles.apply_change,
            masks={"tax_number": mask_tax_number, "bank_account": mask_account},
            more_facts=title_facts,
            more_labels={"customer": _("customer")},
            clause=tax,
            team=lambda profile: profile.customer.team,
            customer=lambda profile: profile.customer_id,
            mend_url=lambda profile: reverse("customers:taxprofile_edit", args=[profile.pk]),
        )
    )
