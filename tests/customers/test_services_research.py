"""Studies with their schedule, target markets, partners, requirement documents, feedback on campaigns (MKT, RND-02)."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.jobs.research import look_at_research
from customers.models import CampaignFeedback, MarketStudy, ProductDemand, RequirementPaper
from customers.services import campaigns, partners, requirement_papers, studies
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.policies import can
from salesops.notifications.models import Notification
from tests.factories.customers import make_customer
from tests.factories.deals import make_campaign, make_demand
from tests.factories.research import make_partner, make_study

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2026, 4, 1, 18))
TODAY = date(2026, 4, 1)
PLAN = {"subject": "Glass lids", "goal": "Who buys them", "method": "Ask twenty buyers", "start": TODAY,
        "end": TODAY + timedelta(days=10), "due_on": TODAY + timedelta(days=20)}  # fmt: skip
WRITTEN = {"findings": "Hotels ask for them", "conclusions": "Offer them to hotels"}


def test_a_study_is_planned_reported_given_back_reviewed_by_another_published_and_archived(cast):
    study = studies.save_study(actor=cast.alice, at=AT, **PLAN)
    assert study.number.startswith("DY-2026-") and study.team == cast.group_a
    with pytest.raises(InvalidInput, match="what was found"):
        studies.report_study(actor=cast.alice, at=AT, study=study, findings=" ", conclusions="x")
    studies.report_study(actor=cast.alice, at=AT, study=study, **WRITTEN)
    assert Notification.objects.filter(recipient=cast.bob, kind="customers.study_reported").exists()
    with pytest.raises(NotAllowed):
        studies.publish_study(actor=cast.alice, at=AT, study=study)
    studies.return_study(actor=cast.bob, at=AT, study=study, note="How many hotels?")
    with pytest.raises(Conflict):
        studies.publish_study(actor=cast.bob, at=AT, study=study)
    studies.report_study(
        actor=cast.alice, at=AT, study=study, findings="Forty hotels", conclusions="Offer them"
    )
    study = studies.publish_study(actor=cast.bob, at=AT, study=study)
    assert (study.state, study.reviewer, study.published_on) == ("published", cast.bob, TODAY)
    with pytest.raises(Conflict, match="plan stays"):
        studies.save_study(actor=cast.alice, at=AT, study=study, subject="Other")
    assert studies.archive_study(actor=cast.bob, at=AT, study=study).state == "archived"


def test_nobody_reviews_his_own_report_and_the_dates_of_a_plan_are_in_order(cast):
    own = make_study(cast.bob, state="submitted")
    assert not can(cast.bob, "review", own) and can(cast.mona, "review", own)
    for wrong in ({"end": TODAY - timedelta(days=1)}, {"due_on": TODAY - timedelta(days=1)}):
        with pytest.raises(InvalidInput):
            studies.save_study(actor=cast.alice, at=AT, **PLAN | wrong)


def test_the_schedule_asks_each_team_once_reminds_and_tells_the_superior_of_what_is_late(cast):
    cast.group_a.head = cast.bob
    cast.group_a.save()

    def day(number):
        on = date(2026, 4, number)
        look_at_research(on, actor=None, at=timezone.make_aware(datetime(2026, 4, number, 8)), dry_run=False)
        return sorted(
            Notification.objects.filter(kind__startswith="customers.study").values_list(
                "kind", "recipient__username"
            )
        )

    first = day(2)
    assert ("customers.study_asked", "bob") in first
    study = MarketStudy.objects.get(team=cast.group_a)
    assert (study.owner, study.due_on, study.state) == (cast.bob, date(2026, 4, 15), "planned")
    assert day(3) == first, "asked once"
    assert ("customers.study_due", "bob") in day(13)
    late = day(17)
    assert ("customers.study_late", "bob") in late and ("customers.study_late", "mona") in late
    look_at_research(
        date(2026, 5, 4), actor=None, at=timezone.make_aware(datetime(2026, 5, 4, 8)), dry_run=False
    )
    assert MarketStudy.objects.filter(team=cast.group_a).count() == 1, "May is no month of the schedule"


def test_a_target_market_names_where_its_size_is_from(cast, client):
    client.force_login(cast.alice)
    url = reverse("customers:targetmarket_create")
    data = {"name": "Hotels in the south", "region": "South", "traits": "Chains", "potential": "Doubles in five years",
            "entry": "Two dealers", "difference": "Delivery in a week", "size": "12000000", "currency": "CNY"}  # fmt: skip
    make_customer(cast.alice)  # there is a currency
    assert "zero or more" in client.post(url, data | {"size": "-1", "size_source": "x"}).content.decode()
    assert "Say where the size is from" in client.post(url, data).content.decode()
    answer = client.post(url, data | {"size_source": "Yearbook 2025", "is_active": "on"}, follow=True)
    page = answer.content.decode()
    assert "Delivery in a week" in page and "Yearbook 2025" in page and "12,000,000" in page


def test_a_talk_with_a_partner_sets_the_next_one_and_a_missed_one_is_told(cast):
    partner = make_partner(cast.bob, contact_every=14)
    with pytest.raises(InvalidInput, match="future"):
        partners.talk_to_partner(
            actor=cast.bob, at=AT, partner=partner, day=TODAY + timedelta(days=1), way="call", opinions="Fine"
        )
    partners.talk_to_partner(
        actor=cast.bob,
        at=AT,
        partner=partner,
        day=TODAY,
        way="visit",
        opinions="Samples come late",
        improvement="Ship on Mondays",
    )
    partner.refresh_from_db()
    assert (partner.last_talk_on, partner.next_talk_on) == (TODAY, TODAY + timedelta(days=14))
    look_at_research(partner.next_talk_on, actor=None, at=AT + timedelta(days=14), dry_run=False)
    assert Notification.objects.filter(recipient=cast.bob, kind="customers.partner_due").count() == 1
    with pytest.raises(NotAllowed):
        partners.talk_to_partner(
            actor=cast.alice, at=AT, partner=partner, day=TODAY, way="call", opinions="x"
        )


def test_demands_are_put_together_in_one_document_and_in_no_other(cast, client):
    one, two, done = (
        make_demand(cast.alice),
        make_demand(cast.alice),
        make_demand(cast.alice, state="done", answer="x"),
    )
    words = {
        "title": "A lid that closes",
        "function": "Closes",
        "performance": "10 000 times",
        "interface": "Old box",
    }
    client.force_login(cast.otto)
    url = reverse("customers:requirementpaper_create")
    assert "Choose the demands" in client.post(url, words).content.decode()
    assert client.post(url, words | {"demands": [one.pk, two.pk]}).status_code == 302
    paper = RequirementPaper.objects.get()
    assert set(paper.demands.all()) == {one, two} and paper.number.startswith("CP-")
    with pytest.raises(InvalidInput, match="another document"):
        requirement_papers.save_paper(actor=cast.otto, at=AT, demands=[one], **words)
    with pytest.raises(InvalidInput, match="decided"):
        requirement_papers.save_paper(actor=cast.otto, at=AT, demands=[done], **words)
    requirement_papers.save_paper(actor=cast.otto, at=AT, paper=paper, demands=[one], **words)
    assert ProductDemand.objects.get(pk=two.pk).paper is None, "left out, so free again"
    requirement_papers.release_paper(actor=cast.otto, at=AT, paper=RequirementPaper.objects.get())
    with pytest.raises(Conflict):
        requirement_papers.save_paper(actor=cast.otto, at=AT, paper=paper, demands=[two], **words)
    assert paper.title in client.get(one.get_absolute_url()).content.decode()


def test_feedback_is_collected_the_campaign_adjusted_and_its_effect_evaluated(cast, client):
    campaign = make_campaign(cast.bob, state="running")
    hidden = make_customer(cast.carol, name="Secret Buyer")
    campaigns.hear_feedback(
        actor=cast.carol, at=AT, campaign=campaign, words="Too loud", mark=2, customer=hidden
    )
    campaigns.hear_feedback(actor=cast.alice, at=AT, campaign=campaign, words="Good samples", mark=5)
    campaigns.adjust_campaign(actor=cast.bob, at=AT, campaign=campaign, adjustment="Music off from noon on")
    with pytest.raises(InvalidInput, match="between 1 and 5"):
        campaigns.hear_feedback(actor=cast.alice, at=AT, campaign=campaign, words="x", mark=6)
    client.force_login(cast.alice)
    page = client.get(campaign.get_absolute_url()).content.decode()
    assert "3.5 of 5" in page and "Too loud" in page and "Secret Buyer" not in page
    assert "2026-04-01: Music off from noon on" in page
    campaigns.evaluate_campaign(
        actor=cast.bob,
        at=AT + timedelta(days=3),
        campaign=campaign,
        invited=10,
        attended=5,
        effect="Ten leads",
    )
    campaigns.close_campaign(actor=cast.bob, at=AT, campaign=campaign)
    with pytest.raises(Conflict):
        campaigns.hear_feedback(actor=cast.alice, at=AT, campaign=campaign, words="Late word")
    assert CampaignFeedback.objects.count() == 2


def test_who_evaluates_says_what_is_done_differently(cast):
    campaign = make_campaign(cast.bob, state="running")
    with pytest.raises(InvalidInput, match="done differently"):
        campaigns.evaluate_campaign(
            actor=cast.bob, at=AT + timedelta(days=3), campaign=campaign, invited=1, attended=1, effect="Fine"
        )


def test_a_campaign_is_carried_out_with_tasks_people_material_and_money(cast, client):
    campaign = make_campaign(cast.bob, state="running")
    campaigns.set_material(actor=cast.bob, at=AT, campaign=campaign, name="Samples", quantity=40)
    campaigns.set_material(actor=cast.bob, at=AT, campaign=campaign, name="Samples", quantity=50, ready=True)
    assert [(row.quantity, row.ready) for row in campaign.materials.all()] == [(50, True)]
    client.force_login(cast.bob)
    about = f"customers.campaign:{campaign.pk}"
    url = f"{reverse('work:task_create')}?about={about}"
    assert campaign.theme in client.get(url).content.decode()
    page = client.get(campaign.get_absolute_url()).content.decode()
    assert "Samples" in page and "50" in page
