"""Money is exact: rounding half up, line arithmetic, splits that keep the sum."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops.core.money import (
    line_net,
    line_tax,
    net_and_tax_from_gross,
    next_share,
    round_money,
    split_exactly,
)


@pytest.mark.parametrize(
    ("value", "rounded"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("0.004", "0.00")]
)
def test_half_a_cent_is_rounded_away_from_zero(value, rounded):
    assert round_money(D(value)) == D(rounded)


def test_a_float_is_refused():
    with pytest.raises(TypeError):
        round_money(0.1)


def test_a_line_is_rounded_once():
    assert line_net(D("3"), D("33.333"), D("0.05")) == D("95.00")
    assert line_tax(D("95.00"), D("0.13")) == D("12.35")


def test_a_gross_price_splits_into_net_and_tax_that_add_up():
    assert net_and_tax_from_gross(D("113.00"), D("0.13")) == (D("100.00"), D("13.00"))
    net, tax = net_and_tax_from_gross(D("100.00"), D("0.13"))
    assert net + tax == D("100.00")


def test_thirds_of_a_hundred_sum_to_the_whole():
    assert split_exactly(D("100.00"), [1, 1, 1]) == [D("33.34"), D("33.33"), D("33.33")]


@given(
    st.decimals("-1000000", "1000000", places=2),
    st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(lambda w: sum(w) > 0),
)
def test_a_split_keeps_the_sum_and_no_part_is_off_by_more_than_a_cent(amount, weights):
    parts = split_exactly(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - amount * weight / sum(weights)) <= D("0.01")


@given(
    st.lists(st.decimals("0.01", "100000", places=2), min_size=1, max_size=20),
    st.decimals("0.00000001", "1000", places=8),
)
def test_shares_of_a_whole_add_up_to_it_in_the_other_currency(parts, rate):
    whole, used, shares = sum(parts), D(0), []
    base = round_money(whole * rate)
    for part in parts:
        shares.append(next_share(whole, base, used=used, used_base=sum(shares), part=part))
        used += part
    assert sum(shares) == base
    for part, share in zip(parts, shares, strict=True):
        assert share >= 0 and abs(share - base * part / whole) <= D("0.01")
