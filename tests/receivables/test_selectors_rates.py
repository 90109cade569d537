"""Rates by their definitions, recovery by month, the forecast with its derivation (domain §4, features §3.15)."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from receivables.selectors.forecast import LATER, Override, by_week, forecast, overrides
from receivables.selectors.rates import AMOUNTS, RatesQuery, rates_report, rates_rows
from receivables.services import mark_disputed
from tests.factories.receivables import (
    make_credit_note,
    make_customer,
    make_receipt,
    make_receivable,
    noon,
)

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)


@pytest.fixture
def march(cast):
    """400 open at the start (300 of it due), 500 invoiced, 250 received, 50 credited."""
    customer = make_customer(owner=cast.alice)
    due = make_receivable(customer, amount="300.00", issued=date(2026, 1, 10), due=date(2026, 3, 10))
    make_receivable(customer, amount="100.00", issued=date(2026, 2, 10), due=date(2026, 4, 10))
    make_receivable(customer, amount="500.00", issued=date(2026, 3, 5), due=date(2026, 3, 31))
    make_receipt(customer, amount="250.00", received=date(2026, 3, 20), to={due: "200.00"})
    make_credit_note(customer, amount="50.00", on=date(2026, 3, 25))
    other = make_customer(owner=cast.bob)
    make_receivable(other, amount="80.00", issued=date(2026, 1, 5), due=date(2026, 2, 4))
    return customer


def test_each_rate_is_as_it_is_defined(cast, march):
    answer = rates_report(RatesQuery(MARCH))
    assert answer.amounts(MARCH, cast.alice.pk) == {
        "opening": D("400.00"), "invoiced": D("500.00"), "credited": D("50.00"), "received": D("250.00"),
        "collected": D("200.00"), "due": D("800.00"), "overdue": D("100.00"), "closing": D("700.00"),
    }  # fmt: skip
    rates = answer.rates(MARCH, cast.alice.pk)
    assert rates["col_rate"] == D(200) / D(800)
    assert rates["col_rate_sales"] == D(250) / D(450)
    assert rates["col_rate_ar"] == (D(400) + 450 - 700) / (D(400) + 450)
    assert rates["overdue_rate"] == D(100) / D(700)  # the one due on the last day is not overdue on it
    assert rates["dso"] == D(550) * 31 / D(450)
    assert answer.rates(MARCH, cast.bob.pk)["dso"] is None
    assert answer.recovery(MARCH) == {
        "fell_due": D("800.00"), "within_0": D("0.00"), "within_30": D("200.00"), "within_60": D("200.00"),
        "within_90": D("200.00"),
    }  # fmt: skip


def test_every_amount_is_the_sum_of_its_rows_and_every_page_opens_them(cast, client, march):
    for by in ("owner", "team", "customer", "region", "none"):
        query = RatesQuery(MARCH, by=by)
        answer = rates_report(query)
        for key in [None, *answer.keys]:
            own = None if by == "none" else key
            found = answer.amounts(MARCH, key) | answer.recovery(MARCH, key)
            assert set(AMOUNTS) <= set(found)
            for figure, amount in found.items():
                parts = rates_rows(query, figure, MARCH, key=own)
                assert sum((r.shown for part in parts for r in part), D(0)) == amount, (by, key, figure)
    client.force_login(cast.dora)
    page = client.get(reverse("receivables:rates"), {"month": "2026-03"})
    for _shown, link in page.context["tables"][0]["total"]:
        if link:
            assert client.get(link).context["total"] > 0
    assert all(figure.value == round(figure.value, 1) for figure in page.context["figures"] if figure.unit)
    wrong = client.get(reverse("receivables:rates"), {"month": "x"})
    assert wrong.status_code == 400
    assert 'value="x"' in wrong.content.decode(), "what was typed stands in the form again"
    assert (
        client.get(reverse("receivables:rates"), {"month": "2026-03", "format": "xlsx"}).content[:2] == b"PK"
    )


def test_the_forecast_says_when_how_sure_and_why(cast, client, monkeypatch):
    today = timezone.localdate()
    customer = make_customer(owner=cast.alice)
    for days in (5, 9, 9):
        due = today - timedelta(days=60)
        item = make_receivable(customer, issued=due - timedelta(days=9), due=due, at=noon(today))
        make_receipt(customer, received=due + timedelta(days=days), to={item: "100.00"}, at=noon(today))
    coming = make_receivable(
        customer, issued=today, due=today + timedelta(days=10), amount="200.00", at=noon(today)
    )
    late = make_receivable(
        customer,
        issued=today - timedelta(days=50),
        due=today - timedelta(days=40),
        amount="100.00",
        at=noon(today),
    )
    mark_disputed(actor=None, receivable=late, reason="Broken", at=noon(today))
    found = {row.item: row for row in forecast(today, user=None)}
    assert found[coming.pk].day == today + timedelta(days=19) and found[coming.pk].week == 2
    assert (
        found[coming.pk].weighted == D("190.00") and "9 days, the median of 3 items" in found[coming.pk].words
    )
    assert (
        found[late.pk].day == today
        and found[late.pk].chance == D("0.35")
        and "disputed" in found[late.pk].words
    )
    client.force_login(cast.dora)
    page = client.get(reverse("receivables:forecast"))
    table = page.context["tables"][0]
    assert len(table["rows"]) == LATER + 1
    rows = client.get(table["rows"][2]["cells"][1][1])
    assert rows.context["total"] == D("200.00") and "median of 3 items" in rows.content.decode()
    month = client.get(reverse("receivables:due_calendar"), {"month": f"{coming.due_date:%Y-%m}"})
    cell = next(c for week in month.context["weeks"] for c in week if c["day"] == coming.due_date)
    assert cell["amount"] == D("200.00") and coming.number in client.get(cell["url"]).content.decode()

    draft = {late.pk: Override(today + timedelta(days=70), D(1), "draft in hand")}
    monkeypatch.setitem(overrides._entries, "test", lambda items, on: draft)
    known = {row.item: row for row in forecast(today, user=None)}[late.pk]
    assert (known.week, known.chance, known.words) == (10, D(1), "draft in hand")
    rows = forecast(today, user=None)
    weeks = {week: [row for row in rows if row.week == week] for week in {row.week for row in rows}}
    assert by_week(today, user=None) == {
        week: (len(own), sum(row.amount for row in own), sum(row.weighted for row in own))
        for week, own in weeks.items()
    }
