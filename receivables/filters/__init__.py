"""How lists are narrowed, by subject."""

from receivables.filters.credit import HoldFilter
from receivables.filters.ledger import CreditNoteFilter, EntryFilter, ReceiptFilter, ReceivableFilter

__all__ = ["CreditNoteFilter", "EntryFilter", "HoldFilter", "ReceiptFilter", "ReceivableFilter"]
