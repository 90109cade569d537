"""What this app shows on the pages of others, by subject."""

from receivables.panels.ledger import due_card, of_customer, register

__all__ = ["due_card", "of_customer", "register"]
