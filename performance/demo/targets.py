"""Monthly, quarterly and yearly targets of reps, teams and the department, derived from what they really sold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from performance.demo.bulk import copy_rows, next_id
from performance.demo.options import Options
from performance.demo.people import POSTS
from performance.models import Target
from salesops.accounts.models import Team, User
from salesops.core.periods import Period

THOUSAND = Decimal(1000)


def build_targets(options: Options, sold: dict[int, Decimal], people: dict[str, User]) -> int:
    """A person's figure is what the person sold in the last half-year plus some ambition; teams are sums of persons.

    ``sold`` is what each person sold since ``half_year_before`` the last day.
    """
    return copy_rows(Target, _targets(options, sold, people), at=options.at)


def half_year_before(options: Options) -> date:
    return options.today - timedelta(days=180)


def _targets(options: Options, sold: dict[int, Decimal], people: dict[str, User]) -> Iterator[dict[str, Any]]:
    dice = options.dice("targets")
    months = min(6, options.months)
    teams = {team.code: team.pk for team in Team.objects.all()}
    row_id = next_id(Target)
    last = Period.year_of(options.today)
    for metric in ("sal_amt", "col_amt", "vis_done", "new_cust"):
        totals: dict[tuple[str, date, date], Decimal] = defaultdict(Decimal)
        for post in [p for p in POSTS if "rep" in p.roles and p.username != "leo"]:
            person = people[post.username]
            monthly = _monthly(
                metric, sold.get(person.pk, Decimal()) / months, Decimal(dice.randrange(95, 126)) / 100
            )
            year = Period.year_of(options.start)
            while year.start <= last.start:
                for period, value in _spread(year, monthly):
                    totals[post.team, period.start, period.end] += value
                    yield _row(row_id, metric, period, value, staff=person.pk, unit=teams[post.team])
                    row_id += 1
                year = year.next()
        department: dict[tuple[date, date], Decimal] = defaultdict(Decimal)
        for (team, start, end), value in totals.items():
            department[start, end] += value
            yield _row(row_id, metric, Period(start, end), value, team=teams[team])
            row_id += 1
        for (start, end), value in department.items():
            yield _row(row_id, metric, Period(start, end), value, team=teams["SALES"])
            row_id += 1


def _monthly(metric: str, average: Decimal, ambition: Decimal) -> Decimal:
    if metric == "vis_done":
        return Decimal(12)
    if metric == "new_cust":
        return Decimal(1)
    return max((average * ambition / THOUSAND).quantize(Decimal(1)), Decimal(1)) * THOUSAND


def _spread(year: Period, monthly: Decimal) -> Iterator[tuple[Period, Decimal]]:
    for month in year.months():
        yield month, monthly
    for quarter in range(1, 5):
        yield Period.parse(f"{year.start.year:04d}-Q{quarter}"), monthly * 3
    yield year, monthly * 12


def _row(
    row_id: int,
    metric: str,
    period: Period,
    value: Decimal,
    *,
    staff: int | None = None,
    team: int | None = None,
    unit: int | None = None,
) -> dict[str, Any]:
    return {
        "id": row_id, "metric": metric, "period_start": period.start, "period_end": period.end,
        "staff_id": staff, "team_id": team, "scope_team_id": team or unit, "value": value,
    }  # fmt: skip
