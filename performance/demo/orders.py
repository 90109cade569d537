"""Contracts, orders with lines, and returns over the whole history."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from contracts.choices import ContractState
from contracts.models import Contract
from orders.choices import OrderState
from orders.models import Order, OrderLine, Return
from performance.demo.bulk import copy_rows, next_id
from performance.demo.customers import Chooser, Client, Teams
from performance.demo.options import Options
from performance.demo.words import say
from salesops.catalog.models import ExchangeRate, PaymentTerm, Product
from salesops.core.money import ZERO, convert, line_net, line_tax, round_money

SEASON = [0.8, 0.6, 1.0, 1.0, 1.1, 1.05, 0.95, 1.0, 1.2, 1.25, 1.3, 1.1]


@dataclass(slots=True)
class Sale:
    """A shipped order, as far as the ledger needs it."""

    order_id: int
    number: str
    client: Client
    owner: int
    team: int | None
    shipped: date
    total: Decimal
    rate: Decimal


class Rates:
    """Exchange rates of the demo from memory: the newest one not after a day."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[date, Decimal]]] = {}
        for row in ExchangeRate.objects.order_by("currency_id", "date"):
            self.rows.setdefault(row.currency_id, []).append((row.date, row.rate))

    def on(self, currency: str, day: date) -> Decimal:
        if currency == settings.BASE_CURRENCY:
            return Decimal(1)
        return [rate for start, rate in self.rows[currency] if start <= day][-1]


def build_contracts(
    options: Options, clients: list[Client], terms: dict[str, PaymentTerm]
) -> dict[int, list[int]]:
    """Yearly contracts of the larger customers; answers ``{customer: [contract, …]}``."""
    dice = options.dice("contracts")
    teams, rates = Teams(), Rates()
    row_id = next_id(Contract)
    rows: list[dict[str, Any]] = []
    by_customer: dict[int, list[int]] = {}
    counters: dict[int, int] = {}
    for client in [c for c in clients if c.weight >= 4][: 400 if options.is_load else None]:
        signed = max(options.start, client.since) + timedelta(days=dice.randrange(0, 40))
        while signed < options.today:
            end = signed + timedelta(days=365)
            state = dice.choices(
                [ContractState.EFFECTIVE, ContractState.TERMINATED, ContractState.DRAFT, ContractState.VOID],
                weights=[86, 3, 8, 3],
            )[0]
            if end < options.today and state == ContractState.EFFECTIVE:
                state = ContractState.COMPLETED
            counters[signed.year] = counters.get(signed.year, 0) + 1
            numbered = state not in (ContractState.DRAFT, ContractState.VOID)
            amount = Decimal(dice.randrange(20, 400)) * 5000
            rate = rates.on(client.currency, signed)
            owner = client.owner_on(signed)
            rows.append(
                {
                    "id": row_id, "number": f"HT-{signed.year}-{counters[signed.year]:05d}" if numbered else None,
                    "customer_id": client.pk, "owner_id": owner, "team_id": teams.on(owner, signed),
                    "subject": say(f"{signed.year} 年度供货合同", f"Supply contract {signed.year}"), "state": state,
                    "our_party": "恒信家居有限公司", "their_signatory": "", "currency_id": client.currency,
                    "signed_date": signed if numbered else None, "start_date": signed, "end_date": end,
                    "amount": amount, "base_rate": rate, "base_amount": convert(amount, rate),
                    "payment_term_id": terms[client.term].pk,
                }
            )  # fmt: skip
            if not numbered:
                counters[signed.year] -= 1
            elif state in (ContractState.EFFECTIVE, ContractState.COMPLETED):
                by_customer.setdefault(client.pk, []).append(row_id)
            row_id += 1
            signed = end + timedelta(days=1)
    copy_rows(Contract, rows, at=options.at)
    return by_customer


Made = tuple[dict[str, Any], list[dict[str, Any]], "Sale | None"]


def make_orders(
    options: Options, clients: list[Client], terms: dict[str, PaymentTerm], contracts: dict[int, list[int]]
) -> Iterator[Made]:
    """Orders day by day with their lines, and the sale when it was shipped; about one in twelve was not.

    The database is asked before the first order, not between them.
    """
    dice = options.dice("orders")
    made = _Maker(options, dice, terms, contracts)
    choose = Chooser([c for c in clients if c.weight], dice)

    def each() -> Iterator[Made]:
        for day in _days(dice, options, int(options.receivables * 1.09) + 12):
            client = choose.on(day)
            if client is not None:
                yield made.order(day, client)

    return each()


def _days(dice: random.Random, options: Options, count: int) -> list[date]:
    span = (options.today - options.start).days + 1
    days = [options.start + timedelta(days=i) for i in range(span)]
    weights = [
        SEASON[d.month - 1] * (1 + 0.35 * i / span) * (1 if d.weekday() < 5 else 0.08)
        for i, d in enumerate(days)
    ]
    return sorted(dice.choices(days, weights=weights, k=count))


