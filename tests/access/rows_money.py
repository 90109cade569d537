"""Urls of what is given up, goes back or is promised by paper."""

from __future__ import annotations

from decimal import Decimal

from receivables.services import (
    Allocation,
    NewPaper,
    NewRefund,
    NewWriteOff,
    enter_refund,
    enter_write_off,
    take_paper,
)
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from tests.access.rows_receivables import ADD, CANARY, HIDES, LIST, RECORD, WRITER, credit, item, receipt
from tests.access.table import Row
from tests.factories.receivables import AT


def _accepted(entry, cast):
    """Whoever is asked accepts, one after the other (with one person in finance: its superior)."""
    request = ApprovalRequest.objects.about(entry).get()
    for _step in range(3):
        for actor in (cast.gina, cast.root, cast.mona):
            try:
                approve(actor=actor, at=AT, request=request)
                break
            except Exception:  # noqa: S112 - not asked in this step
                continue
        entry.refresh_from_db()
        if entry.posted:
            return entry.posted
    raise AssertionError("nobody could accept it")


def write_off(cast):
    new = NewWriteOff(item(cast), Decimal("50.00"), AT.date(), "Insolvent", "Ruling 12/2026")
    return _accepted(enter_write_off(actor=cast.dora, write_off=new, at=AT), cast)


def refund(cast):
    new = NewRefund(receipt(cast), Decimal("50.00"), AT.date(), "Paid twice", "6222000112345678")
    return _accepted(enter_refund(actor=cast.dora, refund=new, at=AT), cast)


def paper(cast):
    owed = item(cast)
    new = NewPaper(
        owed.customer, "cheque", f"AB {owed.pk}", "Canary Holding", "First Bank", AT.date(), AT.date(),
        Decimal("80.00"), owed.currency,
    )  # fmt: skip
    return take_paper(actor=cast.dora, paper=new, allocations=[Allocation(owed.pk, Decimal("80.00"))], at=AT)


def honouring(cast):
    found = paper(cast)
    return found, {"pk": found.pk, "act": "honour"}


def listed(make):
    return lambda cast: (make(cast), {})


ROWS = [
    Row("receivables:heldpaper_list", make=listed(paper), get=LIST, canary=CANARY, hides=HIDES),
    Row("receivables:heldpaper_due", make=listed(paper), get=ADD, post=ADD, canary=CANARY, hides=HIDES),
    Row("receivables:heldpaper_create", get=ADD, post=ADD),
    Row("receivables:heldpaper_detail", make=paper, get=RECORD, canary=CANARY),
    Row("receivables:heldpaper_end", make=honouring, get=WRITER, post=WRITER, canary=CANARY),
    Row("receivables:receivable_write_off", make=item, get=WRITER, post=WRITER, canary=CANARY),
    Row("receivables:receipt_refund", make=receipt, get=WRITER, post=WRITER, canary=CANARY),
    Row("receivables:creditnote_refund", make=credit, get=WRITER, post=WRITER, canary=CANARY),
    Row("receivables:adjustment_list", make=listed(write_off), get=LIST, canary=CANARY, hides=HIDES),
    Row("receivables:adjustment_detail", make=write_off, get=RECORD, canary=CANARY),
    Row("receivables:adjustment_recover", make=write_off, get=WRITER, post=WRITER, canary=CANARY),
    Row("receivables:refund_list", make=listed(refund), get=LIST, canary=CANARY, hides=HIDES),
    Row("receivables:refund_detail", make=refund, get=RECORD, canary=CANARY),
    Row("receivables:refund_pay", make=refund, get=WRITER, post=WRITER, canary=CANARY),
    Row("receivables:refund_reverse", make=refund, get=WRITER, post=WRITER, canary=CANARY),
]
