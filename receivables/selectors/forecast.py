"""Expected money by week, for thirteen weeks (features §3.15): what, when, how sure, and how that was derived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from receivables.choices import GroupBy
from receivables.models import Receivable
from receivables.selectors.ageing import ZERO, AgeingQuery, sql_filters, template
from salesops.core.money import places_of, round_money
from salesops.core.policies import policy_of
from salesops.core.registry import Registry
from salesops.handbook.selectors import rule

WEEKS = 13
LATER = WEEKS  # the column behind the last week
STEPS = (1, 31, 61, 91)


@dataclass(frozen=True)
class Override:
    """What another part of the program knows better about an item: day, probability as a fraction, and why."""

    day: date
    chance: Decimal
    words: str


# Others answer ``(items, on) -> {item: Override}``, for example drafts and cheques in hand; without items of all.
overrides: Registry[Callable[[list[int] | None, date], dict[int, Override]]] = Registry("forecast overrides")


@dataclass(frozen=True, slots=True)
class Habit:
    """How a day was derived: promised, so many items of the customer with this delay, days late, disputed."""

    promised: date | None
    items: int
    delay: int
    late: int
    disputed: bool

    def __str__(self) -> str:
        age = _("not due") if not self.late else _("%(days)d days overdue") % {"days": self.late}
        return f"{self._day()}; {age}" + (f"; {_('disputed')}" if self.disputed else "")

    def _day(self) -> str:
        if self.promised:
            return _("promised for this day")
        if self.items:
            return ngettext(
                "due day + %(days)d day, the median of %(items)d items of the customer",
                "due day + %(days)d days, the median of %(items)d items of the customer",
                int(self.delay),
            ) % {"days": self.delay, "items": self.items}
        return ngettext(
            "due day + %(days)d day, the median of the house",
            "due day + %(days)d days, the median of the house",
            int(self.delay),
        ) % {"days": self.delay}


@dataclass(frozen=True, slots=True)
class Expected:
    """One open item; ``amount`` in base currency, ``chance`` a fraction, ``weighted`` their product, rounded."""

    item: int
    amount: Decimal
    day: date
    week: int
    chance: Decimal
    how: Habit | str

    @property
    def words(self) -> str:
        """How it was derived."""
        return str(self.how)

    @property
    def weighted(self) -> Decimal:
        return round_money(self.amount * self.chance, places_of())


def forecast(on: date, *, user: Any, **narrow: Any) -> list[Expected]:
    """Every open item that ``user`` may see with its expected day; ``narrow`` takes owner, team, customer."""
    text, params = _statement(on, user, narrow)
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        rows = cursor.fetchall()
    known = _known([row[0] for row in rows], on)
    return [_expected(row, on, known.get(row[0])) for row in rows]


def by_week(on: date, *, user: Any, **narrow: Any) -> dict[int, tuple[int, Decimal, Decimal]]:
    """Items, amount and weighted amount of each week with any: what ``forecast`` adds up to, summed by the database."""
    known = _known(None, on)
    text, params = _statement(on, user, narrow, " AND NOT i.id = ANY(%(known)s)")
    others, asked = _statement(on, user, narrow, " AND i.id = ANY(%(known)s)")
    sums = (
        "SELECT least(week, %(later)s), count(*), sum(amount), sum(round(amount * chance, %(coins)s)) "  # noqa: S608
        f"FROM ({text}) f GROUP BY 1"
    )
    more = {"known": list(known), "later": LATER, "coins": places_of()}
    with connection.cursor() as cursor:
        cursor.execute(sums, params | more)
        found = {week: (count, amount, weighted) for week, count, amount, weighted in cursor.fetchall()}
        rows = []
        if known:
            cursor.execute(others, asked | more)
            rows = [_expected(row, on, known[row[0]]) for row in cursor.fetchall()]
    for row in rows:
        count, amount, weighted = found.get(row.week, (0, ZERO, ZERO))
        found[row.week] = (count + 1, amount + row.amount, weighted + row.weighted)
    return found


def _known(items: list[int] | None, on: date) -> dict[int, Override]:
    known: dict[int, Override] = {}
    for source in overrides:
        known |= source(items, on)
    return known


def _statement(on: date, user: Any, narrow: dict[str, Any], more: str = "") -> tuple[str, dict[str, Any]]:
    query = AgeingQuery(as_of=on, by=GroupBy.NONE, user=user, **narrow)
    params: dict[str, Any] = {
        "on": on,
        "enough": 3,
        "longest": rule("receivables.forecast_longest_delay", on=on),
        "chances": [Decimal(n) / 100 for n in rule("receivables.forecast_chances", on=on)],
        "steps": list(STEPS),
    }
    items = sql_filters(query, Receivable, "i", params) + more
    return template("forecast.sql").replace("{items}", items), params


def _expected(row: tuple[Any, ...], on: date, known: Override | None) -> Expected:
    item, amount, day, week, promised, items, delay, late, disputed, chance = row
    if known is not None:
        place = min(max((known.day - on).days, 0) // 7, LATER)
        return Expected(item, amount, known.day, place, known.chance, known.words)
    return Expected(
        item, amount, day, min(week, LATER), chance, Habit(promised, items, delay, late, disputed)
    )


def due_days(first: date, last: date, *, user: Any, **narrow: Any) -> dict[date, tuple[int, Decimal]]:
    """Open items by due day: how many, and what is outstanding in base currency; one query."""
    rows = open_due(first, last, user=user, **narrow).order_by()
    found = rows.values_list("due_date").annotate(count=Count("pk"), amount=Sum("outstanding_base"))
    return {day: (count, amount or ZERO) for day, count, amount in found}


def open_due(first: date, last: date, *, user: Any, **narrow: Any) -> QuerySet[Receivable]:
    rows = Receivable.objects.open().filter(due_date__range=(first, last), **narrow)
    return rows if user is None else rows.filter(policy_of(Receivable).scope(user))


def weeks_from(on: date) -> list[tuple[date, date]]:
    """First and last day of each of the thirteen weeks; the first begins today."""
    return [(on + timedelta(days=7 * n), on + timedelta(days=7 * n + 6)) for n in range(WEEKS)]