class _Maker:
    """Makes one order at a time and remembers what was shipped."""

    def __init__(self, options: Options, dice: random.Random, terms: dict[str, PaymentTerm],
                 contracts: dict[int, list[int]]) -> None:  # fmt: skip
        self.options, self.dice, self.terms, self.contracts = options, dice, terms, contracts
        self.products = list(Product.objects.order_by("pk"))
        self.teams, self.rates = Teams(), Rates()
        self.order_id, self.line_id = next_id(Order), next_id(OrderLine)
        self.counters: dict[int, int] = {}

    def order(self, day: date, client: Client) -> tuple[dict[str, Any], list[dict[str, Any]], Sale | None]:
        dice, today = self.dice, self.options.today
        required = day + timedelta(days=dice.randrange(10, 40))
        state, shipped = self._state(day, required)
        rate = self.rates.on(client.currency, day)
        lines = [
            self._line(n, client, rate)
            for n in range(1, (2 if self.options.is_load else dice.randrange(2, 6)))
        ]
        net = sum((line["net"] for line in lines), ZERO)
        tax = sum((line["tax"] for line in lines), ZERO)
        freight = Decimal(dice.randrange(0, 8) * 50) if client.export else ZERO
        owner = client.owner_on(day)
        number = None
        if state != OrderState.DRAFT:
            self.counters[day.year] = self.counters.get(day.year, 0) + 1
            number = f"DD-{day.year}-{self.counters[day.year]:05d}"
        term = self.terms[client.term]
        contracts = self.contracts.get(client.pk)
        order = {
            "id": self.order_id, "number": number, "customer_id": client.pk, "owner_id": owner,
            "contract_id": dice.choice(contracts) if contracts and dice.random() < 0.5 else None,
            "team_id": self.teams.on(owner, day), "region": client.region, "state": state, "order_date": day,
            "required_date": required, "promised_date": required if state != OrderState.DRAFT else None,
            "submitted_date": day if number else None,
            "confirmed_date": min(day + timedelta(days=2), today) if state in ("confirmed", "shipped") else None,
            "shipped_date": shipped, "ship_method": dice.choice(["truck", "sea LCL", "sea FCL", "express"]) if shipped else "",
            "payment_term_id": term.pk, "currency_id": client.currency, "base_rate": rate, "freight": freight,
            "net": net, "tax": tax, "total": net + tax + freight, "base_net": sum((x["base_net"] for x in lines), ZERO),
            "base_total": convert(net + tax + freight, rate),
            "cancel_reason": say("客户取消", "cancelled by the customer") if state == OrderState.CANCELLED else "",
        }  # fmt: skip
        sale = None
        if shipped:
            sale = Sale(
                self.order_id, number or "", client, owner, order["team_id"], shipped, order["total"], rate
            )
        self.order_id += 1
        return order, lines, sale

    def _state(self, day: date, required: date) -> tuple[str, date | None]:
        dice, today = self.dice, self.options.today
        late = dice.choices([0, -2, 4, 12], weights=[55, 28, 12, 5])[0]
        shipped = max(day + timedelta(days=2), required + timedelta(days=late))
        if dice.random() < 0.02:
            return OrderState.CANCELLED, None
        if shipped <= today:
            return OrderState.SHIPPED, shipped
        age = (today - day).days
        if age <= 4:
            return dice.choice([OrderState.DRAFT, OrderState.SUBMITTED, OrderState.SUBMITTED]), None
        return OrderState.CONFIRMED, None

    def _line(self, position: int, client: Client, rate: Decimal) -> dict[str, Any]:
        dice = self.dice
        product = dice.choice(self.products)
        price = round_money((product.list_price or ZERO) / rate, 4)
        quantity = Decimal(dice.randrange(2, 60) * (product.pieces_per_carton or 1))
        discount = Decimal(dice.choice(["0", "0", "0", "0.03", "0.05", "0.08", "0.1"]))
        tax_rate = ZERO if client.export else Decimal("0.13")
        net = line_net(quantity, price, discount)
        line = {
            "id": self.line_id, "order_id": self.order_id, "position": position, "product_id": product.pk,
            "quantity": quantity, "price": price, "discount": discount, "tax_rate": tax_rate, "net": net,
            "tax": line_tax(net, tax_rate), "base_net": convert(net, rate),
        }  # fmt: skip
        self.line_id += 1
        return line


class Returns:
    """Goods that came back from about one shipment in sixty; picked while the orders are made."""

    def __init__(self, options: Options) -> None:
        self.options, self.dice = options, options.dice("returns")
        self.picked: list[tuple[Sale, dict[str, Any]]] = []

    def consider(self, sale: Sale, line: dict[str, Any]) -> None:
        if self.dice.random() < 1 / 60 and len(self.picked) < 2000:
            self.picked.append((sale, line))

    def rows(self) -> Iterator[dict[str, Any]]:
        row_id = next_id(Return)
        for sale, line in self.picked:
            day = sale.shipped + timedelta(days=self.dice.randrange(5, 40))
            if day > self.options.today:
                continue
            quantity = max(Decimal(1), (line["quantity"] / 10).quantize(Decimal(1)))
            net = round_money(line["net"] * quantity / line["quantity"])
            yield {
                "id": row_id, "order_id": sale.order_id, "line_id": line["id"], "return_date": day,
                "quantity": quantity, "net": net, "base_net": convert(net, sale.rate),
                "reason": say("破损", "damaged in transport"),
            }  # fmt: skip
            row_id += 1
