"""Facts that contracts publish, inside the transaction of the act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ContractEffective:
    """The contract took effect: numbered, amount and rate fixed."""

    contract_id: int
    at: datetime


@dataclass(frozen=True)
class ContractAccepted:
    """The customer accepted what the contract promised: ``Contract.acceptance``."""

    contract_id: int
    at: datetime


@dataclass(frozen=True)
class PlanChanged:
    """A contract in force has a new edition of its payment plan."""

    contract_id: int
    at: datetime
