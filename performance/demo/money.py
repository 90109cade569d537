"""Receivables of the shipped orders, the money that came in for them, and how it was allocated."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from performance.demo.bulk import Batches, next_id
from performance.demo.options import Options
from performance.demo.orders import Sale
from performance.demo.words import say
from receivables.choices import Method, Source
from receivables.models import Receipt, Receivable, SettlementLine
from salesops.catalog.models import PaymentTerm
from salesops.catalog.terms import due_date
from salesops.core.money import ZERO, convert, next_share, round_money

UNPAID = {-3: 0.0, 2: 0.01, 12: 0.03, 40: 0.10, 90: 0.28}


@dataclass(slots=True)
class Item:
    """A receivable and what of it has been settled so far, in both currencies."""

    pk: int
    sale: Sale
    due: date
    base: Decimal
    settled: Decimal = ZERO
    settled_base: Decimal = ZERO


@dataclass(slots=True)
class Payment:
    """Money of one customer on one day for one or more items."""

    day: date
    parts: list[tuple[Item, Decimal]] = field(default_factory=list)
    extra: Decimal = ZERO


class Money:
    """The ledger day by day: ``shipped`` hears of a sale, ``until`` writes all that is certain up to a day.

    Nothing is kept beyond what is still to be paid, so memory does not grow with the number of receivables.
    """

    def __init__(self, options: Options, terms: dict[str, PaymentTerm], batches: Batches) -> None:
        self.options, self.terms, self.batches = options, terms, batches
        self.item_dice, self.payment_dice = options.dice("items"), options.dice("payments")
        self.extra_dice = options.dice("overpayments")
        self.row_id, self.counters = next_id(Receivable), dict[int, int]()
        self.sales: list[tuple[date, int, Sale]] = []
        self.days: list[tuple[date, int]] = []
        self.payments: dict[tuple[date, int], Payment] = {}
        self.receipts = _Receipts()
        self.due: dict[tuple[int, date], tuple[date, str]] = {}

    def shipped(self, sale: Sale) -> None:
        heapq.heappush(self.sales, (sale.shipped, sale.order_id, sale))

    def until(self, day: date) -> None:
        """No sale of that day or of one before it will be heard of any more."""
        while self.sales and self.sales[0][0] <= day:
            self._item(heapq.heappop(self.sales)[2])
        while self.days and self.days[0][0] <= day:
            self._receipt(self.payments.pop(heapq.heappop(self.days)))

    def _item(self, sale: Sale) -> None:
        options, term = self.options, self.terms[sale.client.term]
        due, rule = self._due(term, sale.shipped)
        year = sale.shipped.year
        self.counters[year] = self.counters.get(year, 0) + 1
        base = convert(sale.total, sale.rate)
        disputed = self.item_dice.random() < 0.008 and (options.today - due).days < 120
        self.batches.add(
            Receivable,
            {
                "id": self.row_id, "number": f"YS-{year}-{self.counters[year]:05d}",
                "customer_id": sale.client.pk, "owner_id": sale.owner, "team_id": sale.team,
                "currency_id": sale.client.currency, "amount": sale.total, "base_rate": sale.rate,
                "base_amount": base, "source": Source.ORDER, "issue_date": sale.shipped, "due_date": due,
                "payment_term_id": term.pk, "due_rule": rule, "order_id": sale.order_id,
                "disputed": disputed, "dispute_reason": say("数量差异", "quantity differs") if disputed else "",
            },
        )  # fmt: skip
        self._expect(Item(self.row_id, sale, due, base))
        self.row_id += 1

    def _due(self, term: PaymentTerm, shipped: date) -> tuple[date, str]:
        found = self.due.get((term.pk, shipped))
        if found is None:
            day, explained = due_date(term, invoice=shipped)
            found = self.due[term.pk, shipped] = (day, str(explained)[:200])
        return found

    def _expect(self, item: Item) -> None:
        """What the customer will pay for the item, and when; days to come are left out."""
        for day, amount in _schedule(self.payment_dice, item, self.options.today):
            if day > self.options.today:
                continue
            weekly = day - timedelta(days=day.weekday() % 3) if day.weekday() < 5 else day - timedelta(days=2)
            key = (max(weekly, item.sale.shipped), item.sale.client.pk)
            if key not in self.payments:
                self.payments[key] = Payment(key[0])
                heapq.heappush(self.days, key)
            self.payments[key].parts.append((item, amount))

    def _receipt(self, payment: Payment) -> None:
        if self.extra_dice.random() < 0.012:
            payment.extra = Decimal(self.extra_dice.randrange(1, 60) * 100)
        receipt, lines = self.receipts.make(payment)
        self.batches.add(Receipt, receipt)
        for line in lines:
            self.batches.add(SettlementLine, line)


def _schedule(dice: random.Random, item: Item, today: date) -> Iterator[tuple[date, Decimal]]:
    habit = item.sale.client.habit
    old = (today - item.due).days > 150  # what is that old was collected after all, but for a few hard cases
    if dice.random() < UNPAID[habit] * (0.08 if old else 1):
        return
    day = max(item.sale.shipped, item.due + timedelta(days=habit + dice.randrange(-5, 11)))
    if dice.random() < 0.06:
        first = round_money(item.sale.total * Decimal("0.6"))
        if ZERO < first < item.sale.total:
            yield day, first
            yield day + timedelta(days=dice.randrange(10, 50)), item.sale.total - first
            return
    yield day, item.sale.total


class _Receipts:
    """Receipts with their lines; base amounts close each item to the cent as the services do."""

    def __init__(self) -> None:
        self.receipt_id, self.line_id = next_id(Receipt), next_id(SettlementLine)
        self.counters: dict[int, int] = {}

    def make(self, payment: Payment) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        sale = payment.parts[0][0].sale
        day = payment.day
        self.counters[day.year] = self.counters.get(day.year, 0) + 1
        number = self.counters[day.year]
        amount = sum((part for _, part in payment.parts), payment.extra)
        moment = timezone.make_aware(datetime.combine(day, time(10)))
        receipt = {
            "id": self.receipt_id, "number": f"SK-{day.year}-{number:05d}", "customer_id": sale.client.pk,
            "owner_id": sale.owner, "team_id": sale.team, "currency_id": sale.client.currency,
            "amount": amount, "base_rate": sale.rate, "base_amount": convert(amount, sale.rate),
            "source": Source.MANUAL, "received_date": day, "method": Method.TRANSFER,
            "bank_account": f"ICBC {sale.client.currency}", "bank_reference": f"{day:%Y%m%d}-{number:06d}",
        }  # fmt: skip
        lines, used, used_base = [], ZERO, ZERO
        for item, part in payment.parts:
            base = next_share(
                item.sale.total, item.base, used=item.settled, used_base=item.settled_base, part=part
            )
            item.settled += part
            item.settled_base += base
            share = next_share(amount, receipt["base_amount"], used=used, used_base=used_base, part=part)
            used, used_base = used + part, used_base + share
            lines.append(
                {
                    "id": self.line_id, "receivable_id": item.pk, "receipt_id": self.receipt_id,
                    "customer_id": sale.client.pk, "currency_id": sale.client.currency, "amount": part,
                    "base_amount": base, "exchange_difference": share - base, "date": day, "recorded_at": moment,
                }
            )  # fmt: skip
            self.line_id += 1
        self.receipt_id += 1
        return receipt, lines
