"""Receptions: the checklist with its units and times, promises left open, from plan to contact (FTR-01 to FTR-10)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import ChecklistItem, Reception, Visit
from customers.selectors.promises import open_promises
from customers.services import receptions as services
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.work.models import DepartmentRequest, Task
from salesops.work.services import answer_request, create_task, finish_task, take_request
from tests.factories.customers import make_customer, make_visit
from tests.factories.visits import make_reception


def test_each_point_becomes_a_request_or_a_task_due_before_the_arrival_and_is_ticked_off(cast):
    hotel = ChecklistItem.objects.get(text="Book hotel rooms")
    hotel.unit = cast.office
    hotel.save()
    row = make_reception(cast.alice, make_customer(cast.alice), days=10)
    at = timezone.now()
    services.prepare_reception(actor=cast.alice, at=at, reception=row)
    request = DepartmentRequest.objects.get()
    assert (request.title, request.to_team) == ("Book hotel rooms", cast.office)
    assert request.due_at == row.arrival - timedelta(hours=72) and row.customer.name in request.ask
    tasks = Task.objects.about(row)
    assert tasks.count() == row.items.count() - 1
    flight = tasks.get(title__startswith="Confirm the flight")
    assert flight.due_at == row.arrival - timedelta(hours=2) and flight.owner == cast.alice
    finish_task(actor=cast.alice, at=at, task=flight, result="LH 720 at 14:05")
    person = cast.hugo
    take_request(actor=person, at=at, request=request)
    answer_request(actor=person, at=at, request=request, answer="Two rooms")
    done = {item.text: item.done_by for item in row.items.filter(done_at__isnull=False)}
    assert done == {flight.title: cast.alice, "Book hotel rooms": person}


def test_what_is_due_already_is_asked_for_at_once_and_a_moved_arrival_moves_the_rest(cast):
    row = make_reception(cast.alice, make_customer(cast.alice), days=1)
    later = row.arrival + timedelta(days=9)
    first = row.items.order_by("due_at").first()
    services.change_reception(actor=cast.alice, at=timezone.now(), reception=row, arrival=later)
    assert row.items.get(pk=first.pk).due_at == first.due_at + timedelta(days=9)
    at = timezone.now()
    soon = make_reception(cast.alice, row.customer, days=1)
    services.prepare_reception(actor=cast.alice, at=at, reception=soon)
    assert min(Task.objects.about(soon).values_list("due_at", flat=True)) == at + services.AT_ONCE


def test_promises_left_open_from_last_time_are_listed(cast):
    customer = make_customer(cast.alice)
    old = make_visit(customer, next_step="Long done")
    last = make_visit(customer, on=old.visit_date + timedelta(days=9), next_step="Send the drawing")
    due = timezone.now() + timedelta(days=1)
    create_task(
        actor=cast.alice,
        at=timezone.now(),
        title="Sample in blue",
        owner=cast.alice,
        due_at=due,
        subject=last,
    )
    assert [promise.text for promise in open_promises(cast.alice, customer)] == [
        "Sample in blue",
        "Send the drawing",
    ]
    assert open_promises(cast.carol, customer) == []


def test_a_reception_from_the_form_to_the_contact_it_counts_as(cast, client):
    customer = make_customer(cast.alice)
    client.force_login(cast.alice)
    arrival = timezone.localtime() + timedelta(days=5)
    data = {"customer": customer.pk, "level": "A", "purpose": "New season", "guests": "Mr Gold, buyer",
            "arrival": arrival.strftime("%Y-%m-%dT%H:%M")}  # fmt: skip
    past = data | {"arrival": "2020-01-01T10:00"}
    assert "arrival" in client.post(reverse("customers:reception_create"), past).context["form"].errors
    assert client.post(reverse("customers:reception_create"), data).status_code == 302
    row = Reception.objects.get()
    assert client.get(row.get_absolute_url()).status_code == 200
    for act, more in (("prepare", {}), ("arrived", {}), ("close", {"result": "Ordered 3 lines"})):
        assert client.post(reverse(f"customers:reception_{act}", args=[row.pk]), more).status_code == 302, act
    row.refresh_from_db()
    assert (row.state, row.result) == ("closed", "Ordered 3 lines")
    assert Visit.objects.get().kind == "reception"


def test_only_for_own_customers_and_times_that_can_be(cast):
    with pytest.raises(NotAllowed):
        make_reception(cast.alice, make_customer(cast.carol))
    with pytest.raises(InvalidInput):
        make_reception(cast.alice, make_customer(cast.alice), departure=timezone.now())
