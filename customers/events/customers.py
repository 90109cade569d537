"""Facts that customer work publishes; upper apps subscribe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class CustomerCreated:
    customer_id: int
    at: datetime


@dataclass(frozen=True)
class CustomerOwnerChanged:
    """From ``from_date`` on the customer belongs to ``new_owner_id`` (``None``: to nobody)."""

    customer_id: int
    old_owner_id: int | None
    new_owner_id: int | None
    from_date: date


@dataclass(frozen=True)
class CreditBasisChanged:
    """What a customer's orders are checked against changed: limit, terms, class, currency or group."""

    customer_id: int
    at: datetime


@dataclass(frozen=True)
class VisitDone:
    visit_id: int
    customer_id: int
    at: datetime
