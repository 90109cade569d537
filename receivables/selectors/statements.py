"""A customer's account from a day to a day: opening balance, movements, closing balance, ageing, by currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum, Value
from django.utils.translation import gettext as _

from receivables.choices import GroupBy, LineKind
from receivables.models import (
    Adjustment,
    CreditNote,
    Receipt,
    Receivable,
    Refund,
    SettlementLine,
    Statement,
    StatementLine,
)
from receivables.selectors.ageing import ZERO, AgeingQuery, AgeingRow, ageing_report
from salesops.core.errors import InvalidInput
from salesops.handbook.selectors import rule

MOST = 2000
# Model, day, and whether it adds to what the customer owes.
_KINDS = (Receivable, Receipt, CreditNote, Refund, Adjustment)
_SIDES = (
    (Receivable, "issue_date", True),
    (Receipt, "received_date", False),
    (CreditNote, "date", False),
    (Refund, "date", True),
)


@dataclass(frozen=True)
class Movement:
    """One document; ``charged`` raises the balance, ``paid`` lowers it, a reversal is a negative ``paid``."""

    date: date
    document: Receivable | Receipt | CreditNote | Refund | Adjustment
    charged: Decimal
    paid: Decimal
    balance: Decimal


@dataclass
class Account:
    """A customer's account in one currency."""

    currency: str
    opening: Decimal = ZERO
    movements: list[Movement] = field(default_factory=list)
    ages: AgeingRow | None = None

    @property
    def charged(self) -> Decimal:
        return sum((line.charged for line in self.movements), ZERO)

    @property
    def paid(self) -> Decimal:
        return sum((line.paid for line in self.movements), ZERO)

    @property
    def closing(self) -> Decimal:
        return self.opening + self.charged - self.paid


def statement_of(customer: Any, *, since: date, on: date, user: Any) -> list[Account]:
    """The accounts of a customer; what ``user`` may not see is not in them.

    The closing balance is what is outstanding less what is unallocated, as of the end of ``on``.
    """
    accounts: dict[str, Account] = {}
    sides = _sides(customer, user)
    before, moving = _look(sides, since, on)
    for currency, amount in before.items():
        accounts[currency] = Account(currency, opening=amount)
    found = sorted(_between(sides, moving, since, on), key=_order)
    if len(found) > MOST:
        raise InvalidInput(
            _("A statement has at most %(most)d lines.") % {"most": MOST},
            field="since",
            way_out=_("Choose a shorter time."),
        )
    for day, document, charged, paid in found:
        account = accounts.setdefault(document.currency_id, Account(document.currency_id))
        balance = (account.movements[-1].balance if account.movements else account.opening) + charged - paid
        account.movements.append(Movement(day, document, charged, paid, balance))
    steps = tuple(rule("receivables.ageing_buckets", on=on))
    for account in accounts.values():
        query = AgeingQuery(
            as_of=on,
            by=GroupBy.NONE,
            steps=steps,
            currency=account.currency,
            user=user,
            customer=customer.pk,
            stored=False,
        )
        account.ages = ageing_report(query).total
    return sorted(
        (a for a in accounts.values() if a.movements or a.opening or (a.ages and a.ages.outstanding)),
        key=lambda account: account.currency,
    )


def _order(entry: tuple[date, Any, Decimal, Decimal]) -> tuple[date, int, int]:
    day, document, _charged, _paid = entry
    return day, _KINDS.index(type(document)), document.pk


def _seen(model: Any, customer: Any, user: Any) -> QuerySet:
    return model.objects.visible_to(user).filter(customer=customer)


def _sides(customer: Any, user: Any) -> list[tuple[QuerySet, str, bool]]:
    """Rows that move the account, their day, and whether they add to what the customer owes."""
    sides = [(_seen(model, customer, user), day, adds) for model, day, adds in _SIDES]
    return [*sides, (_given_up(customer, user), "date", False)]


def _look(
    sides: list[tuple[QuerySet, str, bool]], since: date, on: date
) -> tuple[dict[str, Decimal], set[int]]:
    """The balance before the first day by currency, and which sides move in the time; one query."""
    parts = []
    for n, (rows, day, _adds) in enumerate(sides):
        before = Sum("amount", filter=Q(**{f"{day}__lt": since}), default=ZERO)
        moves = Count("pk", filter=Q(**{f"{day}__gte": since}))
        found = rows.filter(**{f"{day}__lte": on}).order_by().annotate(side=Value(n))
        parts.append(found.values_list("side", "currency").annotate(before=before, moves=moves))
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    moving = set()
    for n, currency, amount, moves in parts[0].union(*parts[1:], all=True):
        if amount:
            sums[currency] += amount if sides[n][2] else -amount
        if moves:
            moving.add(n)
    return sums, moving


def _given_up(customer: Any, user: Any) -> QuerySet:
    """What was given up of open items, line by line: a line that takes it back stands on its own day."""
    return SettlementLine.objects.visible_to(user).filter(customer=customer, adjustment__isnull=False)


def _between(
    sides: list[tuple[QuerySet, str, bool]], moving: set[int], since: date, on: date
) -> Iterator[tuple[date, Any, Decimal, Decimal]]:
    for n in sorted(moving):
        rows, day, adds = sides[n]
        found = rows.filter(**{f"{day}__range": (since, on)}).order_by(day, "pk")
        if rows.model is SettlementLine:
            yield from _given_up_by_day(found)
            continue
        for row in found:
            yield getattr(row, day), row, *((row.amount, ZERO) if adds else (ZERO, row.amount))


def _given_up_by_day(lines: QuerySet) -> Iterator[tuple[date, Any, Decimal, Decimal]]:
    """What a recovery takes back and posts anew is one line of its day."""
    by_day: dict[tuple[date, int], tuple[Adjustment, Decimal]] = {}
    for line in lines.select_related("adjustment"):
        row, sum_ = by_day.get((line.date, line.adjustment_id), (line.adjustment, ZERO))
        by_day[line.date, line.adjustment_id] = (row, sum_ + line.amount)
    for (day, _key), (row, sum_) in by_day.items():
        if sum_:
            yield day, row, ZERO, sum_


_MODELS = {
    LineKind.RECEIPT: (Receipt,),
    LineKind.CREDIT: (CreditNote,),
    LineKind.REVERSAL: (Receipt, CreditNote, Refund),
    LineKind.REFUND: (Refund,),
    LineKind.ADJUSTMENT: (Adjustment,),
}


def records_of(statement: Statement, lines: Iterable[StatementLine], user: Any) -> dict[int, Any]:
    """The document behind each line of a sent statement, by line, as far as ``user`` may see it."""
    found: dict[int, Any] = {line.pk: line.receivable for line in lines if line.receivable_id}
    wanted: dict[Any, dict[str, int]] = defaultdict(dict)
    for line in lines:
        for model in _MODELS.get(LineKind(line.kind), ()):
            wanted[model][line.number] = line.pk
    for model, keys in wanted.items():
        for record in _seen(model, statement.customer_id, user).filter(number__in=keys):
            found.setdefault(keys[record.number], record)
    return found
