"""REVISIT (domain §4): customers return-visited as scheduled, of those whose visit fell due by the rhythm."""

from datetime import date
from decimal import Decimal as D

import pytest

from performance.choices import Dimension
from performance.selectors.figures import figure_table
from performance.selectors.rows import figure_rows
from salesops.core.periods import Period
from tests.factories.customers import make_customer, make_visit
from tests.factories.performance import noon

AT = noon(date(2026, 11, 22))
OCTOBER = Period.parse("2026-10")


@pytest.fixture
def customers(cast):
    """General customers are visited every 30 days, important ones every 14 (the handbook's first values)."""

    def one(code, *days, owner=cast.alice, **more):
        row = make_customer(
            owner, code=code, since=date(2026, 1, 5), customer_class=more.pop("cls", "general")
        )
        for day in days:
            make_visit(row, on=day, **more)
        return row

    one("KEPT", date(2026, 9, 20), date(2026, 10, 20))  # due on 20 October, visited that day
    one("LATE", date(2026, 9, 20), date(2026, 10, 21))  # a day late
    one("NOTDUE", date(2026, 10, 15))  # open from before, visited: kept; next due in November
    one("OPEN", date(2026, 6, 1))  # open from before, not visited
    one("AHEAD", date(2026, 9, 30), date(2026, 10, 10))  # due on 30 October, visited before
    one("CALLED", date(2026, 9, 10), date(2026, 10, 2), kind="call")  # calls do not keep it
    one("OFTEN", *(date(2026, 10, day) for day in (3, 14, 28)), cls="important", owner=cast.carol)
    one(
        "GAP", date(2026, 9, 25), date(2026, 10, 5), owner=cast.carol, cls="important"
    )  # due again on the 19th
    one("FRESH", date(2026, 10, 12), owner=cast.carol).created_date = date(2026, 10, 12)
    return cast


def figures(by, period=OCTOBER):
    table = figure_table("revisit", period, by, at=AT)
    return {f.key: (f.num, f.den) for f in table.figures}


def test_each_customer_counts_once_for_who_had_it_and_the_rows_add_up(customers):
    assert figures(Dimension.STAFF) == {"alice": (D(3), D(6)), "carol": (D(2), D(3))}
    page = figure_rows("revisit", OCTOBER, Dimension.STAFF, "alice", at=AT)
    assert {row.number: row.num for row in page.rows} == {
        "KEPT": D(1), "LATE": D(0), "NOTDUE": D(1), "OPEN": D(0), "AHEAD": D(1), "CALLED": D(0),
    }  # fmt: skip
    assert all(row.url.startswith("/customers/customers/") for row in page.rows)
    assert page.figure.value == D("0.5")


def test_a_day_that_is_not_over_is_no_miss_and_a_quarter_is_counted_by_itself(customers):
    make_visit(make_customer(customers.alice, code="TODAY", since=date(2026, 1, 5)), on=date(2026, 10, 23))
    november = figure_rows("revisit", Period.parse("2026-11"), Dimension.STAFF, "alice", at=AT)
    assert "TODAY" not in {row.number for row in november.rows}, "due on the 22nd, which is today"
    quarter = figures(Dimension.COMPANY, Period.parse("2026-Q4"))
    assert quarter["company"][1] == D(10)


def test_a_customers_own_rhythm_goes_before_that_of_its_class(customers):
    """As the list of visits due does: own days first; a class without a rhythm has none of its own."""
    for code, cls, days, visits in (
        ("OWNKEPT", "general", 60, (date(2026, 8, 20), date(2026, 10, 19))),
        ("OWNLATE", "potential", 20, (date(2026, 9, 20), date(2026, 10, 20))),
        ("OWNSELDOM", "important", 90, (date(2026, 9, 20),)),
    ):
        row = make_customer(
            customers.alice, code=code, since=date(2026, 1, 5), customer_class=cls, visit_every=days
        )
        for day in visits:
            make_visit(row, on=day)
    rows = figure_rows("revisit", OCTOBER, Dimension.STAFF, "alice", at=AT).rows
    assert {row.number: row.num for row in rows if row.number.startswith("OWN")} == {
        "OWNKEPT": D(1), "OWNLATE": D(0),
    }  # fmt: skip
