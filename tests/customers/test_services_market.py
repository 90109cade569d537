"""Market information: observations, the team's week, campaigns with what they bring, demands with their answer."""

from datetime import date, datetime, timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.choices.deals import Stage
from customers.jobs.deals import look_after
from customers.models import MarketWeek, Observation
from customers.selectors.campaigns import yield_of
from customers.selectors.market import price_matrix
from customers.services import campaigns, demands, market_weeks, observations
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve, start
from salesops.audit.models import AuditEvent
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.notifications.models import Notification
from tests.factories.customers import make_currency, make_customer
from tests.factories.deals import (
    make_campaign,
    make_competitor,
    make_deal,
    make_demand,
    make_goods,
    make_lead,
    make_observation,
)

AT = timezone.make_aware(datetime(2026, 4, 1, 18))
TODAY = date(2026, 4, 1)  # a Wednesday
CNY = {"currency_id": "CNY"}


def test_an_observation_is_shared_but_names_no_customer_that_the_reader_does_not_see(cast, client):
    hidden = make_customer(cast.alice, name="Secret Buyer")
    seen = observations.record_observation(
        actor=cast.alice, at=AT, topic="price", fact="8.20 a piece", price=D("8.2"), currency=make_currency(),
        seen_on=TODAY, customer=hidden, competitor=make_competitor(),
    )  # fmt: skip
    assert (seen.owner, seen.team) == (cast.alice, cast.group_a)
    client.force_login(cast.carol)
    page = client.get(seen.get_absolute_url()).content.decode()
    assert "8.20 a piece" in page and "Secret Buyer" not in page
    with pytest.raises(NotAllowed):
        observations.record_observation(
            actor=cast.carol, at=AT, topic="price", fact="x", seen_on=TODAY, customer=hidden
        )
    with pytest.raises(InvalidInput, match="future"):
        observations.record_observation(
            actor=cast.alice, at=AT, topic="price", fact="x", seen_on=TODAY + timedelta(days=1)
        )


def test_the_matrix_shows_the_newest_price_beside_ours(cast):
    one, two, goods = make_competitor(), make_competitor(), make_goods(list_price="100")
    make_observation(cast.alice, competitor=one, product=goods, price=D(80), on=date(2026, 3, 1), **CNY)
    newest = make_observation(
        cast.carol, competitor=one, product=goods, price=D(90), on=date(2026, 3, 9), **CNY
    )
    make_observation(cast.carol, competitor=two, product=goods, price=D(70), on=date(2024, 1, 1), **CNY)
    (row,) = price_matrix([one, two], since=date(2026, 1, 1))
    assert (row.product, row.cells[0].observation, row.cells[0].gap) == (goods, newest, D("-0.1"))
    assert row.cells[1] is None


def test_every_figure_of_the_trend_opens_its_rows(cast, client):
    rival = make_competitor()
    today = timezone.localdate()
    for topic in ("price", "price", "staff"):
        make_observation(cast.alice, competitor=rival, topic=topic, on=today)
    make_deal(cast.alice, stage=Stage.LOST, on=today, closed_date=today, lost_to=rival)
    make_deal(cast.alice, stage=Stage.LOST, on=today, closed_date=today)
    client.force_login(cast.bob)
    row = client.get(reverse("customers:market_trend")).context["rows"][-1]
    make_demand(cast.alice, on=today)
    row = client.get(reverse("customers:market_trend")).context["rows"][-1]
    cells = [(count, url) for count, url, _label in row["cells"]]
    for count, url in [
        *cells,
        *((row[name], row[f"{name}_url"]) for name in ("lost", "demands")),
        (row["total"], row["url"]),
    ]:
        assert client.get(url).context["measure"].count == count, url
    assert (row["total"], row["lost"], row["demands"]) == (3, 2, 1)
    row = client.get(reverse("customers:market_trend"), {"competitor": rival.pk}).context["rows"][-1]
    assert row["lost"] == 1 == client.get(row["lost_url"]).context["measure"].count


