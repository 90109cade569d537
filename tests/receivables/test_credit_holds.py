"""Holds on a customer's credit (REC-12): what they stop, who places them, how they are lifted, and when both happen at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from orders.errors import OrderRefused
from orders.services import confirm_order, ship_order
from orders.services.checks import CONFIRM, SHIP, ask
from receivables.choices import HoldState
from receivables.credit import KEY as RELEASE
from receivables.models import CollectionPolicy, CreditHold
from receivables.models.credit import words_of_level
from receivables.services import lift_hold, place_hold
from receivables.services.holds import KEY
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.seeds import seed_flows
from salesops.approvals.services import approve, start
from salesops.approvals.showing import fact_lines
from salesops.audit.models import AuditEvent
from salesops.core.errors import Duplicate, NotAllowed
from salesops.notifications.models import Notification
from salesops.notifications.registry import words_of
from tests.factories.orders import make_order
from tests.factories.receivables import make_customer, make_receivable

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture
def buyer(cast):
    seed_flows()
    return make_customer(owner=cast.alice)


def order_of(buyer, state="submitted"):
    return make_order(buyer, state=state, order_date=TODAY, lines=[("1", "100.00")])


def hold(buyer, scope="both", **more):
    return place_hold(
        actor=more.pop("actor", None), customer=buyer, scope=scope, reason="Draft bounced", at=NOW, **more
    )


def blocked(order, stage, at=NOW):
    return [answer.clause for answer in ask(order, stage, at=at) if answer.result == "block"]


def test_a_hold_stops_what_it_names_and_no_more(buyer):
    order, promised = order_of(buyer), order_of(buyer, "confirmed")
    for scope, orders, shipments in (("order", 1, 0), ("ship", 0, 1), ("both", 1, 1)):
        placed = hold(buyer, scope)
        assert (len(blocked(order, CONFIRM)), len(blocked(promised, SHIP))) == (orders, shipments)
        lift_hold(actor=None, hold=placed, reason="Paid", at=NOW)
        assert not blocked(order, CONFIRM) and not blocked(promised, SHIP)


def test_a_hold_ends_by_itself_after_its_last_day(buyer):
    placed = hold(buyer, until=TODAY + timedelta(days=3))
    order = order_of(buyer)
    assert blocked(order, CONFIRM, NOW + timedelta(days=3)) == ["receivables.hold_check"]
    assert not blocked(order, CONFIRM, NOW + timedelta(days=4))
    assert placed.state_on(TODAY + timedelta(days=4)) == HoldState.OVER


def test_finance_and_the_manager_place_holds_and_the_owner_is_told(client, buyer, cast):
    with pytest.raises(NotAllowed):
        hold(buyer, actor=cast.alice)
    client.force_login(cast.dora)
    page = reverse("receivables:credithold_create")
    data = {"customer": buyer.pk, "scope": "both", "reason": "Draft bounced", "until": ""}
    client.post(page, data)
    placed = CreditHold.objects.get()
    assert placed.created_by == cast.dora and placed.state_on(TODAY) == HoldState.STANDS
    assert Notification.objects.filter(recipient=cast.alice, kind="receivables.hold_placed").exists()
    assert AuditEvent.objects.filter(verb="receivables.hold_placed").exists()
    with pytest.raises(Duplicate):
        hold(buyer, actor=cast.mona)
    order = order_of(buyer)
    client.force_login(cast.mona)
    assert "Draft bounced" in client.get(reverse("orders:order_detail", args=[order.pk])).content.decode()
    assert "Draft bounced" in client.get(page.replace("new/", "")).content.decode()


def test_the_part_that_placed_a_hold_places_it_once_and_lifts_it_itself(buyer):
    first = hold(buyer, "ship", source="collection:7")
    assert hold(buyer, "ship", source="collection:7") == first
    lift_hold(actor=None, hold=first, reason="Paid", at=NOW)
    assert lift_hold(actor=None, hold=first, reason="Again", at=NOW).lift_reason == "Paid"
    assert hold(buyer, "ship", source="collection:7") != first


@pytest.mark.parametrize(("late", "people"), [(0, "dora mona"), (61, "dora mona gina")])
def test_a_hold_is_lifted_by_finance_and_manager_long_overdue_also_by_the_general_manager(
    buyer, cast, late, people
):
    make_receivable(buyer, issued=TODAY - timedelta(days=90), due=TODAY - timedelta(days=late), at=NOW)
    placed = hold(buyer)
    with pytest.raises(NotAllowed) as refused:
        lift_hold(actor=cast.dora, hold=placed, reason="Paid", at=NOW)
    assert refused.value.release.document_type == KEY
    request = start(actor=cast.alice, at=NOW, obj=placed, document_type=KEY, reason="Paid today")
    for name in people.split():
        placed.refresh_from_db()
        assert placed.lifted_at is None
        request.refresh_from_db()
        approve(actor=getattr(cast, name), request=request, at=NOW)
    placed.refresh_from_db()
    assert (placed.lift_reason, placed.lifted_by) == ("Paid today", getattr(cast, people.split()[-1]))


def test_a_release_lets_one_order_pass_the_holds_that_stood_when_it_was_asked_for(buyer, cast):
    placed, order = hold(buyer), order_of(buyer)
    request = start(actor=cast.alice, at=NOW, obj=order, document_type=RELEASE, reason="Samples")
    assert "Draft bounced" in request.facts["holds"]
    for person in (cast.dora, cast.mona):
        approve(actor=person, request=request, at=NOW)
    confirm_order(actor=cast.mona, order=order, at=NOW)
    assert blocked(order_of(buyer), CONFIRM)  # this order only
    place_hold(
        actor=None, customer=buyer, scope="ship", reason="Worse", source="x", at=NOW + timedelta(seconds=5)
    )
    with pytest.raises(OrderRefused):  # nobody released it from this one
        ship_order(actor=cast.otto, order=order, shipped_date=TODAY, at=NOW + timedelta(seconds=6))
    assert placed.lifted_at is None


def test_a_request_that_waits_ends_when_the_program_lifts_the_hold(buyer, cast):
    placed = hold(buyer, source="collection:7")
    request = start(actor=cast.alice, at=NOW, obj=placed, document_type=KEY, reason="Paid")
    lift_hold(actor=None, hold=placed, reason="Paid in full", at=NOW)
    assert ApprovalRequest.objects.get(pk=request.pk).state == "void"


def test_placing_a_hold_and_confirming_an_order_wait_for_each_other(buyer):
    """Both take the same lock of the customer's credit until they are over; an order is through before or refused."""

    def locks():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT objid, classid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            )
            return set(cursor.fetchall())

    before = locks()
    ask(order_of(buyer), CONFIRM, at=NOW, act=True)
    mine = locks() - before
    assert len(mine) == 1
    hold(buyer)
    assert locks() - before == mine


