"""Who owes how much for how long, as of any day (domain §5); one set-based query, readable in ``sql/``."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    Max,
    Min,
    Model,
)
from django.utils.translation import gettext_lazy as _

from receivables.choices import Basis, Disputed, GroupBy
from receivables.models import CreditNote, Receipt, Receivable, SettlementLine
from receivables.selectors.cuts import places
from receivables.selectors.disputes import DISPUTED_SQL
from receivables.selectors.retention import HELD_SQL
from salesops.core.errors import InvalidInput
from salesops.core.money import places_of
from salesops.core.policies import policy_of

SQL = Path(__file__).resolve().parent.parent / "sql"
NOT_DUE = "not_due"
ZERO = Decimal("0.00")
# The two directions of sql/ageing_lines.sql.
FORWARD = {
    "line_days": "l.date <= %(as_of)s",
    "sign": "-",
    "item_open": "i.{amount}",
    "item_begins": "",
    "left": "m.amount - coalesce(l.amount, 0)",
    "money_begins": "",
}
BACKWARD = {
    "line_days": "l.date > %(as_of)s",
    "sign": "",
    "item_open": "i.outstanding{suffix}",
    "item_begins": "AND i.outstanding > 0",
    "left": "m.amount - m.used + coalesce(l.amount, 0)",
    "money_begins": """AND m.reversal_of_id IS NULL AND coalesce(m.reversed_date > %(as_of)s, true)
          AND (m.unallocated > 0 OR l.id IS NOT NULL OR m.reversed_date IS NOT NULL)""",
}
STORED = {"left": "m.unallocated"}


@dataclass(frozen=True)
class AgeingQuery:
    """One ageing report. ``currency`` empty: all currencies in base currency, at the rate of each posting.

    ``user`` None: the system, that is every row. ``team``/``owner``/``customer`` narrow by primary key. Disputed
    is what was disputed on the day; money that was received is not, so it stands with what is undisputed.
    """

    as_of: date
    by: str = GroupBy.CUSTOMER
    basis: str = Basis.DUE
    steps: tuple[int, ...] = (30, 60, 90)
    currency: str = ""
    user: Any = None
    customer: int | None = None
    # The customer with the files that were merged into it; empty: the customer alone.
    family: tuple[int, ...] = ()
    owner: int | None = None
    team: int | None = None
    disputed: str = ""  # only the items that were disputed then, or only the others
    stored: bool | None = None  # False: from documents and lines alone; None: what is read soonest

    def __post_init__(self) -> None:
        if self.by not in GroupBy.values:
            raise InvalidInput(_("The ageing report cannot be cut by “%s”.") % self.by, field="by")
        if self.basis not in Basis.values:
            raise InvalidInput(_("“%s” is not a basis of ageing.") % self.basis, field="basis")
        if self.disputed and self.disputed not in Disputed.values:
            raise InvalidInput(_("There is no such choice of disputed items."), field="disputed")
        check_steps(self.steps)

    @property
    def shown_currency(self) -> str:
        return self.currency or settings.BASE_CURRENCY

    @property
    def labels(self) -> list[str]:
        return bucket_labels(self.steps)


def check_steps(steps: Sequence[int]) -> None:
    """Raise ``InvalidInput`` unless the steps are rising numbers of days, at most twelve of them."""
    rising = all(a < b for a, b in itertools.pairwise(steps))
    if not steps or len(steps) > 12 or not rising or steps[0] < 1 or steps[-1] > 9999:
        raise InvalidInput(
            _("Steps must be rising numbers of days, such as 30,60,90."), field="buckets", steps=list(steps)
        )


def parse_steps(text: str) -> tuple[int, ...]:
    """Read ``30,60,90``. Raises ``InvalidInput``."""
    try:
        steps = tuple(int(part) for part in text.replace("，", ",").split(",") if part.strip())
    except ValueError:
        steps = ()
    check_steps(steps)
    return steps


def bucket_labels(steps: Sequence[int]) -> list[str]:
    """``not_due``, ``1-30``, ``31-60``, ``61-90``, ``90+`` for 30, 60, 90."""
    first = [1, *(step + 1 for step in steps[:-1])]
    return [NOT_DUE, *(f"{a}-{b}" for a, b in zip(first, steps, strict=True)), f"{steps[-1]}+"]


def bucket_days(steps: Sequence[int], label: str) -> tuple[int | None, int | None]:
    """First and last age of a bucket in days; ``None`` is open. Raises ``InvalidInput``."""
    labels = bucket_labels(steps)
    if label not in labels:
        raise InvalidInput(_("There is no bucket “%s”.") % label, field="bucket")
    at = labels.index(label)
    if at == 0:
        return None, 0
    first = 1 if at == 1 else steps[at - 2] + 1
    return first, steps[at - 1] if at <= len(steps) else None


@dataclass(frozen=True, slots=True)
class AgeingRow:
    """One line of the report; amounts in the report's currency, in the order of ``labels``."""

    pk: Any
    key: str
    label: str
    labels: list[str]
    amounts: tuple[Decimal, ...]
    outstanding: Decimal
    retention: Decimal  # of what is outstanding
    unallocated: Decimal

    @property
    def cells(self) -> dict[str, Decimal]:
        return dict(zip(self.labels, self.amounts, strict=True))

    @property
    def overdue(self) -> Decimal:
        return self.outstanding - self.amounts[0]

    def __iter__(self) -> Iterator[tuple[str, Decimal]]:
        return iter(zip(self.labels, self.amounts, strict=True))


