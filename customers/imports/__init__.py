"""Import kinds of customers, contacts, visits, leads and opportunities."""

from customers.imports.contacts import CONTACTS
from customers.imports.files import CUSTOMERS
from customers.imports.leads import LEADS
from customers.imports.opportunities import OPPORTUNITIES
from customers.imports.visits import VISITS
from salesops.exchange.registry import import_kinds


def register_kinds() -> None:
    for kind in (CUSTOMERS, CONTACTS, VISITS, LEADS, OPPORTUNITIES):
        import_kinds.register(kind.name, kind)
