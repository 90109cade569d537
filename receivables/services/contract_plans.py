"""Facts of contracts and orders become items by the payment plan, each once (CTR-07, REC-01).

A row that waits for deliveries or tax invoices is posted in parts: what has been delivered (invoiced) so far is a share
of the contract, and the row's items come to that share of the row. All of it posts all of the row, to the cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from contracts.choices import ContractState, PlanTrigger
from contracts.models import Acceptance, Contract, PlanRow
from contracts.services.plans import plan_of
from orders.models import Order
from receivables.choices import Source
from receivables.models import Receivable
from receivables.selectors.plan_rows import (
    billed_by_line,
    delivered_of,
    due_of_row,
    invoiced_of,
    left_of_contract,
)
from receivables.services.posting import require_open_month
from salesops.core.errors import Conflict
from salesops.core.locking import lock_row
from salesops.core.money import ZERO, places_of, round_money

WHOLE = "contract"


@dataclass(frozen=True)
class Fact:
    """What happened: its trigger, a name that is used once, the posting day, and the order behind it."""

    trigger: str
    name: str
    on: date
    order: Order | None = None


@transaction.atomic
def post_plan(contract: Contract, fact: Fact, *, at: datetime) -> list[Receivable]:
    """Post what a fact makes due. Idempotent: a row is posted once for each fact (UNIQUE)."""
    locked = lock_row(Contract.objects.all(), contract.pk)
    plan = plan_of(locked)
    if plan is None or locked.state != ContractState.EFFECTIVE:
        return []
    triggers = {fact.trigger}
    if fact.trigger == PlanTrigger.ACCEPT:
        triggers.add(PlanTrigger.WARRANTY)
    rows = plan.rows.filter(trigger__in=triggers).select_related("payment_term").order_by("seq")
    if fact.trigger == PlanTrigger.DATE:
        rows = rows.filter(date__lte=fact.on)
    posted, billed = [], billed_by_line(locked)
    for row in rows:
        if Receivable.objects.filter(contract=locked, plan_line=row.line, plan_fact=fact.name).exists():
            continue
        amount = _share(locked, row) - billed.get(row.line, ZERO)
        if amount > 0:
            require_open_month(fact.on, field="date")
            posted.append(_post_row(locked, row, amount, fact, at=at))
    return posted


def _share(contract: Contract, row: PlanRow) -> Decimal:
    """How much of a row is due by what has happened so far."""
    if row.trigger == PlanTrigger.DELIVER:
        so_far = delivered_of(contract)
    elif row.trigger == PlanTrigger.INVOICE:
        so_far = min(invoiced_of(contract), contract.amount)
    else:
        return row.amount
    return round_money(row.amount * so_far / contract.amount, places_of(contract.currency_id))


def _post_row(contract: Contract, row: PlanRow, amount: Decimal, fact: Fact, *, at: datetime) -> Receivable:
    from receivables.services.items import NewReceivable, post_item

    with translation.override(settings.LANGUAGE_CODE):
        due, words, until = due_of_row(
            contract, row, on=fact.on, shipped=fact.order.shipped_date if fact.order else None
        )
    new = NewReceivable(
        customer=contract.customer,
        issue_date=fact.on,
        amount=amount,
        currency=contract.currency,
        due_date=due,
        due_rule=words,
        payment_term=row.payment_term,
        order=fact.order,
        contract=contract,
        owner=contract.owner,
        source=Source.PLAN,
        plan_row=row,
        plan_fact=fact.name,
        retention_until=until,
    )
    return post_item(new, actor=None, at=at)


def catch_up(contract: Contract, *, at: datetime) -> list[Receivable]:
    """Post what is due by facts that happened already: on taking effect, acceptance, a new edition, and every day."""
    plan = plan_of(contract)
    if plan is None:
        return []
    today = timezone.localdate(at)
    name = WHOLE if plan.edition == 1 else f"edition:{plan.edition}"  # a row that grew is posted for the rest
    triggers = [PlanTrigger.SIGN, PlanTrigger.DATE]
    if Acceptance.objects.filter(contract=contract).exists():
        triggers.append(PlanTrigger.ACCEPT)
    if plan.edition > 1:
        triggers += [PlanTrigger.DELIVER, PlanTrigger.INVOICE]
    return [row for trigger in triggers for row in post_plan(contract, Fact(trigger, name, today), at=at)]


def post_shipment(order: Order, *, at: datetime) -> list[Receivable]:
    """What a shipment makes due by the plan of its contract."""
    assert order.contract is not None and order.shipped_date is not None  # noqa: S101 - asked by ``planned``
    fact = Fact(PlanTrigger.DELIVER, f"order:{order.pk}", order.shipped_date, order)
    return post_plan(order.contract, fact, at=at)


def require_no_plan(contract: Contract | None, amount: Decimal, currency: str) -> None:
    """Lock the contract; by hand nothing is billed that its plan bills, nor more than it comes to.

    Raises ``Conflict`` with the figures.
    """
    if contract is None:
        return
    locked = lock_row(Contract.objects.all(), contract.pk)
    if plan_of(locked) is not None and locked.state == ContractState.EFFECTIVE:
        raise Conflict(
            _("Contract %(contract)s has a payment plan, which bills it.") % {"contract": locked},
            field="contract",
            way_out=_("Record the fact that the row waits for, change the plan, or leave the contract out."),
        )
    left = left_of_contract(locked)
    if left is not None and currency == locked.currency_id and amount > left:
        raise Conflict(
            _("Contract %(contract)s comes to %(total)s; %(left)s is left to be billed.")
            % {"contract": locked, "total": locked.amount, "left": max(left, ZERO)},
            field="amount",
            way_out=_("Bill what is left, or make a contract for the rest."),
            total=locked.amount,
            left=max(left, ZERO),
        )
