"""Records of visits: check-in, photos, checklists, tasks, and records sent from a phone (VIS-01, VIS-04, VIS-05)."""

import io
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from customers.geo import metres_between
from customers.models import Checklist, ChecklistItem, CustomerPlace, Visit, VisitCheckIn
from customers.services.checkins import Position, accept_place, check_in, set_place
from customers.services.checklists import Point, publish_checklist
from customers.services.reports import NewTask, Report, report_visit
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.documents.models import Attachment
from salesops.work.models import Task
from tests.factories.customers import make_customer, make_visit

HERE = Position(Decimal("31.230400"), Decimal("121.473700"), 20)


@pytest.fixture
def visit(cast):
    return make_visit(make_customer(cast.alice), on=timezone.localdate(), done=False)


def picture(name="shop.jpg"):
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (31.0, 13.0, 49.0)}  # where it was taken
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(content, "JPEG", exif=exif)
    return SimpleUploadedFile(name, content.getvalue())


def test_distances_on_the_earth():
    assert metres_between(0, 0, 0, 0) == 0
    assert metres_between(52.5200, 13.4050, 48.8566, 2.3522) == pytest.approx(
        877_460, rel=0.005
    )  # Berlin, Paris
    assert metres_between(0, 179.9999, 0, -179.9999) == pytest.approx(22, abs=1)  # across the date line


def test_a_check_in_is_measured_from_the_nearest_place_of_the_customer(cast, visit):
    at = timezone.now()
    set_place(
        actor=cast.alice, at=at, customer=visit.customer, latitude=HERE.latitude, longitude=HERE.longitude
    )
    near = Position(HERE.latitude + Decimal("0.003"), HERE.longitude, 20)
    made = check_in(actor=cast.alice, at=at, visit=visit, position=near)
    assert (made.mark, made.distance_m) == ("near", 334)
    with pytest.raises(Conflict):
        check_in(actor=cast.alice, at=at, visit=visit, position=near)


@pytest.mark.parametrize(
    ("position", "mark"),
    [
        (Position(Decimal("31.3"), Decimal("121.5")), "far"),
        (None, "none"),
        (Position(HERE.latitude, HERE.longitude, 50_000), "none"),  # the device does not know where it is
    ],
)
def test_far_or_without_position_says_why_and_is_marked(cast, visit, position, mark):
    at = timezone.now()
    set_place(
        actor=cast.alice, at=at, customer=visit.customer, latitude=HERE.latitude, longitude=HERE.longitude
    )
    with pytest.raises(InvalidInput) as refused:
        check_in(actor=cast.alice, at=at, visit=visit, position=position)
    assert refused.value.field == "place_reason"
    assert check_in(actor=cast.alice, at=at, visit=visit, position=position, reason="New site").mark == mark


def test_a_check_in_is_never_in_the_future_and_tells_when_it_came_late(cast, visit):
    at = timezone.now()
    with pytest.raises(InvalidInput):
        check_in(actor=cast.alice, at=at, visit=visit, position=HERE, captured_at=at + timedelta(hours=1))
    made = check_in(actor=cast.alice, at=at, visit=visit, position=HERE, captured_at=at - timedelta(hours=2))
    assert made.at == at - timedelta(hours=2) and made.received_at == at
    assert made.mark == "unknown", "nobody has said where the customer is"


def test_a_superior_takes_the_position_of_a_check_in_as_the_customers_place(cast, visit, client):
    at = timezone.now()
    check_in(actor=cast.alice, at=at, visit=visit, position=HERE)
    with pytest.raises(NotAllowed):
        accept_place(actor=cast.alice, at=at, visit=visit)
    client.force_login(cast.bob)
    assert (
        reverse("customers:visit_accept_place", args=[visit.pk])
        in client.get(visit.get_absolute_url()).content.decode()
    )
    assert client.post(reverse("customers:visit_accept_place", args=[visit.pk])).status_code == 302
    assert CustomerPlace.objects.get().latitude == HERE.latitude
    again = make_visit(visit.customer, on=timezone.localdate(), done=False)
    assert check_in(actor=cast.alice, at=at, visit=again, position=HERE).mark == "near"


def report(cast, visit=None, *, at=None, customer=None, kind=None, result="Ordered", key=None, **more):
    at = at or timezone.now()
    given = {"visit": visit} if visit else {"customer": customer, "owner": cast.alice}
    return report_visit(
        actor=cast.alice, at=at, visited_at=at, result=result, kind=kind, client_key=key, report=Report(**more), **given
    )  # fmt: skip


