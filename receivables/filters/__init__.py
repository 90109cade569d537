"""How lists are narrowed, by subject."""

from receivables.filters.credit import HoldFilter
from receivables.filters.ledger import CreditNoteFilter, EntryFilter, ReceiptFilter, ReceivableFilter
from receivables.filters.postings import PostingFilter

__all__ = [
    "CreditNoteFilter",
    "EntryFilter",
    "HoldFilter",
    "PostingFilter",
    "ReceiptFilter",
    "ReceivableFilter",
]
