"""Facts that customer work publishes."""

from customers.events.customers import (
    CreditBasisChanged,
    CustomerCreated,
    CustomerOwnerChanged,
    VisitDone,
)
from customers.events.visits import VisitReported

__all__ = [
    "CreditBasisChanged",
    "CustomerCreated",
    "CustomerOwnerChanged",
    "VisitDone",
    "VisitReported",
]