@dataclass(frozen=True)
class AgeingReport:
    """The answer with its totals; ``labels`` are the columns from ``not_due`` on.

    ``lines`` are the rows as PostgreSQL answered them (see ``sql/ageing_answer.sql``), ``rows`` the same as
    objects. ``count`` and ``total`` are those of the whole report, however many lines were asked for.
    """

    query: AgeingQuery
    labels: list[str]
    lines: list[tuple[Any, ...]]
    total: AgeingRow
    count: int

    @functools.cached_property
    def rows(self) -> list[AgeingRow]:
        return [_row(self.labels, line) for line in self.lines]


def _row(labels: list[str], line: tuple[Any, ...], *, whole: bool = False) -> AgeingRow:
    key, code, label, *amounts, outstanding, retention, unallocated, _part = line
    pk = None if whole else key
    return AgeingRow(pk, code, label, labels, tuple(amounts), outstanding, retention, unallocated)


@functools.cache
def template(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")


def balances_are_of(as_of: date) -> bool:
    """True when nothing is posted after ``as_of``: then the stored balances are those of that day."""
    latest = [
        SettlementLine.objects.aggregate(d=Max("date"))["d"],
        Receivable.objects.aggregate(d=Max("issue_date"))["d"],
        Receipt.objects.aggregate(d=Max("received_date"))["d"],
        CreditNote.objects.aggregate(d=Max("date"))["d"],
    ]
    return all(day is None or day <= as_of for day in latest)


def ageing_report(query: AgeingQuery, *, limit: int | None = None) -> AgeingReport:
    """Outstanding money by age and unallocated money beside it, as of the end of a day.

    Buckets add up to outstanding, to the cent. Any day comes from documents and lines, and says the same however
    it is read. ``limit`` takes the first lines only, for a page; the total is always that of all.
    """
    sql, params = _statement(query, _direction(query))
    params["limit"] = None if limit is None else limit + 1
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        whole, lines = cursor.fetchone(), cursor.fetchall()
    labels = query.labels
    return AgeingReport(query, labels, lines, _row(labels, whole, whole=True), int(whole[0]))


def _direction(query: AgeingQuery) -> dict[str, str]:
    """From which end the day is read: the stored balances of today, back from them, or from the beginning."""
    if query.stored is not None:
        return STORED if query.stored else FORWARD
    if balances_are_of(query.as_of):
        return STORED
    days = SettlementLine.objects.aggregate(first=Min("date"), last=Max("date"))
    if days["first"] is None:
        return FORWARD
    # Forward reads every document of the time as well: measured, it is worth it in the first third only.
    return BACKWARD if days["last"] - query.as_of < 2 * (query.as_of - days["first"]) else FORWARD


def _statement(query: AgeingQuery, direction: dict[str, str]) -> tuple[str, dict[str, Any]]:
    params: dict[str, Any] = {"as_of": query.as_of}
    column = "i.due_date" if query.basis == Basis.DUE else "i.issue_date"
    base = not query.currency
    names = [f"b{n}" for n in range(len(query.labels))]
    left = direction["left"]
    # The longer texts hold places themselves, so they are filled in first.
    filled = direction | {
        "money_left": f"round(({left}) * m.base_rate, {places_of()})" if base else left,
        **places(query.by),
        "days": f"(%(as_of)s::date - {column})",
        "held": HELD_SQL.replace("{alias}", "i"),
        "amount": "base_amount" if base else "amount",
        "suffix": "_base" if base else "",
        "buckets": _bucket_columns(query.steps, names),
        "columns": ", ".join(f"coalesce(i.{name}, 0.00) AS {name}" for name in names),
        "names": ", ".join(names),
        "totals": ", ".join(f"coalesce(sum({name}), 0.00) AS {name}" for name in names),
        "of_receipts": _of_customer(query, Receipt, "receipt_id"),
        "of_credits": _of_customer(query, CreditNote, "credit_note_id"),
        "items": sql_filters(query, Receivable, "i", params),
        "money": sql_filters(query, Receipt, "m", params),
        "credits": sql_filters(query, CreditNote, "m", params),
    }
    file = "ageing_stored.sql" if direction is STORED else "ageing_lines.sql"
    text = template(file) + template("ageing_answer.sql")
    for name, value in filled.items():
        text = text.replace("{" + name + "}", value)
    return text, params


def _of_customer(query: AgeingQuery, model: type[Model], column: str) -> str:
    """Lines of the documents of the customer asked for alone, so that not all lines are read for one."""
    if not query.customer:
        return ""
    own = "= ANY(%(customer)s)" if len(query.family) > 1 else "= %(customer)s"
    return f" AND l.{column} IN (SELECT id FROM {model._meta.db_table} WHERE customer_id {own})"  # noqa: S608


def _bucket_columns(steps: Sequence[int], names: Sequence[str]) -> str:
    """One sum per bucket; the ages are whole numbers checked by ``check_steps``."""
    columns = []
    for name, label in zip(names, bucket_labels(steps), strict=True):
        first, last = bucket_days(steps, label)
        tests = [f"e.days >= {first:d}"] if first is not None else []
        tests += [f"e.days <= {last:d}"] if last is not None else []
        columns.append(f"coalesce(sum(e.open) FILTER (WHERE {' AND '.join(tests)}), 0.00) AS {name}")
    return ", ".join(columns)


def sql_filters(query: AgeingQuery, model: type[Model], alias: str, params: dict[str, Any]) -> str:
    """Narrowing of one table: currency, the three persons and places, and what the user may see."""
    parts = []
    if query.currency:
        params["currency"] = query.currency
        parts.append(f"{alias}.currency_id = %(currency)s")
    for name in ("customer", "owner", "team"):
        value = getattr(query, name)
        if name == "customer" and len(query.family) > 1:
            params[name] = list(query.family)
            parts.append(f"{alias}.customer_id = ANY(%(customer)s)")
        elif value is not None:
            params[name] = value
            parts.append(
                f"coalesce({alias}.{name}_id, 0) = %({name})s"
                if not value
                else f"{alias}.{name}_id = %({name})s"
            )
    if query.disputed:
        parts.append(_disputes(query, model, alias))
    if query.user is not None:
        policy, files = policy_of(model), query.family or ((query.customer,) if query.customer else ())
        seen = policy.scope_about(query.user, files) if files else policy.scope(query.user)
        scope = model._default_manager.filter(seen).order_by().values("pk")
        if scope.query.where:
            try:
                sql, values = scope.query.sql_with_params()
            except EmptyResultSet:
                return " AND false"
            names = [f"{model._meta.model_name}_{n}" for n in range(len(values))]
            params.update(zip(names, values, strict=True))
            parts.append(f"{alias}.id IN ({sql % tuple(f'%({name})s' for name in names)})")
    return "".join(f" AND {part}" for part in parts)


def _disputes(query: AgeingQuery, model: type[Model], alias: str) -> str:
    only = query.disputed == Disputed.ONLY
    if model is Receivable:
        then = DISPUTED_SQL.replace("{alias}", alias)
        return then if only else f"NOT {then}"
    return "false" if only else "true"
