"""Targets of a period by subject, the gap between parents and children, and pace (TGT-01, TGT-02, TGT-05)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from performance.choices import Dimension, Pace
from performance.kpis.registry import kpi_of
from performance.models import Target
from salesops.accounts.models import Team
from salesops.calendar.selectors import Workdays, default_region
from salesops.core.choices import TeamKind
from salesops.core.periods import Period
from salesops.handbook.selectors import rules_on

COMPANY = None
PACE_RULES = ("performance.pace_behind", "performance.pace_at_risk")


@dataclass
class Subject:
    """Who a target is for, and its value over the period asked for."""

    ref: Any
    key: str
    label: str
    value: Decimal
    path: str = ""
    has_units: bool = False  # a unit with targets below it: its facts lie there


def targets_by_subject(metric: str, period: Period, by: Dimension) -> dict[Any, Subject]:
    """Targets of one KPI for a period, by the primary key of person or team.

    A target of exactly this period counts; without one, the sum of the months (or quarters) inside it. A
    company has the sum of its topmost teams with a target (key ``None``).
    """
    if by not in (Dimension.STAFF, Dimension.TEAM, Dimension.DEPARTMENT, Dimension.COMPANY):
        return {}
    rows = Target.objects.filter(
        metric=metric, period_start__gte=period.start, period_end__lte=period.end
    ).select_related("staff", "team")
    rows = rows.filter(staff__isnull=by != Dimension.STAFF)
    if by == Dimension.DEPARTMENT:
        rows = rows.filter(team__kind=TeamKind.DEPARTMENT)
    subjects = combine(list(rows.order_by("pk")), metric, period)
    for subject in subjects.values():
        subject.has_units = bool(subject.path) and any(
            other is not subject and other.path.startswith(subject.path) for other in subjects.values()
        )
    return _of_company(subjects) if by == Dimension.COMPANY else subjects


def combine(rows: list[Target], metric: str, period: Period) -> dict[Any, Subject]:
    """One value per subject out of targets of a period and of the periods inside it."""
    kinds: dict[Any, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    who: dict[Any, Any] = {}
    additive = not kpi_of(metric).ratio and kpi_of(metric).additive
    for row in rows:
        if row.period != period and not additive:
            continue
        kinds[row.staff_id or row.team_id][row.period.kind] += row.value
        who[row.staff_id or row.team_id] = row.subject
    answer = {}
    for ref, values in kinds.items():
        value = next(values[k] for k in (period.kind, "month", "quarter", "year") if k in values)
        subject = who[ref]
        key = subject.username if hasattr(subject, "username") else subject.code
        answer[ref] = Subject(ref, key, str(subject), value, path=getattr(subject, "path", ""))
    return answer


def company_target(subjects: dict[Any, Subject]) -> Decimal | None:
    """The sum of the topmost units (or of the one person) among some subjects; ``None`` without any."""
    found = _of_company(subjects)
    return found[COMPANY].value if found else None


def _of_company(subjects: dict[Any, Subject]) -> dict[Any, Subject]:
    top: list[Subject] = []
    for subject in sorted(subjects.values(), key=lambda s: s.path):
        if not top or not subject.path or not subject.path.startswith(top[-1].path):
            top.append(subject)
    if not top:
        return {}
    return {COMPANY: Subject(COMPANY, "company", "", sum((s.value for s in top), Decimal(0)))}


@dataclass
class Breakdown:
    """A target with its children and what is missing between them (TGT-01, TGT-02)."""

    target: Target
    by_period: list[Target] = field(default_factory=list)
    by_unit: list[Target] = field(default_factory=list)

    @property
    def period_gap(self) -> Decimal | None:
        """Parent minus the sum of its periods; ``None`` when it is not broken down."""
        return self._gap(self.by_period)

    @property
    def unit_gap(self) -> Decimal | None:
        """Parent minus the sum of its teams and persons."""
        return self._gap(self.by_unit)

    def _gap(self, rows: list[Target]) -> Decimal | None:
        return self.target.value - sum((r.value for r in rows), Decimal(0)) if rows else None


def breakdown(target: Target) -> Breakdown:
    """The children of a target: its next smaller periods, and the units right below its team."""
    same = Target.objects.filter(metric=target.metric).select_related("staff", "team")
    subject = Q(staff=target.staff_id) if target.staff_id else Q(team=target.team_id)
    inside = [
        t
        for t in same.filter(
            subject, period_start__gte=target.period_start, period_end__lte=target.period_end
        ).order_by("period_start", "pk")
        if t.pk != target.pk
    ]
    kinds = {t.period.kind for t in inside}
    kind = next((k for k in ("quarter", "month") if k in kinds), None)
    answer = Breakdown(target, by_period=[t for t in inside if t.period.kind == kind])
    if target.team_id:
        here = same.filter(period_start=target.period_start, period_end=target.period_end)
        children = Q(team__parent=target.team_id) | Q(scope_team=target.team_id, staff__isnull=False)
        answer.by_unit = list(here.filter(children).order_by("team__path", "staff__name", "pk"))
    return answer


def workday_share(period: Period, today: date) -> Decimal:
    """Share of the period's workdays that have passed at the end of ``today``; calendar days without any."""
    if today >= period.end:
        return Decimal(1)
    if today < period.start:
        return Decimal(0)
    days = Workdays(default_region(today))
    whole = days.count(period.start, period.end)
    if not whole:
        return Decimal((today - period.start).days + 1) / period.days
    return Decimal(days.count(period.start, today)) / whole


@dataclass(frozen=True)
class PaceRule:
    """The handbook's limits of pace on a day, read once for a whole page."""

    behind: Decimal
    at_risk: Decimal

    @classmethod
    def on(cls, day: date) -> PaceRule:
        values = rules_on(day, PACE_RULES)
        return cls(*(values[key] for key in PACE_RULES))


def pace_of(
    attainment: Decimal | None, share: Decimal, *, on: date, limits: PaceRule | None = None
) -> Pace | None:
    """Where an attainment stands against the share of the period that has passed (rules in the handbook)."""
    if attainment is None:
        return None
    if share == 0:
        return Pace.ON_TRACK
    limits = limits or PaceRule.on(on)
    ratio = attainment / share
    if ratio < limits.behind:
        return Pace.BEHIND
    if ratio < limits.at_risk:
        return Pace.AT_RISK
    return Pace.AHEAD if ratio > 1 else Pace.ON_TRACK


def descendants(team: Team) -> tuple[int, ...]:
    """A unit and everything below it."""
    return tuple(Team.objects.filter(path__startswith=team.path).order_by("pk").values_list("pk", flat=True))
