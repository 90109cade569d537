"""Goods that are paid before delivery leave when the money has come, and one deposit carries one order (domain §6, §7)."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.utils import timezone

from contracts.services import PlanLine, activate_contract, write_plan
from orders.errors import OrderRefused
from orders.services import ship_order
from orders.services.checks import WARN
from receivables.credit import check_credit
from receivables.models import Receivable
from receivables.prepaid import KEY, check_prepaid, is_paid, prepayment_of
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.seeds import seed_flows
from salesops.approvals.services import approve, start
from salesops.catalog.models import PaymentTerm
from tests.factories.contracts import make_contract
from tests.factories.orders import make_order
from tests.factories.receivables import make_customer, make_receipt, make_receivable

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture
def buyer(cast):
    return make_customer(owner=cast.alice)


@pytest.fixture
def prepaid(buyer):
    term = PaymentTerm.objects.create(code="PRE", name="cash before delivery", base="prepaid", days=0)

    def make(amount):
        return make_order(buyer, order_date=TODAY, lines=[("1", amount, "0", "0")], payment_term=term)

    return make


def ship(order, cast):
    return ship_order(actor=cast.otto, order=order, shipped_date=TODAY, at=NOW)


def test_without_the_money_the_goods_stay_and_one_deposit_carries_one_order(cast, buyer, prepaid):
    first, second = prepaid("100.00"), prepaid("80.00")
    with pytest.raises(OrderRefused) as refused:
        ship(first, cast)
    assert (
        "100.00 CNY is missing" in str(refused.value) and refused.value.clause == "receivables.prepaid_check"
    )
    make_receipt(buyer, amount="120.00", received=TODAY, at=NOW)
    assert ship(first, cast).state == "shipped"
    assert prepayment_of(second).received == D("20.00"), "the first order takes its hundred"
    with pytest.raises(OrderRefused, match=r"60\.00 CNY is missing"):
        ship(second, cast)
    make_receipt(buyer, amount="60.00", received=TODAY, at=NOW)
    assert ship(second, cast).state == "shipped"


def test_finance_and_the_manager_release_one_order_up_to_what_they_signed(cast, buyer, prepaid):
    seed_flows()
    order = prepaid("100.00")
    make_receipt(buyer, amount="30.00", received=TODAY, at=NOW)
    request = start(actor=cast.alice, at=NOW, obj=order, document_type=KEY, reason="Fair samples")
    for person in (cast.dora, cast.mona):
        approve(actor=person, at=NOW, request=ApprovalRequest.objects.get(pk=request.pk))
    assert ship(order, cast).state == "shipped"


def test_a_prepaid_order_whose_money_has_come_passes_the_credit(cast, buyer, prepaid):
    buyer.credit_limit = D("50.00")
    buyer.save()
    make_receivable(
        buyer, amount="45.00", issued=TODAY - timedelta(days=90), due=TODAY - timedelta(days=60), at=NOW
    )
    order = prepaid("100.00")
    assert check_credit(order, "ship", at=NOW, act=False).result == "block"
    make_receipt(buyer, amount="100.00", received=TODAY, at=NOW)
    assert check_credit(order, "ship", at=NOW, act=False) is None
    assert ship(order, cast).state == "shipped"


def test_a_deposit_by_the_payment_plan_is_asked_for_before_the_goods_leave(cast, buyer, prepaid):
    """30% on taking effect, the rest by delivery: the goods leave when the 300 have come, and the 700 are credit."""
    contract = make_contract(buyer, amount=D("1000.00"), state="draft")
    write_plan(
        actor=cast.alice,
        contract=contract,
        lines=[PlanLine("sign", D(30)), PlanLine("deliver", D(70))],
        at=NOW,
    )
    activate_contract(actor=cast.bob, contract=contract, at=NOW)
    order = prepaid("1000.00")
    order.contract = contract
    order.save()
    with pytest.raises(OrderRefused, match=r"come to 300\.00 CNY.*300\.00 CNY is missing"):
        ship(order, cast)
    by_terms = make_order(buyer, order_date=TODAY, lines=[("1", "1000.00", "0", "0")], contract=contract)
    warned = check_prepaid(by_terms, "ship", at=NOW, act=False)
    assert (warned.result, warned.figures["missing"]) == (WARN, D("300.00")), "no terms ask for it: a warning"
    deposit = Receivable.objects.get(contract=contract)
    make_receipt(buyer, amount="300.00", received=TODAY, to={deposit: "300.00"}, at=NOW)
    assert (prepayment_of(order).missing, is_paid(order)) == (D(0), False)
    assert ship(order, cast).state == "shipped"
