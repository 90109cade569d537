"""Tax invoices of the demo company, in every state, for the mainland, Taiwan and export."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from performance.demo.scenes import play, sign_through
from performance.demo.words import say
from receivables.models import Receivable, TaxInvoice
from receivables.services.tax_invoices import (
    KEY,
    InvoiceLine,
    NewTaxInvoice,
    hand_over_invoice,
    issue_invoice,
    request_invoice,
    request_red_letter,
    void_invoice,
    void_issued,
)
from salesops.approvals.selectors import open_request
from salesops.approvals.services import reject

NUMBER = "2431200000"


def make_tax_invoices(day: Any) -> None:
    """Called within the last day."""
    play(day, (_untouched, _void, _rejected, _approved, _issued, _delivered, _taken_back, _abroad))


def _request(
    day: Any, place: int, currency: str = "CNY", kind: str = "ordinary", rate: str = "0.13"
) -> TaxInvoice:
    """Asked for by whoever has the item."""
    items = Receivable.objects.open().filter(
        disputed=False, owner__is_active=True, currency=currency, amount__gt=0
    )
    item = items.select_related("customer", "currency", "owner").order_by("-issue_date", "-pk")[place]
    line = InvoiceLine(say("家居用品", "Household goods"), item.amount, Decimal(rate), item)
    new = NewTaxInvoice(item.customer, kind, item.currency, [line])
    return request_invoice(actor=item.owner, invoice=new, at=day.at())


def _accepted(day: Any, place: int, **more: str) -> TaxInvoice:
    row = _request(day, place, **more)
    sign_through(row, KEY, at=day.at())
    row.refresh_from_db()
    return row


def _numbered(day: Any, place: int, number: str = "", **more: str) -> TaxInvoice:
    row = _accepted(day, place, **more)
    return issue_invoice(
        actor=day.people["dora"], invoice=row, fapiao_no=number or f"{NUMBER}{place:010d}", issued_date=day.today,
        at=day.at(),
    )  # fmt: skip


def _untouched(day: Any) -> None:
    _request(day, 0)


def _void(day: Any) -> None:
    row = _request(day, 1)
    void_invoice(actor=row.created_by, invoice=row, reason=say("重复申请", "asked for twice"), at=day.at())


def _rejected(day: Any) -> None:
    request = open_request(_request(day, 2), KEY)
    if request is not None:
        why = say("客户要求下月开票", "the customer wants it next month")
        reject(actor=day.people["dora"], at=day.at(), request=request, comment=why)


def _approved(day: Any) -> None:
    _accepted(day, 3)


def _issued(day: Any) -> None:
    _numbered(day, 4)


def _delivered(day: Any) -> None:
    how = say("电子邮件", "by e-mail")
    hand_over_invoice(
        actor=day.people["dora"],
        invoice=_numbered(day, 5),
        delivered_date=day.today,
        delivered_by=how,
        at=day.at(),
    )


def _taken_back(day: Any) -> None:
    """One red letter is issued, another one waits."""
    dora, why = day.people["dora"], say("抬头有误", "wrong title")
    red = request_red_letter(actor=dora, invoice=_numbered(day, 6), reason=why, at=day.at())
    sign_through(red, KEY, at=day.at())
    red.refresh_from_db()
    issue_invoice(actor=dora, invoice=red, fapiao_no=f"{NUMBER}{99:010d}", issued_date=day.today, at=day.at())
    request_red_letter(actor=dora, invoice=_numbered(day, 7), reason=why, at=day.at())


def _abroad(day: Any) -> None:
    """Of Taiwan one that stands, one that is void within its period, an allowance; and one for export."""
    dora, why = day.people["dora"], say("客户退回,金额有误", "came back, wrong amount")
    void_issued(
        actor=dora, invoice=_numbered(day, 1, number="AB10000002", currency="TWD", kind="tw2", rate="0.05"), reason=why,
        at=day.at(),
    )  # fmt: skip
    old = _numbered(day, 2, number="AB10000003", currency="TWD", kind="tw2", rate="0.05")
    request_red_letter(
        actor=dora,
        invoice=old,
        reason=say("数量折让", "allowance for quantity"),
        amount=Decimal(100),
        at=day.at(),
    )
    _numbered(day, 0, number="AB10000001", currency="TWD", kind="tw2", rate="0.05")
    _accepted(day, 0, currency="USD", kind="export", rate="0")