def test_a_record_holds_words_photos_without_their_place_and_a_task(cast, visit):
    task = NewTask("Send the drawing", cast.alice, timezone.now() + timedelta(days=2))
    done = report(
        cast, visit, feedback="Too dear", competitor_facts="Bolt asks 12.50", product_wishes="In blue", outcome="partly",
        photos=[picture()], task=task, arrived=True, position=HERE,
    )  # fmt: skip
    assert (done.state, done.outcome, done.competitor_facts) == ("done", "partly", "Bolt asks 12.50")
    assert Task.objects.about(done).get().title == "Send the drawing"
    assert VisitCheckIn.objects.get().visit == done
    file = Attachment.objects.about(done).get().file
    from salesops.documents import store

    with Image.open(store.path_of(file.stored_as)) as kept:
        assert not kept.getexif()


def test_what_is_no_picture_is_refused_and_nothing_is_written(cast, visit):
    for bad in (
        SimpleUploadedFile("list.csv", b"a,b\n1,2\n"),
        SimpleUploadedFile("shop.jpg", b"%PDF-1.7 no picture"),
    ):
        with pytest.raises(InvalidInput) as refused:
            report(cast, visit, photos=[bad])
        assert refused.value.field in ("photos", "file")
    visit.refresh_from_db()
    assert visit.state == "planned"


def test_an_unplanned_visit_in_person_says_why(cast):
    customer = make_customer(cast.alice)
    with pytest.raises(InvalidInput) as refused:
        report(cast, customer=customer, kind="visit")
    assert refused.value.field == "unplanned_reason"
    assert (
        report(cast, customer=customer, kind="visit", unplanned_reason="Was nearby").unplanned_reason
        == "Was nearby"
    )
    assert report(cast, customer=customer, kind="call").planned_date is None


def test_each_kind_asks_its_own_checklist_and_old_answers_keep_their_version(cast, visit):
    points = [Point("Stock", "number", required=True), Point("Mood", "score"), Point("Seen", "tick")]
    publish_checklist(actor=cast.root, at=timezone.now(), kind="inspection", points=points)
    stock, mood, seen = ChecklistItem.objects.filter(checklist__kind="inspection", checklist__is_current=True)
    for answers, field in (({}, stock), ({stock.pk: "many"}, stock), ({stock.pk: "4", mood.pk: "6"}, mood)):
        with pytest.raises(InvalidInput) as refused:
            report(cast, visit, kind="inspection", answers=answers)
        assert refused.value.field == f"check_{field.pk}"
    done = report(cast, visit, kind="inspection", answers={stock.pk: "4", seen.pk: "on"})
    publish_checklist(actor=cast.mona, at=timezone.now(), kind="inspection", points=[Point("Only this")])
    assert {(a.item.text, a.value) for a in done.answers.all()} == {("Stock", "4"), ("Seen", "yes")}
    assert Checklist.objects.get(kind="inspection", is_current=True).number == 3
    with pytest.raises(NotAllowed):
        publish_checklist(actor=cast.alice, at=timezone.now(), kind="inspection", points=points)


def test_the_form_of_a_kind_shows_its_checklist_and_takes_the_answers(cast, visit, client):
    client.force_login(cast.alice)
    url = reverse("customers:visit_log", args=[visit.pk])
    page = client.get(url).content.decode()
    item = ChecklistItem.objects.get(text="Satisfaction")
    assert f'name="check_{item.pk}"' in page
    data = {
        "kind": "return_visit",
        "result": "Fine",
        "visited_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
    }
    wrong = client.post(url, data | {"arrived": "on", "latitude": "99", "longitude": "x"})
    assert "arrived" in wrong.context["form"].errors
    asked = client.post(url, data | {"arrived": "on"})
    assert "place_reason" in asked.context["form"].errors and asked.status_code == 400
    answer = client.post(url, data | {f"check_{item.pk}": "5", "photos": picture()})
    assert answer.status_code == 302
    shown = client.get(visit.get_absolute_url()).content.decode()
    assert "5 of 5" in shown


def test_a_kept_visit_that_is_sent_twice_is_written_once(cast, visit, client):
    client.force_login(cast.alice)
    url, key = reverse("customers:visit_send"), str(uuid.uuid4())
    moment = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    data = {
        "whom": f"v:{visit.pk}",
        "kind": "visit",
        "result": "Fine",
        "visited_at": moment,
        "client_key": key,
    }
    answers = [client.post(url, data) for _twice in range(2)]
    assert [a.json()["number"] for a in answers] == [visit.number] * 2
    assert client.post(url, data | {"result": "Other words"}).status_code == 409
    call = {"whom": f"c:{visit.customer_id}", "kind": "call", "result": "Rang", "visited_at": moment,
            "client_key": str(uuid.uuid4())}  # fmt: skip
    assert [client.post(url, call).status_code for _twice in range(2)] == [200, 200]
    assert Visit.objects.filter(state="done").count() == 2
    foreign = make_customer(cast.carol)
    assert client.post(url, call | {"whom": f"c:{foreign.pk}"}).status_code == 403
    late = call | {"visited_at": "2020-01-01T10:00", "client_key": str(uuid.uuid4())}
    assert "days ago" in client.post(url, late).json()["message"]
    client.force_login(cast.bob)
    assert client.post(url, call).status_code == 409, "the key is Alice's"
