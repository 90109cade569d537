"""The arithmetic of an order (domain §11), table by table and as properties."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.services.pricing import Given, base_of_return, price_lines
from salesops.catalog.floors import is_below_floor

CASES = [
    # quantity, price, discount, tax rate -> net, tax
    ("3", "33.333", "0.05", "0.13", "95.00", "12.35"),
    ("1", "0.005", "0", "0.13", "0.01", "0.00"),
    ("1", "0.004", "0", "0.13", "0.00", "0.00"),
    ("3", "33.33", "0", "0.13", "99.99", "13.00"),
    ("7", "1.115", "0", "0.05", "7.81", "0.39"),
    ("1000", "0.0049", "0", "0.13", "4.90", "0.64"),
    ("0.333333", "3", "0", "0.06", "1.00", "0.06"),
    ("12", "9.99", "0.333333", "0.13", "79.92", "10.39"),
    ("1", "100", "1", "0.13", "0.00", "0.00"),
    ("2", "10.005", "0.5", "0.09", "10.01", "0.90"),
]


@pytest.mark.parametrize(("quantity", "price", "discount", "rate", "net", "tax"), CASES)
def test_a_line_is_rounded_half_up_once_for_net_and_once_for_tax(quantity, price, discount, rate, net, tax):
    (line,), totals = price_lines([(D(quantity), D(price), D(discount), D(rate))], rate=D(1))
    assert (line.net, line.tax) == (D(net), D(tax))
    assert totals.total == D(net) + D(tax)


def test_the_document_is_the_sum_of_its_lines_cents_not_a_rounded_sum():
    _lines, totals = price_lines([(D(1), D("0.005"), D(0), D("0.13"))] * 3, rate=D(1))
    assert totals.net == D("0.03")
    _lines, taxed = price_lines([(D(1), D("0.10"), D(0), D("0.05"))] * 10, rate=D(1))
    assert taxed.tax == D("0.10")


def test_base_amounts_are_the_lines_amounts_converted():
    lines, totals = price_lines([(D(1), D("10.01"), D(0), D(0))] * 3, rate=D("7.123456"), freight=D("5"))
    assert totals.base_net == sum(line.base_net for line in lines) == D("213.93")
    assert totals.base_total == D("249.53")


@pytest.mark.parametrize(
    ("price", "discount", "below"),
    [("30", "0", False), ("30", "0.000001", True), ("31.5789", "0.05", True), ("31.579", "0.05", False)],
)
def test_the_floor_is_compared_exactly_and_not_after_rounding(price, discount, below):
    assert (
        is_below_floor(
            price=D(price), discount=D(discount), rate=D(1), floor_price=D("30.0000"), floor_rate=D(1)
        )
        is below
    )


def test_without_a_floor_price_nothing_is_below_it():
    assert not is_below_floor(price=D(1), discount=D(0), rate=D(1), floor_price=None, floor_rate=D(1))
    assert not is_below_floor(price=D(1), discount=D(0), rate=D(1), floor_price=D(5), floor_rate=None)


lines = st.lists(
    st.tuples(
        st.decimals("0.000001", "100000", places=6),
        st.decimals("0", "100000", places=4),
        st.decimals("0", "1", places=6),
        st.sampled_from([D(0), D("0.05"), D("0.06"), D("0.09"), D("0.13")]),
    ),
    min_size=1,
    max_size=12,
)


@given(lines, st.decimals("0", "9999", places=2), st.decimals("0.00000001", "1000", places=8))
def test_totals_are_always_the_sums_of_the_lines(rows, freight, rate):
    priced, totals = price_lines(rows, freight=freight, rate=rate)
    assert totals.net == sum(line.net for line in priced)
    assert totals.tax == sum(line.tax for line in priced)
    assert totals.base_net == sum(line.base_net for line in priced)
    assert totals.total == totals.net + totals.tax + freight
    for (quantity, price, discount, _tax), line in zip(rows, priced, strict=True):
        assert abs(line.net - quantity * price * (1 - discount)) <= D("0.005")


@given(lines, st.decimals("0.00000001", "1000", places=8), st.data())
def test_returns_in_any_parts_give_the_base_amount_of_the_order_back_to_the_cent(rows, rate, data):
    """Of lines and of the order as a whole, in any order, until nothing is left."""
    priced, totals = price_lines(rows, rate=rate)
    back = {n: [D(0), D(0)] for n in range(len(priced))}
    given_back = [D(0), D(0)]

    def give(line, net):
        base = base_of_return(
            net,
            order=Given(totals.net, totals.base_net, *given_back),
            line=None if line is None else Given(priced[line].net, priced[line].base_net, *back[line]),
        )
        assert base >= 0
        for account in [given_back] if line is None else [given_back, back[line]]:
            account[0], account[1] = account[0] + net, account[1] + base

    for _ in range(data.draw(st.integers(0, 6))):
        line = data.draw(st.sampled_from([None, *back]))
        left = totals.net - given_back[0]
        left = left if line is None else min(left, priced[line].net - back[line][0])
        if left > 0:
            give(line, data.draw(st.decimals("0.01", left, places=2)))
    for line in back:
        left = min(priced[line].net - back[line][0], totals.net - given_back[0])
        if left > 0:
            give(line, left)
    assert given_back == [totals.net, totals.base_net]
