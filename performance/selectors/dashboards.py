"""What dashboards and the workbench show: tiles with pace and history, charts, exceptions for a person.

Everything comes from the same sums as the rows behind it, within one reach; a page asks a handful of
statements, whatever the size of the company.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from customers.models import Visit
from orders.models import Order
from performance.choices import Dimension, Direction, Pace
from performance.kpis.definition import KpiDef
from performance.kpis.registry import BASIS, DISPUTED, kpi_of
from performance.kpis.statement import facts_sql, filled
from performance.models import MonthClose, Target
from performance.selectors.figures import ask, fetch, nobody, sums
from performance.selectors.reach import Reach, Selection, conditions
from performance.selectors.targets import (
    PACE_RULES,
    PaceRule,
    combine,
    company_target,
    pace_of,
    workday_share,
)
from salesops.accounts.models import Membership, RoleGrant, Team, User
from salesops.core.choices import Role
from salesops.core.periods import Period
from salesops.handbook.selectors import rules_on

HISTORY = 12


@dataclass(frozen=True)
class Scene:
    """What a page is about: who looks (``reach``), at whom (person or unit), over which period."""

    user: Any
    reach: Reach
    period: Period
    at: datetime
    person: User | None = None
    team: Team | None = None
    team_ids: tuple[int, ...] | None = None
    cache: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)

    @cached_property
    def rules(self) -> dict[str, Any]:
        """All rules that a page of figures obeys, read once."""
        return rules_on(min(self.period.start, self.today), (BASIS, DISPUTED, *PACE_RULES))

    @cached_property
    def limits(self) -> PaceRule:
        return PaceRule(*(self.rules[key] for key in PACE_RULES))

    @cached_property
    def share(self) -> Decimal:
        """Share of the period's workdays that have passed."""
        return workday_share(self.period, self.today)

    @property
    def selection(self) -> Selection | None:
        if self.person is not None:
            return Selection(owner_id=self.person.pk, team_ids=self.team_ids)
        return Selection(team_ids=self.team_ids) if self.team_ids is not None else None

    def rows_url(self, code: str, period: Period | None = None, **more: Any) -> str:
        """The page with the rows of one figure of this scene."""
        query: dict[str, Any] = {"code": code, "period": (period or self.period).code}
        if self.team is not None:
            query["team"] = self.team.code
        if self.person is not None:
            query["person"] = self.person.username
        return reverse("performance:rows") + "?" + urlencode(query | more)


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
    def change(self) -> Decimal | None:
        """Against the period before: relative for amounts, in points of a fraction for rates."""
        if self.value is None or self.previous is None:
            return None
        if self.kpi.ratio:
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


def tiles(scene: Scene, codes: list[str], closed: dict[str, MonthClose]) -> list[Tile]:
    """The row of figures: one statement for all KPIs over this period and the eleven before it."""
    definitions = [kpi_of(code) for code in codes]
    spans = past_periods(scene.period)
    question, _frozen = ask(definitions, spans, today=scene.today, closed=closed, rules=scene.rules)
    found = sums(question, Dimension.COMPANY, reach=scene.reach, selection=scene.selection)
    by_code: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in found:
        by_code[row["code"]][row["period"]] = row
    goals = scene_targets(scene, codes, spans)
    scene.cache["history"] = (spans, found, goals)
    answer = []
    for kpi in definitions:
        values = [_value(kpi, by_code[kpi.code].get(span.code)) for span in spans]
        row = by_code[kpi.code].get(scene.period.code)
        tile = Tile(
            kpi=kpi,
            value=values[-1],
            url=scene.rows_url(kpi.code),
            target=goals.get((kpi.code, scene.period.code)),
            previous=values[-2],
            before=spans[-2],
            running=scene.today < scene.period.end,
            history=values,
            mixed=bool(row and row["mixed"]),
        )
        if tile.target:
            tile.share = Decimal(1) if kpi.ratio or not kpi.additive else scene.share
            if kpi.direction == Direction.UP:
                tile.pace = pace_of(tile.attainment, tile.share, on=scene.today, limits=scene.limits)
        answer.append(tile)
    return answer


def _value(kpi: KpiDef, row: dict[str, Any] | None) -> Decimal | None:
    if row is None:
        return None if kpi.ratio else Decimal(0)
    return kpi.value(row["num"], row["den"], mixed=row["mixed"])


