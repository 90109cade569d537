"""Closing a month, what stays, and how corrections are told (quality B12, features §4.3)."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from orders.models import Order
from performance.choices import Dimension
from performance.kpis import kpis, stored_kpis
from performance.models import KpiFact, KpiFigure, MonthClose, Restatement
from performance.selectors.differences import differences
from performance.selectors.figures import figure_table
from performance.selectors.rows import figure_rows
from performance.services.closing import close_month, restate_month
from performance.services.targets import set_target
from salesops.audit.models import AuditEvent
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.periods import Period
from tests.factories.orders import make_order, make_return
from tests.factories.performance import make_target, noon
from tests.factories.rules import make_rule
from tests.performance.world import AT, build

D = Decimal
OCTOBER = Period.parse("2026-10")
LATER = noon(date(2026, 11, 25))


@pytest.fixture
def world(cast):
    return build(cast)


def values(code, by="staff", period=OCTOBER, at=LATER, **options):
    return {f.key: f.value for f in figure_table(code, period, Dimension(by), at=at, **options).figures}


def everything(at=AT, **options):
    return {
        (kpi.code, by): values(kpi.code, by, at=at, **options)
        for kpi in kpis
        for by in sorted(kpi.dimensions)
    }


def test_frozen_figures_say_what_the_live_ones_said(world):
    make_target("sal_amt", "2026-10", "500", staff=world.alice)
    before = everything()
    result = close_month(actor=world.dora, at=AT, period=OCTOBER)
    assert result.done and result.facts == KpiFact.objects.count()
    assert everything() == before
    table = figure_table("sal_amt", OCTOBER, at=LATER)
    assert table.frozen and table.computed_at == AT


def test_published_figures_equal_the_sums_of_their_frozen_rows(world):
    close_month(actor=None, at=AT, period=OCTOBER)
    for kpi in stored_kpis():
        for by in (
            Dimension.STAFF,
            Dimension.TEAM,
            Dimension.DEPARTMENT,
            Dimension.REGION,
            Dimension.COMPANY,
        ):
            published = {
                f.key: f.value
                for f in KpiFigure.objects.filter(code=kpi.code, dimension=by, period="2026-10")
            }
            live = {k: v if v is None else round(v, 6) for k, v in values(kpi.code, by).items()}
            assert published or not any(live.values())
            assert published == {k: v for k, v in live.items() if k in published}


def test_a_change_after_the_close_leaves_the_closed_figure_and_becomes_a_dated_restatement(world):
    close_month(actor=world.dora, at=AT, period=OCTOBER)
    frozen = values("sal_amt")
    make_return(world.fourth, net="1.00", quantity=0, on=date(2026, 10, 30))
    assert values("sal_amt") == frozen
    assert values("sal_amt", live=True) == {"alice": D("265.00"), "carol": D("251.00")}
    found = {(d.by, d.key): d.num for d in differences(OCTOBER, at=LATER) if d.kpi.code == "sal_amt"}
    assert found[(Dimension.STAFF, "carol")] == D("-1.00")
    assert found[(Dimension.COMPANY, "company")] == D("-1.00")
    assert (Dimension.STAFF, "alice") not in found
    rows = restate_month(actor=world.dora, at=LATER, period=OCTOBER, reason="Allowance found in November")
    assert {r.code for r in rows} == {"sal_amt"}
    assert values("sal_amt") == frozen
    carol = next(
        f for f in figure_table("sal_amt", OCTOBER, Dimension.STAFF, at=LATER).figures if f.key == "carol"
    )
    assert [(r.num, r.value, r.reason) for r in carol.restated] == [
        (D("-1.00"), D("251.00"), "Allowance found in November")
    ]
    assert differences(OCTOBER, at=LATER) == []
    assert restate_month(actor=world.dora, at=LATER, period=OCTOBER, reason="again") == []
    assert AuditEvent.objects.filter(verb="performance.month_restated").count() == 1


def test_an_order_cancelled_after_the_close_shows_as_a_new_customer_less(world):
    close_month(actor=None, at=AT, period=OCTOBER)
    world.open_order.state, world.open_order.cancel_reason = "cancelled", "off"
    world.open_order.save(update_fields=["state", "cancel_reason"])
    codes = {(d.kpi.code, d.key, d.num) for d in differences(OCTOBER, at=LATER) if d.by == Dimension.STAFF}
    assert ("ord_cnt", "carol", D(-1)) in codes


def test_closing_again_changes_nothing(world):
    close_month(actor=None, at=AT, period=OCTOBER)
    facts = KpiFact.objects.count()
    again = close_month(actor=None, at=LATER, period=OCTOBER)
    assert not again.done and again.was_closed and KpiFact.objects.count() == facts
    assert MonthClose.objects.count() == 1


def test_a_dry_run_freezes_nothing(world):
    result = close_month(actor=None, at=AT, period=OCTOBER, dry_run=True)
    assert result.facts > 0 and result.figures > 0 and not result.done
    assert not MonthClose.objects.exists() and not KpiFact.objects.exists()


def test_a_running_or_coming_month_is_refused(world):
    with pytest.raises(Conflict, match="2026-12-01"):
        close_month(actor=None, at=AT, period=Period.parse("2026-11"))
    with pytest.raises(Conflict):
        close_month(actor=None, at=noon(date(2026, 10, 31)), period=OCTOBER)
    with pytest.raises(InvalidInput):
        close_month(actor=None, at=AT, period=Period.parse("2026-Q3"))


def test_a_rep_does_not_close_and_a_restatement_needs_a_reason(world):
    with pytest.raises(NotAllowed):
        close_month(actor=world.alice, at=AT, period=OCTOBER)
    close_month(actor=world.mona, at=AT, period=OCTOBER)
    with pytest.raises(InvalidInput):
        restate_month(actor=world.dora, at=LATER, period=OCTOBER, reason=" ")
    with pytest.raises(Conflict):
        restate_month(actor=world.dora, at=LATER, period=Period.parse("2026-09"), reason="x")


@pytest.mark.parametrize("table", ["kpifact", "kpifigure", "monthclose"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE performance_{0} SET id = id", "DELETE FROM performance_{0}", "TRUNCATE performance_{0}"],
)
def test_the_database_refuses_to_change_what_is_frozen(world, table, statement):
    close_month(actor=None, at=AT, period=OCTOBER)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement.format(table))


def test_the_database_takes_no_further_rows_into_what_is_closed(world):
    january = noon(date(2027, 1, 3))
    for month in ("2026-10", "2026-11", "2026-12"):
        close_month(actor=None, at=january, period=Period.parse(month))
    for period in ("2026-10", "2026-Q4", "2026"):
        for row in (
            KpiFact(
                period=period, code="sal_amt", source="order", source_id=0, date=world.first.order_date, num=9
            ),
            KpiFigure(period=period, code="sal_amt", dimension="staff", key="alice", num=9),
        ):
            with pytest.raises(IntegrityError, match="is closed"), transaction.atomic():
                row.save()
    KpiFact.objects.create(
        period="2026-09", code="sal_amt", source="order", source_id=0, date=date(2026, 9, 1), num=9
    )


def test_rows_planted_before_a_close_are_not_frozen_with_it(world):
    KpiFact.objects.create(
        period="2026-10", code="sal_amt", source="order", source_id=0, date=date(2026, 10, 1), num=9
    )
    with pytest.raises(Conflict, match="1 row"), transaction.atomic():
        close_month(actor=None, at=AT, period=OCTOBER)
    with pytest.raises(IntegrityError, match="counted 0 rows"), transaction.atomic():
        MonthClose.objects.create(
            period="2026-10", first_date=OCTOBER.start, closed_at=AT, basis="shipment", facts=0
        )
    assert not MonthClose.objects.exists()


def test_the_rows_of_a_closed_month_stay_even_when_the_sources_change(world):
    close_month(actor=None, at=AT, period=OCTOBER)
    make_return(world.fourth, net="1.00", quantity=0, on=date(2026, 10, 30))
    page = figure_rows("sal_amt", OCTOBER, Dimension.STAFF, "carol", at=LATER)
    assert page.frozen and page.figure.value == D("252.00") == sum(r.num for r in page.rows)


def test_a_quarter_of_closed_months_is_frozen_and_a_half_closed_one_is_not(world):
    fourth = Period.parse("2026-Q4")
    close_month(actor=None, at=AT, period=OCTOBER)
    table = figure_table("sal_amt", fourth, at=LATER)
    assert not table.frozen and table.total.value == D("517.00")
    january = noon(date(2027, 1, 3))
    for month in ("2026-11", "2026-12"):
        close_month(actor=None, at=january, period=Period.parse(month))
    for code in ("sal_amt", "col_rate", "overdue_amt", "otd"):
        live = figure_table(code, fourth, at=january, live=True)
        frozen = figure_table(code, fourth, at=january)
        assert frozen.frozen and frozen.total.value == live.total.value
        year = figure_table(code, Period.parse("2026"), at=january)
        assert not year.frozen or not year.kpi.additive


def test_a_target_of_a_closed_month_no_longer_changes(world):
    close_month(actor=None, at=AT, period=OCTOBER)
    with pytest.raises(Conflict, match="closed"):
        set_target(actor=None, at=LATER, metric="sal_amt", period=OCTOBER, value=D(1), staff=world.alice)


def test_months_left_out_are_found_again(world):
    close_month(actor=None, at=AT, period=Period.parse("2026-08"))
    result = close_month(actor=None, at=AT, period=OCTOBER)
    assert result.open_before == ["2026-09"]


def test_a_close_keeps_the_rules_it_was_counted_with(world):
    make_rule("performance.col_rate_skips_disputed", False, since=date(2026, 1, 1))
    make_rule("performance.col_rate_skips_disputed", True, since=date(2026, 11, 1))
    rules = close_month(actor=None, at=AT, period=OCTOBER).close.rules
    assert rules["performance.col_rate_skips_disputed"] is False


def test_the_command_tells_what_it_did(world):
    out = StringIO()
    call_command("close_month", "2026-10", "--dry-run", stdout=out)
    assert "would be frozen" in out.getvalue()
    out = StringIO()
    call_command("close_month", "2026-10", "--json", stdout=out)
    document = json.loads(out.getvalue())
    assert document["closed"] is True and document["rows"] == KpiFact.objects.count()
    out = StringIO()
    call_command("close_month", "2026-10", stdout=out)
    assert "nothing was changed" in out.getvalue()
    with pytest.raises(CommandError, match="2099-02-01"):
        call_command("close_month", "2099-01")


def test_a_late_sale_in_a_closed_month_is_listed_for_its_person_and_customer_month(world):
    close_month(actor=None, at=AT, period=OCTOBER)
    make_order(
        world.north,
        state="shipped",
        order_date=date(2026, 10, 2),
        shipped_date=date(2026, 10, 9),
        lines=[("1", "12.34")],
        owner=world.alice,
    )
    restate_month(actor=None, at=LATER, period=OCTOBER, reason="Imported late", code="sal_amt")
    assert set(Restatement.objects.values_list("dimension", "key")) == {
        ("company", "company"),
        ("department", "S"),
        ("team", "A"),
        ("staff", "alice"),
        ("region", "North"),
        ("customer", "NORTH"),
        ("product", Order.objects.latest("pk").lines.get().product.code),
        ("category", ""),
    }
