"""Figures by product category, and by region and category together: live, frozen, on pages and by command."""

import importlib
import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from performance.choices import Basis, Dimension
from performance.models import KpiFact, KpiFigure, Snapshot
from performance.selectors.figures import figure_table
from performance.selectors.reach import Selection
from performance.selectors.rows import figure_rows
from performance.services.closing import close_month
from salesops.core.errors import InvalidInput
from salesops.core.periods import Period
from tests.factories.orders import make_order, make_product
from tests.factories.performance import make_target, noon
from tests.performance.world import AT, build

D = Decimal
OCTOBER = Period.parse("2026-10")
LATER = noon(date(2026, 11, 25))


@pytest.fixture
def world(cast):
    return build(cast)


def ask(*args):
    out = StringIO()
    call_command(*args, "--json", stdout=out)
    return json.loads(out.getvalue())


def values(code, by="category", at=AT, **options):
    return {f.key: f.value for f in figure_table(code, OCTOBER, Dimension(by), at=at, **options).figures}


def only(region=None, category=None):
    return Selection(region=region, category=category)


def test_sales_by_category_take_returns_and_credit_notes_off(world):
    # Machines: 130 + 200 + 101 - 40 back; Parts: 151; the credit note of 25 is for no product.
    assert values("sal_amt") == {"": D("-25.00"), "Machines": D("391.00"), "Parts": D("151.00")}
    assert values("sal_vol") == {"Machines": D("19.000000"), "Parts": D("2.000000")}
    assert values("sal_amt", basis=Basis.ORDER)["Machines"] == D("291.00")
    otd = figure_table("otd", OCTOBER, Dimension.CATEGORY, at=AT)
    assert {f.key: (f.num, f.den) for f in otd.figures} == {
        "Machines": (D(3), D(5)),
        "Parts": (D(1), D(1)),
    }


def test_the_share_of_a_discount_is_not_in_a_category_s_sales(world):
    make_order(
        world.north,
        state="shipped",
        order_date=date(2026, 10, 2),
        shipped_date=date(2026, 10, 3),
        lines=[("3", "10.00", "0.15")],
        product=make_product(code="FAN", category="Air"),
        owner=world.alice,
    )
    assert values("sal_amt")["Air"] == D("25.50")


def test_region_and_category_together_and_each_adds_up_from_its_rows(world):
    cells = {
        (region, key): value
        for region in ("North", "South", "")
        for key, value in values("sal_amt", selection=only(region=region)).items()
    }
    assert cells == {
        ("North", "Machines"): D("130.00"),
        ("North", ""): D("-25.00"),
        ("South", "Machines"): D("160.00"),
        ("South", "Parts"): D("151.00"),
        ("", "Machines"): D("101.00"),
    }
    for (region, key), value in cells.items():
        page = figure_rows("sal_amt", OCTOBER, Dimension.CATEGORY, key, at=AT, selection=only(region=region))
        assert sum(r.num for r in page.rows) == page.figure.value == value
        turned = figure_rows(
            "sal_amt", OCTOBER, Dimension.REGION, region, at=AT, selection=only(category=key)
        )
        assert {(r.source, r.id) for r in turned.rows} == {(r.source, r.id) for r in page.rows}


def test_a_closed_month_keeps_the_categories_of_its_close(world):
    before = values("sal_amt"), values("sal_amt", selection=only(region="South"))
    close_month(actor=None, at=AT, period=OCTOBER)
    world.pump.category = "Pumps"
    world.pump.save()
    assert (
        values("sal_amt", at=LATER),
        values("sal_amt", at=LATER, selection=only(region="South")),
    ) == before
    assert "Pumps" in values("sal_amt", at=LATER, live=True)
    page = figure_rows("sal_amt", OCTOBER, Dimension.CATEGORY, "Machines", at=LATER)
    assert page.frozen and sum(r.num for r in page.rows) == D("391.00")
    assert set(KpiFigure.objects.filter(dimension="category", code="sal_amt").values_list("key", "num")) == {
        ("", D(-25)), ("Machines", D(391)), ("Parts", D(151)),
    }  # fmt: skip
    assert ask("kpi_rows", "sal_amt", "--period", "2026-10", "--key", "Machines")["by"] == "category"


