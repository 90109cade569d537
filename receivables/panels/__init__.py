"""What this app shows on the pages of others, by subject."""

from receivables.panels import menu, returns
from receivables.panels.collection import register_collection
from receivables.panels.credit import register_credit
from receivables.panels.figures import register_figures
from receivables.panels.ledger import due_card, of_customer
from receivables.panels.ledger import register as register_ledger

__all__ = ["due_card", "of_customer", "register"]


def register() -> None:
    """Called when the app is ready."""
    register_ledger()
    register_credit()
    register_collection()
    register_figures()
    returns.register()
    menu.register()
