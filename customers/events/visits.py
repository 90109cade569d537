"""Facts about visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class VisitReported:
    """The record of a visit is complete: words, competitor facts and product demands are on the row."""

    visit_id: int
    customer_id: int
    at: datetime
