"""Later corrections of frozen figures, beside the figure that somebody asks for: a month, or what is made of months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from performance.choices import Basis, Dimension
from performance.kpis.definition import KpiDef
from performance.models import KpiFigure, MonthClose, Restatement
from performance.selectors.reach import Reach, Selection
from salesops.accounts.models import Team, User
from salesops.core.periods import Period

ZERO = Decimal(0)


@dataclass(frozen=True)
class Correction:
    """One restatement as it bears on a figure: ``value`` is what the figure says after it.

    ``period`` is what was restated, which may be a month of the quarter or year that the figure is of.
    """

    period: str
    key: str
    label: str
    num: Decimal
    den: Decimal | None
    value: Decimal | None
    reason: str
    restated_at: datetime
    restated_by: Any


def frozen_periods(
    kpi: KpiDef, period: Period, closed: Mapping[str, MonthClose], basis: Basis | None
) -> list[str]:
    """The frozen parts of a figure: its closed months, or for balances and rates the period itself."""
    if not kpi.additive:
        return [period.code] if Period.month_of(period.end).code in closed else []
    months = (month.code for month in period.months())
    return [code for code in months if code in closed and basis in (None, closed[code].basis)]


def closed_with(month: Period) -> list[Period]:
    """A month, and the quarter and year around it where they are frozen too."""
    around = (Period.quarter_of(month.start), Period.year_of(month.start))
    ends = {p: Period.month_of(p.end).code for p in around}
    closed = set(MonthClose.objects.filter(period__in=ends.values()).values_list("period", flat=True))
    return [month, *(p for p in around if ends[p] in closed)]


def with_change(rows: list[Restatement]) -> list[tuple[Restatement, Decimal | None]]:
    """Each with by how much its value moved (points of a rate): against the restatement before it, else against what
    was frozen; ``None`` where one of both is nothing to divide by."""

    def what(row: Restatement | KpiFigure) -> tuple[str, str, str, str]:
        return row.period, row.code, row.dimension, row.key

    periods, codes = {row.period for row in rows}, {row.code for row in rows}
    own = {"period__in": periods, "code__in": codes}
    before = {what(row): row.value for row in KpiFigure.objects.filter(**own)} if rows else {}
    moved = {}
    for row in Restatement.objects.filter(**own).order_by("restated_at", "pk") if rows else ():
        was = before.get(what(row))
        moved[row.pk] = row.value - was if row.value is not None and was is not None else None
        before[what(row)] = row.value
    return [(row, moved.get(row.pk)) for row in rows]


def corrections(
    kpi: KpiDef, periods: list[str], by: Dimension, *, reach: Reach, selection: Selection | None
) -> list[Restatement]:
    """The restatements behind the figures of a split, under the keys of these figures, oldest first.

    Only those of exactly the rows that are counted: nobody reads what was restated for others.
    """
    population = _population(by, reach, selection)
    if not periods or population is None:
        return []
    stored, keys = population
    rows = Restatement.objects.filter(period__in=periods, code=kpi.code, dimension=stored)
    if keys is not None:
        rows = rows.filter(key__in=keys)
    found = list(rows.order_by("pk").select_related("restated_by"))
    return found if stored == by else _together(found)


def _population(
    by: Dimension, reach: Reach, selection: Selection | None
) -> tuple[Dimension, list[str] | None] | None:
    """The stored split and keys whose rows are those that are counted; ``None`` where there is none."""
    asked = selection or Selection()
    if asked.narrowed or asked.first or asked.last:
        return None
    owner, teams = asked.owner_id, asked.team_ids
    if reach.everything and owner is None and teams is None:
        return by, None
    if not reach.everything and owner is None and teams is None:
        owner, teams = (None, reach.team_ids) if reach.team_ids else (reach.owner_id, None)
    may_owner = reach.everything or owner == reach.owner_id
    if owner is not None and teams is None and may_owner and by in (Dimension.COMPANY, Dimension.STAFF):
        return Dimension.STAFF, list(User.objects.filter(pk=owner).values_list("username", flat=True))
    may_teams = reach.everything or set(teams or ()) <= set(reach.team_ids)
    if owner is None and teams and may_teams and by in (Dimension.COMPANY, Dimension.TEAM):
        return Dimension.TEAM, list(Team.objects.filter(pk__in=teams).values_list("code", flat=True))
    return None


def _together(rows: Iterable[Restatement]) -> list[Restatement]:
    """Parts that were restated in one act, as one correction of the whole (unsaved)."""
    whole: dict[tuple[str, datetime, str], Restatement] = {}
    for row in rows:
        act = (row.period, row.restated_at, row.reason)
        if act not in whole:
            row.key, whole[act] = "company", row
            continue
        whole[act].num += row.num
        if row.den is not None:
            whole[act].den = (whole[act].den or ZERO) + row.den
    return list(whole.values())


def put_beside(kpi: KpiDef, figures: Iterable[Any], rows: Iterable[Restatement]) -> None:
    """Hang corrections on the figures they are of, each with the value after it."""
    by_key = {figure.key: [figure, figure.num or ZERO, figure.den] for figure in figures}
    for row in rows:
        if row.key not in by_key:
            continue
        state = by_key[row.key]
        figure, num, den = state
        num += row.num
        den = (den or ZERO) + row.den if row.den is not None else den
        state[1:] = num, den
        figure.restated.append(
            Correction(
                period=row.period,
                key=row.key,
                label=row.label,
                num=row.num,
                den=row.den,
                value=kpi.value(num, den, mixed=figure.mixed),
                reason=row.reason,
                restated_at=row.restated_at,
                restated_by=row.restated_by,
            )
        )
