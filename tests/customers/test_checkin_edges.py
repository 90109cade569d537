"""Check-ins and records from phones that are wrong, late, doubled or meant for a file that changed: each gets a clear
answer, and nothing is lost (VIS-01)."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from customers.models import CustomerPlace, Visit, VisitCheckIn
from customers.services import assign_owner, merge_customers
from customers.services.blocking import block
from customers.services.checkins import Position, check_in, set_place
from salesops.core.errors import InvalidInput
from tests.factories.customers import make_customer, make_visit

LAT, LON = Decimal("31.230400"), Decimal("121.473700")


@pytest.fixture
def customer(cast):
    return make_customer(cast.alice)


@pytest.fixture
def visit(customer):
    return make_visit(customer, on=timezone.localdate(), done=False)


def place(customer, latitude=LAT, longitude=LON):
    return set_place(
        actor=customer.owner, at=timezone.now(), customer=customer, latitude=latitude, longitude=longitude
    )


def arrive(visit, position, **more):
    return check_in(actor=visit.owner, at=timezone.now(), visit=visit, position=position, **more)


@pytest.mark.parametrize(
    ("position", "says", "clause"),
    [
        (Position(Decimal("48.2"), Decimal("11.5")), "km from", "checkin_metres"),
        (Position(Decimal(0), Decimal(0)), "0, 0", "checkin_accuracy"),
        (Position(Decimal("NaN"), LON), "not on the earth", "checkin_accuracy"),
        (Position(LON, LAT), "not on the earth", "checkin_accuracy"),
        (Position(LAT, LON, 9000), "within 9000 m", "checkin_accuracy"),
        (None, "no position", "checkin_accuracy"),
    ],
)
def test_a_position_that_proves_nothing_says_why_with_clause_figures_and_a_way_out(
    customer, visit, position, says, clause
):
    place(customer)
    with pytest.raises(InvalidInput) as refused:
        arrive(visit, position)
    error = refused.value
    assert says in str(error.message) and error.clause == f"customers.{clause}"
    assert error.way_out and error.figures and error.field == "place_reason"
    made = arrive(visit, position, reason="Met in their other hall")
    assert made.mark == ("far" if clause == "checkin_metres" else "none") and made.reason


def test_a_place_written_the_wrong_way_round_is_noticed_when_it_is_written_and_when_somebody_arrives(
    cast, customer, visit
):
    with pytest.raises(InvalidInput, match="swapped"):
        place(customer, LON, LAT)
    with pytest.raises(InvalidInput, match="0, 0"):
        place(customer, Decimal(0), Decimal(0))
    with pytest.raises(InvalidInput, match="not on the earth"):
        place(customer, Decimal(200), Decimal(300))
    munich = make_customer(cast.alice)  # both numbers could be a latitude
    first = make_visit(munich, on=timezone.localdate(), done=False)
    CustomerPlace.objects.create(customer=munich, latitude=Decimal("11.5"), longitude=Decimal("48.1"))
    with pytest.raises(InvalidInput, match="swapped"):
        arrive(first, Position(Decimal("48.1"), Decimal("11.5")))
    arrive(first, Position(Decimal("48.1"), Decimal("11.5")), reason="The place on file is swapped")
    with pytest.raises(InvalidInput, match="swapped"):
        place(munich, Decimal("11.5"), Decimal("48.1"))
    assert place(munich, Decimal("48.1"), Decimal("11.5")).latitude == Decimal("48.1")


def test_a_wrong_clock_of_the_phone_is_put_right_where_the_phone_says_what_time_it_has(visit):
    at = timezone.now()
    ahead = timedelta(days=1)
    made = arrive(
        visit, Position(LAT, LON), captured_at=at + ahead - timedelta(hours=2), device_at=at + ahead
    )
    assert timedelta(hours=1, minutes=59) < made.received_at - made.at < timedelta(hours=2, minutes=1)
    other = make_visit(visit.customer, on=timezone.localdate(), done=False)
    with pytest.raises(InvalidInput) as refused:
        arrive(other, Position(LAT, LON), captured_at=at - timedelta(days=400))
    assert refused.value.clause == "customers.visit_backdate_days" and refused.value.figures["late"] == 400


def sending(client, person, **data):
    client.force_login(person)
    given = {
        "kind": "visit", "result": "They order in May", "client_key": str(uuid.uuid4()),
        "visited_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "unplanned_reason": "Was nearby",
    }  # fmt: skip
    return client.post(reverse("customers:visit_send"), given | data)


def test_a_record_from_a_phone_a_day_ahead_arrives_with_the_right_time(cast, customer, client):
    ahead = timezone.now() + timedelta(days=1)
    typed = timezone.localtime(ahead).strftime("%Y-%m-%dT%H:%M")
    answer = sending(client, cast.alice, whom=f"c:{customer.pk}", visited_at=typed, arrived="on",
                     latitude="31.2", longitude="121.4", captured_at=ahead.isoformat(), device_at=ahead.isoformat())  # fmt: skip
    assert answer.status_code == 200, answer.json()
    visit = Visit.objects.get()
    assert abs(visit.visited_at - timezone.now()) < timedelta(minutes=2)
    assert abs(visit.check_in.at - timezone.now()) < timedelta(minutes=2)


@pytest.mark.parametrize("day", ["0001-01-01T10:00", "9999-12-31T10:00", "2199-01-01T10:00", "yesterday", ""])
def test_days_that_cannot_be_are_refused_beside_the_field_and_nothing_is_written(cast, customer, client, day):
    answer = sending(client, cast.alice, whom=f"c:{customer.pk}", visited_at=day)
    assert answer.status_code in (400, 422) and answer.json()["message"]
    assert not Visit.objects.exists()


def test_an_unreadable_position_asks_for_a_reason_and_with_one_the_record_goes_through(cast, visit, client):
    bad = {
        "whom": f"v:{visit.pk}",
        "arrived": "on",
        "latitude": "NaN",
        "longitude": "121.47",
        "accuracy": "x",
    }
    assert "cannot be read" in sending(client, cast.alice, **bad).json()["message"]
    assert sending(client, cast.alice, **bad, place_reason="The phone is old").status_code == 200
    assert VisitCheckIn.objects.get().mark == "none"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("shop.heic", b"\0\0\0\x18ftypheic", "JPEG"),
        ("shop.jpg", b"<svg onload=alert(1)>", "not of the type"),
        ("shop.pdf", b"%PDF-1.7", "no picture"),
        ("shop.exe", b"MZ", "not kept"),
    ],
)
def test_what_is_no_picture_keeps_the_record_on_the_phone_with_a_way_out(
    cast, visit, client, name, content, says
):
    photo = SimpleUploadedFile(name, content)
    answer = sending(client, cast.alice, whom=f"v:{visit.pk}", photos=photo)
    assert answer.status_code == 400 and says in answer.json()["message"]
    visit.refresh_from_db()
    assert visit.state == "planned"


def test_the_same_plan_from_two_devices_is_one_visit_and_the_second_hears_where_it_is(cast, visit, client):
    assert sending(client, cast.alice, whom=f"v:{visit.pk}").status_code == 200
    second = sending(client, cast.alice, whom=f"v:{visit.pk}", result="From the tablet")
    assert second.status_code == 409 and visit.number in second.json()["message"]
    own = sending(client, cast.alice, whom=f"c:{visit.customer_id}", result="From the tablet")
    assert own.status_code == 200 and Visit.objects.filter(state="done").count() == 2


def test_a_customer_blocked_meanwhile_was_visited_all_the_same(cast, customer, client):
    block(actor=cast.mona, at=timezone.now(), customer=customer, scope="both", reason="Insolvent")
    assert sending(client, cast.alice, whom=f"c:{customer.pk}").status_code == 200


def test_a_record_for_a_merged_file_goes_to_the_file_that_was_kept(cast, customer, client):
    kept = make_customer(cast.alice)
    merge_customers(actor=cast.mona, at=timezone.now(), keep=kept, merged=customer, reason="One company")
    assert sending(client, cast.alice, whom=f"c:{customer.pk}").status_code == 200
    assert Visit.objects.get().customer == kept


def test_who_had_the_customer_on_the_day_still_writes_the_visit_down_after_a_hand_over(
    cast, customer, visit, client
):
    at = timezone.now()
    assign_owner(
        actor=cast.mona, at=at, customer=customer, owner=cast.carol, from_date=timezone.localdate(at),
        reason="Moves",
    )  # fmt: skip
    Visit.objects.filter(pk=visit.pk).update(owner=cast.carol, team=cast.carol.memberships.get().team)
    days = (timezone.localdate() + timedelta(days=9)).isoformat()
    answer = sending(
        client, cast.alice, whom=f"v:{visit.pk}", unplanned_reason="", next_date=days, plan_next="on"
    )
    assert answer.status_code == 200, answer.json()
    done = Visit.objects.get(state="done")
    assert done.owner == cast.alice and visit.number in done.unplanned_reason
    assert Visit.objects.filter(state="planned").get() == visit, "the next visit is the new owner's to plan"
    assert sending(client, cast.leo, whom=f"c:{customer.pk}").status_code in (302, 403)
    foreign = make_customer(cast.carol)
    refused = sending(client, cast.alice, whom=f"c:{foreign.pk}")
    assert refused.status_code == 403 and "stays on this device" in refused.json()["message"]


def test_who_has_signed_out_keeps_the_record_until_the_next_sign_in(client, visit):
    answer = client.post(reverse("customers:visit_send"), {"whom": f"v:{visit.pk}", "result": "Fine"})
    assert answer.status_code == 302, "the phone sees that nobody took it, and tries again later"
    assert not Visit.objects.filter(state="done").exists()
