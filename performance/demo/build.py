"""Puts the demo company together, one step after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import Substr

from contracts.models import Contract
from customers.models import Campaign, Customer, Lead, Opportunity, ProductDemand, Visit
from orders.models import Order, OrderLine, Return
from performance.demo.bulk import Batch, Batches, ahead, copy_rows, load
from performance.demo.company import build_goods, build_people, build_terms
from performance.demo.customers import Client, build_customers, build_visits
from performance.demo.fieldwork import build_fieldwork
from performance.demo.keeping import build_keeping
from performance.demo.living import live
from performance.demo.money import Money
from performance.demo.options import Options
from performance.demo.orders import Made, Returns, build_contracts, make_orders
from performance.demo.papers import build_papers
from performance.demo.pipeline import build_pipeline
from performance.demo.research import build_research
from performance.demo.scenes import forgiving
from performance.demo.targets import build_targets, half_year_before
from performance.demo.trail import build_trail
from receivables.models import Receipt, Receivable, SettlementLine
from salesops.accounts.models import User
from salesops.audit.models import AuditEvent
from salesops.audit.services import record
from salesops.calendar.packages import SOURCES
from salesops.calendar.services import fill_year
from salesops.catalog.models import PaymentTerm
from salesops.core.money import convert
from salesops.numbering.models import NumberSeries

SERIES = {"KH": (Customer, "code"), "BF": (Visit, "number"), "HT": (Contract, "number"), "DD": (Order, "number"),
          "SJ": (Opportunity, "code"), "XS": (Lead, "number"), "YX": (Campaign, "number"), "CP": (ProductDemand, "number"),
          "YS": (Receivable, "number"), "SK": (Receipt, "number")}  # fmt: skip
STEPS = 8
LOADED = "performance.demo_loaded"


def is_unfinished() -> bool:
    """Whether the company in the database is a demo whose load was broken off in its last part."""
    return User.objects.exclude(demo_line="").exists() and not AuditEvent.objects.filter(verb=LOADED).exists()


def build(options: Options, tell: Callable[[str], None]) -> dict[str, int]:
    """Load the history in one transaction, then the last days act by act; answers how many rows of each kind.

    The last entry, ``LOADED``, says that nothing is missing: without it the load was broken off (``is_unfinished``).

    The acts do not wait for the disk one by one: a power cut right after could take the last of them, and harms nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        counts = _build(options, tell)
        cursor.execute("RESET synchronous_commit")
    return counts


def _build(options: Options, tell: Callable[[str], None]) -> dict[str, int]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        tell("people, goods and prices")
        people = build_people(options)
        terms = build_terms()
        build_goods(options)
        tell("customers")
        clients = build_customers(options, people, terms)
        tell("visits")
        build_visits(options, clients)
        if not options.is_load:
            build_fieldwork(options, people)
        tell("leads and deals")
        build_pipeline(options, clients, people)
        tell("contracts and orders")
        contracts = build_contracts(options, clients, terms)
        tell("receivables and receipts")
        sold = build_trade(options, clients, terms, contracts)
        tell("targets")
        build_targets(options, sold, people)
        _continue_numbers()
        for region in SOURCES:
            for year in range(options.start.year, options.today.year + 2):
                fill_year(region, year, actor=None, at=options.at)
        if not options.is_load:
            build_trail(options, people)
    _analyze()
    if not options.is_load:
        tell("today, and the months before")
        live(options, people)
        for part in (build_papers, build_keeping, build_research):
            with forgiving(options, part):
                part(options, people)
        _analyze()
    root = people["root"]
    record(LOADED, root, actor=root, at=options.at, data={"customers": len(clients)})
    return {
        "people": len(people), "customers": Customer.objects.count(), "visits": Visit.objects.count(),
        "orders": Order.objects.count(), "receivables": Receivable.objects.count(),
        "receipts": Receipt.objects.count(),
    }  # fmt: skip


def build_trade(
    options: Options, clients: list[Client], terms: dict[str, PaymentTerm], contracts: dict[int, list[int]]
) -> dict[int, Decimal]:
    """Orders, what came back, receivables and money, all in one passage through time.

    Answers what each person sold in the last half-year.
    """
    batches = Batches(Order, OrderLine, Receivable, Receipt, SettlementLine)
    money, returns = Money(options, terms, batches), Returns(options)
    made = make_orders(options, clients, terms, contracts)
    sold: dict[int, Decimal] = defaultdict(Decimal)
    for batch in ahead(_trade(options, made, batches, money, returns, sold)):
        load(batch, at=options.at)
    copy_rows(Return, returns.rows(), at=options.at)
    return sold


def _trade(
    options: Options, made: Iterator[Made], batches: Batches, money: Money, returns: Returns, sold: dict
) -> Iterator[Batch]:
    since = half_year_before(options)
    for order, lines, sale in made:
        batches.add(Order, order)
        for line in lines:
            batches.add(OrderLine, line)
        if sale:
            money.shipped(sale)
            returns.consider(sale, lines[0])
            if sale.shipped >= since:
                sold[sale.owner] += convert(sale.total, sale.rate)
        money.until(order["order_date"] + timedelta(days=1))  # nothing is shipped sooner than in two days
        if batches.full:
            yield batches.take()
    money.until(date.max)
    yield batches.take()


def _analyze() -> None:
    """Tell the planner what was loaded; without the right to (another owner's tables) it learns by itself."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _continue_numbers() -> None:
    """Set every series to the last number that the history used."""
    for document_class, (model, field) in SERIES.items():
        last = (
            model._default_manager.filter(**{f"{field}__startswith": f"{document_class}-"})
            .annotate(year=Substr(field, 4, 4), running=Substr(field, 9))
            .values("year")
            .annotate(top=Max("running"))
            .order_by("year")
        )
        for row in last:
            NumberSeries.objects.update_or_create(
                document_class=document_class, year=int(row["year"]), defaults={"last": int(row["top"])}
            )
