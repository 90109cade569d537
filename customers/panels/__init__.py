"""What customer work hangs into the frame."""

from customers.panels import customers, deals, market, sentences
from customers.panels.customers import (
    CARD_ROWS,
    SENTENCES,
    VISITOR_ROLES,
    addresses_of,
    contact_line,
    contacts_of,
    customer_line,
    files_of_others,
    ownership_of,
    register_search,
    visit_line,
    visits_due,
    visits_of,
)

__all__ = [
    "CARD_ROWS",
    "SENTENCES",
    "VISITOR_ROLES",
    "addresses_of",
    "contact_line",
    "contacts_of",
    "customer_line",
    "files_of_others",
    "ownership_of",
    "register_pages",
    "register_search",
    "visit_line",
    "visits_due",
    "visits_of",
]


def register_pages() -> None:
    """Called when the app is ready."""
    customers.register_pages()
    deals.register()
    market.register()
    sentences.register()
