"""Words of the ledger, by subject."""

from receivables.choices.credit import AssessmentKind, AssessmentState, HoldScope, HoldState, Rating
from receivables.choices.ledger import (
    Basis,
    BridgeOf,
    Channel,
    CreateOn,
    Disputed,
    EntryState,
    GroupBy,
    ItemState,
    Method,
    MoneyState,
    PostingKind,
    ReminderKind,
    Source,
)

__all__ = [
    "AssessmentKind",
    "AssessmentState",
    "Basis",
    "BridgeOf",
    "Channel",
    "CreateOn",
    "Disputed",
    "EntryState",
    "GroupBy",
    "HoldScope",
    "HoldState",
    "ItemState",
    "Method",
    "MoneyState",
    "PostingKind",
    "Rating",
    "ReminderKind",
    "Source",
]
