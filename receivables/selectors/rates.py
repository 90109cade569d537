"""DSO, the collection rate in its three definitions, overdue rate and recovery by month (domain §4).

- COL_RATE: money allocated in the month to the items due by its end / what was open of them at its start and new.
- COL_RATE_SALES: receipts / sales incl. tax of the month. COL_RATE_AR: (opening + sales - closing) / (opening + sales).
- DSO: average of opening and closing receivables / sales incl. tax × days. Sales are items posted less credit notes.
- Overdue rate: open and past due at the end of the month / all open. Nothing to divide by: no figure.
All in base currency, of what the reader may see; one passage through the ledger gives all months and all rows.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from receivables.choices import GroupBy
from receivables.models import CreditNote, Receipt, Receivable, SettlementLine
from receivables.selectors.ageing import ZERO, AgeingQuery, sql_filters, template
from receivables.selectors.ageing_rows import ageing_items, narrowed, sum_lines
from receivables.selectors.cuts import CUTS, places
from salesops.core.errors import InvalidInput
from salesops.core.policies import policy_of
from salesops.handbook.selectors import rule

LAGS = (0, 30, 60, 90)
AMOUNTS = ("opening", "invoiced", "credited", "received", "collected", "due", "overdue", "closing")
RATES = {
    "col_rate": _("Collection rate"),
    "col_rate_sales": _("Receipts by sales"),
    "col_rate_ar": _("Turned over of what was owed"),
    "overdue_rate": _("Overdue rate"),
    "dso": _("Days of sales outstanding"),
}


@dataclass(frozen=True)
class RatesQuery:
    """The months up to and with ``month`` (its first day); cut and reader as in ``AgeingQuery``."""

    month: date
    months: int = 12
    by: str = GroupBy.OWNER
    user: Any = None
    without_disputed: bool = False

    @property
    def until(self) -> date:
        return last_of(self.month)

    @property
    def span(self) -> list[date]:
        """First days of the months, the oldest first."""
        first = self.month.year * 12 + self.month.month - self.months
        return [date(n // 12, n % 12 + 1, 1) for n in range(first, first + self.months)]

    def ageing(self, day: date) -> AgeingQuery:
        return AgeingQuery(as_of=day, by=self.by, user=self.user)


def last_of(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


@dataclass(frozen=True, slots=True)
class Cell:
    """One group of the passage; see ``sql/rates.sql``."""

    key: Any
    kind: str
    month: date
    due_month: date
    late_month: date
    lag: int | None
    disputed: bool
    amount: Decimal


def _together(cells: list[Cell]) -> list[Cell]:
    """The cells of all rows, those of the same months as one."""
    found: dict[tuple[str, date, date, date, int | None, bool], Decimal] = defaultdict(Decimal)
    for c in cells:
        found[c.kind, c.month, c.due_month, c.late_month, c.lag, c.disputed] += c.amount
    return [
        Cell(None, kind, month, due, late, lag, disputed, amount)
        for (kind, month, due, late, lag, disputed), amount in found.items()
    ]


class Rates:
    """The answer: figures of any month and row, out of the groups."""

    def __init__(self, query: RatesQuery, cells: list[Cell], labels: dict[Any, str]) -> None:
        self.query, self.labels = query, labels
        self._of: dict[Any, list[Cell]] = defaultdict(list)
        for cell in cells:
            self._of[cell.key].append(cell)
        self._whole = _together(cells)
        self.keys = sorted(self._of, key=lambda key: labels.get(key, ""))

    def _sum(self, key: Any, test: Callable[[Cell], bool]) -> Decimal:
        cells = self._whole if key is None else self._of.get(key, [])
        return sum((c.amount for c in cells if test(c)), ZERO)

    def _open(self, key: Any, test: Callable[[Cell], bool]) -> Decimal:
        """Items less the lines on them."""
        items = self._sum(key, lambda c: c.kind == "item" and test(c))
        return items - self._sum(key, lambda c: c.kind in ("money", "other") and test(c))

    def amounts(self, month: date, key: Any = None) -> dict[str, Decimal]:
        """What the rates of a month are made of; ``key`` None: all rows."""
        counts = (lambda c: not c.disputed) if self.query.without_disputed else (lambda c: True)
        return {
            "opening": self._open(key, lambda c: c.month < month),
            "invoiced": self._sum(key, lambda c: c.kind == "item" and c.month == month),
            "credited": self._sum(key, lambda c: c.kind == "credit" and c.month == month),
            "received": self._sum(key, lambda c: c.kind == "receipt" and c.month == month),
            "collected": self._sum(
                key, lambda c: c.kind == "money" and c.month == month and c.due_month <= month and counts(c)
            ),
            "due": self._open(key, lambda c: c.month < month and c.due_month <= month and counts(c))
            + self._sum(
                key, lambda c: c.kind == "item" and c.month == month and c.due_month <= month and counts(c)
            ),
            "overdue": self._open(key, lambda c: c.month <= month and c.late_month <= month),
            "closing": self._open(key, lambda c: c.month <= month),
        }

    def rates(self, month: date, key: Any = None) -> dict[str, Decimal | None]:
        """The rates as fractions, DSO in days; None where there is nothing to divide by."""
        a = self.amounts(month, key)
        sales = a["invoiced"] - a["credited"]
        turned = a["opening"] + sales
        days = last_of(month).day
        return {
            "col_rate": _share(a["collected"], a["due"]),
            "col_rate_sales": _share(a["received"], sales),
            "col_rate_ar": _share(turned - a["closing"], turned),
            "overdue_rate": _share(a["overdue"], a["closing"]),
            "dso": _share((a["opening"] + a["closing"]) / 2 * days, sales),
        }

    def recovery(self, month: date, key: Any = None) -> dict[str, Decimal]:
        """Of what fell due in a month: the amount, and how much money came until 0, 30, 60, 90 days after."""
        found = {
            "fell_due": self._sum(key, lambda c: c.kind == "item" and c.due_month == month),
        }
        for lag in LAGS:
            found[f"within_{lag}"] = self._sum(
                key,
                lambda c, lag=lag: (
                    c.kind == "money" and c.due_month == month and c.lag is not None and c.lag <= lag
                ),
            )
        return found


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return part / whole if whole > 0 else None


def rates_report(query: RatesQuery) -> Rates:
    """One passage for all months; the month before the oldest one is the floor."""
    floor = (query.span[0] - timedelta(days=1)).replace(day=1)
    params: dict[str, Any] = {"until": query.until, "floor": floor}
    narrow = query.ageing(query.until)
    text = template("rates.sql")
    filled = {
        **places(query.by),
        "items": sql_filters(narrow, Receivable, "i", params),
        "money": sql_filters(narrow, Receipt, "m", params),
        "credits": sql_filters(narrow, CreditNote, "m", params),
    }
    for name, value in filled.items():
        text = text.replace("{" + name + "}", value)
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        cells = [Cell(*row) for row in cursor.fetchall()]
        cursor.execute(CUTS[GroupBy(query.by)].directory)
        labels = {pk: label for pk, _code, label in cursor.fetchall()}
    return Rates(query, cells, labels)


def disputed_left_out(on: date) -> bool:
    return bool(rule("receivables.rate_without_disputed", on=on))


# --- the rows behind a figure -------------------------------------------------------------------------


def rates_rows(query: RatesQuery, figure: str, month: date, *, key: Any = None) -> list[QuerySet]:
    """The rows behind an amount of a month, each with ``shown``. Raises ``InvalidInput``."""
    first, last = month, last_of(month)
    items = narrowed(query.ageing(last), Receivable, key)
    counted = items.filter(disputed=False) if query.without_disputed else items
    lines = SettlementLine.objects.filter(receipt__isnull=False)
    if query.user is not None:
        lines = lines.filter(policy_of(SettlementLine).scope(query.user))
    base = {"shown": F("base_amount")}
    if figure in ("opening", "closing", "overdue"):
        day = first - timedelta(days=1) if figure == "opening" else last
        return [ageing_items(query.ageing(day), key=key, bucket="overdue" if figure == "overdue" else "")]
    if figure == "invoiced":
        return [items.filter(issue_date__range=(first, last)).annotate(**base).order_by("issue_date", "pk")]
    if figure in ("received", "credited"):
        model, day_field = (Receipt, "received_date") if figure == "received" else (CreditNote, "date")
        rows = narrowed(query.ageing(last), model, key).filter(**{f"{day_field}__range": (first, last)})
        return [rows.annotate(**base).order_by(day_field, "pk")]
    if figure == "collected":
        due = counted.filter(due_date__lte=last)
        return [
            lines.filter(receivable__in=due, date__range=(first, last))
            .annotate(**base)
            .order_by("date", "pk")
        ]
    if figure == "due":
        before = sum_lines("receivable", "base_amount", first - timedelta(days=1))
        rows = counted.filter(due_date__lte=last, issue_date__lte=last)
        return [rows.annotate(shown=F("base_amount") - before).exclude(shown=0).order_by("due_date", "pk")]
    fell_due = items.filter(due_date__range=(first, last))
    if figure == "fell_due":
        return [fell_due.filter(issue_date__lte=query.until).annotate(**base).order_by("due_date", "pk")]
    if figure in {f"within_{lag}" for lag in LAGS}:
        lag = int(figure.removeprefix("within_"))
        in_time = F("receivable__due_date") + timedelta(days=lag)
        rows = lines.filter(receivable__in=fell_due, date__lte=query.until).filter(date__lte=in_time)
        return [rows.annotate(**base).order_by("date", "pk")]
    raise InvalidInput(_("There is no such figure in the report."))
