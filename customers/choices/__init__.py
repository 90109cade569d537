"""Words and states of customer work."""

from customers.choices.customers import AddressKind, CustomerClass, CustomerKind
from customers.choices.visits import (
    IN_PERSON,
    VISIT_MOVES,
    VISIT_PLAN_MOVES,
    PlanSpan,
    VisitKind,
    VisitPlanState,
    VisitState,
)

__all__ = [
    "IN_PERSON",
    "VISIT_MOVES",
    "VISIT_PLAN_MOVES",
    "AddressKind",
    "CustomerClass",
    "CustomerKind",
    "PlanSpan",
    "VisitKind",
    "VisitPlanState",
    "VisitState",
]
