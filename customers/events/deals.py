"""Facts of leads, opportunities and market information."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class LeadConverted:
    lead_id: int
    customer_id: int
    opportunity_id: int
    at: datetime


@dataclass(frozen=True)
class OpportunityMoved:
    """From one step to another; also published when a deal is won, lost, held or taken up again."""

    opportunity_id: int
    from_stage: str
    to_stage: str
    at: datetime


@dataclass(frozen=True)
class OpportunityWon:
    """Upper apps may open the contract or order from it."""

    opportunity_id: int
    customer_id: int
    on: date
    at: datetime


@dataclass(frozen=True)
class OpportunityLost:
    opportunity_id: int
    customer_id: int | None
    on: date
    at: datetime


@dataclass(frozen=True)
class DemandAnswered:
    demand_id: int
    state: str
    at: datetime
