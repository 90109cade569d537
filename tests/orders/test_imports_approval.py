"""An order that a file brings: history is taken over and told, what is new asks like the form (handbook O-7)."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer, CustomerOwnership
from orders.models import Order
from orders.services import confirm_order
from receivables.models import Receivable
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.audit.models import AuditEvent
from salesops.audit.verbs import sentence_of
from salesops.core.errors import Conflict, NotAllowed
from salesops.exchange.services import undo_import
from tests.factories.approvals import holders
from tests.factories.customers import make_customer
from tests.factories.orders import make_product
from tests.factories.rules import make_rule
from tests.salesops.exchange_files import counts, good, reasons, run, table

pytestmark = pytest.mark.django_db
HEADS = "number,customer,order_date,line_product,line_quantity,line_price,shipped_date"


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def sheet(cast, tmp_path, today):
    """Writes a file of orders ``number quantity days-back[ shipped]`` of one customer at 10.00; the limit is 1,000."""
    for key, value in (("orders.approval_limit", "1000"), ("orders.approval_limit_top", "99999")):
        make_rule(key, value, since=today - timedelta(days=400))
    make_customer(cast.alice, code="BIG")
    make_product(code="P-1", list_price=D(10))

    def write(*orders, name="orders.csv"):
        rows = []
        for number, quantity, back, *shipped in orders:
            day = today - timedelta(days=back)
            left = day + timedelta(days=shipped[0]) if shipped else ""
            rows.append(f"{number},BIG,{day},P-1,{quantity},10.00,{left}")
        return table(tmp_path, name, HEADS, *rows)

    return write


def states():
    return dict(Order.objects.values_list("number", "state"))


def test_history_above_the_limit_is_taken_over_and_the_timeline_says_from_which_file(cast, sheet):
    path = sheet(("OLD-1", 500, 30), ("OLD-2", 100, 7, 2), ("OLD-3", 99, 31, 2))
    assert counts(good("orders", path, actor="otto")) == (3, 0, 0)
    assert states() == {"OLD-1": "confirmed", "OLD-2": "shipped", "OLD-3": "shipped"}
    assert not ApprovalRequest.objects.exists()
    told = AuditEvent.objects.filter(verb="orders.order_taken_over").order_by("pk")
    assert [event.data["number"] for event in told] == ["OLD-1", "OLD-2"]
    words = sentence_of(told[0].verb, told[0].actor, told[0].data)
    assert "Otto" in words and "orders.csv" in words and "without approval" in words
    order = Order.objects.get(number="OLD-1")
    assert {link.object_id for link in told[0].links.all()} == {order.pk, order.customer_id}


def test_a_new_order_above_the_limit_waits_for_approval_like_one_of_the_form(cast, sheet):
    path = sheet(("NEW-1", 500, 2), ("NEW-2", 20, 1))
    assert counts(good("orders", path, actor="otto")) == (2, 0, 0)
    assert states() == {"NEW-1": "submitted", "NEW-2": "submitted"}
    request = ApprovalRequest.objects.get()
    assert request.created_by == cast.otto and "orders.csv" in request.reason
    assert counts(good("orders", path, actor="otto")) == (0, 0, 2)  # the same file again asks nobody twice
    for person in (cast.bob, cast.mona):
        request = approve(actor=person, at=timezone.now(), request=request)
    order = Order.objects.get(number="NEW-1")
    assert (order.state, order.confirmed_date) == ("confirmed", timezone.localdate())
    shipped = sheet(("NEW-1", 500, 2, 2))
    assert counts(good("orders", shipped, actor="otto")) == (0, 1, 0)
    assert Receivable.objects.get().order == order  # by the act of the page: everybody is told


def test_small_orders_of_a_day_in_one_file_are_one_large_order(cast, sheet):
    good("orders", sheet(("A", 60, 1), ("B", 60, 1), ("C", 60, 3)), actor="mona")
    assert states() == {"A": "submitted", "B": "submitted", "C": "confirmed"}
    assert ApprovalRequest.objects.count() == 2


def test_goods_that_left_lately_without_the_approval_they_needed_are_refused(cast, sheet):
    path = sheet(("GONE", 100, 6, 1), ("GOING", 99, 6, 1))
    assert reasons(run("orders", path, actor="mona")) == [(2, "shipped_date")]
    assert not Order.objects.exists()
    good("orders", sheet(("HALF", 50, 6, 1)), actor="mona")
    assert reasons(run("orders", sheet(("REST", 50, 6, 1)), actor="mona")) == [(2, "shipped_date")]


def test_a_young_order_below_the_limit_waits_for_somebody_who_may_confirm(cast, sheet):
    """Operations may enter and ship, not confirm: what its file brings is submitted, as from the form."""
    good("orders", sheet(("NEW-1", 20, 1)), actor="otto")
    order = Order.objects.get()
    assert (order.state, order.confirmed_date, order.submitted_by) == ("submitted", None, cast.otto)
    assert not ApprovalRequest.objects.exists(), "below the limit nobody has to be asked"
    confirm_order(actor=cast.mona, order=order, at=timezone.now())
    order.refresh_from_db()
    assert order.state == "confirmed"


def test_who_may_confirm_does_not_confirm_the_own_order_by_a_file(cast, sheet):
    Customer.objects.update(owner=cast.mona)
    CustomerOwnership.objects.update(owner=cast.mona)
    good("orders", sheet(("OWN", 20, 1)), actor="mona")
    assert states() == {"OWN": "submitted"}


def test_goods_that_left_lately_are_no_way_around_the_confirmation(cast, sheet):
    answer = run("orders", sheet(("GONE", 20, 6, 1)), actor="otto")
    assert reasons(answer) == [(2, "shipped_date")]
    assert "confirm" in answer["rejected"][0]["reason"]
    assert not Order.objects.exists()


def test_an_order_that_waits_for_confirmation_is_unchanged_by_the_same_file(cast, sheet):
    path = sheet(("NEW-1", 20, 1))
    good("orders", path, actor="otto")
    assert counts(good("orders", path, actor="otto")) == (0, 0, 1)
    assert states() == {"NEW-1": "submitted"}


def test_the_system_asks_in_the_name_of_the_owner_and_an_undo_withdraws_what_waits(cast, sheet, client):
    answer = good("orders", sheet(("NEW-1", 500, 2)))
    request = ApprovalRequest.objects.get()
    assert request.applicant == cast.alice
    undo_import(answer["batch"], actor=cast.root, at=timezone.now())
    request.refresh_from_db()
    assert (states(), request.state) == ({}, "void")
    client.force_login(cast.alice)
    page = client.get(reverse("approvals:approvalrequest_detail", args=[request.pk]))
    assert page.status_code == 200 and "undone" in page.content.decode()
    with pytest.raises((Conflict, NotAllowed)):
        approve(actor=cast.mona, at=timezone.now(), request=request)


def test_what_is_approved_meanwhile_is_not_undone(cast, sheet):
    answer = good("orders", sheet(("NEW-1", 500, 2)))
    for person in (cast.bob, cast.mona):
        request = ApprovalRequest.objects.get()
        if request.state == "pending" and person.username in holders(request):
            approve(actor=person, at=timezone.now(), request=request)
    assert ApprovalRequest.objects.get().state == "approved"
    with pytest.raises(Conflict):
        undo_import(answer["batch"], actor=cast.root, at=timezone.now())
    assert states() == {"NEW-1": "confirmed"}


def test_each_order_for_which_nobody_can_be_asked_is_named_by_its_row(cast, sheet, today, tmp_path):
    make_customer(code="N-1")
    make_customer(code="N-2")
    sheet()
    rows = [
        f"{n},{code},{today},P-1,200,10.00," for n, code in enumerate(("BIG", "N-1", "BIG", "N-2"), start=1)
    ]
    path = table(tmp_path, "young.csv", HEADS, *rows)
    answer = run("orders", path, skip_bad=True)
    assert reasons(answer) == [(3, "owner"), (5, "owner")]
    assert "nobody owns it" in answer["rejected"][1]["reason"] and "4" in answer["rejected"][1]["reason"]
    assert states() == {"1": "submitted", "3": "submitted"}
    assert ApprovalRequest.objects.count() == 2
