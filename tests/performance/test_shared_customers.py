"""What a customer with two owners counts for each: money and quantities by share, pieces whole (features §4.11)."""

from datetime import date
from decimal import Decimal

import pytest

from customers.services import set_shares
from performance.choices import Basis, Dimension
from performance.selectors.figures import figure_table
from salesops.core.periods import Period
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.factories.performance import noon

pytestmark = pytest.mark.django_db
OCTOBER = Period.parse("2026-10")
AT = noon(date(2026, 10, 25))


def of_staff(code, basis):
    figures = figure_table(code, OCTOBER, Dimension.STAFF, at=AT, basis=basis).figures
    return {figure.key: figure.value for figure in figures}


def test_volume_is_divided_like_the_amount_and_an_order_counts_once(cast):
    customer = make_customer(cast.alice)
    shares = [(cast.alice, Decimal("0.7")), (cast.bob, Decimal("0.3"))]
    set_shares(
        actor=cast.mona,
        at=AT,
        customer=customer,
        shares=shares,
        from_date=date(2026, 10, 1),
        reason="Together",
    )
    make_order(customer, lines=[("10", "20")], order_date=date(2026, 10, 10), owner=cast.alice)
    assert of_staff("sal_amt", Basis.ORDER) == {"alice": Decimal(140), "bob": Decimal(60)}
    assert of_staff("sal_vol", Basis.ORDER) == {"alice": Decimal(7), "bob": Decimal(3)}
    assert of_staff("ord_cnt", Basis.ORDER) == {"alice": Decimal(1)}
