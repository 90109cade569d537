"""Coverage of customers and plan against done, by whom and by what; each figure equals its rows (VIS-01)."""

import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from customers.models import Customer
from customers.selectors.coverage import coverage, coverage_total
from salesops.core.periods import Period
from tests.factories.customers import make_customer, make_visit

MARCH = Period.parse("2026-03")


@pytest.fixture
def world(cast):
    first = make_customer(cast.alice, customer_class="important", region="East")
    make_customer(cast.alice, customer_class="important", region="")
    third = make_customer(cast.carol, customer_class="general", region="East")
    for customer in (first, first, third):
        make_visit(customer, on=date(2026, 3, 9), planned_date=date(2026, 3, 8))
    make_visit(first, on=date(2026, 4, 1))
    return cast


def test_who_was_visited_of_those_somebody_had(world):
    rows = Customer.objects.all()

    def found(by, period=MARCH):
        return {row.key: (row.customers, row.visited) for row in coverage(period, by, rows)}

    assert found("owner") == {world.alice.pk: (2, 1), world.carol.pk: (1, 1)}
    assert found("class") == {"important": (2, 1), "general": (1, 1)}
    assert found("region") == {"": (1, 0), "East": (2, 2)}
    assert found("month", Period.parse("2026-Q1")) == {
        "2026-01": (3, 0), "2026-02": (3, 0), "2026-03": (3, 2),
    }  # fmt: skip
    assert coverage_total(MARCH, rows).visited == 2


@pytest.mark.parametrize("by", ["owner", "team", "class", "region", "month"])
@pytest.mark.parametrize("page", ["visit_coverage", "visit_plan_and_done"])
def test_each_figure_opens_as_many_rows(world, client, page, by):
    client.force_login(world.mona)
    html = client.get(reverse(f"customers:{page}"), {"period": "2026-03", "by": by}).content.decode()
    figures = re.findall(r'<td class="num"><a href="([^"]+)">(\d+)</a>', html)
    assert len(figures) >= 4
    for url, number in figures:
        answer = client.get(unescape(url))
        assert answer.context["measure"].count == int(number), url


def test_what_is_no_number_in_the_address_is_passed_over(world, client):
    client.force_login(world.bob)
    for name in ("had_by", "had_by_team", "in_team"):
        assert client.get(reverse("customers:visit_coverage_rows"), {name: "²"}).status_code == 200
    form = {"lines-TOTAL_FORMS": "²", "lines-INITIAL_FORMS": "0", "lines-0-customer": "²", "add_line": "1"}
    assert client.post(reverse("customers:visitplan_create"), form).status_code < 500


def test_among_very_many_customers_the_page_opens_at_once_and_its_figures_follow(world, client, monkeypatch):
    monkeypatch.setattr("customers.views.coverage.is_large", lambda model: True)
    client.force_login(world.mona)
    url = f"{reverse('customers:visit_coverage')}?period=2026-03"
    page = client.get(url).content.decode()
    assert "<td>Alice</td>" not in page
    rest = unescape(re.search(r'hx-get="(\?[^"]+)"', page).group(1))
    part = client.get(
        f"{reverse('customers:visit_coverage')}{rest}", headers={"HX-Request": "true"}
    ).content.decode()
    assert "<td>Alice</td>" in part and "<html" not in part
    alone = client.get(f"{reverse('customers:visit_coverage')}{rest}").content.decode()
    assert "<td>Alice</td>" in alone and "<html" in alone
