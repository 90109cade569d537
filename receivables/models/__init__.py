"""The ledger of what customers owe: open items, money in, credit notes, and the lines that settle them."""

from receivables.models.ledger import CreditNote, Receipt, Receivable, SettlementLine

__all__ = ["CreditNote", "Receipt", "Receivable", "SettlementLine"]
