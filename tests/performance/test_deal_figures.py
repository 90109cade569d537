"""Figures of deals and leads: what was won, how often, how long it took; each is the sum of its rows."""

from datetime import date, datetime
from decimal import Decimal as D

import pytest
from django.utils import timezone

from customers.choices.deals import Stage
from performance.choices import Dimension
from performance.selectors.figures import figure_table
from performance.selectors.rows import figure_rows
from salesops.core.periods import Period
from tests.factories.customers import make_customer
from tests.factories.deals import make_deal, make_goods, make_lead

AT = timezone.make_aware(datetime(2026, 11, 5, 12))
OCTOBER = Period.parse("2026-10")
DAY = date(2026, 10, 9)


@pytest.fixture
def deals(cast):
    north, south = make_customer(cast.alice, region="North"), make_customer(cast.carol, region="South")
    goods = make_goods(code="FLASK", category="Kitchen")
    won = make_deal(
        cast.alice, north, stage=Stage.WON, closed_date=DAY, on=date(2026, 9, 9), amount=D(300), product=goods
    )
    won.lines.create(product=goods, amount=D(200), base_amount=D(200))
    won.lines.create(product=make_goods(code="LID"), amount=D(100), base_amount=D(100))
    make_deal(cast.alice, north, stage=Stage.LOST, closed_date=DAY, on=date(2026, 9, 1))
    make_deal(
        cast.carol,
        south,
        stage=Stage.WON,
        closed_date=DAY,
        on=date(2026, 9, 1),
        engaged_date=date(2026, 9, 29),
        amount=D(50),
    )
    make_deal(
        cast.carol, south, stage=Stage.WON, closed_date=date(2026, 11, 2), on=date(2026, 9, 1), amount=D(7)
    )
    make_deal(cast.carol, south, stage=Stage.ON_HOLD, on=date(2026, 9, 1))
    for number, state in enumerate(("qualified", "disqualified", "duplicate")):
        make_lead(
            cast.alice,
            state=state,
            reason="x",
            closed_date=DAY,
            customer=north,
            region="North",
            name=f"Lead {number}",
        )


def values(code, by):
    table = figure_table(code, OCTOBER, by, at=AT)
    return {f.key: f.value for f in table.figures}


def test_figures_by_person_region_and_product(deals):
    assert values("won_amt", Dimension.STAFF) == {"alice": D(300), "carol": D(50)}
    assert values("won_amt", Dimension.REGION) == {"North": D(300), "South": D(50)}
    by_product = values("won_amt", Dimension.PRODUCT)
    assert (by_product["FLASK"], by_product["LID"]) == (D(200), D(100))
    assert values("win_rate", Dimension.STAFF) == {"alice": D("0.5"), "carol": D(1)}
    assert values("deal_days", Dimension.STAFF) == {"alice": D(30), "carol": D(10)}
    assert values("lead_conv", Dimension.STAFF) == {"alice": D("0.5")}
    assert values("win_rate", Dimension.COMPANY) == {"company": D(2) / D(3)}


@pytest.mark.parametrize("code", ["won_amt", "win_rate", "deal_days", "lead_conv"])
def test_the_rows_of_a_figure_are_named_and_add_up(deals, code):
    page = figure_rows(code, OCTOBER, Dimension.STAFF, "alice", at=AT)
    assert page.rows and all(row.number and row.url for row in page.rows)
    num = sum(row.num for row in page.rows)
    den = sum(row.den or 0 for row in page.rows)
    assert page.kpi.value(num, den) == page.figure.value
