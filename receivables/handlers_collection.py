"""Money that moves brings the collection case of its customer in line, in the same transaction."""

from __future__ import annotations

from receivables.events import CreditNotePosted, ReceiptAllocated, ReceiptReversed, SettlementReversed
from receivables.models import CreditNote, Receipt, SettlementLine
from receivables.services.collecting import renew_case_of
from salesops.core.events import subscribe


@subscribe(ReceiptAllocated)
def money_allocated(event: ReceiptAllocated) -> None:
    """What was paid or credited leaves its collection case at once."""
    line = SettlementLine.objects.select_related("receivable").filter(pk__in=event.line_ids).first()
    if line is not None and line.receivable is not None:
        renew_case_of(line.receivable.customer_id, at=event.at)


@subscribe(SettlementReversed)
def settlement_reversed(event: SettlementReversed) -> None:
    line = SettlementLine.objects.select_related("receivable").get(pk=event.line_id)
    if line.receivable is not None:
        renew_case_of(line.receivable.customer_id, at=event.at)


@subscribe(ReceiptReversed)
def receipt_reversed(event: ReceiptReversed) -> None:
    """A bounced draft opens its items again with the level that they had reached."""
    renew_case_of(Receipt.objects.get(pk=event.receipt_id).customer_id, at=event.at)


@subscribe(CreditNotePosted)
def credit_posted(event: CreditNotePosted) -> None:
    renew_case_of(CreditNote.objects.get(pk=event.credit_note_id).customer_id, at=event.at)
