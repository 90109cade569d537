"""The rules that this app obeys, by subject."""

from receivables.handbook.credit import register_credit
from receivables.handbook.ledger import register as register_ledger

__all__ = ["register"]


def register() -> None:
    """Add the rules of receivables to the handbook."""
    register_ledger()
    register_credit()
