"""The rules that this app obeys, by subject."""

from receivables.handbook.ledger import register

__all__ = ["register"]