def past_periods(period: Period, count: int = HISTORY) -> list[Period]:
    """``count`` periods of one kind that end with this one, oldest first."""
    spans = [period]
    while len(spans) < count:
        spans.insert(0, spans[0].previous())
    return spans


def scene_targets(scene: Scene, codes: list[str], spans: list[Period]) -> dict[tuple[str, str], Decimal]:
    """Targets of the scene by KPI and period: of the person, of the unit, else of the company's top units."""
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


def by_key(
    scene: Scene, code: str, by: Dimension, closed: dict[str, MonthClose], *, limit: int = 10
) -> list[dict[str, Any]]:
    """The largest keys of one dimension with value and link; the rest is one row of its own without a link."""
    kpi = kpi_of(code)
    if (code, by) in scene.cache:
        return scene.cache[code, by][:limit]
    question, _frozen = ask([kpi], [scene.period], today=scene.today, closed=closed, rules=scene.rules)
    rows = sums(question, by, reach=scene.reach, selection=scene.selection)
    found = [
        {
            "key": row["key"],
            "ref": row["ref"],
            "label": row["label"] if row["key"] else nobody(by),
            "value": kpi.value(row["num"], row["den"], mixed=row["mixed"]),
            "url": scene.rows_url(code, by=by.value, key=row["key"]),
        }
        for row in rows
    ]
    found.sort(key=lambda r: -(r["value"] or Decimal(0)))
    scene.cache[code, by] = found
    return found[:limit]


def history(
    scene: Scene, codes: list[str], closed: dict[str, MonthClose], *, months: int = HISTORY
) -> dict[str, list[Any]]:
    """Values, targets and links of some KPIs for the months up to the end of the period."""
    last = Period.month_of(min(scene.period.end, max(scene.today, scene.period.start)))
    spans = past_periods(last, months)
    definitions = [kpi_of(code) for code in codes]
    known, rows, goals = scene.cache.get("history", ([], [], {}))
    if known != spans or not set(codes) <= {r["code"] for r in rows}:
        question, _frozen = ask(definitions, spans, today=scene.today, closed=closed, rules=scene.rules)
        rows = sums(question, Dimension.COMPANY, reach=scene.reach, selection=scene.selection)
        goals = scene_targets(scene, codes, spans)
    found = {(r["code"], r["period"]): r for r in rows}
    answer: dict[str, list[Any]] = {"labels": [s.code for s in spans]}
    for kpi in definitions:
        answer[kpi.code] = [_value(kpi, found.get((kpi.code, s.code))) for s in spans]
        answer[f"{kpi.code}_target"] = [goals.get((kpi.code, s.code)) for s in spans]
        answer[f"{kpi.code}_urls"] = [scene.rows_url(kpi.code, s) for s in spans]
    return answer


def late_orders(scene: Scene) -> QuerySet[Order]:
    """Confirmed orders past their promised (else required) day and not shipped, most late first."""
    due = Coalesce("promised_date", "required_date")
    rows = Order.objects.visible_to(scene.user).filter(state="confirmed").alias(due=due)
    rows = rows.filter(due__lt=scene.today).annotate(days_late=scene.today - F("due"), due_day=due)
    return _of_scene(rows, scene).select_related("customer", "owner").order_by("due_day", "pk")


def missed_visits(scene: Scene) -> QuerySet[Visit]:
    """Visits planned for a day that is over and neither logged nor cancelled, the latest first."""
    rows = Visit.objects.visible_to(scene.user).filter(state="planned", planned_date__lt=scene.today)
    return _of_scene(rows, scene).select_related("customer", "owner").order_by("-planned_date", "pk")


def _of_scene(rows: QuerySet[Any], scene: Scene) -> QuerySet[Any]:
    if scene.person is not None:
        return rows.filter(owner=scene.person)
    return rows.filter(team__in=scene.team_ids) if scene.team_ids is not None else rows


@dataclass
class Progress:
    """A person against the target: for "behind pace" and the lead's page."""

    person: User
    value: Decimal
    target: Decimal
    pace: Pace | None
    url: str

    @property
    def attainment(self) -> Decimal:
        return self.value / self.target


