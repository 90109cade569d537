"""Words and states of customer work."""

from customers.choices.customers import (
    VISIT_MOVES,
    AddressKind,
    CustomerClass,
    CustomerKind,
    VisitKind,
    VisitState,
)

__all__ = [
    "VISIT_MOVES",
    "AddressKind",
    "CustomerClass",
    "CustomerKind",
    "VisitKind",
    "VisitState",
]
