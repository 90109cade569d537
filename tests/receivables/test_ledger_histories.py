"""Whole histories of two customers, act by act: every day that has passed says what a plain ledger says (quality §2-4).

``LEDGER_HISTORIES=300`` runs so many longer histories, others each time, with the reports after every step.
"""

import os
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from receivables.errors import NotReversible
from receivables.models import CreditNote, HeldPaper, Receipt, Receivable, SettlementLine
from receivables.services import (
    Allocation,
    NewDispute,
    NewPaper,
    NewRefund,
    NewRelease,
    NewRetention,
    NewWriteOff,
    allocate_credit_note,
    allocate_receipt,
    bounce_paper,
    enter_refund,
    enter_write_off,
    hold_back,
    honour_paper,
    open_dispute,
    recover,
    release_or_enter,
    reverse_adjustment,
    reverse_allocation,
    reverse_credit_note,
    reverse_receipt,
    reverse_refund,
    settle_dispute,
    take_paper,
)
from receivables.services.timers import look_at_items
from salesops.core.errors import DomainError
from tests.factories.accounts import make_person
from tests.factories.receivables import (
    currency,
    make_credit_note,
    make_receipt,
    make_receivable,
)
from tests.receivables.history import Line
from tests.receivables.history_keeping import BACK, CENTS, FIRST, PICK, SHARES, Keeping, cents

EXAMPLES = int(os.environ.get("LEDGER_HISTORIES", 0))


