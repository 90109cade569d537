"""Which part of the balances customers have confirmed in a quarter, by owner (features §4.7).

Of each customer and currency the last statement of the quarter counts with its closing in base currency, under the
owner who held the customer then; customers without one count with their open items at the end of the quarter (or
today, while it lasts), under the items' owners. Coverage is confirmed / together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from receivables.choices import GroupBy, StatementState
from receivables.models import Receivable, Statement
from receivables.selectors.ageing import ZERO, AgeingQuery
from receivables.selectors.ageing_rows import ageing_items
from salesops.accounts.models import User
from salesops.core.errors import InvalidInput
from salesops.core.policies import policy_of

Quarter = tuple[date, date]
STATES = {
    "confirmed": StatementState.CONFIRMED,
    "differs": StatementState.DIFFERS,
    "sent": StatementState.SENT,
}
FIGURES = (*STATES, "none", "total")


def quarter_of(code: str, *, today: date) -> Quarter:
    """First and last day of ``2026-Q4``, of today's quarter for "". Raises ``ValueError``."""
    if code:
        year, _dash, number = code.partition("-Q")
        year_number, quarter = int(year), int(number)
    else:
        year_number, quarter = today.year, (today.month + 2) // 3
    if not (1990 <= year_number <= 2100 and 1 <= quarter <= 4):
        raise ValueError(code)
    first = date(year_number, 3 * quarter - 2, 1)
    return first, (first + timedelta(days=95)).replace(day=1) - timedelta(days=1)


def _last_of(quarter: Quarter, user: Any) -> QuerySet[Statement]:
    """The last statement of each customer and currency in the quarter."""
    same = Statement.objects.filter(
        customer=OuterRef("customer"), currency=OuterRef("currency"), until__range=quarter
    ).order_by("-until", "-pk")
    rows = Statement.objects.filter(until__range=quarter, pk=Subquery(same.values("pk")[:1]))
    return rows if user is None else rows.filter(policy_of(Statement).scope(user))


def _without(quarter: Quarter, user: Any) -> QuerySet[Receivable]:
    """Open items of customers and currencies that got no statement in the quarter."""
    day = min(quarter[1], timezone.localdate())
    stated = Statement.objects.filter(
        customer=OuterRef("customer"), currency=OuterRef("currency"), until__range=quarter
    )
    rows = ageing_items(AgeingQuery(as_of=max(day, quarter[0]), by=GroupBy.NONE, user=user))
    return rows.filter(~Exists(stated))


@dataclass(frozen=True)
class CoverageRow:
    """One owner; ``owner`` None is the total of all. ``share`` is a fraction, None where nothing is owed."""

    owner: int | None
    label: str
    figures: dict[str, Decimal]

    @property
    def share(self) -> Decimal | None:
        return self.figures["confirmed"] / self.figures["total"] if self.figures["total"] > 0 else None


def coverage_report(quarter: Quarter, *, user: Any) -> list[CoverageRow]:
    """By owner, the largest first, and the total as the last row; three queries."""
    sums: dict[int, dict[str, Decimal]] = {}

    def add(owner: int | None, figure: str, amount: Decimal | None) -> None:
        row = sums.setdefault(owner or 0, dict.fromkeys(FIGURES, ZERO))
        row[figure] += amount or ZERO
        row["total"] += amount or ZERO

    words = {state: figure for figure, state in STATES.items()}
    found = _last_of(quarter, user).order_by().values_list("owner", "state").annotate(sum=Sum("base_closing"))
    for owner, state, amount in found:
        add(owner, words[StatementState(state)], amount)
    for owner, amount in _without(quarter, user).order_by().values_list("owner", "shown"):
        add(owner, "none", amount)
    names = dict(User.objects.filter(pk__in=sums).values_list("pk", "name"))
    rows = [CoverageRow(key, names.get(key, ""), figures) for key, figures in sums.items()]
    rows.sort(key=lambda row: (-row.figures["total"], row.label))
    whole = {figure: sum((row.figures[figure] for row in rows), ZERO) for figure in FIGURES}
    return [*rows, CoverageRow(None, "", whole)]


def coverage_rows(quarter: Quarter, figure: str, *, owner: int | None, user: Any) -> list[QuerySet]:
    """The rows behind a figure, each with ``shown``. Raises ``InvalidInput``."""
    if figure not in FIGURES:
        raise InvalidInput(_("There is no such figure in the report."))
    narrow = Q() if owner is None else Q(owner=None) if owner == 0 else Q(owner_id=owner)
    statements = (
        _last_of(quarter, user).filter(narrow).annotate(shown=F("base_closing")).order_by("-until", "pk")
    )
    items = _without(quarter, user).filter(narrow)
    if figure == "none":
        return [items]
    if figure == "total":
        return [statements, items]
    return [statements.filter(state=STATES[figure])]