def test_the_week_of_a_team_is_one_and_is_handed_in_to_the_head_above(cast):
    week = market_weeks.open_week(actor=cast.bob, at=AT, team=cast.group_a, day=TODAY)
    assert market_weeks.open_week(actor=cast.mona, at=AT, team=cast.group_a, day=date(2026, 3, 30)) == week
    with pytest.raises(NotAllowed):
        market_weeks.open_week(actor=cast.bob, at=AT, team=cast.group_b, day=TODAY)
    with pytest.raises(InvalidInput):
        market_weeks.submit_week(actor=cast.bob, at=AT, week=week)
    market_weeks.write_week(actor=cast.bob, at=AT, week=week, summary="Prices fall", actions="")
    market_weeks.submit_week(actor=cast.bob, at=AT, week=week)
    assert Notification.objects.get(kind="customers.market_week").recipient == cast.mona
    with pytest.raises(Conflict):
        market_weeks.write_week(actor=cast.bob, at=AT, week=week, summary="x", actions="")
    assert MarketWeek.objects.get().week_start == date(2026, 3, 30)


def test_a_campaign_is_signed_before_it_runs_and_traced_to_customers_and_money(cast):
    plan = campaigns.save_campaign(
        actor=cast.bob, at=AT, kind="exhibition", theme="Spring fair", form="Booth", start=TODAY,
        end=TODAY + timedelta(days=3), budget=D(50_000), currency=make_currency(), staff=[cast.alice],
    )  # fmt: skip
    with pytest.raises(Conflict):
        campaigns.start_campaign(actor=cast.bob, at=AT, campaign=plan)
    request = start(actor=cast.bob, at=AT, obj=plan, document_type=campaigns.KEY)
    while request.state == "pending":
        person = request.asks.get(state="open").people.first().person
        assert person != cast.bob
        approve(actor=person, at=AT, request=request)
        request = ApprovalRequest.objects.get(pk=request.pk)
    campaigns.start_campaign(actor=cast.bob, at=AT, campaign=plan)
    campaigns.add_cost(
        actor=cast.bob, at=AT, campaign=plan, item="booth", planned=D(30_000), actual=D(32_000)
    )
    customer = make_customer(cast.alice)
    lead = make_lead(
        cast.alice,
        campaign=plan,
        state="qualified",
        customer=customer,
        closed_date=TODAY,
        source="exhibition",
    )
    make_lead(cast.alice, campaign=plan)
    make_deal(cast.alice, customer, stage=Stage.WON, campaign=plan, lead=lead, amount=D(900))
    found = yield_of(plan)
    assert (found.leads, found.converted, found.conversion, found.won, found.won_amount) == (
        2,
        1,
        D("0.5"),
        1,
        D(900),
    )
    with pytest.raises(InvalidInput, match="report"):
        campaigns.evaluate_campaign(
            actor=cast.bob, at=AT + timedelta(days=3), campaign=plan, invited=9, attended=7, effect="Good"
        )
    campaigns.evaluate_campaign(
        actor=cast.bob,
        at=AT + timedelta(days=3),
        campaign=plan,
        invited=9,
        attended=7,
        effect="Good",
        report="All of it",
        adjustment="Book earlier",
    )


