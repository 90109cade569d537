"""The facts behind the figures: what counts, on which day, for whom."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.db import connection
from django.db.models import Sum

from orders.selectors import (
    FACT_FIELDS,
    default_prices,
    default_tax_rate,
    delivery_facts,
    first_order_dates,
    late_orders,
    order_facts,
    sales_facts,
)
from salesops.catalog.models import PriceList
from tests.factories.customers import make_customer
from tests.factories.orders import make_currency, make_order, make_product, make_return

JUNE = {"start": date(2026, 6, 1), "end": date(2026, 6, 30)}


@pytest.fixture
def buyer(cast):
    return make_customer(cast.alice, region="East")


def total(facts):
    parts = [facts.lines, facts.returns]
    return sum((q.aggregate(n=Sum("fact_net"))["n"] or D(0)) for q in parts)


def test_sales_by_order_date_and_by_shipment(buyer):
    make_order(buyer, order_date=date(2026, 6, 30), lines=[("1", "100")])
    make_order(
        buyer,
        state="shipped",
        order_date=date(2026, 5, 31),
        shipped_date=date(2026, 6, 1),
        lines=[("1", "50")],
    )
    for state in ("draft", "submitted", "cancelled"):
        make_order(buyer, state=state, order_date=date(2026, 6, 10))
    assert total(sales_facts(basis="order", **JUNE)) == D("100.00")
    assert total(sales_facts(basis="shipment", **JUNE)) == D("50.00")
    assert order_facts(basis="order", **JUNE).count() == 1
    assert order_facts(basis="shipment", **JUNE).get().fact_date == date(2026, 6, 1)


def test_a_return_counts_negative_on_its_own_day_for_the_original_owner(cast, buyer):
    order = make_order(buyer, state="shipped", order_date=date(2026, 5, 2), lines=[("4", "25")], rate=D("2"))
    make_return(order, line=order.lines.get(), quantity="1", net="25", on=date(2026, 6, 3))
    buyer.owner = cast.carol
    buyer.save()
    facts = sales_facts(basis="shipment", **JUNE)
    (row,) = facts.union()
    assert set(row) == set(FACT_FIELDS)
    assert (row["fact_net"], row["fact_quantity"]) == (D("-50.00"), D("-1"))
    assert (row["fact_owner_id"], row["fact_team_id"]) == (cast.alice.pk, cast.group_a.pk)
    assert row["fact_date"] == date(2026, 6, 3)
    assert row["fact_region"] == "East"


def test_the_union_runs_as_sql(buyer):
    make_order(buyer, order_date=date(2026, 6, 5), lines=[("1", "7"), ("1", "8")])
    sql, params = sales_facts(basis="order", **JUNE).sql()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sum(fact_net), count(*) FROM ({sql}) AS facts", params)
        assert cursor.fetchone() == (D("15.00"), 2)


def test_lines_are_on_time_when_they_left_by_the_promise_else_the_requirement(buyer):
    due = date(2026, 6, 10)
    made = {
        "on the day": {"promised_date": due, "state": "shipped", "shipped_date": due},
        "a day late": {"promised_date": due, "state": "shipped", "shipped_date": date(2026, 6, 11)},
        "required only": {"required_date": due, "state": "shipped", "shipped_date": date(2026, 6, 9)},
        "promise over requirement": {
            "promised_date": due,
            "required_date": date(2026, 6, 5),
            "state": "shipped",
            "shipped_date": due,
        },
        "still here": {"promised_date": due},
        "no day": {"state": "shipped", "shipped_date": due},
    }
    names = {
        make_order(buyer, order_date=date(2026, 6, 1), lines=[("1", "1"), ("1", "1")], **fields).pk: name
        for name, fields in made.items()
    }
    on_time = {names[row.order_id]: row.on_time for row in delivery_facts(**JUNE)}
    assert on_time == {
        "on the day": True,
        "a day late": False,
        "required only": True,
        "promise over requirement": True,
        "still here": False,
    }
    assert delivery_facts(**JUNE).count() == 10
    before_due = {names[row.order_id] for row in delivery_facts(as_of=due, **JUNE)}
    assert "still here" not in before_due


def test_late_orders_are_confirmed_ones_past_their_day(buyer):
    late = make_order(buyer, promised_date=date(2026, 6, 9))
    make_order(buyer, promised_date=date(2026, 6, 10))
    make_order(buyer, state="shipped", promised_date=date(2026, 6, 9))
    assert list(late_orders(on=date(2026, 6, 10))) == [late]


def test_the_first_order_of_a_customer(cast, buyer):
    make_order(buyer, order_date=date(2026, 6, 5))
    make_order(buyer, order_date=date(2026, 7, 5))
    make_order(buyer, state="cancelled", order_date=date(2026, 1, 5))
    assert list(first_order_dates()) == [{"customer_id": buyer.pk, "first_date": date(2026, 6, 5)}]


def test_the_default_price_is_the_lists_then_the_products_then_converted(db):
    usd = make_currency("USD")
    usd.rates.create(date=date(2026, 1, 1), rate=D("7"))
    product = make_product(list_price=D("70"))
    day = date(2026, 6, 1)
    assert default_prices([product], currency="CNY", on=day)[product.pk] == D("70")
    assert default_prices([product], currency="USD", on=day)[product.pk] == D("10.0000")
    assert default_prices([product], currency="USD", on=date(2025, 1, 1))[product.pk] is None
    export = PriceList.objects.create(code="export", name="Export", currency=usd)
    export.entries.create(product=product, price=D("9.5"), from_date=day, to_date=day)
    assert default_prices([product], currency="USD", on=day)[product.pk] == D("9.5")
    assert default_prices([product], currency="USD", on=date(2026, 6, 2))[product.pk] == D("10.0000")


def test_exports_are_free_of_tax(cast, buyer):
    product = make_product(tax_rate=D("0.13"))
    assert default_tax_rate(product, buyer) == D("0.13")
    assert default_tax_rate(product, make_customer(cast.alice, kind="overseas")) == 0
    assert default_tax_rate(make_product(tax_rate=None), None) == 0
