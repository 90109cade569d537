"""The warehouse is asked for the right goods at the right time, and its answer is seen on the order (ORD-07)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.selectors import warehouse
from orders.services import arrange_shipment, cancel_order, ship_order
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.notifications.models import Notification
from salesops.work.services import answer_request, decline_request, take_request
from tests.factories.customers import make_customer
from tests.factories.orders import make_order, make_product

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)
FRIDAY = TODAY + timedelta(days=3)


@pytest.fixture
def order(cast):
    return make_order(
        make_customer(cast.alice), order_date=TODAY, required_date=FRIDAY, ship_to="Dock 7",
        lines=[("12", "3.00")], product=make_product(code="PUMP-9", unit="pcs"),
    )  # fmt: skip


def arranged(order, cast, **more):
    more = {"to_team": warehouse(on=TODAY), "ready_date": FRIDAY, "at": NOW, **more}
    return arrange_shipment(actor=more.pop("actor", cast.alice), order=order, **more)


def test_the_warehouse_reads_what_goes_where_and_until_when(order, cast):
    request = arranged(order, cast, note="Fragile")
    for word in ("PUMP-9", "12 pcs", "Dock 7", "Fragile"):
        assert word in request.ask
    assert timezone.localdate(request.due_at) == FRIDAY and str(order) in request.title
    assert Notification.objects.filter(recipient=cast.otto).exists()


def test_its_answer_is_the_confirmation_seen_on_the_order(order, cast, client):
    request = arranged(order, cast)
    take_request(actor=cast.otto, at=NOW, request=request)
    answer_request(actor=cast.otto, at=NOW, request=request, answer="Ready on Thursday")
    client.force_login(cast.alice)
    page = client.get(reverse("orders:order_detail", args=[order.pk])).content.decode()
    assert "Ready on Thursday" in page and cast.otto.name in page


def test_it_is_asked_once_and_again_after_a_refusal(order, cast):
    request = arranged(order, cast)
    with pytest.raises(Conflict):
        arranged(order, cast)
    decline_request(actor=cast.otto, at=NOW, request=request, reason="No stock")
    assert arranged(order, cast, ready_date=FRIDAY + timedelta(days=2)).pk != request.pk


def test_shipping_or_cancelling_ends_it(cast):
    for end in ("ship", "cancel"):
        order = make_order(make_customer(cast.alice), order_date=TODAY)
        request = arranged(order, cast)
        if end == "ship":
            ship_order(actor=cast.otto, order=order, shipped_date=TODAY, at=NOW)
        else:
            cancel_order(actor=cast.mona, order=order, reason="Called off", at=NOW)
        request.refresh_from_db()
        assert request.state == "cancelled"


def test_senseless_arrangements_are_refused(order, cast):
    with pytest.raises(InvalidInput):
        arranged(order, cast, ready_date=TODAY - timedelta(days=1))
    with pytest.raises(NotAllowed):
        arranged(order, cast, actor=cast.carol)
    with pytest.raises(Conflict):
        arranged(make_order(make_customer(cast.alice), state="submitted", order_date=TODAY), cast)


def test_the_form_offers_the_warehouse_and_the_required_day(order, cast, client):
    client.force_login(cast.alice)
    url = reverse("orders:order_arrange", args=[order.pk])
    form = client.get(url)
    assert form.context["form"].initial["ready_date"] == FRIDAY
    data = {
        "form_key": form.context["form_key"],
        "to_team": warehouse(on=TODAY).pk,
        "ready_date": FRIDAY.isoformat(),
    }
    assert client.post(url, data).status_code == 302
    order.refresh_from_db()
    assert order.arrangement.to_team == warehouse(on=TODAY)


def test_the_button_is_not_offered_to_who_would_ask_the_own_unit(order, cast, client):
    """Operations sends the goods; asking itself to have them ready is refused, so nothing invites to it."""
    url, page = (reverse(f"orders:order_{name}", args=[order.pk]) for name in ("arrange", "detail"))
    client.force_login(cast.alice)
    assert url in client.get(page).content.decode()
    client.force_login(cast.otto)
    text = client.get(page).content.decode()
    assert url not in text and reverse("orders:order_ship", args=[order.pk]) in text