def test_months_closed_before_get_the_category_that_was_true_at_their_close(world):
    close_month(actor=None, at=AT, period=OCTOBER)
    world.pump.category = "Pumps"
    world.pump.save()
    backfill = importlib.import_module("performance.migrations.0008_category").BACKFILL
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE performance_kpifact DISABLE TRIGGER performance_kpifact_frozen")
        cursor.execute("UPDATE performance_kpifact SET category = ''")
        cursor.execute(backfill.replace("m.closed_at", "'2020-01-01'::timestamptz"))  # before the change
    found = set(KpiFact.objects.filter(code="sal_amt").values_list("product__code", "category"))
    assert found == {(None, ""), ("PUMP", "Machines"), ("HOSE", "Parts")}


def test_key_figures_without_a_category_say_so(world):
    with pytest.raises(InvalidInput, match="cannot be split by category"):
        figure_table("ord_cnt", OCTOBER, Dimension.CATEGORY, at=AT)
    with pytest.raises(InvalidInput, match="cannot be narrowed to one category") as caught:
        figure_table("ord_cnt", OCTOBER, at=AT, selection=only(category="Parts"))
    assert "sal_amt, sal_vol, otd" in str(caught.value.way_out)
    assert values("ord_cnt", "company", selection=only(region="South")) == {"company": D(2)}


def test_a_target_is_not_for_one_region_or_category(world):
    make_target("sal_amt", "2026-10", "500", staff=world.alice)
    table = figure_table("sal_amt", OCTOBER, Dimension.STAFF, at=AT, selection=only(region="North"))
    assert [(f.key, f.value, f.target) for f in table.figures] == [("alice", D("105.00"), None)]


def test_the_commands_answer_for_a_region_and_a_category(world):
    narrow = ("--period", "2026-10", "--region", "South", "--category", "Machines")
    assert [r["value"] for r in ask("kpi", "sal_amt", *narrow)["rows"]] == ["160.00"]
    rows = ask("kpi_rows", "sal_amt", *narrow)
    assert rows["value"] == "160.00"
    assert sorted(r["numerator"] for r in rows["rows"]) == ["-40.00", "200.00"]
    by = ask("kpi", "sal_amt", "--period", "2026-10", "--by", "region", "--category", "Parts")
    assert {r["key"]: r["value"] for r in by["rows"]} == {"South": "151.00"}
    assert set(by) == set(ask("kpi", "sal_amt", "--period", "2026-10", "--by", "region"))
    for wrong in (("--region", "Suoth"), ("--category", "Machine")):
        with pytest.raises(CommandError, match="Nothing has the key"):
            ask("kpi", "sal_amt", "--period", "2026-10", *wrong)


def test_the_bar_of_a_category_opens_rows_whose_sum_it_is(world, client):
    client.force_login(world.gina)
    for place in ("team", "company"):
        page = client.get(f"/dashboards/{place}/?period=2026-10").content.decode()
        assert "Sales by category" in page
        assert "by=category&amp;key=Machines" in page
    rows = client.get("/performance/rows/?code=sal_amt&period=2026-10&by=category&key=Machines")
    assert rows.context["rows"].figure.value == D("391.00")


def test_a_dashboard_is_counted_with_few_statements(world, client, django_assert_max_num_queries):
    client.force_login(world.gina)
    client.get("/dashboards/company/?period=2026-10")
    with django_assert_max_num_queries(27):
        client.get("/dashboards/company/?period=2026-10&again=1")


def test_a_dashboard_of_one_region_and_category_shows_only_what_can_be_said(world, client):
    client.force_login(world.gina)
    whole = client.get("/dashboards/company/?period=2026-10").content.decode()
    part = client.get("/dashboards/company/?period=2026-10&region=South&category=Machines")
    assert Snapshot.objects.count() == 2
    text = part.content.decode()
    assert "South · Machines" in text and "160.00" in text
    assert "Collected amount" in whole and "Collected amount" not in text
    assert "region=South&amp;category=Machines" in text
    rows = client.get("/performance/rows/?code=sal_amt&period=2026-10&region=South&category=Machines")
    assert rows.context["rows"].figure.value == D("160.00")
    finance = client.get("/dashboards/finance/?period=2026-10&category=Machines")
    assert finance.status_code == 200 and "Overdue by age" not in finance.content.decode()
