"""The rules that this app obeys, by subject."""

from receivables.handbook.collection import register_collection
from receivables.handbook.credit import register_credit
from receivables.handbook.figures import register_figures
from receivables.handbook.ledger import register as register_ledger
from receivables.handbook.postings import register as register_postings

__all__ = ["register"]


def register() -> None:
    """Add the rules of receivables to the handbook."""
    register_ledger()
    register_credit()
    register_figures()
    register_postings()
    register_collection()
