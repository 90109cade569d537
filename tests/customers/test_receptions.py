"""Receptions: the checklist with its units and times, promises left open, from plan to contact (FTR-01 to FTR-10)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import ChecklistItem, Reception, Visit
from customers.selectors.promises import open_promises
from customers.services import receptions as services
from customers.services.reception_asks import AT_ONCE
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import decide, start
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
    assert min(Task.objects.about(soon).values_list("due_at", flat=True)) == at + AT_ONCE


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
    client.post(reverse("customers:reception_prepare", args=[row.pk]))
    early = client.post(reverse("customers:reception_arrived", args=[row.pk]), {"reason": ""})
    assert "Say why they came earlier" in early.content.decode()
    for act, more in (("arrived", {"reason": "An earlier flight"}), ("close", {"result": "Ordered 3 lines"})):
        assert client.post(reverse(f"customers:reception_{act}", args=[row.pk]), more).status_code == 302, act
    row.refresh_from_db()
    assert (row.state, row.result) == ("closed", "Ordered 3 lines")
    assert timezone.localdate(row.arrival) == timezone.localdate(), "the day they came"
    assert not Task.objects.about(row).undone().exists(), "nobody prepares what is over"
    assert Visit.objects.get().kind == "reception"


def test_only_for_own_customers_and_times_that_can_be(cast):
    with pytest.raises(NotAllowed):
        make_reception(cast.alice, make_customer(cast.carol))
    with pytest.raises(InvalidInput):
        make_reception(cast.alice, make_customer(cast.alice), departure=timezone.now())


def asked_of_the_office(row, text="Cars for six"):
    """A point that another unit was asked for."""
    return DepartmentRequest.objects.get(title=text), row.items.get(text=text)


@pytest.fixture
def preparing(cast):
    """A reception in preparation with an own point of the office and a tour of the factory that it agrees to."""
    at = timezone.now()
    row = make_reception(cast.alice, make_customer(cast.alice), days=10)
    points = [services.Point(item.text, item.due_at, item.unit, item.pk) for item in row.items.all()]
    own = services.Point("Cars for six", row.arrival - timedelta(hours=6), cast.office)
    services.set_points(actor=cast.alice, at=at, reception=row, points=[*points[:2], own])
    tour = services.Stop(row.arrival + timedelta(hours=20), "factory", "Line 3", "Hall B", cast.office)
    services.set_stops(actor=cast.alice, at=at, reception=row, stops=[tour])
    row.refresh_from_db()
    services.prepare_reception(actor=cast.alice, at=at, reception=row)
    row.refresh_from_db()
    return row


def test_own_points_and_stops_of_the_itinerary_are_asked_of_their_units_and_the_answers_are_seen(
    cast, preparing, client
):
    assert preparing.items.count() == 3
    request, _item = asked_of_the_office(preparing)
    agree = preparing.stops.get().request
    assert agree.title.startswith("Agree: Line 3") and agree.to_team == cast.office
    assert agree.due_at == preparing.stops.get().starts_at - timedelta(hours=24)
    at = timezone.now()
    for which, words in ((request, "Two vans at 14:00"), (agree, "Yes, with helmets")):
        take_request(actor=cast.hugo, at=at, request=which)
        answer_request(actor=cast.hugo, at=at, request=which, answer=words)
    client.force_login(cast.alice)
    page = client.get(preparing.get_absolute_url()).content.decode()
    assert "Two vans at 14:00" in page and "Yes, with helmets" in page and "Hugo" in page
    # a point added now is asked for at once, one struck out is taken back
    task = Task.objects.about(preparing).first()
    more = services.Point("Flags of the guest's country", preparing.arrival - timedelta(hours=5))
    services.set_points(actor=cast.alice, at=at, reception=preparing, points=[more])
    task.refresh_from_db()
    assert task.state == "cancelled"
    assert Task.objects.about(preparing).get(title=more.text).owner == cast.alice
    assert preparing.items.filter(text="Cars for six").exists(), "what is done stays"


def test_a_moved_arrival_moves_what_is_open_and_a_cancelled_reception_takes_it_back(cast, preparing):
    request, item = asked_of_the_office(preparing)
    tasks = list(Task.objects.about(preparing))
    before = {task.pk: task.due_at for task in tasks}
    by = timedelta(days=3)
    services.change_reception(
        actor=cast.bob, at=timezone.now(), reception=preparing, arrival=preparing.arrival + by
    )
    request.refresh_from_db()
    item.refresh_from_db()
    assert (
        request.due_at == item.due_at
        and f"{timezone.localtime(preparing.arrival + by):%Y-%m-%d}" in request.ask
    )
    for task in tasks:
        task.refresh_from_db()
        assert task.due_at == before[task.pk] + by
    assert preparing.stops.get().request.due_at == preparing.stops.get().starts_at - timedelta(hours=24)
    preparing.refresh_from_db()
    services.cancel_reception(actor=cast.bob, at=timezone.now(), reception=preparing, reason="Typhoon")
    states = set(DepartmentRequest.objects.values_list("state", flat=True))
    assert states == {"cancelled"} == set(Task.objects.about(preparing).values_list("state", flat=True))


def test_a_budget_above_the_rule_is_approved_before_the_units_are_asked(cast, client):
    row = make_reception(cast.alice, make_customer(cast.alice), budget=Decimal("8000"))
    client.force_login(cast.alice)
    seen = client.get(row.get_absolute_url()).content.decode()
    assert "8,000.00" in seen and "&lt;span" not in seen and "needs approval" in seen
    url = reverse("customers:reception_prepare", args=[row.pk])
    refused = client.post(url)
    page = refused.content.decode()
    assert refused.status_code == 409 and "8,000.00" in page and "5,000.00" in page and "3.79" in page
    start(
        actor=cast.alice, at=timezone.now(), obj=row, document_type="customers.reception", reason="Big order"
    )
    assert client.post(url).status_code == 409, "asked is not approved"
    request = ApprovalRequest.objects.get()
    decide(actor=cast.bob, at=timezone.now(), request=request, action="approve")
    assert client.post(url).status_code == 302
    row.refresh_from_db()
    assert row.state == "preparing"
    cheap = make_reception(cast.alice, make_customer(cast.alice), budget=Decimal("5000"))
    assert client.post(reverse("customers:reception_prepare", args=[cheap.pk])).status_code == 302
    with pytest.raises(InvalidInput):
        make_reception(cast.alice, row.customer, budget=Decimal(-1))


def test_points_and_stops_are_written_on_their_pages(cast, client):
    row = make_reception(cast.alice, make_customer(cast.alice))
    client.force_login(cast.alice)
    url = reverse("customers:reception_stops", args=[row.pk])
    begins = timezone.localtime(row.arrival + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    lines = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-starts_at": begins,
             "lines-0-kind": "sights", "lines-0-text": "The old town"}  # fmt: skip
    version = {"form_version": row.version}
    assert client.post(url, version | lines).status_code == 302
    assert row.stops.get().kind == "sights"
    far = lines | {"lines-0-starts_at": "2199-01-01T10:00"}
    row.refresh_from_db()
    wrong = client.post(url, {"form_version": row.version} | far)
    assert wrong.status_code == 400 and "not here then" in wrong.content.decode()
    page = client.get(reverse("customers:reception_points", args=[row.pk]))
    assert page.status_code == 200 and "Book hotel rooms" in page.content.decode()
