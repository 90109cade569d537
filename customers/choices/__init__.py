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
    RECEPTION_MOVES,
    VISIT_MOVES,
    VISIT_PLAN_MOVES,
    AnswerKind,
    CheckInMark,
    PlanSpan,
    ReceptionLevel,
    ReceptionState,
    VisitKind,
    VisitOutcome,
    VisitPlanState,
    VisitState,
)

__all__ = [
    "CLAIM_MOVES",
    "IN_PERSON",
    "RECEPTION_MOVES",
    "VISIT_MOVES",
    "VISIT_PLAN_MOVES",
    "AccessLevel",
    "AddressKind",
    "AnswerKind",
    "BlockScope",
    "CheckInMark",
    "ClaimState",
    "ClaimWish",
    "CustomerClass",
    "CustomerKind",
    "Grade",
    "LifeCycle",
    "PlanSpan",
    "ReceptionLevel",
    "ReceptionState",
    "VisitKind",
    "VisitOutcome",
    "VisitPlanState",
    "VisitState",
]
