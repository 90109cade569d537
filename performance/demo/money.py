"""Receivables of the shipped orders, the money that came in for them, and how it was allocated."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from performance.demo.bulk import copy_rows, next_id
from performance.demo.options import Options
from performance.demo.orders import Sale
from receivables.choices import Method, Source
from receivables.models import Receipt, Receivable, SettlementLine
from receivables.models.ledger import cumulative_base
from salesops.catalog.models import PaymentTerm
from salesops.catalog.terms import due_date
from salesops.core.money import ZERO, convert, round_money

BATCH = 50_000
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


def build_money(options: Options, sales: list[Sale], terms: dict[str, PaymentTerm]) -> None:
    """Load receivables, receipts and settlement lines in the order in which they happened."""
    items = _items(options, sales, terms)
    payments = _payments(options, items)
    receipts: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    maker = _Receipts(options)
    for payment in payments:
        receipt, its_lines = maker.make(payment)
        receipts.append(receipt)
        lines.extend(its_lines)
        if len(receipts) >= BATCH:
            copy_rows(Receipt, receipts, at=options.at)
            copy_rows(SettlementLine, lines, at=options.at)
            receipts, lines = [], []
    copy_rows(Receipt, receipts, at=options.at)
    copy_rows(SettlementLine, lines, at=options.at)


def _items(options: Options, sales: list[Sale], terms: dict[str, PaymentTerm]) -> list[Item]:
    dice = options.dice("items")
    row_id = next_id(Receivable)
    items: list[Item] = []
    rows: list[dict[str, Any]] = []
    counters: dict[int, int] = {}
    for sale in sorted(sales, key=lambda s: (s.shipped, s.order_id)):
        term = terms[sale.client.term]
        due, explained = due_date(term, invoice=sale.shipped)
        counters[sale.shipped.year] = counters.get(sale.shipped.year, 0) + 1
        base = convert(sale.total, sale.rate)
        disputed = dice.random() < 0.008 and (options.today - due).days < 120
        items.append(Item(row_id, sale, due, base))
        rows.append(
            {
                "id": row_id, "number": f"YS-{sale.shipped.year}-{counters[sale.shipped.year]:05d}",
                "customer_id": sale.client.pk, "owner_id": sale.owner, "team_id": sale.team,
                "currency_id": sale.client.currency, "amount": sale.total, "base_rate": sale.rate,
                "base_amount": base, "source": Source.ORDER, "issue_date": sale.shipped, "due_date": due,
                "payment_term_id": term.pk, "due_rule": str(explained)[:200], "order_id": sale.order_id,
                "disputed": disputed, "dispute_reason": "数量差异 / quantity differs" if disputed else "",
            }
        )  # fmt: skip
        row_id += 1
        if len(rows) >= BATCH:
            copy_rows(Receivable, rows, at=options.at)
            rows = []
    copy_rows(Receivable, rows, at=options.at)
    return items


def _payments(options: Options, items: list[Item]) -> list[Payment]:
    dice = options.dice("payments")
    by_day: dict[tuple[date, int], Payment] = {}
    for item in items:
        for day, amount in _schedule(dice, item, options.today):
            if day > options.today:
                continue
            weekly = day - timedelta(days=day.weekday() % 3) if day.weekday() < 5 else day - timedelta(days=2)
            weekly = max(weekly, item.sale.shipped)
            payment = by_day.setdefault((weekly, item.sale.client.pk), Payment(weekly))
            payment.parts.append((item, amount))
    payments = [by_day[key] for key in sorted(by_day)]
    for payment in payments:
        if dice.random() < 0.012:
            payment.extra = Decimal(dice.randrange(1, 60) * 100)
    return payments


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

    def __init__(self, options: Options) -> None:
        self.options = options
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
        lines = []
        for item, part in payment.parts:
            base = cumulative_base(
                amount=item.sale.total, base_amount=item.base, settled=item.settled,
                settled_base=item.settled_base, line=part,
            )  # fmt: skip
            item.settled += part
            item.settled_base += base
            lines.append(
                {
                    "id": self.line_id, "receivable_id": item.pk, "receipt_id": self.receipt_id,
                    "customer_id": sale.client.pk, "currency_id": sale.client.currency, "amount": part,
                    "base_amount": base, "date": day, "recorded_at": moment,
                }
            )  # fmt: skip
            self.line_id += 1
        self.receipt_id += 1
        return receipt, lines
