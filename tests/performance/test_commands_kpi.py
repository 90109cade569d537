"""The documents of interfaces §2, to the letter."""

import json
import re
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class

from salesops.catalog.models import Currency
from tests.factories.performance import make_target
from tests.performance.world import build


def ask(*args):
    out = StringIO()
    call_command(*args, "--json", stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 1
    return json.loads(lines[0])


@pytest.fixture
def world(cast):
    return build(cast)


def test_the_kpi_document_has_the_agreed_shape(world):
    make_target("sal_amt", "2026-10", "500", staff=world.alice)
    document = ask("kpi", "sal_amt", "--period", "2026-10", "--by", "staff")
    assert {"code", "unit", "period", "rows", "computed_at", "frozen"} <= document.keys()
    assert (document["code"], document["unit"], document["period"]) == ("sal_amt", "money", "2026-10")
    assert document["frozen"] is False
    assert document["rows"][0] == {
        "key": "alice",
        "label": "Alice",
        "value": "265.00",
        "numerator": "265.00",
        "denominator": None,
        "target": "500.00",
        "attainment": "0.5300",
    }
    assert document["total"]["value"] == "517.00"


def test_a_base_currency_without_small_coins_is_shown_without_them(world, settings):
    settings.BASE_CURRENCY = "JPY"
    Currency.objects.update_or_create(code="JPY", defaults={"name": "Yen", "decimals": 0})
    make_target("sal_amt", "2026-10", "500", staff=world.alice)
    document = ask("kpi", "sal_amt", "--period", "2026-10", "--by", "staff")
    assert [(r["value"], r["target"]) for r in document["rows"]] == [("265", "500"), ("252", None)]
    rows = ask("kpi_rows", "sal_amt", "--period", "2026-10", "--by", "staff", "--key", "carol")
    assert rows["value"] == "252" and all("." not in row["numerator"] for row in rows["rows"])
    rate = ask("kpi", "col_rate", "--period", "2026-10")["total"]
    assert (rate["value"], rate["numerator"]) == ("0.626866", "420")
    out = StringIO()
    call_command("close_month", "2026-10", "--dry-run", stdout=out)
    assert re.search(r"^sal_amt +517$", out.getvalue(), re.M)


def test_rates_are_fractions_and_nothing_to_divide_by_is_null(world):
    rate = ask("kpi", "COL_RATE", "--period", "2026-10")["rows"]
    assert [(r["key"], r["numerator"], r["denominator"]) for r in rate] == [("company", "420.00", "670.00")]
    assert Decimal(rate[0]["value"]) == Decimal("0.626866")
    otd = ask("kpi", "otd", "--period", "2025-01")["rows"]
    assert otd[0]["value"] is None and otd[0]["denominator"] == "0"
    half = ask("kpi", "visit_done", "--period", "2026-10", "--by", "staff")["rows"][0]
    assert (half["value"], half["numerator"], half["denominator"]) == ("0.7500", "3", "4")


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("sal_amt", "alice"),
        ("sal_amt", "S"),
        ("sal_amt", "A"),
        ("sal_amt", "NORTH"),
        ("sal_amt", "PUMP"),
        ("sal_amt", "South"),
        ("sal_amt", "company"),
        ("overdue_amt", "carol"),
        ("col_amt", "carol"),
    ],
)
def test_rows_of_any_key_add_up_to_the_figure_without_saying_what_the_key_is(world, code, key):
    document = ask("kpi_rows", code, "--period", "2026-10", "--key", key)
    figure = ask("kpi", code, "--period", "2026-10", "--by", document["by"]) if key != "company" else None
    expected = next(r["value"] for r in figure["rows"] if r["key"] == key) if figure else document["value"]
    assert document["value"] == expected
    assert sum(Decimal(r["numerator"]) for r in document["rows"]) == Decimal(expected)
    assert all(r["date"].startswith("2026") or r["date"] < "2026-11" for r in document["rows"])


def test_wrong_questions_end_with_one_sentence(world):
    for arguments in (
        ("kpi", "profit", "--period", "2026-10"),
        ("kpi", "sal_amt", "--period", "October"),
        ("kpi", "vis_done", "--period", "2026-10", "--by", "product"),
        ("kpi_rows", "sal_amt", "--period", "2026-10", "--by", "staff", "--key", "nobody-there"),
    ):
        with pytest.raises(CommandError) as caught:
            call_command(*arguments)
        assert "\n" not in str(caught.value)
    with pytest.raises(CommandError):
        call_command("kpi", "sal_amt", "--period", "2026-10", "--basis", "cash")


def test_figures_are_shown_to_people_too(world):
    out = StringIO()
    call_command("kpi", "sal_amt", "--period", "2026-10", "--by", "team", stdout=out)
    assert "366.00" in out.getvalue() and "Total" in out.getvalue()
    out = StringIO()
    call_command("kpi_rows", "sal_amt", "--period", "2026-10", "--key", "alice", stdout=out)
    assert "5 rows" in out.getvalue()


def test_a_key_that_nothing_has_is_refused(world):
    with pytest.raises(CommandError, match="Nothing has the key “nobody” here"):
        ask("kpi_rows", "sal_amt", "--period", "2026-10", "--key", "nobody")
    assert ask("kpi_rows", "sal_amt", "--period", "2026-10", "--key", "North")["by"] == "region"


@pytest.mark.parametrize(
    "line",
    [
        "kpi sal_amt --period 2026-13",
        "kpi_rows sal_amt --period soon",
        "close_month October",
        "ageing --as-of 2026-02-30",
        "ageing --buckets 90,30",
        "send_reminders --on yesterday",
        "demo --until tomorrow",
    ],
)
def test_what_cannot_be_read_is_wrong_usage(line, capsys):
    name, *words = line.split()
    with pytest.raises(SystemExit) as ended:
        load_command_class(get_commands()[name], name).run_from_argv(["manage.py", name, *words])
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert not said.out and "argument" in said.err.splitlines()[-1]
