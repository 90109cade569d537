"""The row of figures with target, pace and history, and the months of a chart."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from performance.choices import Dimension, Direction, Pace, Unit
from performance.kpis.definition import KpiDef
from performance.kpis.registry import kpi_of
from performance.models import MonthClose, Target
from performance.selectors.figures import ask, sums
from performance.selectors.forecast import forecast
from performance.selectors.scene import HISTORY, Scene, past_periods
from performance.selectors.targets import combine, company_target, pace_of
from salesops.core.periods import Period


@dataclass
class Tile:
    """One figure with everything around it; the template only draws."""

    kpi: KpiDef
    value: Decimal | None
    url: str
    target: Decimal | None = None
    share: Decimal | None = None
    pace: Pace | None = None
    previous: Decimal | None = None
    before: Period | None = None
    running: bool = False
    history: list[Decimal | None] = field(default_factory=list)
    mixed: bool = False

    @property
    def attainment(self) -> Decimal | None:
        return self.value / self.target if self.target and self.value is not None else None

    @property
    def forecast(self) -> Decimal | None:
        """Where a running figure with a target ends at this pace."""
        if not self.running or not self.target or self.share is None:
            return None
        return forecast(self.kpi, self.value, self.share)

    @property
    def change(self) -> Decimal | None:
        """Against the period before: relative for amounts, in points of a fraction for rates."""
        if self.value is None or self.previous is None:
            return None
        if self.kpi.unit == Unit.PERCENT:
            return self.value - self.previous
        return (self.value - self.previous) / abs(self.previous) if self.previous else None

    @property
    def tone(self) -> str:
        """``good``, ``bad`` or nothing, by the direction in which more is better."""
        if not self.change:
            return ""
        return "good" if (self.change > 0) == (self.kpi.direction == Direction.UP) else "bad"

    @property
    def fill(self) -> int:
        """Width of the pace bar in percent."""
        return min(100, max(0, int((self.attainment or 0) * 100)))

    @property
    def mark(self) -> int:
        """Where the pace mark stands, in percent."""
        return min(100, max(0, int((self.share or 0) * 100)))

    @property
    def spark(self) -> str:
        """The history as an SVG path in a box of 100 by 28; a gap where there is no figure."""
        values = [v for v in self.history if v is not None]
        if len(values) < 2:
            return ""
        low, high = min(0, *values), max(values)
        span = (high - low) or Decimal(1)
        step = 100 / max(1, len(self.history) - 1)
        parts, pen = [], "M"
        for index, value in enumerate(self.history):
            if value is None:
                pen = "M"
                continue
            parts.append(f"{pen}{index * step:.1f},{26 - 24 * float((value - low) / span):.1f}")
            pen = "L"
        return " ".join(parts)


@dataclass(frozen=True)
class Values:
    """Values and targets of some KPIs over some periods, by code and period."""

    values: dict[tuple[str, str], Decimal | None]
    targets: dict[tuple[str, str], Decimal]
    mixed: frozenset[tuple[str, str]]


def _values(scene: Scene, codes: list[str], spans: list[Period], closed: dict[str, MonthClose]) -> Values:
    """One statement for all KPIs and periods; what the page knows of the same periods is not asked again."""
    known, found = scene.cache.get((spans[0], spans[-1]), (frozenset(), None))
    if found is None or not known.issuperset(codes):
        question, _frozen = ask(
            [kpi_of(code) for code in codes], spans, today=scene.today, closed=closed, rules=scene.rules
        )
        rows = sums(question, Dimension.COMPANY, reach=scene.reach, selection=scene.selection)
        values: dict[tuple[str, str], Decimal | None] = {}
        for kpi in map(kpi_of, codes):
            values |= {(kpi.code, span.code): None if kpi.ratio else Decimal(0) for span in spans}
        for row in rows:
            value = kpi_of(row["code"]).value(row["num"], row["den"], mixed=row["mixed"])
            values[row["code"], row["period"]] = value
        mixed = frozenset((row["code"], row["period"]) for row in rows if row["mixed"])
        found = Values(values, scene_targets(scene, codes, spans), mixed)
        scene.cache[spans[0], spans[-1]] = frozenset(codes), found
    return found


def tiles(scene: Scene, codes: list[str], closed: dict[str, MonthClose]) -> list[Tile]:
    """The row of figures: one statement for all KPIs over this period and the eleven before it."""
    spans = past_periods(scene.period)
    codes = [code for code in codes if scene.answers(kpi_of(code))]
    if not codes:
        return []
    found = _values(scene, codes, spans, closed)
    answer = []
    for kpi in map(kpi_of, codes):
        values = [found.values[kpi.code, span.code] for span in spans]
        tile = Tile(
            kpi=kpi,
            value=values[-1],
            url=scene.rows_url(kpi.code),
            target=found.targets.get((kpi.code, scene.period.code)),
            previous=values[-2],
            before=spans[-2],
            running=scene.today < scene.period.end,
            history=values,
            mixed=(kpi.code, scene.period.code) in found.mixed,
        )
        if tile.target:
            tile.share = Decimal(1) if kpi.ratio or not kpi.additive else scene.share
            if kpi.direction == Direction.UP:
                tile.pace = pace_of(tile.attainment, tile.share, on=scene.today, limits=scene.limits)
        answer.append(tile)
    return answer


def history(
    scene: Scene, codes: list[str], closed: dict[str, MonthClose], *, months: int = HISTORY
) -> dict[str, list[Any]]:
    """Values, targets and links of some KPIs for the months up to the end of the period."""
    last = Period.month_of(min(scene.period.end, max(scene.today, scene.period.start)))
    spans = past_periods(last, months)
    found = _values(scene, codes, spans, closed)
    answer: dict[str, list[Any]] = {"labels": [s.code for s in spans]}
    for code in codes:
        answer[code] = [found.values[code, s.code] for s in spans]
        answer[f"{code}_target"] = [found.targets.get((code, s.code)) for s in spans]
        answer[f"{code}_urls"] = [scene.rows_url(code, s) for s in spans]
    return answer


def scene_targets(scene: Scene, codes: list[str], spans: list[Period]) -> dict[tuple[str, str], Decimal]:
    """Targets of the scene by KPI and period: of the person, of the unit, else of the company's top units.

    For one region or category there is no target.
    """
    if scene.narrowed:
        return {}
    rows = Target.objects.filter(
        metric__in=codes, period_start__gte=spans[0].start, period_end__lte=spans[-1].end
    )
    owner = scene.person.pk if scene.person else None
    if owner is None and scene.team is None and not scene.reach.everything and not scene.reach.team_ids:
        owner = scene.reach.owner_id
    if owner is not None:
        rows = rows.filter(staff=owner)
    elif scene.team is not None:
        rows = rows.filter(team=scene.team)
    elif scene.reach.everything:
        rows = rows.filter(team__isnull=False)
    else:
        rows = rows.filter(team__in=scene.reach.team_ids)
    grouped: dict[tuple[str, str], list[Target]] = defaultdict(list)
    for row in rows.select_related("staff", "team").order_by("pk"):
        for span in spans:
            if row.period_start >= span.start and row.period_end <= span.end:
                grouped[(row.metric, span.code)].append(row)
    answer = {}
    for (metric, code), members in grouped.items():
        total = company_target(combine(members, metric, Period.parse(code)))
        if total is not None:
            answer[(metric, code)] = total
    return answer