class Histories(Keeping):
    thorough = bool(EXAMPLES)

    @initialize(amount=CENTS, part=SHARES)
    def begin(self, amount, part):
        for place in (0, 1):
            self.invoice(amount, 20, 0, place, False)
            self.receive(max(cents(amount * part), D("0.01")), 0, place)

    @rule(amount=CENTS, due=st.integers(0, 40), back=BACK, place=st.integers(0, 2), mine=st.booleans())
    def invoice(self, amount, due, back, place, mine):
        issued = max(FIRST, self.day - timedelta(days=back))
        self.item(
            make_receivable(
                self.customers[place % 2], amount=amount, issued=issued, due=issued + timedelta(days=due),
                owner=self.cast.bob if mine else None, at=self.at,
            )
        )  # fmt: skip

    @rule(amount=CENTS, back=BACK, place=st.integers(0, 2))
    def receive(self, amount, back, place):
        day = max(FIRST, self.day - timedelta(days=back))
        self.came(make_receipt(self.customers[place % 2], amount=amount, received=day, at=self.at), "receipt")

    @rule(amount=CENTS, pick=PICK, share=SHARES, for_item=st.booleans())
    def credit(self, amount, pick, share, for_item):
        if not (for_item and self.books.items):
            note = make_credit_note(self.customers[pick % 2], amount=amount, on=self.day, at=self.at)
        else:
            item = self.one(self.books.items.values(), pick)
            wanted = max(cents(item.amount * min(share, D(1))), D("0.01"))
            row = Receivable.objects.get(pk=item.key[1])
            note = make_credit_note(
                self.customer(item), amount=wanted, on=self.day, receivable=row, at=self.at
            )
            settled = sum(line.amount for line in note.lines.all())
            assert settled == min(wanted, item.left(self.day)), "as much as the item has open"
        self.came(note, "credit")

    @precondition(lambda self: self.pairs())
    @rule(pick=PICK, share=SHARES, back=BACK, rest=st.sampled_from(["0.00", "0.01", "0.50", "2.00", "25.00"]))
    def allocate(self, pick, share, back, rest):
        """Money settles an item; of what stays open a small rest may be given up with it (R-33, R-34)."""
        item, money = self.one(self.pairs(), pick)
        rest = D(rest)
        amount = max(cents(min(item.left(self.day), money.left(self.day)) * share), D("0.01"))
        if rest and item.left(self.day) > rest:
            amount = max(min(money.left(self.day), item.left(self.day) - rest), D("0.01"))
        day = max(item.day, money.day, self.day - timedelta(days=0 if rest else back))
        fits = amount <= item.least(day) and amount <= money.least(day)
        give, left = bool(rest), item.left(self.day) - amount
        row = Receivable.objects.get(pk=item.key[1])
        if give and fits:
            small = min(cents(D(20) / row.base_rate), cents(row.amount / 100))
            fits = 0 < left <= small and amount + left <= item.least(day)
        receipt = money.key[0] == "receipt"
        source = (Receipt if receipt else CreditNote).objects.get(pk=money.key[1])
        parts = {"receipt": source} if receipt else {"credit_note": source}
        act = allocate_receipt if receipt else allocate_credit_note
        more = {"give_up": [row.pk], "why": "Charges"} if give else {}
        made = self.do(
            fits, lambda: act(
                actor=None, allocations=[Allocation(row.pk, amount)], date=day, at=self.at, **parts, **more
            ), *([DomainError] if give else []),
        )  # fmt: skip
        if made is None:
            return
        self.books.take(Line(made[0].pk, item, money, amount, day))
        self.dated(day)
        if give:
            event("small rest given up")
            given = row.adjustments.order_by("pk").last()
            self.books.take(Line(given.lines.get().pk, item, None, left, day, given_up=given))

    @precondition(lambda self: self.books.items)
    @rule(pick=PICK, share=SHARES, back=BACK)
    def write_off(self, pick, share, back):
        item = self.one(self.books.items.values(), pick)
        amount = max(cents(item.left(self.day) * share), D("0.01"))
        day = max(item.day, self.day - timedelta(days=back))
        new = NewWriteOff(Receivable.objects.get(pk=item.key[1]), amount, day, "Insolvent", "Ruling 12")
        made = self.do(amount <= item.least(day), lambda: self.accepted(
            enter_write_off(actor=self.cast.dora, write_off=new, at=self.at), self.dina, self.cast.gina
        ))  # fmt: skip
        if made is not None:
            self.books.take(Line(made.lines.get().pk, item, None, amount, day, given_up=made))
            self.dated(day)

    @precondition(lambda self: self.lost())
    @rule(pick=PICK, share=SHARES)
    def recovery(self, pick, share):
        """Money for what was written off: so much of it is open again, and settled by the money."""
        line, money = self.one(self.lost(), pick)
        amount = max(cents(min(line.amount, money.left(self.day)) * share), D("0.01"))
        row, item = line.given_up, line.target
        row.refresh_from_db()
        receipt = Receipt.objects.get(pk=money.key[1])
        fits = amount <= line.amount and amount <= money.least(self.day)
        if not self.do(fits, lambda: recover(
            actor=self.cast.dora, write_off=row, receipt=receipt, amount=amount, at=self.at
        )):  # fmt: skip
            return
        event("recovered")
        self.books.back(line.pk, self.day)
        rest = row.lines.standing().first()
        assert (rest.amount if rest else 0) == line.amount - amount
        if rest:
            self.books.take(Line(rest.pk, item, None, rest.amount, self.day, given_up=row))
        paid = receipt.lines.standing().order_by("pk").last()
        self.books.take(Line(paid.pk, item, money, amount, self.day))
        self.dated(self.day)

    def lost(self):
        return [
            (line, money)
            for line in self.books.lines.values()
            if line.given_up is not None and line.given_up.kind == "write_off"
            for key, money in self.books.money.items()
            if key[0] == "receipt" and money.ended is None and money.customer == line.target.customer
        ]

    @precondition(lambda self: self.books.money)
    @rule(pick=PICK, share=SHARES, back=BACK)
    def refund(self, pick, share, back):
        money = self.one(self.books.money.values(), pick)
        if money.ended is not None:
            return
        amount = max(cents(money.left(self.day) * share), D("0.01"))
        day = max(money.day, self.day - timedelta(days=back))
        source = (Receipt if money.key[0] == "receipt" else CreditNote).objects.get(pk=money.key[1])
        made = self.do(amount <= money.least(day), lambda: self.accepted(
            enter_refund(actor=self.cast.dora, refund=NewRefund(source, amount, day, "Twice", "6222"), at=self.at),
            self.dina,
        ))  # fmt: skip
        if made is not None:
            self.books.take(Line(made.lines.get().pk, None, money, amount, day, refund=made))
            self.dated(day)

    @precondition(lambda self: any(not item.held_until for item in self.books.items.values()))
    @rule(pick=PICK, share=SHARES, days=st.integers(1, 30))
    def retain(self, pick, share, days):
        item = self.one([item for item in self.books.items.values() if not item.held_until], pick)
        amount = max(cents(item.left(self.day) * share), D("0.01"))
        until = max(self.day, item.due) + timedelta(days=days)
        row = Receivable.objects.get(pk=item.key[1])
        new = NewRetention(row, amount, until, "5 %")
        kept = self.do(
            amount <= item.least(self.day), lambda: hold_back(actor=self.cast.dora, retention=new, at=self.at)
        )
        if kept is not None:
            given = row.adjustments.order_by("pk").last()
            self.books.take(Line(given.lines.get().pk, item, None, amount, self.day, given_up=given))
            self.item(kept)

    def kept(self):
        rows = self.books.items.values()
        return [item for item in rows if item.held(self.day) and item.left(self.day)]

    @precondition(lambda self: self.kept())
    @rule(pick=PICK, days=st.integers(0, 10))
    def release(self, pick, days):
        item = self.one(self.kept(), pick)
        due = min(item.due, self.day + timedelta(days=days))
        row = Receivable.objects.get(pk=item.key[1])
        release_or_enter(actor=self.cast.dora, release=NewRelease(row, due, "Letter"), at=self.at)
        item.released = self.day
        item.due = min(item.due, due)
        self.dated(self.day)

    @rule()
    def daily_look(self):
        if self.looked == self.day:
            return  # once a day
        self.looked = self.day
        look_at_items(self.day, actor=None, at=self.at, dry_run=False)
        for item in self.kept():
            if item.held_until <= self.day:
                item.released = self.day
                event("released at the end")
        self.dated(self.day)

    @precondition(lambda self: self.books.items)
    @rule(pick=PICK, share=SHARES, amount=CENTS, more=st.booleans())
    def paper(self, pick, share, amount, more):
        """A draft counts for nothing while it is held."""
        item = self.one(self.books.items.values(), pick)
        meant = min(cents(item.left(self.day) * min(share, D(1))), amount)
        meant = min(
            meant,
            item.left(self.day) - sum(p[2] for p in self.papers if p[1] is item and p[0].state == "held"),
        )
        self.serial += 1
        new = NewPaper(
            self.customer(item), "draft" if more else "cheque", f"D-{self.serial}", "Red Co", "ICBC", self.day,
            self.day + timedelta(days=5 * more), amount, currency(item.currency),
        )  # fmt: skip
        parts = [Allocation(item.key[1], meant)] if meant > 0 else []
        self.papers.append((take_paper(actor=None, paper=new, allocations=parts, at=self.at), item, meant))

    def waiting(self):
        return [row for row, *_rest in self.papers if row.state == "held" and row.due_date <= self.day]

    @precondition(lambda self: self.waiting())
    @rule(pick=PICK)
    def honour(self, pick):
        paper = self.one(self.waiting(), pick)
        receipt = honour_paper(actor=None, paper=paper, date=self.day, at=self.at)
        self.came(receipt, "receipt")
        paper.refresh_from_db()

    @precondition(lambda self: any(row.state in ("held", "honoured") for row, *_rest in self.papers))
    @rule(pick=PICK, back=BACK)
    def bounce(self, pick, back):
        rows = [row for row, *_rest in self.papers if row.state in ("held", "honoured")]
        paper = HeldPaper.objects.select_related("receipt").get(pk=self.one(rows, pick).pk)
        day = max(FIRST, self.day - timedelta(days=back))
        money = self.books.money.get(("receipt", paper.receipt_id))
        fits = money is None or not self.refunded(money)
        done = self.do(
            fits, lambda: bounce_paper(actor=None, paper=paper, reason="No funds", date=day, at=self.at),
            NotReversible,
        )  # fmt: skip
        if done is not None and money is not None:
            event("honoured and bounced")
            self.ended(money, Receipt.objects.get(reversal_of=paper.receipt_id).received_date)
        for row, *_rest in self.papers:
            row.refresh_from_db()

    @precondition(lambda self: self.books.items)
    @rule(pick=PICK, share=SHARES)
    def dispute(self, pick, share):
        item = self.one(self.books.items.values(), pick)
        amount = max(cents(item.left(self.day) * share), D("0.01"))
        fits = amount <= item.left(self.day) and not self.books.disputed(item, date.max)
        new = NewDispute("Short", "quantity", amount, self.day)
        row = self.do(fits, lambda: open_dispute(
            actor=None, receivable=Receivable.objects.get(pk=item.key[1]), dispute=new, at=self.at
        ), DomainError)  # fmt: skip
        if row is not None:
            self.books.disputes.append((row, item, self.day, None))
            self.dated(self.day)

    @precondition(lambda self: any(ended is None for *_row, ended in self.books.disputes))
    @rule(pick=PICK, credit=st.booleans(), part=st.booleans())
    def settle(self, pick, credit, part):
        """By credit for all or half of what is disputed, or since the customer gives in."""
        place = self.one([n for n, row in enumerate(self.books.disputes) if row[-1] is None], pick)
        row, item, opened, _ended = self.books.disputes[place]
        if credit:
            amount = max(cents(row.amount / 2), D("0.01")) if part else row.amount
            self.came(
                make_credit_note(
                    self.customer(item), amount=amount, on=self.day, at=self.at,
                    receivable=Receivable.objects.get(pk=item.key[1]),
                ), "credit",
            )  # fmt: skip
        settle_dispute(
            actor=None, dispute=row, resolution="credit_note" if credit else "withdrawn", outcome="Done",
            resolved_date=self.day, at=self.at,
        )  # fmt: skip
        self.books.disputes[place] = (row, item, opened, self.day)
        self.dated(self.day)

    # --- taking back --------------------------------------------------------------------------------------

    @precondition(lambda self: self.books.lines)
    @rule(pick=PICK, back=BACK)
    def take_back(self, pick, back):
        """One line: an allocation, a refund by its own door, something given up; retention only by its release."""
        line = self.one(self.books.lines.values(), pick)
        day = max(line.day, self.day - timedelta(days=back))
        words = {"actor": None, "reason": "Wrong", "date": day, "at": self.at}
        fits = not (line.given_up is not None and line.given_up.kind == "held_back")
        if line.refund is not None:
            act = lambda: reverse_refund(refund=line.refund, **words)  # noqa: E731
        elif line.given_up is not None:
            act = lambda: reverse_adjustment(adjustment=line.given_up, **words)  # noqa: E731
        else:
            row = SettlementLine.objects.get(pk=line.pk)
            act = lambda: reverse_allocation(line=row, **words)  # noqa: E731
        if self.do(fits, act, NotReversible) is not None:
            self.books.back(line.pk, day)
            self.dated(day)

    def refunded(self, money):
        return any(line.money is money and line.refund is not None for line in self.books.lines.values())

    @precondition(lambda self: any(money.ended is None for money in self.books.money.values()))
    @rule(pick=PICK, back=BACK)
    def reverse(self, pick, back):
        money = self.one([money for money in self.books.money.values() if money.ended is None], pick)
        words = {"actor": None, "reason": "Wrong", "date": self.day - timedelta(days=back), "at": self.at}
        kind, pk = money.key
        if kind == "receipt":
            act = lambda: reverse_receipt(receipt=Receipt.objects.get(pk=pk), **words)  # noqa: E731
        else:
            act = lambda: reverse_credit_note(credit_note=CreditNote.objects.get(pk=pk), **words)  # noqa: E731
        mirror = self.do(not self.refunded(money), act, NotReversible)
        if mirror is not None:
            self.ended(money, mirror.date)
            for row, *_rest in self.papers:
                row.refresh_from_db()

    def ended(self, money, day):
        """The money counts from its day to this one; what it settled and what was given up with it is open again."""
        for pk, line in list(self.books.lines.items()):
            with_it = line.given_up is not None and line.given_up.receipt_id == money.key[1]
            small = with_it and money.key[0] == "receipt" and line.given_up.kind == "small_difference"
            if line.money is money or small:
                self.books.back(pk, day)
        money.ended = day
        self.dated(day)


@pytest.mark.django_db
@pytest.mark.slow
def test_every_past_day_of_a_history_says_what_a_plain_ledger_says(cast):
    dina = make_person("dina", "finance", team=cast.office, superior=cast.gina)
    run_state_machine_as_test(
        lambda: Histories(cast, dina),
        settings=settings(
            max_examples=EXAMPLES or 3,
            stateful_step_count=30 if EXAMPLES else 14,
            deadline=None,
            derandomize=not EXAMPLES,
            database=None,
            phases=[Phase.generate] if EXAMPLES else list(Phase),
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
