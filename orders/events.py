"""Facts that orders publish, inside the transaction of the act."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class OrderConfirmed:
    """The order binds us: state confirmed, lines fixed."""

    order_id: int
    at: datetime


@dataclass(frozen=True)
class OrderShipped:
    """The whole order left on ``Order.shipped_date``."""

    order_id: int
    at: datetime


@dataclass(frozen=True)
class OrderCancelled:
    """The order is off; it may have been confirmed before (``was_confirmed``), never shipped."""

    order_id: int
    at: datetime
    was_confirmed: bool = False
    actor_id: int | None = field(default=None, compare=False)  # who cancelled it; nobody: the house itself


@dataclass(frozen=True)
class ReturnRecorded:
    """Goods or money went back to the customer: one row of ``Return``."""

    return_id: int
    at: datetime