def test_what_the_collection_stopped_is_said_in_the_readers_language(client, cast):
    customer = make_customer(owner=cast.alice)
    with translation.override("en"):
        hold = place_hold(
            actor=None,
            customer=customer,
            scope="order",
            reason=words_of_level(2),
            source="collection:1:2",
            at=timezone.now(),
        )
    client.force_login(cast.dora)
    client.cookies["django_language"] = "zh-hans"
    for page in (
        reverse("receivables:credithold_detail", args=[hold.pk]),
        reverse("receivables:credithold_list"),
    ):
        shown = client.get(page).content.decode()
        assert "催收：已完成" in shown and "is not paid" not in shown
    with translation.override("en"):
        request = start(actor=cast.alice, at=timezone.now(), obj=hold, document_type=KEY, reason="Paid")
    with translation.override("zh-hans"):
        facts = " ".join(value for _label, value in fact_lines(request, cast.dora))
        assert "催收：已完成" in facts and "is not paid" not in facts and "chased" not in facts


def test_the_notice_of_a_hold_by_the_ladder_is_in_the_language_of_who_reads(cast):
    buyer = make_customer(owner=cast.alice)
    with translation.override("en"):  # whoever did the step
        hold = place_hold(
            actor=None, customer=buyer, scope="order", reason="Collection", source="collection:1:2", at=NOW
        )
        lift_hold(actor=None, hold=hold, reason="The overdue items were settled.", at=NOW)
    rows = Notification.objects.filter(recipient=cast.alice, kind__startswith="receivables.hold_").order_by(
        "pk"
    )
    with translation.override("zh-hans"):
        placed, lifted = (words_of(row.kind, row.data)[0] for row in rows)
    assert "催收" in placed and "L2" in placed and "Collection" not in placed and "settled" not in lifted


def test_the_letters_of_the_first_ladder_are_punctuated_as_chinese_is(db):
    for level in CollectionPolicy.objects.get(code="STANDARD").levels.all():
        for text in (level.text_zh_hans, level.text_zh_hant):
            assert not set(text) & set(",:;"), text
