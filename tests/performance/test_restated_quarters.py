"""A restated month is seen in its quarter and year, by those who may see it and by nobody else."""

import json
import re
from datetime import date
from decimal import Decimal as D
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from performance.choices import Dimension
from performance.models import MonthClose, Restatement
from performance.selectors.differences import differences
from performance.selectors.figures import figure_table
from performance.selectors.reach import Selection, reach_of
from performance.selectors.rows import figure_rows
from performance.services.closing import close_month, restate_month
from salesops.core.periods import Period
from tests.factories.orders import make_order, make_return
from tests.factories.performance import make_target, noon, pay
from tests.performance.world import build

OCTOBER, FOURTH, YEAR = (Period.parse(code) for code in ("2026-10", "2026-Q4", "2026"))
JANUARY = noon(date(2027, 1, 3))
LATER = noon(date(2027, 1, 20))


@pytest.fixture
def world(cast):
    """October to December are closed, and with December the quarter and the year."""
    w = build(cast)
    for month in FOURTH.months():
        close_month(actor=None, at=JANUARY, period=month)
    return w


def figure(code, period, by="company", key="company", **options):
    table = figure_table(code, period, Dimension(by), at=LATER, **options)
    return next(f for f in table.figures if f.key == key)


def told(found):
    return [(c.period, c.num, c.value) for c in found.restated]


def test_a_quarter_tells_what_was_restated_in_its_months(world):
    make_return(world.fourth, net="1.00", quantity=0, on=date(2026, 10, 30))
    restate_month(actor=world.dora, at=LATER, period=OCTOBER, reason="Allowance")
    make_return(world.fourth, net="2.00", quantity=0, on=date(2026, 11, 30))
    restate_month(actor=world.dora, at=LATER, period=Period.parse("2026-11"), reason="Another")
    quarter = figure("sal_amt", FOURTH)
    assert quarter.value == D("517.00")
    assert told(quarter) == [("2026-10", D("-1.00"), D("516.00")), ("2026-11", D("-2.00"), D("514.00"))]
    live = figure("sal_amt", FOURTH, live=True)
    assert live.value == D("514.00") and live.restated == []
    assert told(figure("sal_amt", FOURTH, "staff", "carol"))[-1][2] == D("249.00")
    assert told(figure("sal_amt", YEAR)) == told(quarter)
    assert Restatement.objects.filter(period__in=["2026-Q4", "2026"]).count() == 0  # sums follow the months


def test_a_half_closed_quarter_tells_it_too(cast):
    world = build(cast)
    close_month(actor=None, at=noon(date(2026, 11, 5)), period=OCTOBER)
    make_return(world.fourth, net="1.00", quantity=0, on=date(2026, 10, 30))
    restate_month(actor=None, at=noon(date(2026, 11, 6)), period=OCTOBER, reason="Allowance")
    assert told(figure("sal_amt", FOURTH)) == [("2026-10", D("-1.00"), D("516.00"))]


def test_balances_and_rates_of_a_frozen_quarter_are_restated_with_any_of_its_months(world):
    frozen = {p.code: figure("col_rate", p).value for p in (OCTOBER, FOURTH, YEAR)}
    pay(world.on_the_day, "70.00", on=date(2026, 10, 20))
    found = {(d.period.code, d.kpi.code) for d in differences(OCTOBER, at=LATER) if d.by == "company"}
    assert found == {
        ("2026-10", "col_amt"),
        *((period, code) for period in frozen for code in ("col_rate", "overdue_amt")),
    } - {("2026-10", "overdue_amt")}
    moved = {
        d.period.code: d
        for d in differences(OCTOBER, at=LATER)
        if (d.by, d.kpi.code) == ("company", "col_rate")
    }
    for period in (OCTOBER, FOURTH, YEAR):  # a rate moves by points, not by the money above its line
        live = figure("col_rate", period, live=True).value
        assert round(moved[period.code].change, 5) == round(live - frozen[period.code], 5) != 0
    restate_month(actor=world.dora, at=LATER, period=OCTOBER, reason="Paid in cash")
    for period in (OCTOBER, FOURTH, YEAR):
        shown, live = figure("col_rate", period), figure("col_rate", period, live=True)
        assert shown.value == frozen[period.code]
        assert [c.value for c in shown.restated] == [live.value]
    assert told(figure("overdue_amt", FOURTH))[0][1] == D("-70.00")
    assert differences(OCTOBER, at=LATER) == []
    left = {d.period.code for d in differences(Period.parse("2026-12"), at=LATER)}
    assert left == {"2026-12"}  # the quarter and the year are not told twice


