"""Deals and leads by person, team, region, product and month: every figure opens rows that add up to it.

The sums are asked of PostgreSQL once more, in statements of our own.
"""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from customers.choices.deals import Stage
from customers.models import LossReason
from tests.factories.customers import make_customer
from tests.factories.deals import make_deal, make_goods, make_lead

AXES = ("person", "team", "region", "product", "month")


@pytest.fixture
def business(cast, django_user_model):
    """Some of everything in this month, of two teams and three regions, with what has no region or product."""
    today = timezone.localdate()
    opened, flask, lid = today - timedelta(days=40), make_goods(code="FLASK"), make_goods(code="LID")
    north, south = make_customer(cast.alice, region="North"), make_customer(cast.carol, region="South")
    nowhere = make_customer(cast.bob)
    ahead = today.replace(day=1) + timedelta(days=40)
    one, two = LossReason.objects.order_by("position")[:2]
    make_deal(cast.alice, north, on=opened, product=flask, expected_close=ahead, amount=D(100))
    make_deal(cast.alice, north, on=opened, stage=Stage.NEEDS, product=lid, amount=D(30))
    make_deal(cast.bob, nowhere, on=opened, stage=Stage.NEEDS, expected_close=ahead, amount=D("70.01"))
    make_deal(cast.carol, south, on=opened, stage=Stage.PROPOSAL, product=flask, amount=D(5))
    for owner, customer, reason, goods in (
        (cast.alice, north, one, flask), (cast.alice, north, two, None), (cast.carol, south, one, lid),
    ):  # fmt: skip
        make_deal(
            owner, customer, on=opened, stage=Stage.LOST, closed_date=today, loss_reason=reason, product=goods
        )
    make_deal(cast.alice, north, on=opened, stage=Stage.WON, closed_date=today, product=flask, amount=D(900))
    make_deal(cast.carol, south, on=opened, stage=Stage.WON, closed_date=today, amount=D(11))
    make_lead(cast.alice, on=today, region="North", source="exhibition", product=flask)
    make_lead(cast.bob, on=today, source="referral")
    make_lead(None, on=today, region="South", source="exhibition")
    make_lead(cast.carol, on=today - timedelta(days=70), source="exhibition")
    return today


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchone()[0]


@pytest.mark.parametrize("by", AXES)
def test_funnel_losses_and_sources_add_up_and_open_their_rows(business, cast, client, by):
    client.force_login(cast.gina)
    page = client.get(reverse("dashboards:deals_split"), {"by": by})
    month = business.replace(day=1)
    asked = [
        sql("SELECT count(*) FROM customers_opportunity WHERE stage NOT IN ('won', 'lost', 'on_hold')"),
        sql("SELECT count(*) FROM customers_opportunity WHERE stage = 'lost' AND closed_date >= %s", month),
        sql("SELECT count(*) FROM customers_lead WHERE created_date >= %s", month),
    ]
    tables = [table for _name, table in page.context["tables"]]
    assert [table["total"]["value"] for table in tables] == asked == [4, 3, 3]
    for table in tables:
        assert sum(line["total"]["value"] for line in table["lines"]) == table["total"]["value"]
        cells = [cell for line in table["lines"] for cell in (*line["cells"], line["total"])]
        for cell in [*cells, *table["below"], table["total"]]:
            if cell["count"]:
                rows = client.get(cell["url"])
                assert not rows.context["filter_errors"], cell["url"]
                assert rows.context["measure"].count == cell["value"], cell["url"]


@pytest.mark.parametrize("by", AXES)
def test_results_of_each_key_open_rows_with_that_figure(business, cast, client, by):
    client.force_login(cast.gina)
    page = client.get(reverse("dashboards:deals_split"), {"by": by})
    lines = page.context["results"]["lines"]
    won = sum(line["cells"][0][0]["value"] or 0 for line in lines if line["cells"][0][0])
    assert won == sql("SELECT sum(base_amount) FROM customers_opportunity WHERE stage = 'won'") == D(911)
    for line in lines:
        for cell, _kpi in line["cells"]:
            if cell:
                assert client.get(cell["url"]).context["rows"].figure.value == cell["value"]


@pytest.mark.parametrize("by", AXES[:4])
def test_the_weighted_forecast_by_month_adds_up_and_opens_its_rows(business, cast, client, by):
    client.force_login(cast.gina)
    page = client.get(reverse("customers:opportunity_forecast"), {"by": by})
    table = page.context["split"]
    asked = sql(
        "SELECT sum(round(base_amount * probability, 2)) FROM customers_opportunity "
        "WHERE stage NOT IN ('won', 'lost', 'on_hold')"
    )
    assert table["total"]["value"] == asked == page.context["total"]["weighted"]
    for line in table["lines"]:
        for cell in (*line["cells"], line["total"]):
            if cell["count"]:
                found = client.get(cell["url"]).context["measure"]
                sums = {name: value for name, _label, value in found.totals}
                assert (found.count, sums["weighted"]) == (cell["count"], cell["value"])
    steps = client.get(reverse("customers:opportunity_forecast")).context["columns"]
    for line, url in steps:
        assert client.get(url).context["measure"].count == line.count


def test_a_page_of_a_region_or_product_holds_only_its_deals(business, cast, client):
    client.force_login(cast.gina)
    url = reverse("customers:opportunity_forecast")
    assert client.get(url, {"region": "North"}).context["total"]["count"] == 2
    goods = sql("SELECT id FROM catalog_product WHERE code = 'FLASK'")
    answer = client.get(url, {"product": goods}).context
    assert answer["total"]["count"] == 2
    assert client.get(answer["total"]["url"]).context["measure"].count == 2


def test_a_rep_compares_only_what_is_her_own(business, cast, client):
    client.force_login(cast.carol)
    page = client.get(reverse("dashboards:deals_split"), {"by": "person"})
    (funnel, *_more) = [table for _name, table in page.context["tables"]]
    assert [line["label"] for line in funnel["lines"]] == [str(cast.carol)]
