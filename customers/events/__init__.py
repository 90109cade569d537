"""Facts that customer work publishes."""

from customers.events.customers import (
    CustomerCreated,
    CustomerOwnerChanged,
    VisitDone,
)

__all__ = [
    "CustomerCreated",
    "CustomerOwnerChanged",
    "VisitDone",
]
