"""Figures split by person, team, customer or age: the bars of a chart and who is behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from performance.choices import Dimension, Pace
from performance.kpis.registry import kpi_of
from performance.kpis.statement import facts_sql, filled
from performance.models import MonthClose, Target
from performance.selectors.figures import ask, fetch, nobody, sums
from performance.selectors.reach import conditions
from performance.selectors.scene import Scene
from performance.selectors.targets import combine, pace_of
from salesops.accounts.models import User

MOST = 20  # bars of a chart; PostgreSQL answers no more


def by_key(
    scene: Scene, code: str, by: Dimension, closed: dict[str, MonthClose], *, limit: int | None = 10
) -> list[dict[str, Any]]:
    """The largest keys of one dimension with value and link; all of them without a limit."""
    top = MOST if limit is not None and by != Dimension.STAFF else None
    if (code, by) not in scene.cache:
        scene.cache[code, by] = _largest(scene, code, by, closed, top)
    return [
        {
            "key": key,
            "ref": ref,
            "label": label if key else nobody(by),
            "value": value,
            "url": scene.rows_url(code, by=by.value, key=key),
        }
        for key, ref, label, value in scene.cache[code, by][:limit]
    ]


def _largest(
    scene: Scene, code: str, by: Dimension, closed: dict[str, MonthClose], top: int | None
) -> list[tuple[Any, ...]]:
    kpi = kpi_of(code)
    question, _frozen = ask([kpi], [scene.period], today=scene.today, closed=closed, rules=scene.rules)
    rows = sums(question, by, reach=scene.reach, selection=scene.selection, top=None if kpi.ratio else top)
    found = [
        (row["key"], row["ref"], row["label"], kpi.value(row["num"], row["den"], mixed=row["mixed"]))
        for row in rows
    ]
    return sorted(found, key=lambda row: -(row[3] or Decimal(0)))[:top]


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
    values = {r["ref"]: r["value"] for r in by_key(scene, code, Dimension.STAFF, closed, limit=None)}
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


AGES = ((1, 30), (31, 60), (61, 90), (91, None))


def overdue_by_age(scene: Scene, closed: dict[str, MonthClose]) -> list[dict[str, Any]]:
    """The overdue amount of the period in buckets of days late; together they are that figure."""
    as_of = min(scene.period.end, scene.today)
    found = _ages(scene, closed, as_of)
    answer = []
    for index, (low, high) in enumerate(AGES):
        dates = {"to": as_of - timedelta(days=low)}
        if high is not None:
            dates["from"] = as_of - timedelta(days=high)
        answer.append(
            {
                "label": f"{low}–{high}" if high else f"> {low - 1}",
                "value": found[index] or Decimal(0),
                "url": scene.rows_url("overdue_amt", **{k: v.isoformat() for k, v in dates.items()}),
            }
        )
    return answer


def _ages(scene: Scene, closed: dict[str, MonthClose], as_of: date) -> list[Decimal | None]:
    kpi = kpi_of("overdue_amt")
    question, _frozen = ask([kpi], [scene.period], today=scene.today, closed=closed, rules=scene.rules)
    question.regions = False
    sql, params = facts_sql(question)
    where, more = conditions(scene.reach, scene.selection)
    names = {f"age{i}": as_of - timedelta(days=low - 1) for i, (low, _high) in enumerate(AGES)}
    statement = sql + "\n" + filled("ages", where=" AND ".join(where) or "true")
    (row,) = fetch(statement, params | more | names)
    return [row[f"age{index}"] for index in range(len(AGES))]
