"""Contracts for tests, written as the database wants them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from contracts.choices import ContractState
from contracts.models import Contract
from salesops.accounts.selectors import team_on
from tests.factories.orders import make_currency, serial


def make_contract(customer: Any, *, owner: Any = None, number: str | None = None, **fields: Any) -> Contract:
    """An effective contract of the customer, signed 2026-01-05, 100,000.00 in the customer's currency."""
    owner = owner or customer.owner
    signed = fields.pop("signed_date", date(2026, 1, 5))
    amount = fields.pop("amount", Decimal("100000.00"))
    return Contract.objects.create(
        number=number or f"CT-{serial()}",
        customer=customer,
        owner=owner,
        team=fields.pop("team", None) or team_on(owner, signed or date(2026, 1, 5)),
        currency=fields.pop("currency", None) or customer.currency or make_currency(),
        state=fields.pop("state", ContractState.EFFECTIVE),
        signed_date=signed,
        start_date=fields.pop("start_date", signed),
        amount=amount,
        base_amount=fields.pop("base_amount", amount),
        **fields,
    )
