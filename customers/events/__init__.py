"""Facts that customer work publishes."""

from customers.events.customers import (
    CustomerCreated,
    CustomerOwnerChanged,
    VisitDone,
)
from customers.events.visits import VisitReported

__all__ = [
    "CustomerCreated",
    "CustomerOwnerChanged",
    "VisitDone",
    "VisitReported",
]
