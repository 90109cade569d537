"""Every KPI against sums made by hand (domain §4), for every dimension, figure = rows."""

from datetime import date
from decimal import Decimal

import pytest

from performance.choices import Basis, Dimension
from performance.kpis import kpis
from performance.selectors.figures import figure_table
from performance.selectors.rows import figure_rows
from receivables.models import Receipt, Receivable, SettlementLine
from salesops.accounts.models import Membership
from salesops.catalog.models import Currency
from salesops.core.errors import InvalidInput
from salesops.core.periods import Period
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.factories.performance import make_credit_note, make_open_item, make_target, noon
from tests.performance.world import AT, build

D = Decimal
OCTOBER = Period.parse("2026-10")


@pytest.fixture
def world(cast):
    return build(cast)


def values(code, by, period=OCTOBER, **options):
    table = figure_table(code, period, Dimension(by), at=AT, **options)
    return {f.key: f.value for f in table.figures}


def test_sales_count_net_lines_by_shipping_date_minus_what_went_back(world):
    assert values("sal_amt", "company") == {"company": D("517.00")}
    assert values("sal_amt", "staff") == {"alice": D("265.00"), "carol": D("252.00")}
    assert values("sal_amt", "customer") == {"NORTH": D("105.00"), "SOUTH": D("311.00"), "WEST": D("101.00")}
    assert values("sal_amt", "region") == {"North": D("105.00"), "South": D("311.00"), "": D("101.00")}
    assert values("sal_amt", "product") == {"": D("-25.00"), "HOSE": D("151.00"), "PUMP": D("391.00")}


def test_facts_stay_with_the_team_of_their_day_when_a_person_moves(world):
    assert values("sal_amt", "team") == {"A": D("366.00"), "B": D("151.00")}
    assert values("sal_amt", "department") == {"S": D("517.00")}


def test_a_sale_stays_with_the_owner_of_its_day_when_the_customer_changes_hands(world):
    rows = figure_rows("sal_amt", OCTOBER, Dimension.CUSTOMER, "SOUTH", at=AT).rows
    assert [(r.date.day, r.owner, r.num) for r in rows] == [
        (8, "alice", D("200.00")),
        (14, "carol", D("151.00")),
        (30, "alice", D("-40.00")),
    ]


def test_order_and_invoice_basis_count_on_their_own_dates(world):
    assert values("sal_amt", "company", basis=Basis.ORDER) == {"company": D("417.00")}
    make_open_item(
        world.north, world.first.total, issued=date(2026, 10, 6), due=date(2026, 11, 6), order=world.first
    )
    half = (world.second.total / 2).quantize(D("0.01"))
    make_open_item(world.south, half, issued=date(2026, 10, 9), due=date(2026, 11, 9), order=world.second)
    invoiced = values("sal_amt", "customer", basis=Basis.INVOICE)
    # North: the whole order without freight and tax, and 1000.00 without an order, less the credit note.
    assert invoiced["NORTH"] == D("130.00") + D("1000.00") - D("25.00")
    # South: half of 200.00, and 300.00 without an order, less the return.
    assert invoiced["SOUTH"] == D("100.00") + D("300.00") - D("40.00")


def test_units_of_measure_are_never_added(world):
    table = figure_table("sal_vol", OCTOBER, Dimension.STAFF, at=AT)
    assert [(f.key, f.value, f.mixed) for f in table.figures] == [
        ("alice", D("15.000000"), False),
        ("carol", None, True),
    ]
    assert table.total.value is None
    assert values("sal_vol", "product") == {"HOSE": D("2.000000"), "PUMP": D("19.000000")}


def test_only_binding_orders_count(world):
    assert values("ord_cnt", "staff") == {"alice": D(1), "carol": D(3)}


def test_new_customers_count_once_for_the_owner_of_their_first_deal(world):
    assert values("new_cust", "staff") == {"alice": D(1), "carol": D(1)}
    assert values("new_cust", "customer") == {"SOUTH": D(1), "WEST": D(1)}
    assert values("new_cust", "staff", Period.parse("2026-09")) == {"alice": D(1)}


