"""Leads: taken in once, worked on, turned into customer, contact and deal without loss."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.errors import LikelyDuplicate
from customers.models import Contact, Customer, Lead, Opportunity
from customers.services import lead_conversion, lead_pool, leads
from salesops.core.errors import Conflict, Duplicate, InvalidInput, NotAllowed
from salesops.work.services import create_task
from tests.factories.customers import make_contact, make_currency, make_customer
from tests.factories.deals import make_campaign, make_goods, make_lead

AT = timezone.make_aware(datetime(2026, 4, 1, 18))
TODAY = date(2026, 4, 1)


def take_in(person, **fields):
    fields = {"name": "Sunrise Houseware Ltd.", "source": "exhibition", "currency": make_currency()} | fields
    return leads.create_lead(actor=person, at=AT, owner=person, **fields)


def convert(person, lead, **more):
    step = {"title": "Flasks", "next_step": "Visit them", "next_step_on": TODAY + timedelta(days=5)}
    return lead_conversion.convert_lead(actor=person, at=AT, lead=lead, **(step | more))


def test_a_lead_becomes_customer_contact_and_deal_without_loss(cast):
    campaign, goods = make_campaign(cast.bob), make_goods()
    lead = take_in(
        cast.alice, contact_name="Ms Wu", phone="13800138000", email="wu@sunrise.example", need="Flasks, 500 ml",
        campaign=campaign, product=goods, region="East", country="CN",
    )  # fmt: skip
    leads.screen_lead(actor=cast.alice, at=AT, lead=lead, score=80, screening="Real need, good payer")
    task = create_task(
        actor=cast.alice,
        at=AT,
        title="Send samples",
        owner=cast.alice,
        due_at=AT + timedelta(days=1),
        subject=lead,
    )
    deal = convert(cast.alice, lead)
    customer = Customer.objects.get()
    assert (customer.name, customer.region, customer.owner) == ("Sunrise Houseware Ltd.", "East", cast.alice)
    assert Contact.objects.get(customer=customer).phone == "+8613800138000"
    assert (deal.need_record, deal.score, deal.product, deal.campaign) == (
        "Flasks, 500 ml",
        80,
        goods,
        campaign,
    )
    lead.refresh_from_db()
    task.refresh_from_db()
    assert (lead.state, lead.customer, lead.closed_date, lead.opportunity) == (
        "qualified",
        customer,
        TODAY,
        deal,
    )
    assert task.subject == deal
    with pytest.raises(Conflict):
        convert(cast.alice, lead)


def test_a_lead_like_a_customer_on_file_joins_it_or_is_confirmed(cast):
    mine = make_customer(cast.alice, name="Sunrise Houseware Co., Ltd.")
    with pytest.raises(LikelyDuplicate):
        take_in(cast.alice)
    lead = take_in(cast.alice, other_company=True, contact_name="Ms Wu")
    with pytest.raises(LikelyDuplicate):
        convert(cast.alice, lead)
    assert not Opportunity.objects.exists()
    deal = convert(cast.alice, lead, customer=mine)
    assert deal.customer == mine
    assert list(mine.contacts.values_list("name", flat=True)) == ["Ms Wu"]


def test_a_lead_of_another_teams_customer_is_told_without_leaking(cast):
    make_contact(make_customer(cast.carol, name="Sunrise Houseware"))
    with pytest.raises(LikelyDuplicate) as refused:
        take_in(cast.alice)
    assert "Carol" in str(refused.value)
    assert "KH" not in str(refused.value)


def test_one_open_lead_of_a_name(cast):
    take_in(cast.alice)
    with pytest.raises(Duplicate, match="Alice"):
        take_in(cast.bob)


def test_states_and_reasons(cast):
    lead = make_lead(cast.alice)
    leads.contact_lead(actor=cast.alice, at=AT, lead=lead, note="Spoke to the owner")
    lead.refresh_from_db()
    assert (lead.state, lead.contacted_date, lead.touched_date) == ("contacted", TODAY, TODAY)
    with pytest.raises(InvalidInput):
        leads.rule_out_lead(actor=cast.alice, at=AT, lead=lead, reason=" ")
    leads.rule_out_lead(actor=cast.alice, at=AT, lead=lead, reason="No need")
    with pytest.raises(Conflict):
        leads.contact_lead(actor=cast.alice, at=AT, lead=lead, note="x")
    assert leads.reopen_lead(actor=cast.bob, at=AT, lead=lead, reason="They called").state == "contacted"


def test_the_pool_of_leads(cast):
    lead = make_lead(None)
    assert lead in Lead.objects.visible_to(cast.carol)
    assert lead not in Lead.objects.visible_to(cast.otto)
    with pytest.raises(NotAllowed):
        leads.contact_lead(actor=cast.carol, at=AT, lead=lead, note="x")
    lead_pool.claim_lead(actor=cast.carol, at=AT, lead=lead)
    with pytest.raises(Conflict, match="Carol has taken this lead"):
        lead_pool.claim_lead(actor=cast.alice, at=AT, lead=lead)
    lead.refresh_from_db()
    assert lead.team == cast.group_b
    assert lead not in Lead.objects.visible_to(cast.alice)


def test_leads_that_nobody_works_on_go_back(cast):
    idle = make_lead(cast.alice, on=TODAY - timedelta(days=15))
    fresh = make_lead(cast.alice, on=TODAY - timedelta(days=14))
    assert lead_pool.return_idle_leads(on=TODAY, at=AT) == [(idle, cast.alice)]
    idle.refresh_from_db()
    fresh.refresh_from_db()
    assert (idle.owner, fresh.owner) == (None, cast.alice)
    assert lead_pool.return_idle_leads(on=TODAY, at=AT) == []


def test_a_decided_lead_stays_as_it_was(cast, client):
    lead = make_lead(cast.alice, state="disqualified", closed_date=TODAY, reason="Too small")
    with pytest.raises(Conflict, match="decided") as refused:
        leads.update_lead(actor=cast.alice, at=AT, lead=lead, name="Another name")
    assert "again" in str(refused.value.way_out)


def test_who_does_not_own_a_lead_sees_its_numbers_masked_in_the_form_too(cast, client):
    lead = make_lead(cast.alice, phone="+8613812345678", email="wu.secret@sunrise.example")
    url = reverse("customers:lead_edit", args=[lead.pk])
    client.force_login(cast.bob)
    form = client.get(url).content.decode()
    assert "138****5678" in form and "13812345678" not in form and "wu.secret" not in form
    sent = {"name": lead.name, "source": lead.source, "currency": lead.currency_id, "region": "East"}
    assert client.post(url, sent).status_code == 302
    kept = Lead.objects.get(pk=lead.pk)
    assert (kept.region, kept.phone, kept.email) == ("East", lead.phone, lead.email)
    client.force_login(cast.alice)
    assert "wu.secret" in client.get(url).content.decode()
