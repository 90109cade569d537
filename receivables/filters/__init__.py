"""How lists are narrowed, by subject."""

from receivables.filters.credit import (
    AssessmentFilter,
    HoldFilter,
    OverrideFilter,
    ProvisionLineFilter,
    ProvisionRunFilter,
    RiskFilter,
)
from receivables.filters.given_up import AdjustmentFilter, RefundFilter
from receivables.filters.held import PaperFilter
from receivables.filters.ledger import CreditNoteFilter, EntryFilter, ReceiptFilter, ReceivableFilter
from receivables.filters.postings import PostingFilter

__all__ = [
    "AdjustmentFilter",
    "AssessmentFilter",
    "CreditNoteFilter",
    "EntryFilter",
    "HoldFilter",
    "OverrideFilter",
    "PaperFilter",
    "PostingFilter",
    "ProvisionLineFilter",
    "ProvisionRunFilter",
    "ReceiptFilter",
    "ReceivableFilter",
    "RefundFilter",
    "RiskFilter",
]