def test_a_cancelled_first_order_takes_the_new_customer_back(world):
    other = make_customer(world.alice, code="EAST", name="East")
    order = make_order(other, state="confirmed", order_date=date(2026, 10, 9), owner=world.alice)
    assert values("new_cust", "staff")["alice"] == D(2)
    order.state, order.cancel_reason = "cancelled", "no budget"
    order.save(update_fields=["state", "cancel_reason"])
    assert values("new_cust", "staff")["alice"] == D(1)


def test_collected_money_counts_on_the_day_of_allocation_and_back_on_the_reversal(world):
    assert values("col_amt", "staff") == {"alice": D("370.00"), "carol": D("300.00")}


def test_money_in_another_currency_counts_at_the_rate_of_its_receipt(world):
    before = values("col_amt", "staff")["alice"]
    Currency.objects.get_or_create(code="USD", defaults={"name": "US dollar"})
    abroad = make_customer(world.alice, code="ABROAD", name="Abroad", currency_id="USD")
    day = date(2026, 10, 9)
    shared = {"customer": abroad, "currency_id": "USD", "amount": D(100)}
    item = Receivable.objects.create(
        number="ABROAD-1", owner=world.alice, base_rate=D("7.10"), base_amount=D(710), issue_date=day,
        due_date=day, **shared,
    )  # fmt: skip
    receipt = Receipt.objects.create(
        number="ABROAD-2", base_rate=D("7.25"), base_amount=D(725), received_date=day, **shared
    )
    SettlementLine.objects.create(
        receivable=item, receipt=receipt, base_amount=D(710), exchange_difference=D(15), date=day,
        recorded_at=noon(day), **shared,
    )  # fmt: skip
    assert values("col_amt", "staff")["alice"] - before == D("725.00")


def test_collection_rate_as_defined(world):
    table = figure_table("col_rate", OCTOBER, Dimension.STAFF, at=AT)
    found = {f.key: (f.num, f.den) for f in table.figures}
    # Alice: 500 - 200 open on 1 October, 120 paid; what falls due in December is no part of it.
    # Carol: 300 issued, due and paid inside; 70 due on the 31st, paid and taken back; 80 disputed.
    assert found == {"alice": (D("120.00"), D("300.00")), "carol": (D("300.00"), D("370.00"))}
    assert table.total.value == D("420.00") / D("670.00")


def test_overdue_is_what_was_open_and_due_before_the_last_day(world):
    assert values("overdue_amt", "staff") == {"alice": D("180.00"), "carol": D("80.00")}
    november = figure_table("overdue_amt", Period.parse("2026-11"), Dimension.COMPANY, at=AT)
    assert november.total.value == D("330.00")  # as of today: the item of 31 October is late now


def test_visits_done_and_against_plan(world):
    assert values("vis_done", "staff") == {"alice": D(3), "carol": D(1)}
    assert values("visit_done", "staff") == {"alice": D("0.75")}


def test_delivery_counts_lines_against_the_promised_else_required_day(world):
    table = figure_table("otd", OCTOBER, Dimension.COMPANY, at=AT)
    assert (table.total.num, table.total.den) == (D(4), D(6))
    early = figure_table("otd", OCTOBER, Dimension.COMPANY, at=noon(date(2026, 10, 29)))
    assert (early.total.num, early.total.den) == (D(4), D(5))  # the open line may still be in time


def test_attainment_divides_by_the_target_and_is_empty_without_one(world):
    make_target("sal_amt", "2026-10", "500", staff=world.alice)
    assert values("sal_att", "staff") == {"alice": D("265.00") / 500, "carol": None}
    table = figure_table("sal_amt", OCTOBER, Dimension.STAFF, at=AT)
    assert {f.key: f.attainment for f in table.figures} == {"alice": D("0.53"), "carol": None}


