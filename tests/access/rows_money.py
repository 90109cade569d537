"""Urls of what is given up, goes back or is promised by paper."""

from __future__ import annotations

from receivables.services import NewRefund, NewWriteOff, enter_refund, enter_write_off
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from tests.access.rows_receivables import CANARY, HIDES, LIST, RECORD, WRITER, credit, item, receipt
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
    new = NewWriteOff(item(cast), 50, AT.date(), "Insolvent", "Ruling 12/2026")
    return _accepted(enter_write_off(actor=cast.dora, write_off=new, at=AT), cast)


def refund(cast):
    new = NewRefund(receipt(cast), 50, AT.date(), "Paid twice", "6222000112345678")
    return _accepted(enter_refund(actor=cast.dora, refund=new, at=AT), cast)


def listed(make):
    return lambda cast: (make(cast), {})


ROWS = [
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
