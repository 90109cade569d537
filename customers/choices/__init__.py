"""Words and states of customer work."""

from customers.choices.customers import AddressKind, CustomerClass, CustomerKind
from customers.choices.files import (
    CLAIM_MOVES,
    AccessLevel,
    BlockScope,
    ClaimState,
    ClaimWish,
    Grade,
    LifeCycle,
)
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
    "CLAIM_MOVES",
    "IN_PERSON",
    "VISIT_MOVES",
    "VISIT_PLAN_MOVES",
    "AccessLevel",
    "AddressKind",
    "BlockScope",
    "ClaimState",
    "ClaimWish",
    "CustomerClass",
    "CustomerKind",
    "Grade",
    "LifeCycle",
    "PlanSpan",
    "VisitKind",
    "VisitPlanState",
    "VisitState",
]
