"""Who gets which page of the ledger."""

from datetime import date
from decimal import Decimal

from receivables.models import SettlementLine
from receivables.services import (
    NewCreditNote,
    NewReceipt,
    enter_credit_note,
    enter_receipt,
    mark_disputed,
)
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import return_request
from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.receivables import AT, make_credit_note, make_customer, make_receipt, make_receivable

READERS = "alice bob asha mona dora lena gina aida"
WRITER = {"dora": OK, "alice bob asha mona lena gina aida": FORBIDDEN, "*": MISSING}
DISPUTER = {"alice bob asha mona dora lena gina": OK, "aida": FORBIDDEN, "*": MISSING}
RECORD = {READERS: OK, "*": MISSING}
LIST = {"hugo otto root sam": FORBIDDEN, "*": OK}
ASKER = {"alice bob asha mona dora": OK, "gina aida sam": FORBIDDEN, "*": MISSING}
ADD = {"dora": OK, "*": FORBIDDEN}
MONTHS = {"dora aida gina": OK, "*": FORBIDDEN}
CANARY = "Canary Trading"
HIDES = "carol"


def customer(cast):
    return make_customer(owner=cast.alice, name=CANARY)


def shipped_to(cast):
    buyer = customer(cast)
    return buyer, {"pk": buyer.pk, "part": "shipped"}


def item(cast):
    return make_receivable(customer(cast))


def disputed(cast):
    return mark_disputed(actor=None, receivable=item(cast), reason="Wrong goods", at=AT)


def receipt(cast):
    return make_receipt(customer(cast))


def entry(cast):
    """Money above the limit, which Dora entered and a second person has to accept."""
    payer = customer(cast)
    new = NewReceipt(payer, date(2026, 2, 1), Decimal("900000"), payer.currency)
    return enter_receipt(actor=cast.dora, receipt=new, at=AT)


def returned_entry(cast):
    """The same, given back to Dora to be corrected."""
    found = entry(cast)
    request = ApprovalRequest.objects.about(found).get()
    return_request(actor=cast.gina, at=AT, request=request, comment="Which invoice?")
    return found


def waiting_credit(cast):
    """Credit above the limit, which Dora entered and a second person has to accept."""
    buyer = customer(cast)
    new = NewCreditNote(buyer, date(2026, 3, 1), Decimal("90000"), buyer.currency, "Allowance")
    return enter_credit_note(actor=cast.dora, credit_note=new, at=AT)


def returned_credit(cast):
    """The same, given back to Dora to be corrected."""
    found = waiting_credit(cast)
    request = ApprovalRequest.objects.about(found).get()
    return_request(actor=cast.gina, at=AT, request=request, comment="For which item?")
    return found


def credit(cast):
    return make_credit_note(customer(cast))


def line(cast):
    owed = item(cast)
    make_receipt(owed.customer, received=date(2026, 2, 1), to={owed: "10.00"})
    return SettlementLine.objects.get(receivable=owed)


ROWS = [
    Row(
        "receivables:receivable_list",
        make=lambda c: (item(c), {}),
        get=LIST,
        canary=CANARY,
        hides=HIDES,
    ),
    Row("receivables:my_receivables", get=LIST),
    Row("receivables:receivable_create", get=ADD, post=ADD),
    Row("receivables:receivable_detail", make=item, get=RECORD, canary=CANARY),
    Row("receivables:receivable_dispute", make=item, get=DISPUTER, post=DISPUTER, canary=CANARY),
    Row("receivables:receivable_resolve", make=disputed, get=DISPUTER, post=DISPUTER, canary=CANARY),
    Row(
        "receivables:receipt_list",
        make=lambda c: (receipt(c), {}),
        get=LIST,
        canary=CANARY,
        hides=HIDES,
    ),
    Row("receivables:receipt_create", get=ADD, post=ADD),
    Row("receivables:open_items", get=None, post=ADD),
    Row("receivables:receipt_detail", make=receipt, get=RECORD, canary=CANARY),
    Row("receivables:receipt_allocate", make=receipt, get=WRITER, post=WRITER, canary=CANARY),
    Row("receivables:receipt_reverse", make=receipt, get=WRITER, post=WRITER, canary=CANARY),
    Row(
        "receivables:receiptentry_list",
        make=lambda c: (entry(c), {}),
        get=LIST,
        canary=CANARY,
        hides=HIDES,
    ),
    Row("receivables:receiptentry_detail", make=entry, get=RECORD, canary=CANARY),
    Row("receivables:receiptentry_mend", make=returned_entry, get=WRITER, post=WRITER, canary=CANARY),
    Row(
        "receivables:postingentry_list",
        make=lambda c: (waiting_credit(c), {}),
        get=LIST,
        canary=CANARY,
        hides=HIDES,
    ),
    Row("receivables:postingentry_detail", make=waiting_credit, get=RECORD, canary=CANARY),
    Row("receivables:postingentry_mend", make=returned_credit, get=WRITER, post=WRITER, canary=CANARY),
    Row(
        "receivables:creditnote_list",
        make=lambda c: (credit(c), {}),
        get=LIST,
        canary=CANARY,
        hides=HIDES,
    ),
    Row("receivables:creditnote_create", get=ADD, post=ADD),
    Row("receivables:creditnote_detail", make=credit, get=RECORD, canary=CANARY),
    Row("receivables:creditnote_allocate", make=credit, get=WRITER, post=WRITER, canary=CANARY),
    Row("receivables:creditnote_reverse", make=credit, get=WRITER, post=WRITER, canary=CANARY),
    Row("receivables:settlementline_reverse", make=line, get=WRITER, post=WRITER, canary=CANARY),
    Row("receivables:unallocated", make=lambda c: (receipt(c), {}), get=LIST, canary=CANARY, hides=HIDES),
    Row("receivables:ageing", make=lambda c: (item(c), {}), get=LIST, canary=CANARY, hides=HIDES),
    Row("receivables:ageing_items", make=lambda c: (item(c), {}), get=LIST, canary=CANARY, hides=HIDES),
    Row(
        "receivables:credit_rows",
        make=shipped_to,
        get={"alice asha bob mona gina dora aida": OK, "sam": FORBIDDEN, "*": MISSING},
    ),
    Row("receivables:finance_day", get=MONTHS),
    Row("receivables:check", get={"dora aida gina root": OK, "*": FORBIDDEN}),
    Row("receivables:periodlock_list", get=MONTHS),
    Row("receivables:periodlock_close", get=ADD, post=ADD),
]
