"""Facts that contracts publish, inside the transaction of the act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ContractEffective:
    """The contract took effect: numbered, amount and rate fixed."""

    contract_id: int
    at: datetime
