"""Thin makers of ledger documents; they go through the services, so the ledger's rules hold for them too."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from customers.models import Customer, CustomerOwnership
from receivables.models import CreditNote, Receipt, Receivable
from receivables.services import (
    Allocation,
    NewCreditNote,
    NewReceipt,
    NewReceivable,
    create_credit_note,
    create_receivable,
    record_receipt,
)
from salesops.accounts.selectors import team_on
from salesops.catalog.models import Currency, PaymentTerm

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 6, 30, 10, tzinfo=ZONE)
_serial = count(1)


def currency(code: str = "CNY") -> Currency:
    return Currency.objects.get_or_create(code=code, defaults={"name": code})[0]


def noon(day: date) -> datetime:
    """Noon of a day in the company's time zone."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZONE)


def make_customer(
    *, owner: Any = None, code: str = "", name: str = "", money: str = "CNY", term: PaymentTerm | None = None
) -> Customer:
    code = code or f"K{next(_serial):05d}"
    created = date(2020, 1, 1)
    team = team_on(owner, created) if owner else None
    customer = Customer.objects.create(
        code=code,
        name=name or f"Customer {code}",
        owner=owner,
        team=team,
        created_date=created,
        currency=currency(money),
        payment_term=term,
    )
    if owner:
        CustomerOwnership.objects.create(customer=customer, owner=owner, team=team, from_date=created)
    return customer


def make_receivable(
    customer: Customer | None = None,
    *,
    amount: Any = "100.00",
    issued: date = date(2026, 1, 10),
    due: date | None = date(2026, 2, 9),
    owner: Any = None,
    money: str | None = None,
    at: datetime = AT,
    **more: Any,
) -> Receivable:
    customer = customer or make_customer(owner=owner)
    return create_receivable(
        actor=None,
        receivable=NewReceivable(
            customer=customer,
            issue_date=issued,
            due_date=due,
            amount=Decimal(str(amount)),
            currency=currency(money) if money else customer.currency,
            owner=owner,
            **more,
        ),
        at=at,
    )


def make_receipt(
    customer: Customer,
    *,
    amount: Any = "100.00",
    received: date = date(2026, 2, 1),
    to: dict[Receivable, Any] | None = None,
    money: str | None = None,
    at: datetime = AT,
    allocated: date | None = None,
    **more: Any,
) -> Receipt:
    return record_receipt(
        actor=None,
        receipt=NewReceipt(
            customer=customer,
            received_date=received,
            amount=Decimal(str(amount)),
            currency=currency(money) if money else customer.currency,
            **more,
        ),
        allocations=[Allocation(item.pk, Decimal(str(part))) for item, part in (to or {}).items()],
        allocation_date=allocated,
        at=at,
    )


def make_credit_note(
    customer: Customer,
    *,
    amount: Any = "10.00",
    on: date = date(2026, 3, 1),
    receivable: Receivable | None = None,
    reason: str = "Allowance",
    at: datetime = AT,
    **more: Any,
) -> CreditNote:
    return create_credit_note(
        actor=None,
        credit_note=NewCreditNote(
            customer=customer,
            date=on,
            amount=Decimal(str(amount)),
            currency=customer.currency,
            receivable=receivable,
            reason=reason,
            **more,
        ),
        at=at,
    )