def test_a_campaign_of_days_to_come_begins_early_with_a_reason_and_is_judged_at_its_end(cast, client):
    plan = make_campaign(cast.bob, on=TODAY + timedelta(days=5), state="approved")
    with pytest.raises(InvalidInput, match="first day") as refused:
        campaigns.start_campaign(actor=cast.bob, at=AT, campaign=plan)
    assert refused.value.field == "reason" and refused.value.figures["earliest"] == plan.start
    campaigns.start_campaign(actor=cast.bob, at=AT, campaign=plan, reason="The hall is free earlier")
    assert AuditEvent.objects.get(verb="customers.campaign_running").comment == "The hall is free earlier"
    result = {
        "actor": cast.bob,
        "campaign": plan,
        "invited": 9,
        "attended": 7,
        "effect": "Good",
        "adjustment": "-",
    }
    with pytest.raises(Conflict, match="lasts until"):
        campaigns.evaluate_campaign(at=AT + timedelta(days=7), **result)
    assert campaigns.evaluate_campaign(at=AT + timedelta(days=8), **result).state == "evaluated"
    ahead = make_campaign(cast.bob, on=timezone.localdate() + timedelta(days=5), state="approved")
    client.force_login(cast.bob)
    page = client.get(reverse("customers:campaign_start", args=[ahead.pk])).content.decode()
    assert 'name="reason"' in page, "the form asks for it"


def test_the_answer_to_a_demand_goes_back_to_who_asked(cast):
    demand = demands.raise_demand(
        actor=cast.alice, at=AT, title="A lid", need="It leaks", customer=make_customer(cast.alice)
    )
    assert demand.number.startswith("CP-2026-")
    with pytest.raises(NotAllowed):
        demands.decide_demand(actor=cast.alice, at=AT, demand=demand, to="accepted", answer="Yes")
    with pytest.raises(InvalidInput):
        demands.decide_demand(actor=cast.otto, at=AT, demand=demand, to="declined")
    demands.decide_demand(actor=cast.otto, at=AT, demand=demand, to="accepted", answer="In the next series")
    notice = Notification.objects.get(kind="customers.demand_answered")
    assert (notice.recipient, notice.data["words"]) == (cast.alice, "In the next series")
    with pytest.raises(Conflict):
        demands.update_demand(
            actor=cast.alice, at=AT, demand=make_demand(cast.alice, state="done", answer="x"), need="y"
        )


def test_the_daily_look_tells_each_once_and_the_superior_later(cast):
    day = date(2026, 4, 15)
    idle = make_lead(cast.alice, name="Idle", on=date(2026, 4, 10))
    make_lead(cast.alice, name="Gone", on=date(2026, 3, 20))
    make_deal(cast.alice, title="Late", on=date(2026, 4, 1), next_step_on=date(2026, 4, 14))
    make_deal(cast.alice, title="Very late", on=date(2026, 4, 1), next_step_on=date(2026, 4, 2))
    make_deal(cast.alice, title="Still", on=date(2026, 2, 1), next_step_on=date(2026, 5, 1))
    at = timezone.make_aware(datetime(2026, 4, 15, 8))
    look_after(day, actor=None, at=at, dry_run=False)
    told = {
        (n.recipient.username, n.kind.split(".")[1], n.data.get("title") or n.data["name"])
        for n in Notification.objects.all()
    }
    assert told == {
        ("alice", "lead_idle", "Idle"), ("alice", "lead_returned", "Gone"), ("alice", "deal_idle", "Late"),
        ("alice", "deal_idle", "Very late"), ("bob", "deal_idle", "Very late"), ("alice", "deal_stalled", "Still"),
        ("bob", "deal_stalled", "Still"),
    }  # fmt: skip
    idle.refresh_from_db()
    assert idle.owner == cast.alice
    look_after(day + timedelta(days=1), actor=None, at=at + timedelta(days=1), dry_run=False)
    assert Notification.objects.count() == len(told)
    assert not Observation.objects.exists()


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_what_a_campaign_that_is_over_cost_and_brought_stays_as_it_was_judged(cast, state):
    over = make_campaign(cast.bob, state=state, reason="Rain", effect="Wet")
    with pytest.raises(Conflict, match="stays"):
        campaigns.add_cost(actor=cast.bob, at=AT, campaign=over, item="booth", planned=D(1), actual=D(1))
    with pytest.raises(Conflict, match="stays"):
        campaigns.invite_guest(actor=cast.alice, at=AT, campaign=over, customer=make_customer(cast.alice))
