"""A company whose money has no cents: every amount is whole, in its own currency and in base (domain §11)."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.template import Context, Template
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from orders.models import Order
from orders.services import record_return
from orders.services.pricing import price_lines
from performance.choices import Dimension
from performance.models import Target
from performance.selectors.figures import figure_table
from performance.services.breakdown import break_down_by_period
from performance.services.targets import set_target
from receivables.checks import run_checks
from receivables.models import CreditNote, Receipt, Receivable, SettlementLine
from receivables.selectors import AgeingQuery, ageing_report
from salesops.catalog.models import Currency, ExchangeRate
from salesops.core.money import convert, next_share, places_of
from salesops.core.periods import Period
from tests.factories.orders import make_order
from tests.factories.receivables import (
    AT,
    make_credit_note,
    make_customer,
    make_receipt,
    make_receivable,
)
from tests.salesops.exchange_files import good, table

DAY = date(2026, 6, 1)
coins = st.integers(1, 10**9).map(D)
cents = st.decimals("0.01", "1000000", places=2)
rates = st.decimals("0.00000001", "1000", places=8)


@pytest.fixture
def yen(settings, db):
    settings.BASE_CURRENCY = "JPY"
    Currency.objects.update_or_create(code="JPY", defaults={"name": "Yen", "decimals": 0})
    ExchangeRate.objects.create(currency_id="USD", date=date(2020, 1, 1), rate=D("151.37"))


def whole(*amounts):
    return all(amount == amount.to_integral_value() for amount in amounts)


@given(cents, rates)
def test_a_base_amount_is_whole_and_half_a_coin_off_at_most(yen, amount, rate):
    assert places_of() == 0
    base = convert(amount, rate)
    assert whole(base)
    assert abs(base - amount * rate) <= D("0.5")


@given(st.lists(cents, min_size=1, max_size=20), rates)
def test_shares_are_whole_and_make_the_whole(yen, parts, rate):
    total = sum(parts)
    base, used, shares = convert(total, rate), D(0), []
    for part in parts:
        shares.append(next_share(total, base, used=used, used_base=sum(shares), part=part))
        used += part
    assert sum(shares) == base
    assert whole(*shares)


@given(
    st.lists(
        st.tuples(
            st.decimals("0.001", "9999", places=3),
            st.decimals("0", "99999", places=4),
            st.decimals("0", "1", places=4),
            st.sampled_from([D(0), D("0.05"), D("0.08"), D("0.1"), D("0.13")]),
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([0, 2]),
    rates,
)
def test_an_order_is_the_sum_of_its_lines_in_coins_of_both_currencies(yen, lines, places, rate):
    priced, totals = price_lines(lines, freight=D(7), rate=rate, places=places)
    step = D(1).scaleb(-places)
    for line in priced:
        assert line.net % step == 0 and line.tax % step == 0 and whole(line.base_net)
    assert totals.total == sum(line.net + line.tax for line in priced) + 7
    assert totals.base_net == sum(line.base_net for line in priced)
    assert whole(totals.base_net, totals.base_total)


def test_every_posted_amount_is_whole_and_the_books_hold(cast, yen):
    abroad = make_customer(owner=cast.alice, code="NY", money="USD")
    item = make_receivable(abroad, amount="100.01", issued=DAY)
    make_receipt(abroad, amount="33.33", received=DAY, to={item: "33.33"})
    make_receipt(abroad, amount="20.15", received=DAY)
    make_credit_note(abroad, amount="11.11", receivable=item, on=DAY)
    for model in (Receivable, Receipt, CreditNote, SettlementLine):
        assert whole(*model.objects.values_list("base_amount", flat=True)), model
    item.refresh_from_db()
    assert item.outstanding == D("55.57")
    total = ageing_report(AgeingQuery(as_of=date(2026, 6, 30))).total
    assert whole(total.unallocated, total.outstanding)
    assert [check.name for check in run_checks() if check.violations] == []


def test_returns_and_figures_are_whole(cast, yen, client):
    home = make_customer(owner=cast.alice, code="TOKYO", money="JPY")
    order = make_order(home, lines=[("3", "333.50")], state="shipped", order_date=DAY, places=0)
    assert (order.net, order.base_net) == (1001, 1001)
    back = record_return(
        actor=None, order=order, line=order.lines.get(), quantity=D(1), return_date=DAY, at=AT
    )
    assert (back.net, back.base_net) == (334, 334)
    make_receivable(home, amount=order.total, issued=DAY, order=order)
    table_ = figure_table("sal_amt", Period.parse("2026-06"), Dimension.STAFF, at=AT)
    assert [figure.value for figure in table_.figures] == [667]
    client.force_login(cast.alice)
    page = client.get(reverse("orders:order_detail", args=[order.pk])).content.decode()
    assert '"amount">1,001<' in page and '"amount">1,001.00<' not in page


def test_an_imported_order_and_an_imported_receipt_in_foreign_money_have_whole_base_amounts(
    cast, yen, tmp_path
):
    make_customer(owner=cast.alice, code="NY", money="USD")
    make_order(make_customer(owner=cast.alice, code="X"), state="draft", order_date=DAY)
    heads = "number,customer,order_date,currency,line_product,line_quantity,line_price,shipped_date"
    product = Order.objects.get().lines.get().product.code
    good("orders", table(tmp_path, "o.csv", heads, f"O-1,NY,2026-06-01,USD,{product},3,33.37,2026-06-02"))
    order = Order.objects.get(number="O-1")
    assert (order.net, whole(order.base_net, order.base_total)) == (D("100.11"), True)
    good(
        "receipts",
        table(tmp_path, "r.csv", "number,customer,received_date,amount,currency", "R,NY,2026-06-03,9.99,USD"),
    )
    assert Receipt.objects.get().base_amount == convert(D("9.99"), D("151.37"))


def test_a_target_of_money_is_split_into_whole_coins(cast, yen):
    year, _new = set_target(
        actor=cast.mona,
        metric="sal_amt",
        period=Period.parse("2027"),
        staff=cast.alice,
        value=D("1000.4"),
        at=AT,
    )
    break_down_by_period(actor=cast.mona, target=year, weights=[1, 2, 3, 1], at=AT)
    parts = Target.objects.exclude(pk=year.pk).values_list("value", flat=True)
    assert whole(*parts) and sum(parts) == 1000


def test_pages_show_no_cents_where_there_are_none_and_never_hide_one(yen):
    page = Template("{% load ui %}{{ a|money:'JPY' }}|{{ a|money:'USD' }}|{{ b|money:'JPY' }}|{{ a|money }}")
    text = page.render(Context({"a": D("1234.00"), "b": D("0.50")}))
    amounts = [part.split(">")[1].split("<")[0] for part in text.split("|")]
    assert amounts == ["1,234", "1,234.00", "0.50", "1,234"]
