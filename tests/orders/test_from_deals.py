"""A deal becomes a contract or an order written from it; what a campaign brought, in orders too; the trend's orders."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from contracts.models import Contract
from customers.choices.deals import Stage
from customers.models import CampaignGuest
from customers.papers_of_deals import paper_of
from customers.selectors.campaigns import yield_of
from customers.services.opportunities import note_paper
from orders.models import Order
from salesops.handbook.models import RuleValue
from tests.factories.customers import make_customer
from tests.factories.deals import make_campaign, make_deal, make_goods, make_lead
from tests.factories.orders import make_order

START = date(2026, 3, 2)


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchone()


def test_the_contract_is_written_from_the_deal_and_lets_it_be_won(cast, client):
    customer = make_customer(cast.alice)
    deal = make_deal(cast.alice, customer, stage=Stage.NEGOTIATION, title="Flasks for spring", amount=D(500))
    deal.notes.create(date=START, topic="price", asked="Less")
    client.force_login(cast.alice)
    page = client.get(deal.get_absolute_url()).content.decode()
    url = reverse("contracts:contract_create") + f"?deal={deal.pk}"
    assert url in page
    form = client.get(url).context["form"]
    assert (form["customer"].value(), form["subject"].value()) == (customer.pk, "Flasks for spring")
    answer = client.post(url, {"customer": customer.pk, "subject": "Flasks", "kind": "sale", "amount": "500"})
    contract = Contract.objects.get()
    assert answer.status_code == 302
    deal.refresh_from_db()
    assert paper_of(deal) == contract
    page = client.get(deal.get_absolute_url()).content.decode()
    assert reverse("contracts:contract_detail", args=[contract.pk]) in page and url not in page
    won = reverse("customers:opportunity_win", args=[deal.pk])
    today = timezone.localdate().isoformat()
    data = {"amount": "500", "closed_date": today, "seen": Stage.NEGOTIATION}
    assert client.post(won, data).status_code == 302
    deal.refresh_from_db()
    assert deal.stage == Stage.WON


def test_an_order_that_was_cancelled_since_wins_no_deal(cast, client):
    deal = make_deal(cast.alice, stage=Stage.NEGOTIATION, amount=D(500))
    deal.notes.create(date=START, topic="price", asked="Less")
    order = make_order(deal.customer, state="draft")
    note_paper(actor=cast.alice, at=timezone.now(), opportunity=deal, paper=order)
    order.state = "cancelled"
    order.save()
    client.force_login(cast.alice)
    data = {"amount": "500", "closed_date": timezone.localdate().isoformat(), "seen": Stage.NEGOTIATION}
    assert client.post(reverse("customers:opportunity_win", args=[deal.pk]), data).status_code != 302
    deal.refresh_from_db()
    assert deal.stage == Stage.NEGOTIATION
    again = make_order(deal.customer, state="draft")
    deal = note_paper(actor=cast.alice, at=timezone.now(), opportunity=deal, paper=again)
    assert paper_of(deal) == again


def test_an_order_comes_with_the_products_of_the_deal_and_never_from_a_strangers(cast, client):
    goods = make_goods()
    deal = make_deal(cast.alice, stage=Stage.WON)
    deal.lines.create(product=goods, quantity=D(12), price=D("9.5"), amount=D(114))
    url = reverse("orders:order_create") + f"?deal={deal.pk}"
    client.force_login(cast.alice)
    (line, *_more) = client.get(url).context["form"].lines.forms
    assert (line["product"].value(), line["quantity"].value(), line["price"].value()) == (
        goods.pk,
        "12",
        "9.5",
    )
    client.force_login(cast.carol)
    assert not client.get(url).context["form"]["customer"].value()


@pytest.fixture
def fair(cast):
    return make_campaign(cast.mona, on=START, invited=10, attended=8)


def test_what_a_campaign_brought_within_its_days_adds_up_and_opens_its_rows(cast, client, fair):
    last = fair.end + timedelta(days=90)
    came, stayed_away, new = (make_customer(cast.alice) for _n in range(3))
    CampaignGuest.objects.create(campaign=fair, customer=came, came=True)
    CampaignGuest.objects.create(campaign=fair, customer=stayed_away)
    make_lead(cast.alice, on=START, campaign=fair)
    make_lead(cast.bob, on=last, campaign=fair, state="qualified", customer=new, closed_date=last)
    make_lead(
        cast.bob,
        on=START,
        campaign=fair,
        state="qualified",
        customer=new,
        closed_date=last + timedelta(days=1),
    )
    make_lead(cast.alice, on=last + timedelta(days=1), campaign=fair)
    make_deal(cast.alice, new, on=START, campaign=fair, stage=Stage.WON, amount=D(900))
    make_deal(cast.alice, came, on=last, stage=Stage.WON, amount=D("11.5"))
    make_deal(cast.alice, came, on=last + timedelta(days=1), stage=Stage.WON)
    make_deal(cast.alice, stayed_away, on=START)
    make_order(came, order_date=last)
    make_order(came, order_date=last + timedelta(days=1))
    make_order(came, order_date=START, state="draft")
    make_order(stayed_away, order_date=START)
    client.force_login(cast.gina)
    context = client.get(fair.get_absolute_url()).context
    gain = context["gain"]
    assert (gain.leads, gain.converted, gain.deals, gain.won, gain.won_amount) == (3, 1, 2, 2, D("911.5"))
    assert (gain.participation, gain.conversion) == (D("0.8"), D(1) / 8)
    for url, count in (
        (context["lead_url"], 3), (context["lead_url"] + "&became=on", 1), (context["deal_url"], 2),
        (context["deal_url"] + "&stage=won", 2),
    ):  # fmt: skip
        assert client.get(url).context["measure"].count == count, url
    ((_title, count, amount, url),) = context["more"]
    asked = sql(
        "SELECT count(*), sum(base_net) FROM orders_order WHERE customer_id = %s AND state = 'confirmed' "
        "AND order_date BETWEEN %s AND %s", came.pk, START, last,
    )  # fmt: skip
    assert (count, amount) == asked == (1, asked[1])
    assert client.get(url).context["measure"].count == 1


def test_the_days_of_a_campaign_are_those_in_force_when_it_began(cast, fair):
    make_lead(cast.alice, on=fair.end + timedelta(days=60), campaign=fair)
    assert yield_of(fair).leads == 1
    for day, days in ((START - timedelta(days=30), 30), (START + timedelta(days=1), 365)):
        RuleValue.objects.create(
            key="customers.campaign_days", value=days, from_date=day, set_at=timezone.now()
        )
    assert yield_of(fair).leads == 0


def test_the_trend_shows_needs_lost_deals_and_orders_with_their_rows(cast, client):
    today = timezone.localdate()
    make_order(make_customer(cast.alice), order_date=today)
    make_order(make_customer(cast.alice), order_date=today, state="draft")
    make_deal(cast.alice, stage=Stage.LOST, on=today, closed_date=today)
    client.force_login(cast.gina)
    row = client.get(reverse("customers:market_trend")).context["rows"][-1]
    ((count, url, _label),) = row["facts"]
    assert count == 1 == client.get(url).context["measure"].count
    assert row["lost"] == 1 == client.get(row["lost_url"]).context["measure"].count
    assert Order.objects.count() == 2
