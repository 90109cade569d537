"""Import kinds of customers, contacts and visits."""

from customers.imports.contacts import CONTACTS
from customers.imports.files import CUSTOMERS
from customers.imports.visits import VISITS
from salesops.exchange.registry import import_kinds


def register_kinds() -> None:
    for kind in (CUSTOMERS, CONTACTS, VISITS):
        import_kinds.register(kind.name, kind)
