"""Does an order say what its contract says? Party, validity, currency, terms and what is left of its amount (ORD-01).

Quantities and prices line by line are compared where the papers have lines: quotations register a check of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.choices import ContractState
from contracts.models import Contract
from orders.choices import OrderState
from orders.models import Order
from orders.services.checks import BLOCK, CONFIRM, WARN, CheckAnswer, order_checks
from salesops.core.money import ZERO
from salesops.handbook.selectors import rule
from salesops.ui.marks import amount_of, exact_date

RULE = "orders.contract_differences"
BINDING = (OrderState.SUBMITTED, OrderState.CONFIRMED, OrderState.SHIPPED)


@dataclass(frozen=True)
class Difference:
    """One point on which order and contract differ, in a sentence."""

    sentence: Any


def differences(order: Order, *, on: date) -> list[Difference]:
    """Every difference between an order and its contract on a day; none without a contract."""
    contract = order.contract
    if contract is None:
        return []
    found = []
    if contract.state != ContractState.EFFECTIVE:
        found.append(_("it is “%(state)s”") % {"state": contract.get_state_display()})
    if contract.start_date and order.order_date < contract.start_date:
        found.append(_("it holds from %(date)s on") % {"date": exact_date(contract.start_date)})
    if contract.end_date and order.order_date > contract.end_date:
        found.append(_("it ended on %(date)s") % {"date": exact_date(contract.end_date)})
    if order.currency_id != contract.currency_id:
        found.append(_("it is in %(currency)s") % {"currency": contract.currency_id})
    if contract.payment_term_id and order.payment_term_id != contract.payment_term_id:
        found.append(_("its payment terms are “%(terms)s”") % {"terms": contract.payment_term})
    left = left_of(contract, order)
    if left is not None and order.total > left:
        words = {"left": amount_of(max(left, ZERO), contract.currency_id)}
        found.append(_("%(left)s of its amount is left") % words)
    return [Difference(words) for words in found]


def left_of(contract: Contract, order: Order) -> Decimal | None:
    """What is left of a contract's amount for an order; ``None`` without an amount or across currencies."""
    if not contract.amount or order.currency_id != contract.currency_id:
        return None
    others = Order.objects.filter(contract=contract, state__in=BINDING).exclude(pk=order.pk)
    sums = others.aggregate(own=Sum("total", filter=Q(currency=contract.currency_id)))
    return contract.amount - (sums["own"] or ZERO)


def check_contract(order: Order, stage: str, *, at: datetime, act: bool) -> CheckAnswer | None:
    """Before an order binds us, what differs from its contract is said; the handbook says whether that stops it."""
    if stage != CONFIRM or order.contract_id is None:
        return None
    on = timezone.localdate(at)
    found = differences(order, on=on)
    if not found:
        return None
    words = {"contract": order.contract, "list": "; ".join(str(one.sentence) for one in found)}
    return CheckAnswer(
        BLOCK if rule(RULE, on=on) == "block" else WARN,
        _("The order differs from contract %(contract)s: %(list)s.") % words,
        _("Correct the order, or agree on an amendment of the contract first."),
        RULE,
    )


def register() -> None:
    """Called when the app is ready."""
    order_checks.register("orders.contract", check_contract)
