"""What is raised from a visit is followed there to its end (VIS-04, RND-01)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.choices.market import DemandState
from customers.models import Observation, ProductDemand
from customers.services.demands import decide_demand
from salesops.work.models import Task
from salesops.work.services import finish_task
from tests.factories.customers import make_customer, make_visit


@pytest.fixture
def visit(cast):
    return make_visit(make_customer(cast.alice), on=timezone.localdate())


def test_a_demand_an_observation_and_a_complaint_are_raised_from_the_visit_and_their_end_is_seen_there(
    cast, visit, client
):
    client.force_login(cast.alice)
    links = client.get(visit.get_absolute_url()).context["raise"]
    assert [str(label) for label, _url in links] == ["Complaint", "Market observation", "Product demand"]
    urls = {str(label): url for label, url in links}
    demand = {"title": "In blue", "need": "Their shops are blue", "kind": "improve", "urgency": "normal",
              "source": "customer", "customer": visit.customer_id, "visit": visit.pk}  # fmt: skip
    assert f'name="visit" value="{visit.pk}"' in client.get(urls["Product demand"]).content.decode()
    assert client.post(urls["Product demand"], demand).status_code == 302
    seen = {"topic": "price", "fact": "Bolt asks 12.50", "seen_on": timezone.localdate(), "source": "field",
            "reliability": "likely", "customer": visit.customer_id, "visit": visit.pk}  # fmt: skip
    assert client.post(urls["Market observation"], seen).status_code == 302
    assert Observation.objects.get().visit == visit
    day = timezone.localdate() + timedelta(days=2)
    bad = {"described": "Ten lids crack", "owner": cast.alice.pk, "due": day.isoformat(), "urgent": "on"}
    assert client.post(urls["Complaint"], bad).status_code == 302
    task, row = Task.objects.get(), ProductDemand.objects.get()
    assert row.visit == visit and task.requirement == "Ten lids crack" and task.is_key
    at = timezone.now()
    finish_task(actor=cast.alice, at=at, task=task, result="New lids sent")
    decide_demand(actor=cast.mona, at=at, demand=row, to=DemandState.DECLINED, answer="No blue before May")
    page = client.get(visit.get_absolute_url()).content.decode()
    for words in ("In blue", "No blue before May", "New lids sent", "Raised from this visit"):
        assert words in page, words


def test_a_visit_of_somebody_else_or_to_another_customer_cannot_be_named(cast, visit, client):
    client.force_login(cast.alice)
    foreign = make_visit(make_customer(cast.carol), on=timezone.localdate())
    other = make_visit(make_customer(cast.alice), on=timezone.localdate())
    demand = {"title": "In blue", "need": "x", "kind": "improve", "urgency": "normal", "source": "customer",
              "customer": visit.customer_id}  # fmt: skip
    for wrong in (foreign, other):
        assert (
            client.post(reverse("customers:productdemand_create"), demand | {"visit": wrong.pk}).status_code
            != 302
        )
    assert not ProductDemand.objects.exists()
    planned = make_visit(visit.customer, on=timezone.localdate(), done=False)
    assert client.get(planned.get_absolute_url()).context["raise"] == []
