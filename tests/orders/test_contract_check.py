"""An order is compared with its contract before it binds us (ORD-01)."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.contract_check import check_contract, differences
from orders.errors import OrderRefused
from orders.services import confirm_order
from salesops.audit.models import AuditEvent
from salesops.catalog.models import PaymentTerm
from salesops.handbook.services import set_rule_value
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
