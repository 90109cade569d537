"""A hypothesis machine: post, receive, allocate, reverse, credit; model = database after each step."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.db import transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from receivables.choices import AdjustmentKind
from receivables.errors import NotReversible, OverAllocation
from receivables.models import CreditNote, PostingEntry, Receipt, Receivable, SettlementLine
from receivables.selectors import AgeingQuery, ageing_report
from receivables.services import (
    Allocation,
    NewPaper,
    allocate_credit_note,
    allocate_receipt,
    bounce_paper,
    honour_paper,
    reverse_allocation,
    reverse_credit_note,
    reverse_receipt,
    reverse_refund,
    take_paper,
)
from receivables.services.differences import next_number, post_adjustment
from receivables.services.refunds import post_accepted
from salesops.catalog.models import ExchangeRate
from tests.factories.receivables import (
    AT,
    currency,
    make_credit_note,
    make_customer,
    make_receipt,
    make_receivable,
)

CENTS = st.integers(1, 20000).map(lambda n: D(n) / 100)


class Ledger(RuleBasedStateMachine):
    """The reference: amounts in dictionaries. Every act goes to both and must agree."""

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        ExchangeRate.objects.create(currency=currency("USD"), date=date(2026, 1, 1), rate=D("7.13331"))
        self.customer = make_customer(money="USD")
        self.items, self.money, self.lines, self.back, self.papers = {}, {}, {}, {}, 0
        self.day = date(2026, 3, 1)

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def settled(self, key):
        return sum(a for (i, m, a) in self.lines.values() if i == key)

    def used(self, key):
        return sum(a for (i, m, a) in [*self.lines.values(), *self.back.values()] if m == key)

    def left(self, key):
        kind, _pk = key
        return self.money[key] - self.used(key) if kind else D(0)

    @rule(amount=CENTS, days=st.integers(0, 60))
    def post(self, amount, days):
        item = make_receivable(
            self.customer, amount=amount, issued=date(2026, 1, 5), due=date(2026, 1, 5) + timedelta(days=days)
        )
        self.items[item.pk] = amount

    @rule(amount=CENTS)
    def receive(self, amount):
        receipt = make_receipt(self.customer, amount=amount, received=date(2026, 2, 1))
        self.money["receipt", receipt.pk] = amount

    @rule(amount=CENTS)
    def credit(self, amount):
        note = make_credit_note(self.customer, amount=amount, on=date(2026, 2, 1))
        self.money["credit", note.pk] = amount

    @precondition(lambda self: self.items and self.money)
    @rule(data=st.data(), amount=CENTS)
    def allocate(self, data, amount):
        key = data.draw(st.sampled_from(sorted(self.money)))
        item = data.draw(st.sampled_from(sorted(self.items)))
        kind, pk = key
        fits = amount <= self.left(key) and amount <= self.items[item] - self.settled(item)
        try:
            with transaction.atomic():
                parts = {"allocations": [Allocation(item, amount)], "date": self.day, "at": AT}
                if kind == "receipt":
                    made = allocate_receipt(actor=None, receipt=Receipt(pk=pk), **parts)
                else:
                    made = allocate_credit_note(actor=None, credit_note=CreditNote(pk=pk), **parts)
        except OverAllocation:
            assert not fits
            return
        assert fits
        self.lines[made[0].pk] = (item, key, amount)

    @precondition(lambda self: self.items)
    @rule(data=st.data(), amount=CENTS)
    def write_off(self, data, amount):
        """Part of an item is given up; what gives it up is a source like money, used at once."""
        item = data.draw(st.sampled_from(sorted(self.items)))
        fits = amount <= self.items[item] - self.settled(item)
        row = Receivable.objects.get(pk=item)
        try:
            with transaction.atomic():
                made = post_adjustment(
                    row, amount, kind=AdjustmentKind.SMALL_DIFFERENCE, number=next_number(self.day), day=self.day,
                    reason="Rest", actor=None, at=AT,
                )  # fmt: skip
        except OverAllocation:
            assert not fits
            return
        assert fits
        self.lines[made.lines.get().pk] = (item, ("adjustment", made.pk), amount)

    @precondition(lambda self: self.money)
    @rule(data=st.data(), amount=CENTS)
    def give_back(self, data, amount):
        """Unallocated money goes back, as the second person posts it."""
        key = data.draw(st.sampled_from(sorted(self.money)))
        fits = amount <= self.left(key)
        entry = PostingEntry(
            kind="refund", customer=self.customer, currency_id="USD", amount=amount, base_amount=amount, date=self.day,
            reason="Twice", **{f"from_{'receipt' if key[0] == 'receipt' else 'credit_note'}_id": key[1]},
        )  # fmt: skip
        try:
            with transaction.atomic():
                made = post_accepted(entry, actor=None, at=AT)
        except OverAllocation:
            assert not fits
            return
        assert fits
        self.back[made.lines.get().pk] = (None, key, amount)

    @precondition(lambda self: self.back)
    @rule(data=st.data())
    def bank_returns(self, data):
        pk = data.draw(st.sampled_from(sorted(self.back)))
        refund = SettlementLine.objects.get(pk=pk).refund
        reverse_refund(actor=None, refund=refund, reason="Returned", date=self.day, at=AT)
        del self.back[pk]

    @precondition(lambda self: self.items)
    @rule(data=st.data(), amount=CENTS, honoured=st.booleans())
    def paper(self, data, amount, honoured):
        """A draft for one item counts for nothing, until it is honoured."""
        item = data.draw(st.sampled_from(sorted(self.items)))
        part = min(amount, self.items[item] - self.settled(item))
        self.papers += 1
        new = NewPaper(
            self.customer,
            "draft",
            f"D-{self.papers}",
            "Red Co",
            "ICBC",
            self.day,
            self.day,
            amount,
            currency("USD"),
        )
        meant = [Allocation(item, part)] if part else []
        paper = take_paper(actor=None, paper=new, allocations=meant, at=AT)
        if not honoured:
            bounce_paper(actor=None, paper=paper, reason="No funds", date=self.day, at=AT)
            return
        receipt = honour_paper(actor=None, paper=paper, date=self.day, at=AT)
        key = "receipt", receipt.pk
        self.money[key] = amount
        for line in receipt.lines.all():
            self.lines[line.pk] = (item, key, line.amount)

    @precondition(lambda self: self.lines)
    @rule(data=st.data())
    def take_back(self, data):
        pk = data.draw(st.sampled_from(sorted(self.lines)))
        line = SettlementLine.objects.get(pk=pk)
        reverse_allocation(actor=None, line=line, reason="Wrong", date=self.day, at=AT)
        del self.lines[pk]
        with pytest.raises(NotReversible), transaction.atomic():
            reverse_allocation(actor=None, line=line, reason="Again", date=self.day, at=AT)

    @precondition(lambda self: self.money)
    @rule(data=st.data())
    def bounce(self, data):
        key = data.draw(st.sampled_from(sorted(self.money)))
        kind, pk = key
        if any(m == key for _i, m, _a in self.back.values()):
            return  # the refund is reversed first
        if kind == "receipt":
            reverse_receipt(
                actor=None, receipt=Receipt.objects.get(pk=pk), reason="Bounced", date=self.day, at=AT
            )
        else:
            reverse_credit_note(
                actor=None, credit_note=CreditNote.objects.get(pk=pk), reason="Wrong", date=self.day, at=AT
            )
        self.lines = {n: line for n, line in self.lines.items() if line[1] != key}
        del self.money[key]

    @invariant()
    def model_is_database(self):
        for model in (Receipt, CreditNote):
            for row in model.objects.filter(reversal_of__isnull=True):
                lines = (
                    row.lines.aggregate(base=Sum(F("base_amount") + F("exchange_difference")))["base"] or 0
                )
                assert row.used_base == lines
                assert (row.used == row.amount) <= (row.used_base == row.base_amount)
        for item in Receivable.objects.all():
            assert item.settled == self.settled(item.pk)
            assert (item.outstanding == 0) <= (item.outstanding_base == 0)
        left = {("receipt", r.pk): r.unallocated for r in Receipt.objects.filter(unallocated__gt=0)}
        left |= {("credit", c.pk): c.unallocated for c in CreditNote.objects.filter(unallocated__gt=0)}
        assert left == {key: self.left(key) for key in self.money if self.left(key)}
        total = ageing_report(AgeingQuery(as_of=date(2026, 6, 1), currency="USD", stored=False)).total
        assert total.outstanding == sum(self.items.values()) - sum(a for _i, _m, a in self.lines.values())
        assert total.unallocated == sum(left.values())
        assert sum(total.cells.values()) == total.outstanding


@pytest.mark.django_db
@pytest.mark.slow
def test_the_ledger_is_what_the_model_says_after_every_step():
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
