"""An order is compared with its contract before it binds us (ORD-01)."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.contract_check import check_contract
from orders.differences import differences
from orders.errors import OrderRefused
from orders.services import ask_about_differences, confirm_order, return_order_to_draft, submit_order
from salesops.accounts.selectors import team_on
from salesops.audit.models import AuditEvent
from salesops.catalog.models import PaymentTerm
from salesops.core.errors import Conflict
from salesops.handbook.services import set_rule_value
from salesops.work.services import answer_request, ask_again, decline_request
from tests.factories.contracts import make_contract
from tests.factories.customers import make_customer
from tests.factories.orders import make_currency, make_order

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture
def buyer(cast):
    return make_customer(cast.alice)


def ordered(buyer, contract, amount="100.00", **more):
    fields = {"state": "submitted", "order_date": TODAY, "payment_term": contract.payment_term, **more}
    return make_order(buyer, contract=contract, lines=[("1", amount)], **fields)


def said(order):
    return [str(one.sentence) for one in differences(order, on=TODAY)]


def test_an_order_within_its_contract_says_nothing(buyer):
    contract = make_contract(buyer, amount=D("300.00"), end_date=TODAY)
    ordered(buyer, contract, "200.00")
    assert said(ordered(buyer, contract)) == []
    assert said(make_order(buyer, order_date=TODAY)) == []


def test_every_difference_is_named(buyer):
    term = PaymentTerm.objects.create(code="T77", name="77 days", days=77)
    contract = make_contract(
        buyer, amount=D("150.00"), end_date=TODAY - timedelta(days=1), state="terminated", payment_term=term
    )
    ordered(buyer, contract, "100.00", state="confirmed")
    late = ordered(buyer, contract, "50.01", payment_term=None)
    words = "; ".join(said(late))
    for part in ("Terminated", "ended on", "payment terms", "50.00 CNY of its amount is left"):
        assert part in words, words
    foreign = ordered(buyer, contract, currency=make_currency("USD"))
    assert "it is in CNY" in "; ".join(said(foreign))


def test_it_is_warned_of_with_its_trail_or_refused_by_the_handbook(buyer, cast, client):
    contract = make_contract(buyer, amount=D("50.00"))
    set_rule_value("orders.contract_differences", "warn", TODAY, "easy", actor=cast.root, at=NOW)
    first, second = (ordered(buyer, contract) for _ in range(2))
    client.force_login(cast.mona)
    page = client.get(reverse("orders:order_confirm", args=[first.pk])).content.decode()
    assert "differs from contract" in page and str(contract) in page
    confirm_order(actor=cast.mona, order=first, at=NOW)
    told = AuditEvent.objects.get(verb="orders.order_confirmed").data["warnings"]
    assert told[0]["clause"] == "orders.contract_differences"
    set_rule_value("orders.contract_differences", "block", TODAY, "strict", actor=cast.root, at=NOW)
    with pytest.raises(OrderRefused):
        confirm_order(actor=cast.mona, order=second, at=NOW)
    assert check_contract(second, "ship", at=NOW, act=False) is None


def handed_in(buyer, cast, **contract):
    """An order of Alice's, submitted, that differs from its contract by one day and some money."""
    fields = {"amount": D("60.00"), "end_date": TODAY - timedelta(days=1), **contract}
    order = ordered(buyer, make_contract(buyer, **fields), state="draft")
    return submit_order(actor=cast.alice, order=order, at=NOW)


def answer_of(cast, order, point, person, text="Yes: a supplement is on its way"):
    row = order.contract_differences.select_related("request").get(point=point)
    answer_request(actor=person, at=NOW, request=row.request, answer=text)
    return row


def test_each_difference_gets_a_written_answer_by_whom_it_concerns_before_the_order_binds(
    buyer, cast, client
):
    order = handed_in(buyer, cast)
    asked = {row.point: row.request for row in order.contract_differences.select_related("request__to_team")}
    assert set(asked) == {"end", "amount"}, "each difference is a question of its own"
    assert asked["end"].to_team == team_on(cast.lena, TODAY), "validity is legal's"
    assert asked["amount"].to_team == team_on(cast.dora, TODAY), "money is finance's"
    assert "60.00 CNY of its amount is left" in asked["amount"].ask
    with pytest.raises(OrderRefused, match="answers by") as refused:
        confirm_order(actor=cast.mona, order=order, at=NOW)
    assert "Wait for the written answers" in str(refused.value.way_out)
    answer_of(cast, order, "end", cast.lena)
    no = order.contract_differences.get(point="amount").request
    decline_request(actor=cast.dora, at=NOW, request=no, reason="Not without a supplement")
    with pytest.raises(OrderRefused, match="Dora says no: “Not without a supplement”"):
        confirm_order(actor=cast.mona, order=order, at=NOW)
    ask_again(actor=cast.alice, at=NOW, request=no, reason="It came", due_at=NOW + timedelta(days=2))
    answer_of(cast, order, "amount", cast.dora, "The supplement is signed")
    assert confirm_order(actor=cast.mona, order=order, at=NOW).state == "confirmed"
    client.force_login(cast.alice)
    page = client.get(reverse("orders:order_detail", args=[order.pk])).content.decode()
    assert "Differences from the contract" in page and "The supplement is signed" in page


def test_a_larger_difference_is_asked_anew_and_one_gone_back_is_asked_no_more(buyer, cast, client):
    order = handed_in(buyer, cast, end_date=None)
    answer_of(cast, order, "amount", cast.dora)
    other = ordered(buyer, order.contract, "10.00", state="confirmed")
    with pytest.raises(OrderRefused, match="Ask those whom"):
        confirm_order(actor=cast.mona, order=order, at=NOW)
    client.force_login(cast.alice)
    page = reverse("orders:order_differences", args=[order.pk])
    assert page in client.get(reverse("orders:order_detail", args=[order.pk])).content.decode()
    assert client.post(page, {"version": order.version}).status_code == 302, other
    second = order.contract_differences.order_by("-pk").first().request
    assert order.contract_differences.count() == 2 and second.state == "new"
    with pytest.raises(Conflict):
        ask_about_differences(actor=cast.alice, order=order, at=NOW)
    return_order_to_draft(actor=cast.alice, order=order, reason="Mend it", at=NOW)
    second.refresh_from_db()
    assert second.state == "cancelled", "nobody needs the answer any more"
