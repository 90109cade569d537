"""What became of a contract: delivered, invoiced, billed, received; and its payment plan row by row (CTR-06)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from contracts.choices import PlanTrigger
from contracts.models import Acceptance, Contract, PaymentPlan, PlanRow
from orders.choices import OrderState
from receivables.models import Receivable, SettlementLine
from receivables.selectors.due_words import due_words
from receivables.selectors.plan_rows import due_of_row, invoiced_of
from salesops.core.money import ZERO


@dataclass(frozen=True)
class ContractFigures:
    """In the contract's currency. ``received`` is money, not credit; ``outstanding`` is what its items have open."""

    delivered: Decimal
    invoiced: Decimal
    billed: Decimal
    received: Decimal
    outstanding: Decimal


@dataclass
class PlanState:
    """A row with what was billed of it; ``state`` waiting, partial, open, overdue or settled."""

    row: PlanRow
    items: list[Receivable] = field(default_factory=list)
    due: date | None = None
    why: str = ""
    state: str = "waiting"

    @property
    def billed(self) -> Decimal:
        return sum((item.amount for item in self.items), ZERO)


def contract_figures(contract: Contract) -> ContractFigures:
    """Computed from orders, items and settlements, nothing is stored."""
    own = Receivable.objects.filter(contract=contract, currency=contract.currency_id)
    billed = own.aggregate(sum=Sum("amount"))["sum"] or ZERO
    own = own | Receivable.objects.filter(retention_of__in=own)  # what was held back of them
    shipped = contract.orders.filter(state=OrderState.SHIPPED, currency=contract.currency_id)
    lines = SettlementLine.objects.filter(receivable__in=own, receipt__isnull=False)
    return ContractFigures(
        shipped.aggregate(sum=Sum("total"))["sum"] or ZERO,
        invoiced_of(contract),
        billed,
        lines.aggregate(sum=Sum("amount"))["sum"] or ZERO,
        own.aggregate(sum=Sum("outstanding"))["sum"] or ZERO,
    )


def plan_states(contract: Contract, plan: PaymentPlan, *, today: date) -> list[PlanState]:
    """Every row of the plan in force with its items; what is not billed yet shows the day it would have."""
    states = {row.line: PlanState(row) for row in plan.rows.select_related("payment_term", "plan")}
    items = Receivable.objects.filter(contract=contract, plan_line__isnull=False)
    items = items.select_related("order", "plan_row__payment_term", "payment_term", "release")
    for item in items.order_by("due_date", "pk"):
        if item.plan_line in states:
            states[item.plan_line].items.append(item)
    accepted = Acceptance.objects.filter(contract=contract).exists()
    for state in states.values():
        _judge(state, contract, accepted=accepted, today=today)
    return list(states.values())


def _judge(state: PlanState, contract: Contract, *, accepted: bool, today: date) -> None:
    row = state.row
    if state.items:
        last = state.items[-1]
        state.due, state.why = last.due_date, due_words(last)
        left = sum((item.outstanding for item in state.items), ZERO)
        late = any(item.outstanding and item.due_date < today for item in state.items)
        whole = state.billed == row.amount
        state.state = "overdue" if late else "open" if left and whole else "settled" if whole else "partial"
        return
    known: Any = {PlanTrigger.DATE: row.date, PlanTrigger.SIGN: contract.signed_date}.get(
        PlanTrigger(row.trigger)
    )
    if known or (accepted and row.trigger in (PlanTrigger.ACCEPT, PlanTrigger.WARRANTY)):
        state.due, state.why, _until = due_of_row(contract, row, on=known or today)
