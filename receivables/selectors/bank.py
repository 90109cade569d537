"""How far a statement is worked through, and where the bank's balance and our receipts differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from receivables.choices.bank import OPEN_LINES, LineState
from receivables.models import BankAccount, BankLine, BankStatement, Receipt
from salesops.core.periods import Period

ZERO = Decimal("0.00")

# Lines whose balance before them is no line's balance after it: each but the first of an account follows a gap.
GAPS = """
SELECT l.id, (SELECT max(d.date) FROM receivables_bankline d WHERE d.account_id = l.account_id AND d.date < l.date),
       EXISTS (SELECT 1 FROM receivables_bankline p JOIN receivables_bankstatement s ON s.id = p.statement_id
               WHERE p.account_id = l.account_id AND p.balance IS NOT NULL
                 AND (p.statement_id = l.statement_id AND p.position < l.position
                      OR p.date < l.date AND s.last_date >= l.date - 1))
FROM receivables_bankline l
WHERE l.balance IS NOT NULL AND l.account_id = ANY(%s)
  AND NOT EXISTS (SELECT 1 FROM receivables_bankline b
                  WHERE b.account_id = l.account_id AND b.balance = l.balance - l.amount AND b.id <> l.id)
  AND EXISTS (SELECT 1 FROM receivables_bankline e
              WHERE e.account_id = l.account_id AND e.balance IS NOT NULL
                AND (e.date, e.statement_id, e.position) < (l.date, l.statement_id, l.position))
  AND NOT EXISTS (SELECT 1 FROM receivables_bankline n
                  WHERE n.account_id = l.account_id AND n.balance IS NULL AND n.date <= l.date)
ORDER BY l.date, l.id
"""


@dataclass(frozen=True)
class Progress:
    """Lines of one statement or account by what became of them; amounts are money in, in its currency."""

    lines: int
    incoming: int
    done: int
    open: int
    open_amount: Decimal
    received: Decimal
    paid: Decimal

    @property
    def percent(self) -> int:
        return 100 if not self.incoming else self.done * 100 // self.incoming


def progress_of(lines: QuerySet[BankLine]) -> Progress:
    """How many of these lines are dealt with."""
    still = Q(state__in=[*OPEN_LINES, LineState.WAITING])
    found = lines.order_by().aggregate(
        lines=Count("pk"),
        incoming=Count("pk", filter=Q(amount__gt=0)),
        open=Count("pk", filter=still),
        open_amount=Sum("amount", filter=still),
        received=Sum("amount", filter=Q(amount__gt=0)),
        paid=Sum("amount", filter=Q(amount__lt=0)),
    )
    amounts = {name: found[name] or ZERO for name in ("open_amount", "received", "paid")}
    return Progress(
        lines=found["lines"],
        incoming=found["incoming"],
        open=found["open"],
        done=found["incoming"] - found["open"],
        **amounts,
    )


@dataclass(frozen=True)
class DayDifference:
    """One day of an account: what the bank received (without lines set aside) and what our receipts say."""

    date: Any
    bank: Decimal
    receipts: Decimal

    @property
    def difference(self) -> Decimal:
        return self.bank - self.receipts


def differences(account: BankAccount, first: Any, last: Any) -> list[DayDifference]:
    """Days between two dates on which the bank's incoming money and our standing receipts of that account differ."""
    days = (first, last)
    bank = dict(
        BankLine.objects.filter(account=account, date__range=days, amount__gt=0)
        .exclude(state=LineState.IGNORED)
        .order_by()
        .values_list("date")
        .annotate(Sum("amount"))
    )
    standing = Receipt.objects.filter(
        received_date__range=days,
        reversal_of__isnull=True,
        reversed_date__isnull=True,
        currency=account.currency_id,
    )
    booked: dict[Any, Decimal] = dict(
        standing.filter(Q(bank_account__in=[account.number, account.name]))
        .order_by()
        .values_list("received_date")
        .annotate(Sum("amount"))
    )
    found = [DayDifference(day, bank.get(day, ZERO), booked.get(day, ZERO)) for day in sorted(bank | booked)]
    return [row for row in found if row.difference]


@dataclass(frozen=True)
class Gap:
    """A line whose balance before follows from no other line; ``after`` is the last day on file before it.

    ``broken``: what stands before it is on file (of its own statement, or of one that reaches the day before), so the
    balances contradict each other. Otherwise a statement between the two was never imported.
    """

    line: BankLine
    after: date | None
    broken: bool


def gaps_of(accounts: Iterable[int]) -> list[Gap]:
    """Lines before which something of the account is missing, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(GAPS, [list(accounts)])
        found = {pk: (after, broken) for pk, after, broken in cursor.fetchall()}
    lines = BankLine.objects.filter(pk__in=found).select_related("account").order_by("date", "pk")
    return [Gap(line, *found[line.pk]) for line in lines]


def next_open_line(line: BankLine, user: Any) -> BankLine | None:
    """The line to look at after this one, as the list goes: the next older one that is open, else the newest."""
    lines = BankLine.objects.visible_to(user).unmatched().exclude(pk=line.pk).order_by("-date", "-pk")
    older = lines.filter(Q(date__lt=line.date) | Q(date=line.date, pk__lt=line.pk)).first()
    return older or lines.first()


def unmatched_in(period: Period) -> int:
    """Lines of money in of a month for which nothing is decided, or that wait for a second person."""
    still = [*OPEN_LINES, LineState.WAITING]
    return BankLine.objects.filter(date__range=(period.start, period.end), state__in=still).count()


def incomplete_in(period: Period) -> int:
    """Accounts in use of which part of a month was not imported, though an earlier statement is on file."""
    before = BankStatement.objects.filter(account__active=True, first_date__lt=period.start)
    used = set(before.values_list("account", flat=True))
    during = BankStatement.objects.filter(first_date__lte=period.end, last_date__gte=period.start)
    missing = used - set(during.values_list("account", flat=True))
    for gap in gaps_of(BankAccount.objects.filter(active=True).values_list("pk", flat=True)):
        if gap.after and gap.after < period.end and gap.line.date > period.start:
            missing.add(gap.line.account_id)
    return len(missing)
