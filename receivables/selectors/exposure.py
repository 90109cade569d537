"""What a customer owes and will owe, against its credit limit (domain §7), in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection

from customers.choices import CustomerClass
from customers.models import Customer
from customers.selectors import family_of
from salesops.catalog.selectors import rate_to_base, rates_to_base
from salesops.core.errors import InvalidInput
from salesops.core.money import convert, places_of
from salesops.handbook.selectors import rules_on

SQL = Path(__file__).resolve().parent.parent / "sql"
CHECK = "receivables.credit_check"
WARN_SHARE = "receivables.credit_warn_share"
OVERDUE_DAYS = "receivables.credit_overdue_days"
UNBILLED_DAYS = "receivables.credit_unbilled_days"
TOLERANCE = "receivables.reminder_tolerance"
SLACK = "receivables.credit_tolerance"
BY_CLASS = {
    CustomerClass.IMPORTANT.value: "receivables.credit_check_important",
    CustomerClass.POTENTIAL.value: "receivables.credit_check_potential",
}
RULES = (CHECK, WARN_SHARE, OVERDUE_DAYS, UNBILLED_DAYS, TOLERANCE, SLACK, *BY_CLASS.values())


@dataclass(frozen=True)
class Exposure:
    """Amounts in base currency; ``limit`` is ``None`` where nobody set one. ``this_order`` is the order asked about."""

    items: Decimal
    unbilled: Decimal
    confirmed: Decimal
    this_order: Decimal
    unallocated: Decimal
    limit: Decimal | None
    overdue_days: int
    rules: dict[str, Any]

    @property
    def total(self) -> Decimal:
        """Open items, goods not billed, orders not shipped and this order, less money not yet allocated."""
        return self.items + self.unbilled + self.confirmed + self.this_order - self.unallocated

    @property
    def over(self) -> Decimal:
        """By how much the limit is passed; nothing without a limit or within the small tolerance of the handbook."""
        beyond = Decimal(0) if self.limit is None else self.total - self.limit
        return beyond if beyond > self.rules[SLACK] else Decimal(0)

    @property
    def prepaid(self) -> bool:
        """Is there money not yet allocated for this order and for all that is ordered and not billed?"""
        return 0 < self.this_order <= self.unallocated - self.confirmed - self.unbilled

    @property
    def share(self) -> Decimal | None:
        """The part of the limit that is used; ``None`` without one. Money that lies ready uses nothing of it."""
        return max(self.total, Decimal(0)) / self.limit if self.limit else None

    @property
    def near(self) -> bool:
        """Within the limit, but at or above the share from which the handbook warns."""
        return bool(self.share is not None and not self.over and self.share >= self.rules[WARN_SHARE])

    @property
    def late(self) -> bool:
        """Something has been overdue for longer than the handbook lets pass."""
        return self.overdue_days > self.rules[OVERDUE_DAYS]


def mode_for(customer: Customer, rules: dict[str, Any]) -> str:
    """Refuse, warn or look away, by the class of the customer."""
    mode = rules[BY_CLASS[customer.customer_class]] if customer.customer_class in BY_CLASS else "same"
    return str(rules[CHECK] if mode == "same" else mode)


def exposure_of(
    customer: Customer,
    *,
    on: date,
    order: int | None = None,
    rules: dict[str, Any] | None = None,
    family: Sequence[int] = (),
) -> Exposure:
    """The exposure of a customer on a day; ``order`` is the key of the order that is to be confirmed or shipped,
    ``family`` the files that count with it (those merged into it, unless a whole group is asked for)."""
    rules = rules or rules_on(on, RULES)
    params = _params(family_of(customer), on, order, rules)
    with connection.cursor() as cursor:
        cursor.execute(_sql("exposure"), params | {"family": list(family)} if family else params)
        items, overdue_days, unbilled, confirmed, this_order, unallocated = cursor.fetchone()
    return Exposure(
        items, unbilled, confirmed, this_order, unallocated, limit_of(customer, on=on), overdue_days, rules
    )


def _sql(name: str) -> str:
    """A statement over the orders that count, which it calls ``o``."""
    orders, rest = ((SQL / f"{part}.sql").read_text(encoding="utf-8") for part in ("exposure_orders", name))
    return f"WITH o AS ({orders}) {rest}"


def totals(*, on: date, rules: dict[str, Any] | None = None) -> dict[int, Decimal]:
    """The exposure of every customer that has any, in base currency; files merged into another one count there."""
    with connection.cursor() as cursor:
        cursor.execute(_sql("exposure_all"), _params(None, on, None, rules or rules_on(on, RULES)))
        return dict(cursor.fetchall())


def _params(
    family: Sequence[int] | None, on: date, order: int | None, rules: dict[str, Any]
) -> dict[str, Any]:
    return {
        "family": None if family is None else list(family),
        "on": on,
        "order": order or 0,
        "coins": places_of(),
        "tolerance": rules[TOLERANCE],
        "unbilled_days": rules[UNBILLED_DAYS],
    }


@dataclass(frozen=True)
class OrderPart:
    """What one order adds to the exposure: ``left_over`` is its total less what is billed and what came back."""

    order: int
    billed: Decimal
    back: Decimal
    left_over: Decimal


def orders_behind(customer: Customer, state: str, *, on: date) -> list[OrderPart]:
    """The orders behind "shipped, not billed" or "confirmed, not shipped"; their sum is that part of the exposure."""
    with connection.cursor() as cursor:
        params = _params(family_of(customer), on, None, rules_on(on, RULES)) | {"state": state}
        cursor.execute(_sql("exposure_behind"), params)
        return [OrderPart(*row) for row in cursor.fetchall()]


def limit_of(customer: Customer, *, on: date) -> Decimal | None:
    """The credit limit in base currency at the rate of the day; ``None`` where there is none."""
    if customer.credit_limit is None:
        return None
    try:
        return convert(customer.credit_limit, rate_to_base(customer.currency_id, on=on))
    except InvalidInput:
        return customer.credit_limit  # no rate on file: taken as it stands


def limits(*, on: date) -> dict[int, Decimal]:
    """The limits of all files that stand for themselves and have one, as ``limit_of`` answers them."""
    rows = Customer.objects.filter(credit_limit__gt=0, merged_into=None).order_by()
    known = list(rows.values_list("pk", "currency_id", "credit_limit"))
    rates = rates_to_base((code, on) for code in {row[1] for row in known})
    return {
        pk: amount if (code, on) not in rates else convert(amount, rates[code, on])
        for pk, code, amount in known
    }
