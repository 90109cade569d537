"""The daily slot for talking to customers: needs, progress, complaints (DAY-11)."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.measures.visits import without_talk
from customers.selectors.talks import talks_of
from customers.services import log_visit
from customers.talks import Topic, read_slot
from salesops.core.errors import InvalidInput
from tests.factories.customers import make_customer, make_visit
from tests.factories.deals import make_deal
from tests.factories.orders import make_order
from tests.factories.rules import make_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


def said(cast, today):
    return {
        topic: [talk.customer.name for talk in rows] for topic, rows in talks_of(cast.alice, on=today).items()
    }


def test_the_slot_names_whom_to_talk_to_about_needs_progress_and_complaints(cast, today):
    names = ("Needs", "Progress", "Complains", "Quiet", "Others")
    one, two, three, quiet, others = (
        make_customer(cast.carol if name == "Others" else cast.alice, name=name) for name in names
    )
    make_deal(cast.alice, one, next_step="Ask for sizes", next_step_on=today)
    make_deal(cast.alice, quiet, next_step_on=today + timedelta(days=9))
    make_order(two, order_date=today - timedelta(days=5), promised_date=today + timedelta(days=3))
    make_order(quiet, order_date=today - timedelta(days=5), promised_date=today + timedelta(days=30))
    make_visit(three, on=today - timedelta(days=2), kind="complaint", result="Boxes broken")
    make_visit(others, on=today - timedelta(days=2), kind="complaint", result="Boxes broken")
    assert said(cast, today) == {
        Topic.NEEDS: ["Needs"], Topic.PROGRESS: ["Progress"], Topic.COMPLAINT: ["Complains"],
    }  # fmt: skip
    at = timezone.now()
    log_visit(
        actor=cast.alice,
        at=at,
        visited_at=at,
        customer=three,
        owner=cast.alice,
        kind="call",
        result="Sent new",
    )
    assert said(cast, today)[Topic.COMPLAINT] == []


def test_the_card_and_the_page_lead_to_the_record_of_the_talk(cast, client, today):
    customer = make_customer(cast.alice, name="Needs")
    make_deal(cast.alice, customer, next_step="Ask for sizes", next_step_on=today)
    make_rule("customers.talk_slot", "15:00-16:00")
    client.force_login(cast.alice)
    page = client.get(reverse("customers:visit_talks")).content.decode()
    assert "15:00-16:00" in page and "Ask for sizes" in page
    link = f"{reverse('customers:visit_log_new')}?customer={customer.pk}&amp;kind=call&amp;purpose=Ask%20for%20sizes"
    assert link in page
    form = client.get(link.replace("&amp;", "&")).content.decode()
    assert "Ask for sizes" in form


def test_the_handbook_names_who_talked_to_nobody_on_the_last_work_day(cast):
    tuesday = datetime(2026, 6, 9, 9, tzinfo=timezone.get_current_timezone())
    make_visit(make_customer(cast.alice), on=tuesday.date(), kind="call")
    make_customer(cast.carol)
    named = {person.username for person, _day in without_talk(cast.mona, tuesday.date() + timedelta(days=1))}
    assert "carol" in named and "alice" not in named


def test_a_slot_is_a_span_of_the_day():
    assert read_slot("9:00–10:30") == (time(9), time(10, 30))
    for wrong in ("", "16:30", "17:30-16:30", "25:00-26:00", "x-y"):
        with pytest.raises(InvalidInput):
            read_slot(wrong)
