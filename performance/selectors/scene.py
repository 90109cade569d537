"""What a page of figures is about: who looks at whom, over which period."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from performance.choices import Dimension
from performance.kpis.definition import KpiDef
from performance.kpis.registry import BASIS, DISPUTED
from performance.kpis.statement import day_of_rules
from performance.selectors.reach import Reach, Selection
from performance.selectors.targets import PACE_RULES, PaceRule, workday_share
from salesops.accounts.models import Team, User
from salesops.core.periods import Period
from salesops.handbook.selectors import rules_on

HISTORY = 12


@dataclass(frozen=True)
class Scene:
    """What a page is about: who looks (``reach``), at whom (person or unit), over which period.

    ``region`` and ``category`` narrow it to one of them.
    """

    user: Any
    reach: Reach
    period: Period
    at: datetime
    person: User | None = None
    team: Team | None = None
    team_ids: tuple[int, ...] | None = None
    region: str | None = None
    category: str | None = None
    cache: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)

    @cached_property
    def rules(self) -> dict[str, Any]:
        """All rules that a page of figures obeys, read once."""
        keys = (BASIS, DISPUTED, *PACE_RULES)
        return rules_on(day_of_rules(self.period.end, self.today), keys)

    @cached_property
    def limits(self) -> PaceRule:
        return PaceRule(*(self.rules[key] for key in PACE_RULES))

    @cached_property
    def share(self) -> Decimal:
        """Share of the period's workdays that have passed."""
        return workday_share(self.period, self.today)

    @property
    def selection(self) -> Selection | None:
        asked = Selection(
            owner_id=self.person.pk if self.person is not None else None,
            team_ids=self.team_ids,
            region=self.region,
            category=self.category,
        )
        return None if asked == Selection() else asked

    @property
    def narrowed(self) -> tuple[Dimension, ...]:
        """Whether only one region or category is meant."""
        return self.selection.narrowed if self.selection is not None else ()

    def answers(self, kpi: KpiDef) -> bool:
        """Whether a KPI knows the region and the category that the scene is narrowed to."""
        return kpi.dimensions.issuperset(self.narrowed)

    def whole(self) -> Scene:
        """The same for all regions and categories."""
        return replace(self, region=None, category=None)

    def rows_url(self, code: str, period: Period | None = None, **more: Any) -> str:
        """The page with the rows of one figure of this scene."""
        query: dict[str, Any] = {"code": code, "period": (period or self.period).code}
        if self.team is not None:
            query["team"] = self.team.code
        if self.person is not None:
            query["person"] = self.person.username
        if self.region is not None:
            query["region"] = self.region
        if self.category is not None:
            query["category"] = self.category
        return reverse("performance:rows") + "?" + urlencode(query | more)


def past_periods(period: Period, count: int = HISTORY) -> list[Period]:
    """``count`` periods of one kind that end with this one, oldest first."""
    spans = [period]
    while len(spans) < count:
        spans.insert(0, spans[0].previous())
    return spans
