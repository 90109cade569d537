"""Pages of leads and deals: board, forecast, forms, alerts; every figure opens its rows."""

import re
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.choices.deals import Stage
from customers.models import Lead, Opportunity
from tests.factories.customers import make_customer
from tests.factories.deals import make_competitor, make_deal, make_goods, make_lead, make_observation


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def today():
    return timezone.localdate()


def lines(*rows):
    """A formset of products as a browser posts it."""
    data = {"lines-TOTAL_FORMS": str(len(rows)), "lines-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"lines-{number}-{name}": value for name, value in row.items()}
    return data


def test_a_deal_is_opened_with_its_products_and_edited(cast, as_, today):
    customer, goods = make_customer(cast.alice), make_goods()
    client = as_(cast.alice)
    url = reverse("customers:opportunity_create") + f"?customer={customer.pk}"
    form = client.get(url).context["form"]
    assert (form["customer"].value(), form["owner"].value()) == (str(customer.pk), cast.alice.pk)
    data = {
        "title": "Flasks", "customer": customer.pk, "owner": cast.alice.pk, "next_step": "Call",
        "next_step_on": today.isoformat(), "currency": "CNY", "probability": "25",
    }  # fmt: skip
    answer = client.post(url, data | lines({"product": goods.pk, "quantity": "10", "price": "9.5"}))
    deal = Opportunity.objects.get()
    assert answer["Location"] == deal.get_absolute_url()
    assert (deal.amount, deal.product, deal.probability) == (D("95.00"), goods, D("0.25"))
    page = client.get(deal.get_absolute_url()).content.decode()
    assert "this is still missing" in page and "the score of the screening" in page
    edit = reverse("customers:opportunity_edit", args=[deal.pk])
    shown = client.get(edit).context["form"]
    assert shown.lines.forms[0]["quantity"].value() == 10
    data |= {"score": "80", "probability": ""}
    answer = client.post(edit, data | lines({"product": goods.pk, "quantity": "20", "price": "9.5"}))
    assert answer.status_code == 302
    deal.refresh_from_db()
    assert (deal.amount, deal.score, deal.probability, deal.lines.count()) == (D("190.00"), 80, D("0.05"), 1)


def test_the_board_moves_a_card_and_says_what_is_missing(cast, as_, today):
    ready, bare = make_deal(cast.alice, score=70, on=today), make_deal(cast.alice, on=today)
    client = as_(cast.alice)
    board = reverse("customers:opportunity_board")
    assert next((c.line.stage, c.line.count) for c in client.get(board).context["columns"]) == ("research", 2)
    post = {"to": "screened", "seen": "research", "back": "board"}
    assert client.post(reverse("customers:opportunity_move", args=[ready.pk]), post)["Location"] == board
    refused = client.post(reverse("customers:opportunity_move", args=[bare.pk]), post)
    assert refused.status_code == 400
    assert "the score of the screening" in refused.content.decode()
    late = client.post(reverse("customers:opportunity_move", args=[ready.pk]), post | {"to": "first_visit"})
    assert late.status_code == 409
    assert "Alice has moved this opportunity" in late.content.decode()
    ready.refresh_from_db()
    assert ready.stage == Stage.SCREENED


def test_the_board_has_the_most_urgent_deal_of_each_step_first_and_offers_what_its_deals_have(
    cast, as_, today
):
    here, there = make_customer(cast.alice, region="Jiangsu"), make_customer(cast.alice, region="Sichuan")
    make_customer(cast.alice, region="Without a deal")
    soon = make_deal(cast.alice, customer=here, next_step_on=today)
    later = make_deal(cast.alice, customer=here, next_step_on=today + timedelta(days=3))
    offer = make_deal(cast.alice, customer=there, stage=Stage.NEGOTIATION, next_step_on=today)
    make_deal(cast.alice, customer=make_customer(cast.alice, region="Won"), stage=Stage.WON)
    make_deal(cast.carol, customer=make_customer(cast.carol, region="Another team"))
    page = as_(cast.alice).get(reverse("customers:opportunity_board"))
    cards = {column.line.stage: column.deals for column in page.context["columns"]}
    assert cards["research"] == [soon, later]
    assert cards["negotiation"] == [offer]
    assert cards["needs"] == []
    assert page.context["regions"] == ["Jiangsu", "Sichuan"]
    assert page.context["people"] == [cast.alice]
    text = page.content.decode()
    assert text.count('<option value="screened" selected>') == 2, "the step after is chosen on each card"
    assert text.count('<option value="" disabled selected>') == 1, "after the last step none is"


def test_among_very_many_deals_the_cards_come_first_and_the_figures_follow(cast, as_, today, monkeypatch):
    monkeypatch.setattr("customers.views.pipeline.is_large", lambda model: True)
    monkeypatch.setattr("customers.views.pipeline.CARDS", 2)
    deals = [make_deal(cast.alice, amount=D(1000), next_step_on=today + timedelta(days=n)) for n in range(3)]
    make_deal(cast.carol, amount=D(5000))
    client, board = as_(cast.bob), reverse("customers:opportunity_board")
    page = client.get(board)
    [column, *_others] = page.context["columns"]
    assert column.deals == deals[:2] and column.goes_on and "3,000.00" not in page.content.decode()
    figures = client.get(board + page.context["figures_url"], headers={"hx-request": "true"})
    text = figures.content.decode()
    assert '<span hx-swap-oob="innerHTML:#count-research">3</span>' in text and "deal-card" not in text
    assert '<span hx-swap-oob="innerHTML:#more-research">1 more</span>' in text and "3,000.00" in text
    for target in ("count", "jump", "sum", "more"):
        assert f'id="{target}-research"' in page.content.decode(), "there is a place for each that follows"
    assert [c.line.count for c in client.get(board, {"part": "figures"}).context["columns"]][:2] == [3, 0]
    forecast = reverse("customers:opportunity_forecast")
    opened = client.get(forecast, {"by": "team"})
    assert "3,000.00" not in opened.content.decode()
    followed = client.get(forecast + opened.context["figures_url"], headers={"hx-request": "true"})
    assert (followed.context["by"], followed.context["total"]["count"]) == ("team", 3)
    assert "3,000.00" in followed.content.decode() and "<html" not in followed.content.decode()


def test_every_figure_of_the_forecast_opens_rows_with_its_sum(cast, as_, today):
    month = today.replace(day=1) + timedelta(days=40)
    make_deal(cast.alice, expected_close=month, amount=D("1000.05"), probability=D("0.333333"))
    make_deal(cast.alice, expected_close=month, amount=D(500), stage=Stage.PROPOSAL)
    make_deal(cast.bob, amount=D(70))
    make_deal(cast.carol, expected_close=month, amount=D(9999))
    make_deal(cast.alice, stage=Stage.WON)
    client = as_(cast.bob)
    page = client.get(reverse("customers:opportunity_forecast"))
    rows = page.context["rows"]
    assert [(r["line"].count, r["line"].weighted) for r in rows] == [(2, D("633.35")), (1, D("3.50"))]
    for row in [*rows, {"line": None, "url": page.context["total"]["url"]}]:
        found = client.get(row["url"]).context["measure"]
        sums = {name: value for name, _label, value in found.totals}
        if row["line"]:
            assert (found.count, sums["base_amount"], sums["weighted"]) == (
                row["line"].count, row["line"].amount, row["line"].weighted,
            )  # fmt: skip
        else:
            assert (found.count, sums["weighted"]) == (3, D("636.85"))


def test_what_is_late_and_what_stands_still_is_on_the_workbench(cast, as_, today):
    make_deal(
        cast.alice,
        title="Overdue deal",
        on=today - timedelta(days=20),
        next_step_on=today - timedelta(days=1),
    )
    make_deal(
        cast.alice,
        title="Sleeping deal",
        on=today - timedelta(days=60),
        next_step_on=today + timedelta(days=9),
    )
    make_lead(cast.alice, name="Forgotten lead", on=today - timedelta(days=12))
    make_deal(cast.carol, title="Not mine", on=today - timedelta(days=60))
    assert 'hx-get="?card=customers.my_deals"' in as_(cast.alice).get("/").content.decode()
    page = as_(cast.alice).get("/?card=customers.my_deals").content.decode()
    for text in ("Overdue deal", "Sleeping deal", "Forgotten lead"):
        assert text in page
    assert "Not mine" not in page


def test_a_lead_is_taken_in_once_and_becomes_a_deal_by_form(cast, as_, today):
    client = as_(cast.alice)
    url = reverse("customers:lead_create")
    make_customer(cast.alice, name="Sunrise Houseware")
    data = {"name": "Sunrise Houseware Ltd.", "source": "referral", "owner": cast.alice.pk, "currency": "CNY"}
    asked = client.post(url, data)
    assert "other_company" in asked.context["form"].errors
    assert client.post(url, data | {"other_company": "on"}).status_code == 302
    lead = Lead.objects.get()
    convert = reverse("customers:lead_convert", args=[lead.pk])
    step = {"title": "Flasks", "next_step": "Visit", "next_step_on": today.isoformat(), "amount": "500"}
    assert "other_company" in client.post(convert, step).context["form"].errors
    answer = client.post(convert, step | {"other_company": "on"})
    assert answer["Location"] == Opportunity.objects.get().get_absolute_url()


def test_telephones_of_leads_are_masked_for_others(cast, as_):
    lead = make_lead(cast.alice, phone="+8613800138000", contact_name="Ms Wu")
    assert "138****8000" in re.sub(r"\s", "", as_(cast.bob).get(lead.get_absolute_url()).content.decode())
    assert (
        "13800138000"
        not in as_(cast.bob).get(reverse("customers:lead_list") + "?cols=name,phone").content.decode()
    )
    assert "tel:+8613800138000" in as_(cast.alice).get(lead.get_absolute_url()).content.decode()


def test_the_bottom_line_is_for_those_who_make_the_deal(cast, as_):
    deal = make_deal(cast.alice, bottom_line="Never under 8.20")
    assert "8.20" in as_(cast.alice).get(deal.get_absolute_url()).content.decode()
    for person in (cast.asha, cast.sam):
        assert "8.20" not in as_(person).get(deal.get_absolute_url()).content.decode()


def test_what_was_seen_of_a_competitor_is_shown_with_the_deal_against_them(cast, as_):
    rival, deal = make_competitor(name="Rivalry Ltd."), make_deal(cast.alice)
    deal.competitors.create(competitor=rival, standing="ahead")
    make_observation(
        cast.carol, competitor=rival, fact="They cut the price by 8 %", price=D(7), currency_id="CNY"
    )
    page = as_(cast.alice).get(deal.get_absolute_url(), {"rest": "1"}).content.decode()
    assert "They cut the price by 8 %" in page
    assert "last seen: 7" in page
