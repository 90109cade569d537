"""How rows are listed, by subject."""

from receivables.tables.ledger import (
    CreditNoteTable,
    EntryTable,
    PeriodLockTable,
    ReceiptTable,
    ReceivableTable,
    item_pill,
    money_pill,
)

__all__ = [
    "CreditNoteTable",
    "EntryTable",
    "PeriodLockTable",
    "ReceiptTable",
    "ReceivableTable",
    "item_pill",
    "money_pill",
]
