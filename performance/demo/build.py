"""Puts the demo company together, one step after the other."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import Substr

from contracts.models import Contract
from customers.models import Customer, Visit
from orders.models import Order
from performance.demo.company import build_goods, build_people, build_terms
from performance.demo.customers import build_customers, build_visits
from performance.demo.living import live
from performance.demo.money import build_money
from performance.demo.options import Options
from performance.demo.orders import build_contracts, build_orders, build_returns
from performance.demo.targets import build_targets
from performance.demo.trail import build_trail
from receivables.models import Receipt, Receivable
from salesops.audit.services import record
from salesops.calendar.packages import SOURCES
from salesops.calendar.services import fill_year
from salesops.numbering.models import NumberSeries

SERIES = {"KH": (Customer, "code"), "BF": (Visit, "number"), "HT": (Contract, "number"), "DD": (Order, "number"),
          "YS": (Receivable, "number"), "SK": (Receipt, "number")}  # fmt: skip
STEPS = 7


def build(options: Options, tell: Callable[[str], None]) -> dict[str, int]:
    """Load the whole company in one transaction; answers how many rows of each kind."""
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
        tell("contracts and orders")
        contracts = build_contracts(options, clients, terms)
        sales = build_orders(options, clients, terms, contracts)
        build_returns(options, sales)
        tell("receivables and receipts")
        build_money(options, sales, terms)
        tell("targets")
        build_targets(options, sales, people)
        _continue_numbers()
        for region in SOURCES:
            for year in range(options.start.year, options.today.year + 2):
                fill_year(region, year, actor=None, at=options.at)
        if not options.is_load:
            build_trail(options, people)
        root = people["root"]
        record("performance.demo_loaded", root, actor=root, at=options.at, data={"customers": len(clients)})
    _analyze()
    if not options.is_load:
        tell("today, and the months before")
        live(options, people)
        _analyze()
    return {
        "people": len(people), "customers": Customer.objects.count(), "visits": Visit.objects.count(),
        "orders": Order.objects.count(), "receivables": Receivable.objects.count(),
        "receipts": Receipt.objects.count(),
    }  # fmt: skip


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
