"""Facts that the ledger publishes; handlers run in the same transaction."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class ReceivablePosted:
    receivable_id: int
    at: datetime


@dataclass(frozen=True)
class ReceiptRecorded:
    receipt_id: int
    at: datetime


@dataclass(frozen=True)
class ReceiptAllocated:
    """Lines were posted from a receipt or a credit note (exactly one of the two is given)."""

    receipt_id: int | None
    credit_note_id: int | None
    line_ids: tuple[int, ...]
    at: datetime


@dataclass(frozen=True)
class SettlementReversed:
    line_id: int
    reversal_id: int
    at: datetime


@dataclass(frozen=True)
class ReceiptReversed:
    receipt_id: int
    reversal_id: int
    at: datetime


@dataclass(frozen=True)
class CreditNotePosted:
    credit_note_id: int
    at: datetime


@dataclass(frozen=True)
class LedgerMonthClosed:
    month: date
    at: datetime


@dataclass(frozen=True)
class PromiseBroken:
    """A promise to pay was not kept, or only in part."""

    promise_id: int
    at: datetime


@dataclass(frozen=True)
class PostingDecided:
    """What waited for a second person was accepted (``document_id`` is what was posted) or turned down (``None``)."""

    model: str
    entry_id: int
    document_id: int | None
    at: datetime
