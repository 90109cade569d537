"""Disputes of every kind and end, and contracts with payment plans, of the demo company."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from contracts.choices import ContractKind, ContractState
from contracts.models import Contract
from contracts.services import (
    ContractInput,
    PlanLine,
    accept_contract,
    activate_contract,
    create_contract,
    write_plan,
)
from performance.demo.scenes import play
from performance.demo.words import say
from receivables.models import CreditNote, Dispute, Receivable
from receivables.services.credit_entries import credit_or_enter
from receivables.services.credits import NewCreditNote
from receivables.services.disputes import NewDispute, follow_dispute, open_dispute, settle_dispute
from receivables.services.retention import NewRelease, NewRetention, hold_back, release_or_enter

WORDS = {
    "quality": ("两箱表面划伤", "two boxes are scratched"),
    "delivery": ("晚到五天,错过开业", "came five days late, missed the opening"),
    "quantity": ("少收三件", "three pieces are missing"),
    "price": ("未按促销价结算", "not billed at the promotion price"),
    "document": ("缺签收单", "the delivery note is missing"),
    "other": ("与合同条款不符", "does not follow the contract"),
}
ENDS = {
    "quality": ("credit_note", ("折让已开具", "settled by an allowance")),
    "delivery": ("accepted", ("补送展架一套", "a display stand was sent instead")),
    "quantity": ("withdrawn", ("客户已找到货物", "the customer found the goods")),
}
AMOUNT = Decimal("60.00")


def make_items(day: Any) -> None:
    """Called within the last day: each act is that of the person whose act it is."""
    play(day, (_disputes, _showroom, _rollout, _drafted, _retentions))


def _disputes(day: Any) -> None:
    """One of each category: three of them ended, each in another way; two are followed, one waits for somebody."""
    items = Receivable.objects.open().filter(disputed=False, customer__owner__is_active=True, currency="CNY")
    found = items.filter(outstanding__gt=AMOUNT, owner__is_active=True).order_by("-due_date", "pk")[10:16]
    dora = day.people["dora"]
    for item, (category, words) in zip(found, WORDS.items(), strict=False):
        new = NewDispute(say(*words), category=category, amount=AMOUNT)
        row = open_dispute(actor=item.owner, receivable=item, dispute=new, at=day.at())
        if category in ENDS:
            _end(day, row)
        elif category != "other":
            follow_dispute(
                actor=dora, dispute=row, follower=item.owner, next_step=say("与仓库核对", "check with the warehouse"),
                next_date=day.today + timedelta(days=2), at=day.at(),
            )  # fmt: skip


def _end(day: Any, row: Dispute) -> None:
    resolution, outcome = ENDS[row.category]
    dora, item = day.people["dora"], row.receivable
    if resolution == "credit_note":
        note = NewCreditNote(
            customer=item.customer, date=day.today, amount=AMOUNT, currency=item.currency, reason=row.words,
            receivable=item,
        )  # fmt: skip
        if not isinstance(credit_or_enter(actor=dora, credit_note=note, at=day.at()), CreditNote):
            return  # it waits for a second person, and the dispute with it
    settle_dispute(actor=dora, dispute=row, resolution=resolution, outcome=say(*outcome), at=day.at())


def _contract(day: Any, place: int, subject: tuple[str, str], amount: int, lines: list[PlanLine]) -> Contract:
    """A draft with its plan, for the customer of one of the newest contracts in force."""
    mona = day.people["mona"]
    old = Contract.objects.filter(state=ContractState.EFFECTIVE, owner__is_active=True).order_by("-pk")
    data = ContractInput(
        customer=old[place].customer, kind=ContractKind.SALE, subject=say(*subject), signed_date=day.today,
        amount=Decimal(amount),
    )  # fmt: skip
    contract = create_contract(actor=mona, data=data, at=day.at())
    write_plan(actor=mona, contract=contract, lines=lines, at=day.at())
    return contract


def _showroom(day: Any) -> None:
    """Signed and accepted; the delivery is still to come and the rest is kept for the warranty."""
    lines = [
        PlanLine("sign", Decimal(30)),
        PlanLine("deliver", Decimal(40)),
        PlanLine("accept", Decimal(20)),
        PlanLine("warranty", Decimal(10), months=12),
    ]
    contract = _contract(day, 0, ("展厅货架", "Shelves for a showroom"), 200_000, lines)
    mona = day.people["mona"]
    activate_contract(actor=mona, contract=contract, at=day.at())
    paper = say("验收单 1 号", "Protocol of acceptance 1")
    accept_contract(actor=mona, contract=contract, date=day.today, paper=paper, at=day.at())


def _rollout(day: Any) -> None:
    """Paid on fixed days, one of them past and the next ones to come, and by invoice."""
    days = [day.today + timedelta(days=step) for step in (0, 30, 60)]
    lines = [PlanLine("date", Decimal(25), date=when) for when in days] + [PlanLine("invoice", Decimal(25))]
    contract = _contract(day, 1, ("门店改造", "Refitting of shops"), 90_000, lines)
    activate_contract(actor=day.people["mona"], contract=contract, at=day.at())


def _drafted(day: Any) -> None:
    """A draft whose plan is written and bills nothing yet."""
    lines = [PlanLine("sign", Decimal(50)), PlanLine("accept", Decimal(50))]
    _contract(day, 2, ("样板间", "Model room"), 36_000, lines)


def _retentions(day: Any) -> None:
    """Held back by hand: one is held, of one the customer keeps a part, one was let go early, a large one waits."""
    dora, today = day.people["dora"], day.today
    items = Receivable.objects.open().filter(
        disputed=False, currency="CNY", retention_until=None, customer__owner__is_active=True
    )
    for place, item in enumerate(items.order_by("-outstanding", "pk")[:4]):
        until = max(today, item.due_date) + timedelta(days=365 - 90 * place)
        amount = (
            min(item.outstanding, Decimal(60_000))
            if place == 0
            else round(item.outstanding * Decimal("0.05"), 2)
        )
        why = say("合同第七条:质保金", "clause 7 of the contract: retention")
        kept = hold_back(actor=dora, retention=NewRetention(item, amount, until, why), at=day.at())
        if place == 1:
            why = say("质保期内更换面板", "panels replaced under the warranty")
            note = NewCreditNote(
                customer=kept.customer, date=today, amount=round(amount / 4, 2), currency=kept.currency, reason=why,
                receivable=kept,
            )  # fmt: skip
            credit_or_enter(actor=dora, credit_note=note, at=day.at())
        elif place != 2:
            why = say("客户函:无索赔", "letter of the customer: nothing is claimed")
            release_or_enter(actor=dora, release=NewRelease(kept, today, why), at=day.at())
