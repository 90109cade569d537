"""Requests of the demo's last day: some of each state, a deputy, and a change that waits."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from customers.models import Customer
from customers.services import update_customer
from orders.choices import OrderState
from orders.models import Order
from orders.services.approving import KEY, ask_for_approval, needs_approval
from performance.demo.papers import Upload, pdf_of
from performance.demo.scenes import play
from performance.demo.words import say
from receivables.models import Receipt, Receivable
from receivables.services import (
    Allocation,
    NewCreditNote,
    NewPaper,
    NewReceipt,
    NewRefund,
    NewWriteOff,
    bounce_paper,
    enter_credit_note,
    enter_receipt,
    enter_refund,
    enter_write_off,
    give_paper_back,
    honour_paper,
    record_or_enter,
    take_paper,
)
from salesops.accounts.models import User
from salesops.accounts.services.delegations import set_delegation
from salesops.approvals.choices import RequestState
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.selectors import open_request
from salesops.approvals.services import approve, pass_up, reject, return_request
from salesops.core.errors import NotAllowed
from salesops.handbook.services import set_rule_value


def approve_things(day: Any) -> None:
    """Limits of this company, requests in every state, a deputy for somebody who travels.

    A company of another size may have no order or person for a scene; then it does without that scene.
    """
    play(day, (_orders, _customers, _receipt, _credit, _given_up, _small_rest, _papers, _deputies))


def sign(day: Any, obj: Any, document_type: str, act: str, comment: str = "", by: User | None = None) -> None:
    """``by``, or the first who is asked about a record's open request, approves it or gives it back (``act``: "return")."""
    request = open_request(obj, document_type)
    if request is None:
        return
    asked = [part.person for ask in request.asks.filter(state="open") for part in ask.people.all()]
    decide = return_request if act == "return" else approve
    decide(actor=by or asked[0], at=day.at(), request=request, comment=comment)


