"""Orders that go on by themselves once the credit stops them no more; warnings of the ladder; the group's figures."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.models import Order
from orders.services.checks import CONFIRM, SHIP, ask
from orders.services.waiting import leave_waiting
from receivables.models import CreditHold, Receipt
from receivables.services import allocate_receipt
from receivables.services.holds import lift_hold, place_hold
from receivables.standing import credit_standing
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.handbook.services import set_rule_value
from salesops.jobs.models import OutboxMessage
from salesops.jobs.services import outbox
from salesops.jobs.services.schedule import run_now
from salesops.notifications.models import Notification
from tests.factories.orders import make_order
from tests.factories.receivables import make_customer, make_receipt, make_receivable
from tests.factories.receivables_collection import collect, make_action, make_case

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture
def buyer(cast):
    customer = make_customer(owner=cast.alice)
    customer.credit_limit = D("1000.00")
    customer.save()
    return customer


def order_of(buyer, amount, state="submitted", **more):
    return make_order(buyer, state=state, order_date=TODAY, lines=[("1", amount)], **more)


def send():
    for message in OutboxMessage.objects.filter(kind="receivables.go_on", done_at=None):
        assert outbox.deliver(message.pk, at=timezone.now()), message.last_error


def told(person, kind):
    return Notification.objects.filter(recipient=person, kind=f"receivables.{kind}").count()


def test_an_order_left_waiting_is_confirmed_by_the_money_that_frees_it(client, buyer, cast):
    item = make_receivable(buyer, amount="600.00", issued=TODAY, due=TODAY - timedelta(days=0), at=NOW)
    order = order_of(buyer, "500.00")
    client.force_login(cast.mona)
    page = reverse("orders:order_detail", args=[order.pk])
    wait = reverse("orders:order_wait", args=[order.pk])
    assert wait in client.get(page).content.decode()
    assert client.get(wait).status_code == 200
    assert client.post(wait, {"form_version": order.version}, follow=True).status_code == 200
    text = client.get(page).content.decode()
    assert "Goes on by itself" in text and str(cast.mona) in text
    receipt = make_receipt(buyer, amount="50.00", received=TODAY, at=NOW)
    send()
    assert Order.objects.get(pk=order.pk).state == "submitted"  # 50.00 are still missing
    make_receipt(buyer, amount="100.00", received=TODAY, at=NOW)
    allocate_receipt(actor=cast.dora, receipt=receipt, oldest_first=True, at=timezone.now())
    send()
    order.refresh_from_db()
    assert (order.state, order.waits_by, item.pk > 0) == ("confirmed", None, True)
    assert told(cast.mona, "went_on") == told(cast.alice, "went_on") == 1
    assert "Nothing stops order" in client.get(page).content.decode()


def test_a_shipment_is_told_and_where_the_handbook_wants_a_person_the_order_too(client, buyer, cast):
    hold = place_hold(actor=cast.dora, customer=buyer, scope="both", reason="Lawsuit", at=NOW)
    ships, asks = order_of(buyer, "20.00", state="confirmed"), order_of(buyer, "30.00")
    for person, order in ((cast.otto, ships), (cast.mona, asks)):
        client.force_login(person)
        client.post(reverse("orders:order_wait", args=[order.pk]), {"form_version": order.version})
    set_rule_value("receivables.go_on_by_itself", False, TODAY, "trial", actor=cast.root, at=NOW)
    lift_hold(actor=None, hold=hold, reason="Settled", at=timezone.now())
    send()
    ships.refresh_from_db()
    asks.refresh_from_db()
    assert (ships.state, ships.waits_by, asks.state, asks.waits_by) == ("confirmed", None, "submitted", None)
    assert told(cast.otto, "can_ship") == told(cast.mona, "can_confirm") == 1
    link = Notification.objects.get(recipient=cast.otto, kind="receivables.can_ship").url
    assert link == reverse("orders:order_ship", args=[ships.pk])


def test_a_higher_limit_frees_what_waits_at_once_and_the_night_what_a_hold_or_a_clause_stopped(
    client, buyer, cast
):
    order, large = order_of(buyer, "1500.00"), order_of(buyer, "4000.00")
    client.force_login(cast.mona)
    for row in (order, large):
        client.post(reverse("orders:order_wait", args=[row.pk]), {"form_version": row.version})
    client.force_login(cast.dora)
    client.post(reverse("customers:customer_credit", args=[buyer.pk]), {"credit_limit": "2000"})
    send()
    order.refresh_from_db()
    assert order.state == "submitted", "nobody accepted the higher limit yet"
    for person in (cast.mona, cast.gina):
        approve(actor=person, request=ApprovalRequest.objects.about(buyer).get(), at=timezone.now())
    send()
    order.refresh_from_db()
    assert (order.state, told(cast.alice, "went_on")) == ("confirmed", 1)

    day, other = NOW - timedelta(days=1), make_customer(owner=cast.alice)
    place_hold(actor=cast.dora, customer=other, scope="both", reason="Letter", until=day.date(), at=day)
    ships = order_of(other, "20.00", state="confirmed")
    leave_waiting(actor=cast.otto, order=ships, at=day)
    client.force_login(cast.root)
    page = reverse("jobs:job_preview", args=["orders_go_on"])
    text = client.get(page, {"business_date": TODAY}).content.decode()
    assert str(ships) in text and "it can leave" in text
    assert str(large) in text and "stopped by R-16 of the handbook" in text
    assert told(cast.otto, "can_ship") == 0, "a preview tells nobody"
    set_rule_value("receivables.credit_check", "warn", TODAY, "trial", actor=cast.root, at=NOW)
    done = run_now("orders_go_on", TODAY, actor=cast.root, at=timezone.now())
    assert {(str(item.subject), item.reason) for item in done.items} == {
        (str(ships), "receivables.can_ship"),
        (str(large), "receivables.went_on"),
    }
    assert told(cast.otto, "can_ship") == 1 and Order.objects.get(pk=large.pk).state == "confirmed"


def test_what_was_decided_is_taken_back_and_nobody_waits_for_nothing(client, buyer, cast):
    order = order_of(buyer, "5000.00")
    wait = reverse("orders:order_wait", args=[order.pk])
    client.force_login(cast.mona)
    client.post(wait, {"form_version": order.version})
    order.refresh_from_db()
    assert order.waits_by == cast.mona
    client.post(wait, {"form_version": order.version})
    order.refresh_from_db()
    assert order.waits_by is None
    client.force_login(cast.alice)  # hands in, does not confirm
    assert client.post(wait, {"form_version": order.version}).status_code == 403
    free = order_of(buyer, "5.00")
    client.force_login(cast.mona)
    said = client.post(reverse("orders:order_wait", args=[free.pk]), {"form_version": free.version})
    assert said.status_code == 409 and "nothing to wait for" in said.content.decode()


def test_the_effect_warning_of_the_ladder_is_said_at_every_check_and_refuses_nothing(buyer, cast):
    case = make_case(customer=buyer, days=5, amount="700.00", on=TODAY)
    order, goods = order_of(buyer, "1.00"), order_of(buyer, "1.00", state="confirmed")
    assert not [*ask(order, CONFIRM, at=NOW), *ask(goods, SHIP, at=NOW)]
    collect(TODAY)
    make_action(case, cast.alice, on=TODAY)  # the friendly reminder was done
    for answers in (ask(order, CONFIRM, at=NOW), ask(goods, SHIP, at=NOW)):
        (said,) = answers
        assert said.result == "warn" and "L1" in said.message and "700.00" in said.message
    assert [remark.result for remark in credit_standing(buyer, TODAY).remarks] == ["warn"]
    make_receipt(buyer, amount="700.00", received=TODAY, at=NOW)
    allocate_receipt(actor=cast.dora, receipt=Receipt.objects.get(), oldest_first=True, at=NOW)
    assert not ask(order, CONFIRM, at=NOW)


def test_why_blocked_shows_the_group_with_whose_part_each_is(client, buyer, cast):
    child = make_customer(owner=cast.alice)
    child.parent, child.credit_limit = buyer, D("900.00")
    child.save()
    make_receivable(buyer, amount="400.00", issued=TODAY, due=TODAY, at=NOW)
    order = order_of(child, "700.00")
    page = reverse("receivables:why_blocked", args=[order.pk])
    client.force_login(cast.mona)
    assert client.get(page).context["group"] is None
    set_rule_value("receivables.credit_group", True, TODAY, "trial", actor=cast.root, at=NOW)
    answer = client.get(page)
    group = answer.context["group"]
    assert {(member.pk, part.total) for member, part in group["parts"]} == {
        (buyer.pk, D("400.00")),
        (child.pk, D("700.00")),
    }
    text = answer.content.decode()
    for part in ("1,100.00", "400.00", "700.00", "1,000.00", "100.00"):
        assert part in text


def test_an_order_goes_on_the_day_after_the_hold_that_stopped_it_ran_out(client, buyer, cast):
    """Nobody acts that day: the hold has a last day, and the daily look finds it over."""
    hold = place_hold(actor=cast.dora, customer=buyer, scope="order", reason="Audit", until=TODAY, at=NOW)
    order = order_of(buyer, "20.00")
    client.force_login(cast.mona)
    client.post(reverse("orders:order_wait", args=[order.pk]), {"form_version": order.version})
    order.refresh_from_db()
    assert order.waits_by == cast.mona
    CreditHold.objects.filter(pk=hold.pk).update(from_date=TODAY - timedelta(2), until=TODAY - timedelta(1))
    run_now("orders_go_on", TODAY, actor=None, at=timezone.now())
    order.refresh_from_db()
    assert (order.state, order.waits_by) == ("confirmed", None)


def test_who_has_become_the_owner_meanwhile_confirms_nothing_by_having_left_it_to_wait(client, buyer, cast):
    """The right to confirm is asked again when the order goes on: by then it is Mona's own."""
    hold = place_hold(actor=cast.dora, customer=buyer, scope="order", reason="Lawsuit", at=NOW)
    order = order_of(buyer, "20.00")
    client.force_login(cast.mona)
    client.post(reverse("orders:order_wait", args=[order.pk]), {"form_version": order.version})
    Order.objects.filter(pk=order.pk).update(owner=cast.mona)
    lift_hold(actor=None, hold=hold, reason="Settled", at=timezone.now())
    send()
    order.refresh_from_db()
    assert (order.state, order.waits_by, told(cast.mona, "stayed")) == ("submitted", None, 1)
