"""What a history of two customers keeps beside the acts: the day, the plain books, and what an act must come to."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP
from decimal import Decimal as D

from django.db import transaction
from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import rule

from receivables.errors import OverAllocation
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.catalog.models import ExchangeRate
from tests.factories.receivables import currency, make_customer, noon
from tests.receivables.history import Books, Line, Paper
from tests.receivables.history_truths import Truths

FIRST = date(2026, 2, 1)
CENTS = st.integers(1, 13000).map(lambda n: D(n) / 100)
SHARES = st.sampled_from([D("1"), D("1"), D("0.5"), D("0.34"), D("0.995"), D("1.001")])
BACK = st.sampled_from([0, 0, 0, 3, 12])
PICK = st.integers(0, 1000)
RATES = [D("7.13331"), D("6.98017"), D("1"), D("0.0512")]


def cents(amount):
    return amount.quantize(D("0.01"), ROUND_HALF_UP)


class Keeping(Truths):
    """The machine without its acts."""

    def __init__(self, cast, dina):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.cast, self.dina, self.books, self.day = cast, dina, Books(), FIRST
        self.customers = [make_customer(owner=cast.alice, money="USD"), make_customer(money="CNY")]
        ExchangeRate.objects.create(currency=currency("USD"), date=FIRST, rate=RATES[0])
        self.papers, self.told, self.serial, self.sound = [], {}, 0, True
        self.last, self.days, self.looked = FIRST, {FIRST}, None

    def teardown(self):
        try:
            for day in sorted(self.days) if self.sound else ():
                self.says(day)
            if self.sound:
                self.bridge(min(self.days), self.day)
                self.bridge(sorted(self.days)[len(self.days) // 2], self.day, behind=True)
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    # --- acts ---------------------------------------------------------------------------------------------

    @property
    def at(self):
        return noon(self.day)

    def do(self, fits, act, *refusals):
        """The act, or what refuses it; the model foresees which."""
        try:
            with transaction.atomic():
                done = act()
        except (OverAllocation, *refusals) as refused:
            assert not fits, refused
            event(f"refused {type(refused).__name__}")
            return None
        assert fits is not False
        return done

    def dated(self, day):
        """From this day on the books may say something else now."""
        self.days |= {day, self.day}
        self.last = day
        for told in [told for told in self.told if told >= day]:
            del self.told[told]

    def one(self, rows, pick):
        rows = list(rows)
        return rows[pick % len(rows)]

    def customer(self, paper):
        return next(one for one in self.customers if one.pk == paper.customer)

    @rule(days=st.integers(1, 20))
    def time_passes(self, days):
        self.reports()
        self.day += timedelta(days=days)

    @rule(value=st.sampled_from(RATES))
    def rate_moves(self, value):
        ExchangeRate.objects.get_or_create(currency=currency("USD"), date=self.day, defaults={"rate": value})

    def item(self, row):
        paper = Paper(
            ("item", row.pk), row.amount, row.issue_date, row.customer_id, row.currency_id, due=row.due_date,
            held_until=row.retention_until,
        )  # fmt: skip
        self.books.items[row.pk] = paper
        self.dated(row.issue_date)
        return paper

    def came(self, row, kind):
        paper = Paper((kind, row.pk), row.amount, row.date, row.customer_id, row.currency_id)
        self.books.money[kind, row.pk] = paper
        self.dated(row.date)
        for line in row.lines.standing():
            item = self.books.items[line.receivable_id]
            self.books.take(Line(line.pk, item, paper, line.amount, line.date))
            self.dated(min(line.date, row.date))

    def accepted(self, entry, *people):
        for person in people:
            approve(actor=person, at=self.at, request=ApprovalRequest.objects.about(entry).get())
        entry.refresh_from_db()
        return entry.posted

    def pairs(self):
        return [
            (item, money)
            for item in self.books.items.values()
            for money in self.books.money.values()
            if money.ended is None and (item.customer, item.currency) == (money.customer, money.currency)
        ]