def test_who_had_nothing_at_the_close_is_shown_with_the_correction(world):
    make_order(
        world.north, state="shipped", order_date=date(2026, 10, 2), shipped_date=date(2026, 10, 9),
        lines=[("1", "12.34")], owner=world.bob,
    )  # fmt: skip
    restate_month(actor=None, at=LATER, period=OCTOBER, reason="Imported late")
    bob = figure("sal_amt", FOURTH, "staff", "bob")
    assert bob.value == 0 and told(bob) == [("2026-10", D("12.34"), D("12.34"))]


def test_a_correction_is_told_of_the_rows_that_are_counted_and_of_no_others(world, client):
    make_target("sal_amt", "2026-Q4", "1000", staff=world.alice)
    make_return(world.fourth, net="1.00", quantity=0, on=date(2026, 10, 30))  # Carol's, in Alice's team
    make_return(world.first, net="5.00", quantity=0, on=date(2026, 10, 30))  # Alice's
    restate_month(actor=None, at=LATER, period=OCTOBER, reason="Allowances")
    own = figure("sal_amt", FOURTH, reach=reach_of(world.alice))
    assert (own.value, told(own)) == (D("265.00"), [("2026-10", D("-5.00"), D("260.00"))])
    team = figure("sal_amt", FOURTH, selection=Selection(team_ids=(world.group_a.pk,)))
    assert told(team) == [("2026-10", D("-6.00"), team.value - 6)]
    assert told(figure("sal_amt", FOURTH, selection=Selection(region="North"))) == []
    client.force_login(world.alice)
    text = client.get(reverse("performance:rows"), {"code": "sal_amt", "period": "2026-Q4"}).content.decode()
    assert re.search(r"2026-10 was restated on .*>260\.00</span>: Allowances", text)
    assert "511.00" not in text


def test_the_month_s_page_and_the_command_tell_the_period(world, client):
    pay(world.on_the_day, "70.00", on=date(2026, 10, 20))
    restate_month(actor=world.dora, at=LATER, period=OCTOBER, reason="Paid in cash")
    client.force_login(world.dora)
    close = MonthClose.objects.get(period="2026-10")
    page = client.get(reverse("performance:monthclose_detail", args=[close.pk])).content.decode()
    assert "<td>2026-Q4</td>" in page
    out = StringIO()
    call_command("kpi", "overdue_amt", "--period", "2026-Q4", "--json", stdout=out)
    (row,) = json.loads(out.getvalue())["rows"]
    assert (row["restated"][0]["period"], row["restated"][0]["change"]) == ("2026-Q4", "-70.00")


def rows_behind(code, period, by, key, **options):
    page = figure_rows(code, period, Dimension(by), key, at=LATER, **options)
    assert page.figure.value == sum(row.num for row in page.rows)
    return page.figure.value


def test_a_late_booking_is_restated_for_customer_product_and_category(world, client):
    frozen = {
        ("customer", "NORTH"): figure("sal_amt", OCTOBER, "customer", "NORTH").value,
        ("product", "HOSE"): figure("sal_amt", OCTOBER, "product", "HOSE").value,
        ("category", "Parts"): figure("sal_amt", OCTOBER, "category", "Parts").value,
    }
    make_order(
        world.north, state="shipped", order_date=date(2026, 10, 2), shipped_date=date(2026, 10, 9),
        lines=[("1", "12.34")], product=world.hose, owner=world.alice,
    )  # fmt: skip
    told_before = {(d.by, d.key): d.num for d in differences(OCTOBER, at=LATER) if d.kpi.code == "sal_amt"}
    assert {place: told_before[place] for place in frozen} == dict.fromkeys(frozen, D("12.34"))
    restate_month(actor=world.dora, at=LATER, period=OCTOBER, reason="Booked late")
    for (by, key), value in frozen.items():
        found = figure("sal_amt", OCTOBER, by, key)
        assert found.value == value and told(found) == [("2026-10", D("12.34"), value + D("12.34"))]
        assert rows_behind("sal_amt", OCTOBER, by, key) == value
        assert rows_behind("sal_amt", OCTOBER, by, key, live=True) == value + D("12.34")
        assert told(figure("sal_amt", FOURTH, by, key))[-1][1] == D("12.34")
    assert differences(OCTOBER, at=LATER) == []


def test_the_page_of_the_month_opens_the_rows_of_both_counts(world, client):
    make_return(world.fourth, net="1.00", quantity=0, on=date(2026, 10, 30))
    client.force_login(world.dora)
    close = MonthClose.objects.get(period="2026-10")
    page = client.get(reverse("performance:monthclose_detail", args=[close.pk])).content.decode()
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/performance/rows/[^"]*)"', page)]
    west = [link for link in links if "by=customer" in link and "key=WEST" in link and "sal_amt" in link]
    assert len(west) == 2
    was, now = (client.get(link).context["rows"].figure.value for link in west)
    assert was - now == 1


def test_a_product_that_changes_its_category_corrects_no_closed_month(world):
    world.hose.category = "Machines"
    world.hose.save()
    assert differences(OCTOBER, at=LATER) == []
