"""How large the demo company is, and its own dice."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime

from salesops.core.periods import Period


@dataclass(frozen=True)
class Options:
    """Sizes of interfaces §2. ``today`` is the last day of the history; ``at`` the moment of loading."""

    customers: int
    months: int
    receivables: int
    visits: int
    seed: int
    today: date
    at: datetime

    @property
    def start(self) -> date:
        """First day of the history: ``months`` whole months before the current one."""
        period = Period.month_of(self.today)
        for _ in range(self.months):
            period = period.previous()
        return period.start

    def dice(self, subject: str) -> random.Random:
        """A generator of its own per subject, so that one size does not shift another's rows."""
        return random.Random(f"{self.seed}:{subject}")  # noqa: S311 - invented data

    @property
    def is_small(self) -> bool:
        """Too few customers, items or months for every scene of the last day."""
        return self.customers < 200 or self.receivables < 1_500 or self.visits < 3_000 or self.months < 18

    @property
    def is_load(self) -> bool:
        """Beyond a size that a person looks at: no timelines, fewer lines, no living last days."""
        return self.receivables > 20_000 or self.visits > 50_000 or self.customers > 5_000