def _orders(day: Any) -> None:
    """The largest submitted orders ask for approval: one waits for the lead, one for the manager, one is back."""
    mona = day.people["mona"]
    rows = Order.objects.filter(
        state=OrderState.SUBMITTED, owner__is_active=True, owner__superior__is_active=True
    ).exclude(owner=mona)
    found = list(rows.order_by("-base_total", "pk")[:4])
    if not found:
        return
    limit = max(min(order.base_total for order in found) // 1000 * 1000, Decimal(1000))
    root, reason = day.people["root"], say("试行期间从严", "strict during the trial")
    set_rule_value("orders.approval_limit", limit, day.today, reason, actor=root, at=day.at())
    for number, order in enumerate(found):
        if not needs_approval(order, at=day.at()):
            continue
        request = open_request(order, KEY) or ask_for_approval(
            actor=order.submitted_by or order.owner, order=order, at=day.at()
        )
        if number == 0:
            continue
        people = [p.person for ask in request.asks.filter(state="open") for p in ask.people.all()]
        act = [approve, return_request, reject][number - 1]
        comment = ["", say("请说明折扣", "Explain the discount"), say("毛利太低", "The margin is too low")][
            number - 1
        ]
        try:
            act(actor=people[0], at=day.at(), request=request, comment=comment)
        except NotAllowed:  # beyond the lead's limit
            beyond = say("超出我的权限", "Beyond my authority")
            pass_up(actor=people[0], at=day.at(), request=request, comment=beyond)


def _customers(day: Any) -> None:
    """Alice changes a tax number, Dora credit terms: one is accepted, the others wait."""
    alice, dora, mona = (day.people[name] for name in ("alice", "dora", "mona"))
    mine = list(Customer.objects.filter(owner=alice).order_by("pk")[:4])
    if len(mine) < 4:
        return
    changes: list[tuple[Any, Customer, dict[str, Any]]] = [
        (alice, mine[0], {"bank_name": "中国工商银行", "bank_account": "6222021001112223334"}),
        (alice, mine[1], {"bank_name": "招商银行", "bank_account": "6225880137706868"}),
        (dora, mine[2], {"credit_limit": Decimal("250000.00")}),
        (mona, mine[3], {"credit_limit": Decimal("80000.00")}),
    ]
    for actor, customer, values in changes:
        update_customer(actor=actor, at=day.at(), customer=customer, **values)
    first = ApprovalRequest.objects.about(mine[0]).filter(state=RequestState.PENDING).first()
    if first is not None:
        approve(actor=dora, at=day.at(), request=first, comment=say("已电话核实", "Confirmed by telephone"))


def _receipt(day: Any) -> None:
    """Money above the limit waits for a second person."""
    dora = day.people["dora"]
    item = (
        Receivable.objects.open()
        .filter(customer__owner__is_active=True)
        .order_by("-base_amount", "pk")
        .first()
    )
    if item is None:
        return
    new = NewReceipt(
        customer=item.customer, received_date=day.today, amount=Decimal("520000.00"), currency=item.currency,
        bank_account="ICBC main", bank_reference=f"{day.today:%Y%m%d}-L1",
    )  # fmt: skip
    enter_receipt(actor=dora, receipt=new, at=day.at())


def _open_items(count: int) -> list[Receivable]:
    """Some of the oldest open items, each of another customer."""
    rows = Receivable.objects.open().filter(disputed=False, customer__owner__is_active=True)
    found: dict[int, Receivable] = {}
    for item in rows.oldest_first().select_related("customer", "currency")[: count * 6]:
        found.setdefault(item.customer_id, item)
    return list(found.values())[:count]


def _credit(day: Any) -> None:
    """Credit for a whole item waits for a second person."""
    item = Receivable.objects.open().order_by("-base_amount", "pk").first()
    if item is None:
        return
    credit = NewCreditNote(
        customer=item.customer, date=day.today, amount=item.outstanding, currency=item.currency,
        reason=say("整批退货", "the whole lot came back"), receivable=item,
    )  # fmt: skip
    enter_credit_note(actor=day.people["dora"], credit_note=credit, at=day.at())


def _given_up(day: Any) -> None:
    """A write-off that is accepted and one that waits; a refund that waits."""
    dora = day.people["dora"]
    for number, item in enumerate(_open_items(2)):
        new = NewWriteOff(
            item, min(item.outstanding, Decimal("500.00")), day.today, say("客户破产", "insolvent"),
            say("法院裁定 12/2026", "ruling 12/2026 of the court"),
            (Upload("ruling 12-2026.pdf", pdf_of(["Ruling 12/2026", item.number])),),
        )  # fmt: skip
        entry = enter_write_off(actor=dora, write_off=new, at=day.at())
        for _step in range(2 - 2 * number):
            sign(day, entry, "receivables.write_off", "approve")
    money = Receipt.objects.unallocated().order_by("pk").first()
    if money is not None:
        back = NewRefund(
            money,
            min(money.unallocated, Decimal("4000.00")),
            day.today,
            say("重复付款", "paid twice"),
            "6222 0001 0001",
        )
        enter_refund(actor=dora, refund=back, at=day.at())


def _small_rest(day: Any) -> None:
    """Money that came short by the charges of the bank: the rest is given up while the receipt is recorded."""
    rows = Receivable.objects.open().filter(
        disputed=False, settled=0, base_rate=1, customer__owner__is_active=True
    )
    item = rows.filter(amount__range=(2000, 50000)).order_by("-due_date", "-pk").first()
    if item is None:
        return
    new = NewReceipt(
        customer=item.customer, received_date=day.today, amount=item.outstanding - Decimal("3.00"),
        currency=item.currency, bank_account="ICBC main", bank_reference=f"{day.today:%Y%m%d}-K1",
    )  # fmt: skip
    record_or_enter(
        actor=day.people["dora"], receipt=new, allocations=[Allocation(item.pk, new.amount)],
        give_up=[item.pk], why=say("银行手续费", "charges of the bank"), at=day.at(),
    )  # fmt: skip


def _papers(day: Any) -> None:
    """Drafts and cheques in every state."""
    dora = day.people["dora"]
    for number, item in enumerate(_open_items(6)[1:]):
        new = NewPaper(
            item.customer, "draft" if number % 2 else "cheque", f"D-{day.today:%Y%m}-{number}", item.customer.name,
            say("工商银行", "ICBC"), day.today - timedelta(days=30), day.today + timedelta(days=0 if number else 5),
            item.outstanding, item.currency,
        )  # fmt: skip
        paper = take_paper(
            actor=dora, paper=new, allocations=[Allocation(item.pk, item.outstanding)], at=day.at()
        )
        if number == 1:
            honour_paper(actor=dora, paper=paper, at=day.at())
        elif number in (2, 3):  # the first is due in some days, the last today
            act = bounce_paper if number == 2 else give_paper_back
            act(actor=dora, paper=paper, reason=say("余额不足", "no funds"), at=day.at())


def _deputies(day: Any) -> None:
    carol, bob = day.people["carol"], day.people["bob"]
    set_delegation(
        actor=carol, at=day.at(), person=carol, deputy=bob, kind="trip", from_date=day.today,
        to_date=day.today + timedelta(days=4), reason=say("参加展会", "Trade fair"),
    )  # fmt: skip
