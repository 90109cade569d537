"""How rows are listed, by subject."""

from receivables.tables.credit import (
    AssessmentTable,
    HoldTable,
    OverrideTable,
    ProvisionLineTable,
    ProvisionRunTable,
    RiskTable,
    hold_pill,
)
from receivables.tables.given_up import AdjustmentTable, RefundTable
from receivables.tables.held import PaperTable
from receivables.tables.ledger import (
    CreditNoteTable,
    EntryTable,
    PeriodLockTable,
    ReceiptTable,
    ReceivableTable,
    item_pill,
    money_pill,
)
from receivables.tables.postings import PostingTable

__all__ = [
    "AdjustmentTable",
    "AssessmentTable",
    "CreditNoteTable",
    "EntryTable",
    "HoldTable",
    "OverrideTable",
    "PaperTable",
    "PeriodLockTable",
    "PostingTable",
    "ProvisionLineTable",
    "ProvisionRunTable",
    "ReceiptTable",
    "ReceivableTable",
    "RefundTable",
    "RiskTable",
    "hold_pill",
    "item_pill",
    "money_pill",
]
