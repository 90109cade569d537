"""How an order differs from its contract, and who was asked about it (ORD-01).

Quantities and prices line by line are compared where the papers have lines: quotations register a check of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from contracts.choices import ContractState
from contracts.models import Contract
from orders.choices import DifferencePoint as Point
from orders.choices import OrderState
from orders.models import ContractDifference, Order
from salesops.core.money import ZERO
from salesops.ui.marks import amount_of, exact_date
from salesops.work.choices import REQUEST_WAITING, RequestState

BINDING = (OrderState.SUBMITTED, OrderState.CONFIRMED, OrderState.SHIPPED)
SETTLED = (RequestState.ANSWERED, RequestState.CLOSED)
STANDING = (*REQUEST_WAITING, *SETTLED, RequestState.DECLINED)


def sentence(point: str, words: dict[str, Any]) -> str:
    """A difference in the reader's language; ``words`` are its facts as they stand on file."""
    if point == Point.STATE:
        return _("it is “%(state)s”") % {"state": ContractState(words["state"]).label}
    if point == Point.START:
        return _("it holds from %(date)s on") % {"date": exact_date(date.fromisoformat(words["date"]))}
    if point == Point.END:
        return _("it ended on %(date)s") % {"date": exact_date(date.fromisoformat(words["date"]))}
    if point == Point.CURRENCY:
        return _("it is in %(currency)s") % words
    if point == Point.TERMS:
        return _("its payment terms are “%(terms)s”") % words
    left = amount_of(Decimal(words["left"]), words["currency"])
    return _("%(left)s of its amount is left") % {"left": left}


@dataclass(frozen=True)
class Difference:
    """One point on which order and contract differ; ``excess`` in the order's currency beyond what is left."""

    point: str
    mark: str = ""
    words: dict[str, Any] = field(default_factory=dict)
    excess: Decimal | None = None

    @property
    def sentence(self) -> str:
        return sentence(self.point, self.words)

    def is_of(self, row: ContractDifference) -> bool:
        """Was ``row`` asked about this very difference, and about no less of it?"""
        same = (row.point, row.mark) == (self.point, self.mark)
        return same and (self.excess is None or self.excess <= (row.excess or ZERO))


def differences(order: Order, *, on: date) -> list[Difference]:
    """Every difference between an order and its contract on a day; none without a contract."""
    contract = order.contract
    if contract is None:
        return []
    found = []
    if contract.state != ContractState.EFFECTIVE:
        found.append(Difference(Point.STATE, contract.state, {"state": contract.state}))
    for point, day, differs in (
        (Point.START, contract.start_date, lambda day: order.order_date < day),
        (Point.END, contract.end_date, lambda day: order.order_date > day),
    ):
        if day and differs(day):
            found.append(Difference(point, f"{day}/{order.order_date}", {"date": day.isoformat()}))
    if order.currency_id != contract.currency_id:
        mark = f"{contract.currency_id}/{order.currency_id}"
        found.append(Difference(Point.CURRENCY, mark, {"currency": contract.currency_id}))
    if contract.payment_term_id and order.payment_term_id != contract.payment_term_id:
        mark = f"{contract.payment_term_id}/{order.payment_term_id or ''}"
        found.append(Difference(Point.TERMS, mark, {"terms": str(contract.payment_term)}))
    left = left_of(contract, order)
    if left is not None and order.total > left:
        words = {"left": str(max(left, ZERO)), "currency": contract.currency_id}
        found.append(Difference(Point.AMOUNT, "", words, order.total - max(left, ZERO)))
    return found


def left_of(contract: Contract, order: Order) -> Decimal | None:
    """What is left of a contract's amount for an order; ``None`` without an amount or across currencies."""
    if not contract.amount or order.currency_id != contract.currency_id:
        return None
    others = Order.objects.filter(contract=contract, state__in=BINDING).exclude(pk=order.pk)
    sums = others.aggregate(own=Sum("total", filter=Q(currency=contract.currency_id)))
    return contract.amount - (sums["own"] or ZERO)


def questions_of(order: Order) -> list[ContractDifference]:
    """What was asked about an order's differences, with the requests, oldest first."""
    rows = order.contract_differences.select_related(
        "request__to_team", "request__owner", "request__asked_by"
    )
    return list(rows.order_by("pk"))


def answers_to(order: Order, *, on: date) -> list[tuple[Difference, ContractDifference | None]]:
    """Each difference of a day with the newest request about it that stands."""
    found = differences(order, on=on)
    rows = [row for row in questions_of(order) if row.request.state in STANDING] if found else []
    return [(one, next((row for row in reversed(rows) if one.is_of(row)), None)) for one in found]


def unasked(order: Order, *, on: date) -> list[Difference]:
    """Differences that nobody was asked about yet."""
    return [one for one, row in answers_to(order, on=on) if row is None]