def test_a_quarter_target_is_the_sum_of_its_months_unless_it_has_its_own(world):
    for month in ("2026-10", "2026-11", "2026-12"):
        make_target("sal_amt", month, "100", staff=world.alice)
    fourth = Period.parse("2026-Q4")
    assert figure_table("sal_amt", fourth, Dimension.STAFF, at=AT).figures[0].target == D(300)
    make_target("sal_amt", "2026-Q4", "350", staff=world.alice)
    assert figure_table("sal_amt", fourth, Dimension.STAFF, at=AT).figures[0].target == D(350)


def test_the_company_has_the_targets_of_its_topmost_teams(world):
    make_target("sal_amt", "2026-10", "1000", team=world.sales)
    make_target("sal_amt", "2026-10", "600", team=world.group_a)
    assert figure_table("sal_amt", OCTOBER, Dimension.COMPANY, at=AT).figures[0].target == D(1000)


def test_somebody_with_a_target_and_nothing_done_is_a_row(world):
    make_target("sal_amt", "2026-10", "500", staff=world.bob)
    assert values("sal_amt", "staff")["bob"] == D(0)


def test_nothing_to_divide_by_is_no_value(world):
    table = figure_table("otd", Period.parse("2025-03"), Dimension.COMPANY, at=AT)
    assert table.figures[0].value is None and table.total.value is None


def test_a_credit_note_on_an_order_with_returns_is_not_counted_twice(world):
    item = make_open_item(
        world.south, world.second.total, issued=date(2026, 10, 9), due=date(2026, 11, 9), order=world.second
    )
    make_credit_note(world.south, "45.20", on=date(2026, 10, 30), item=item)
    assert values("sal_amt", "company") == {"company": D("517.00")}


def test_a_credit_note_on_an_order_counts_without_tax_for_the_owner_of_the_order(world):
    item = make_open_item(
        world.north, world.first.total, issued=date(2026, 10, 9), due=date(2026, 11, 9), order=world.first
    )
    note = make_credit_note(world.north, "31.36", on=date(2026, 10, 30), item=item)
    share = (note.base_amount * world.first.net / world.first.total).quantize(D("0.01"))
    assert values("sal_amt", "staff")["alice"] == D("265.00") - share


def test_sales_without_owner_stand_under_an_empty_key(world):
    stray = make_customer(None, code="STRAY", name="Stray")
    make_order(stray, state="shipped", order_date=date(2026, 10, 9), lines=[("1", "10.00")])
    table = figure_table("sal_amt", OCTOBER, Dimension.STAFF, at=AT)
    assert next((f.key, f.label, f.value) for f in table.figures) == ("", "Nobody", D("10.00"))


@pytest.mark.parametrize("code", [kpi.code for kpi in kpis])
@pytest.mark.parametrize("span", ["2026-10", "2026-Q4", "2026"])
def test_every_figure_is_the_sum_of_its_rows(world, code, span):
    make_target("sal_amt", "2026-10", "500", staff=world.alice)
    kpi = next(k for k in kpis if k.code == code)
    for by in sorted(kpi.dimensions):
        table = figure_table(code, Period.parse(span), by, at=AT)
        for figure in table.figures:
            page = figure_rows(code, Period.parse(span), by, figure.key, at=AT)
            num = sum((r.num for r in page.rows), D(0))
            dens = [r.den for r in page.rows if r.den is not None]
            units = {r.unit for r in page.rows if r.unit is not None}
            value = kpi.value(num, sum(dens, D(0)) if dens else None, mixed=len(units) > 1)
            assert value == figure.value, (by, figure.key)
            assert all(r.number for r in page.rows if r.source != "target")


def test_membership_history_of_the_world_has_no_overlap(world):
    spans = Membership.objects.filter(user=world.carol).order_by("from_date")
    assert [m.team.code for m in spans] == ["B", "A"]


def test_unknown_codes_and_impossible_splits_are_refused_with_a_way_out(world):
    with pytest.raises(InvalidInput, match="no KPI"):
        figure_table("profit", OCTOBER, at=AT)
    with pytest.raises(InvalidInput, match="cannot be split by product"):
        figure_table("col_amt", OCTOBER, Dimension.PRODUCT, at=AT)