def people_against_target(scene: Scene, code: str, closed: dict[str, MonthClose]) -> list[Progress]:
    """Everybody in reach with a target in the period, the furthest behind first."""
    goals = Target.objects.filter(
        metric=code,
        staff__isnull=False,
        period_start__gte=scene.period.start,
        period_end__lte=scene.period.end,
    ).select_related("staff", "team")
    if scene.person is not None:
        goals = goals.filter(staff=scene.person)
    elif scene.team_ids is not None:
        goals = goals.filter(scope_team__in=scene.team_ids)
    elif not scene.reach.everything:
        goals = goals.filter(Q(scope_team__in=scene.reach.team_ids) | Q(staff=scene.reach.owner_id))
    rows = list(goals.order_by("pk"))
    if not rows:
        return []
    people = {row.staff_id: row.staff for row in rows}
    values = {r["ref"]: r["value"] for r in by_key(scene, code, Dimension.STAFF, closed, limit=10000)}
    answer = []
    for ref, subject in combine(rows, code, scene.period).items():
        value = values.get(ref) or Decimal(0)
        if not subject.value:
            continue
        person = people[ref]
        pace = pace_of(value / subject.value, scene.share, on=scene.today, limits=scene.limits)
        url = scene.rows_url(code, by="staff", key=person.username)
        answer.append(Progress(person, value, subject.value, pace, url))
    return sorted(answer, key=lambda p: (p.attainment, p.person.name))


def team_day(scene: Scene, day: date) -> list[dict[str, Any]]:
    """Per person in reach: visits planned, done and missing on a day, and what was ordered (VIS-01, DAY)."""
    members = User.objects.filter(is_active=True, memberships__in=_memberships(scene, day)).distinct()
    people = {u.pk: {"person": u, "planned": 0, "done": 0, "open": 0, "visits": []} for u in members}
    visits = Visit.objects.visible_to(scene.user).filter(visit_date=day).exclude(state="cancelled")
    for visit in _of_scene(visits, scene).select_related("customer", "owner").order_by("visited_at", "pk"):
        row = people.setdefault(
            visit.owner_id, {"person": visit.owner, "planned": 0, "done": 0, "open": 0, "visits": []}
        )
        row["visits"].append(visit)
        row["planned"] += visit.planned_date is not None
        row["done"] += visit.state == "done"
        row["open"] += visit.state == "planned"
    orders = (
        _of_scene(Order.objects.visible_to(scene.user), scene)
        .filter(order_date=day, owner__in=people)
        .exclude(state="cancelled")
        .values("owner")
        .annotate(orders=Count("pk"))
        .order_by("owner")
    )
    counts = {row["owner"]: row["orders"] for row in orders}
    for pk, row in people.items():
        row["orders"] = counts.get(pk, 0)
        row["quiet"] = not row["visits"]
    return sorted(people.values(), key=lambda r: (not r["quiet"], not r["open"], r["person"].name))


def _memberships(scene: Scene, day: date) -> Any:
    sellers = RoleGrant.objects.in_force(day).filter(role__in=[Role.REP, Role.LEAD]).values("user")
    rows = Membership.objects.in_force(day).filter(user__in=sellers)
    if scene.team_ids is not None:
        return rows.filter(team__in=scene.team_ids)
    if scene.reach.everything:
        return rows
    return rows.filter(Q(team__in=scene.reach.team_ids) | Q(user=scene.reach.owner_id))


AGES = ((1, 30), (31, 60), (61, 90), (91, None))


def overdue_by_age(scene: Scene, closed: dict[str, MonthClose]) -> list[dict[str, Any]]:
    """The overdue amount of the period in buckets of days late; together they are that figure."""
    kpi = kpi_of("overdue_amt")
    as_of = min(scene.period.end, scene.today)
    question, _frozen = ask([kpi], [scene.period], today=scene.today, closed=closed, rules=scene.rules)
    sql, params = facts_sql(question)
    where, more = conditions(scene.reach, scene.selection)
    names = {f"age{i}": as_of - timedelta(days=low - 1) for i, (low, _high) in enumerate(AGES)}
    statement = sql + "\n" + filled("ages", where=" AND ".join(where) or "true")
    (row,) = fetch(statement, params | more | names)
    answer = []
    for index, (low, high) in enumerate(AGES):
        dates = {"to": as_of - timedelta(days=low)}
        if high is not None:
            dates["from"] = as_of - timedelta(days=high)
        answer.append(
            {
                "label": f"{low}–{high}" if high else f"> {low - 1}",
                "value": row[f"age{index}"] or Decimal(0),
                "url": scene.rows_url("overdue_amt", **{k: v.isoformat() for k, v in dates.items()}),
            }
        )
    return answer
