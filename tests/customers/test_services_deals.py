"""Deals: seven steps with exit rules, a next step always, concessions under the floor, won and lost."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from customers.choices.deals import ConcessionState, Stage
from customers.events.deals import OpportunityWon
from customers.models import LossReason, Opportunity
from customers.services import deal_steps, negotiation, opportunities
from customers.services.deal_rows import DealLine
from customers.services.proofs import missing_for
from salesops.approvals.choices import OPEN_STATES
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve, reject
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.events import _handlers
from tests.factories.customers import make_contact, make_customer
from tests.factories.deals import make_competitor, make_deal, make_goods
from tests.factories.rules import make_rule

D = Decimal


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def today(at):
    return timezone.localdate(at)


def open_deal(person, at, **fields):
    fields.setdefault("customer", make_customer(person))
    fields.setdefault("next_step_on", timezone.localdate(at) + timedelta(days=3))
    return opportunities.create_opportunity(
        actor=person, at=at, owner=person, **{"title": "Flasks", "next_step": "Call", **fields}
    )


def test_a_deal_walks_the_seven_steps_and_each_asks_for_what_it_needs(cast, at, today):
    deal = open_deal(cast.alice, at, lines=[DealLine(make_goods(), D(100), D("9.5"))])
    assert (deal.code[:3], deal.amount, deal.probability) == ("SJ-", D("950.00"), D("0.05"))

    def move(to):
        return deal_steps.move_opportunity(actor=cast.alice, at=at, opportunity=deal, to=to)

    def change(**fields):
        opportunities.update_opportunity(actor=cast.alice, at=at, opportunity=deal, **fields)

    with pytest.raises(InvalidInput, match="the score of the screening") as refused:
        move(Stage.SCREENED)
    assert refused.value.clause == "customers.deal_needs_screened"
    change(score=70)
    move(Stage.SCREENED)
    assert [m.code for m in missing_for(Opportunity.objects.get(), Stage.NEGOTIATION, on=today)] == [
        "need_record", "offer", "expected_close", "counter_terms",
    ]  # fmt: skip
    with pytest.raises(InvalidInput, match="needs of the customer"):
        move(Stage.NEEDS)
    change(need_record="5,000 flasks a year", expected_close=today + timedelta(days=40))
    assert move(Stage.NEEDS).probability == D("0.4")
    change(offer_ref="BJ-1", offer_date=today)
    move(Stage.PROPOSAL)
    negotiation.note_negotiation(actor=cast.alice, at=at, opportunity=deal, topic="payment", asked="60 days")
    move(Stage.NEGOTIATION)
    with pytest.raises(InvalidInput, match="contract or order"):
        deal_steps.win_opportunity(actor=cast.alice, at=at, opportunity=deal)
    won, tell = [], lambda event: won.append(event)
    _handlers[OpportunityWon].append(tell)
    try:
        done = deal_steps.win_opportunity(actor=cast.alice, at=at, opportunity=deal, deal_paper="HT-1")
    finally:
        _handlers[OpportunityWon].remove(tell)
    assert (done.stage, done.probability, done.closed_date, done.team) == ("won", 1, today, cast.group_a)
    assert [e.opportunity_id for e in won] == [deal.pk]
    steps = [(m.from_stage, m.to_stage, m.owner) for m in deal.moves.order_by("pk")]
    assert [s[1] for s in steps] == ["research", "screened", "needs", "proposal", "negotiation", "won"]
    assert {s[2] for s in steps} == {cast.alice}
    with pytest.raises(Conflict, match="decided"):
        change(amount=D(1))


def test_the_handbook_may_ask_for_less_or_more(cast, at):
    deal = open_deal(cast.alice, at)
    make_rule("customers.deal_needs_screened", "none")
    make_rule("customers.deal_needs_first_visit", "decision_maker")
    deal_steps.move_opportunity(actor=cast.alice, at=at, opportunity=deal, to=Stage.SCREENED)
    with pytest.raises(InvalidInput, match="somebody who decides"):
        deal_steps.move_opportunity(actor=cast.alice, at=at, opportunity=deal, to=Stage.FIRST_VISIT)
    contact = make_contact(deal.customer)
    negotiation.set_decision_maker(actor=cast.alice, at=at, opportunity=deal, contact=contact, part="decides")
    deal_steps.move_opportunity(actor=cast.alice, at=at, opportunity=deal, to=Stage.FIRST_VISIT)


def test_an_open_deal_never_lacks_its_next_step(cast, at, today):
    with pytest.raises(InvalidInput, match="next step"):
        open_deal(cast.alice, at, next_step=" ")
    with pytest.raises(InvalidInput, match="today or later"):
        open_deal(cast.alice, at, next_step_on=today - timedelta(days=1))
    deal = make_deal(cast.alice)
    with pytest.raises(IntegrityError, match="next_step_set"), transaction.atomic():
        Opportunity.objects.filter(pk=deal.pk).update(next_step="")
    with pytest.raises(IntegrityError, match="lost_has_reason"), transaction.atomic():
        Opportunity.objects.filter(pk=deal.pk).update(stage="lost", closed_date=today)


def test_who_saw_an_older_step_is_told_who_moved_the_deal(cast, at):
    deal = make_deal(cast.alice, score=50)
    deal_steps.move_opportunity(actor=cast.bob, at=at, opportunity=deal, to=Stage.SCREENED, seen="research")
    with pytest.raises(Conflict, match="Bob has moved this opportunity to “Screened”"):
        deal_steps.move_opportunity(
            actor=cast.alice, at=at, opportunity=deal, to=Stage.NEEDS, seen="research"
        )
    assert deal.moves.count() == 2


def test_back_needs_a_reason_and_rest_a_day(cast, at, today):
    deal = make_deal(cast.alice, stage=Stage.NEEDS)
    act = {"actor": cast.alice, "at": at, "opportunity": deal}
    with pytest.raises(InvalidInput, match="why the opportunity goes back"):
        deal_steps.move_opportunity(**act, to=Stage.SCREENED)
    later = today + timedelta(days=60)
    deal_steps.hold_opportunity(**act, reason="Budget frozen", next_step="Ask again", next_step_on=later)
    deal.refresh_from_db()
    assert (deal.stage, deal.held_from, deal.next_step_on) == ("on_hold", "needs", later)
    with pytest.raises(Conflict):
        deal_steps.win_opportunity(**act, deal_paper="x")
    assert deal_steps.move_opportunity(**act, to=Stage.NEEDS).held_from == ""


def test_lost_says_why_and_to_whom_and_only_a_lead_takes_it_up_again(cast, at, today):
    rival, deal = make_competitor(), make_deal(cast.alice, stage=Stage.PROPOSAL, on=today)
    reason = LossReason.objects.get(code="price")
    deal_steps.lose_opportunity(actor=cast.alice, at=at, opportunity=deal, loss_reason=reason, lost_to=rival)
    deal.refresh_from_db()
    assert (deal.stage, deal.loss_reason, deal.lost_to, deal.probability) == ("lost", reason, rival, 0)
    again = {
        "at": at,
        "opportunity": deal,
        "reason": "They called",
        "next_step": "Meet",
        "next_step_on": today,
    }
    with pytest.raises(NotAllowed):
        deal_steps.reopen_opportunity(actor=cast.alice, **again)
    assert deal_steps.reopen_opportunity(actor=cast.bob, **again).stage == Stage.PROPOSAL


def test_a_deal_handed_over_keeps_step_and_history_and_a_decided_one_stays(cast, at):
    deal, done = make_deal(cast.alice, stage=Stage.NEEDS), make_deal(cast.alice, stage=Stage.WON)
    moved = opportunities.assign_opportunity(actor=cast.mona, at=at, opportunity=deal, owner=cast.carol)
    assert (moved.stage, moved.owner, moved.team) == ("needs", cast.carol, cast.group_b)
    assert deal.moves.get().owner == cast.alice
    with pytest.raises(Conflict):
        opportunities.assign_opportunity(actor=cast.mona, at=at, opportunity=done, owner=cast.carol)
    with pytest.raises(NotAllowed):
        opportunities.assign_opportunity(actor=cast.alice, at=at, opportunity=deal, owner=cast.alice)


def test_a_foreign_customer_gets_no_deal(cast, at):
    with pytest.raises(NotAllowed):
        open_deal(cast.alice, at, customer=make_customer(cast.carol))


@pytest.mark.parametrize(
    ("price", "state", "asked"),
    [
        ("95", "granted", ""),
        ("85", "pending", "bob"),
        ("79.99", "pending", "mona dora"),
        ("80", "pending", "bob"),
    ],
)
def test_who_grants_a_price(cast, at, price, state, asked):
    """List 100, floor 80: up to 10 % the owner, then the lead, under the floor manager and finance."""
    deal = make_deal(cast.alice, stage=Stage.NEGOTIATION)
    found = negotiation.ask_concession(
        actor=cast.alice, at=at, opportunity=deal, product=make_goods(), price=D(price), reason="Big order"
    )
    assert found.state == state
    assert found.below_floor == (D(price) < 80)
    requests = ApprovalRequest.objects.about(found)
    people = {p.person.username for r in requests for a in r.asks.all() for p in a.people.all()}
    assert people == set(asked.split())


def test_a_price_under_the_floor_holds_the_deal_until_both_signed(cast, at):
    deal = make_deal(cast.alice, stage=Stage.NEGOTIATION, deal_paper="HT-9")
    found = negotiation.ask_concession(
        actor=cast.alice, at=at, opportunity=deal, product=make_goods(), price=D(70), reason="Big order"
    )
    with pytest.raises(InvalidInput, match="waits for approval"):
        deal_steps.win_opportunity(actor=cast.alice, at=at, opportunity=deal)
    request = ApprovalRequest.objects.about(found).get()
    for person in (cast.mona, cast.dora):
        approve(actor=person, at=at, request=request)
        found.refresh_from_db()
    assert found.state == ConcessionState.GRANTED
    again = negotiation.ask_concession(
        actor=cast.alice, at=at, opportunity=deal, product=make_goods(), price=D(60), reason="Bigger order"
    )
    reject(actor=cast.mona, at=at, request=ApprovalRequest.objects.about(again).get(), comment="Enough")
    again.refresh_from_db()
    assert again.state == ConcessionState.REFUSED
    deal_steps.win_opportunity(actor=cast.alice, at=at, opportunity=deal)


def test_with_the_decision_on_a_deal_nobody_is_asked_about_its_price_any_more(cast, at, today):
    deal = make_deal(cast.alice, stage=Stage.NEGOTIATION, on=today)
    found = negotiation.ask_concession(
        actor=cast.alice, at=at, opportunity=deal, product=make_goods(), price=D(70), reason="Big order"
    )
    deal_steps.lose_opportunity(
        actor=cast.alice, at=at, opportunity=deal, loss_reason=LossReason.objects.get(code="price")
    )
    found.refresh_from_db()
    assert found.state == ConcessionState.WITHDRAWN
    assert ApprovalRequest.objects.about(found).get().state not in OPEN_STATES
