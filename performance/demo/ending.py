"""How claims of the demo company end otherwise: refunds, money for what was written off, a plan that was broken."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from performance.demo.scenes import noon, play, sign_through
from performance.demo.words import say
from receivables.choices import AdjustmentKind
from receivables.models import Adjustment, CollectionCase, PostingEntry, Receipt, ReceiptEntry
from receivables.selectors.collection import overdue_of
from receivables.services import NewReceipt, NewRefund, enter_refund
from receivables.services.entries import record_or_enter
from receivables.services.plans import KEY as PLAN
from receivables.services.plans import Part, judge_plans, propose_plan
from receivables.services.refunds import KEY as REFUND
from receivables.services.refunds import pay_refund, reverse_refund
from receivables.services.writeoffs import recover
from salesops.core.money import round_money

BACK = 40  # days since the plan that was broken was agreed
PAID_BACK = Decimal("100.00")


def end_otherwise(day: Any) -> None:
    """Called at the end of the last day, when collection has its cases."""
    play(day, (_refunds, _recovery, _broken_plan))


def _refunds(day: Any) -> None:
    """Accepted: one is still to be paid, one was paid, one came back from the bank."""
    dora = day.people["dora"]
    asked = PostingEntry.objects.filter(from_receipt__isnull=False).values("from_receipt")
    money = Receipt.objects.unallocated().filter(unallocated__gte=PAID_BACK).exclude(pk__in=asked)
    for number, receipt in enumerate(money.order_by("pk")[:3]):
        new = NewRefund(receipt, PAID_BACK, day.today, say("多付退回", "paid too much"), "6222 0001 0002")
        entry = enter_refund(actor=dora, refund=new, at=day.at())
        sign_through(entry, REFUND, at=day.at())
        entry.refresh_from_db()
        if number >= 1:
            pay_refund(
                actor=dora, refund=entry.refund, paid_date=day.today, bank_reference=f"TK{day.today:%m%d}{number}",
                at=day.at(),
            )  # fmt: skip
        if number == 2:
            why = say("收款账户已注销", "the account is closed")
            reverse_refund(actor=dora, refund=entry.refund, reason=why, at=day.at())


def _recovery(day: Any) -> None:
    """The administrator of the insolvency pays a part of what was written off."""
    dora = day.people["dora"]
    lost = Adjustment.objects.filter(kind=AdjustmentKind.WRITE_OFF, used__gt=0).order_by("pk").first()
    if lost is None:
        return
    part = round_money(lost.used / 2)
    new = NewReceipt(
        customer=lost.receivable.customer, received_date=day.today, amount=part,
        currency=lost.receivable.currency, bank_account="ICBC main", bank_reference=f"{day.today:%Y%m%d}-R1",
    )  # fmt: skip
    done = record_or_enter(actor=dora, receipt=new, at=day.at())
    if isinstance(done, ReceiptEntry):
        sign_through(done, ReceiptEntry.approval_key, at=day.at())
        done.refresh_from_db()
    receipt = done if isinstance(done, Receipt) else done.receipt
    recover(actor=dora, write_off=lost, receipt=receipt, amount=part, at=day.at())


def _broken_plan(day: Any) -> None:
    """Agreed weeks ago; the first part was due since and did not come."""
    agreed = day.today - timedelta(days=BACK)
    at = noon(agreed)
    cases = CollectionCase.objects.running().filter(opened_date__lte=agreed, owner__is_active=True)
    for case in (
        cases.filter(plans=None, legal_stages=None)
        .select_related("customer__currency", "owner")
        .order_by("pk")
    ):
        currency = case.customer.currency
        items = [i for i in overdue_of(case, agreed) if not i.disputed and i.currency_id == currency.pk]
        total = sum((item.outstanding for item in items), Decimal(0))
        if not total or any(item.settled for item in items):
            continue
        half = (total / 2).quantize(Decimal(1))
        parts = [Part(agreed + timedelta(days=20), half), Part(day.today + timedelta(days=20), total - half)]
        plan = propose_plan(
            actor=case.owner, case=case, currency=currency, parts=parts, agreed_with=say("孙总", "Ms Sun"),
            note=say("两期付清", "in two parts"), at=at,
        )  # fmt: skip
        sign_through(plan, PLAN, at=at)
        judge_plans(on=day.today, at=day.at())
        return
