"""Contracts, returns and targets with input that cannot be: refused in a sentence, nothing written."""

from datetime import date
from decimal import Decimal as D

import pytest

from contracts import services as contracts
from contracts.models import Contract
from orders.models import Return
from orders.services import record_return
from performance.models import Target
from performance.services.breakdown import break_down_by_period
from performance.services.targets import set_target
from salesops.catalog.models import Currency, ExchangeRate
from salesops.core.errors import InvalidInput
from salesops.core.periods import Period
from tests.factories.contracts import make_contract
from tests.factories.orders import make_buyer, make_order
from tests.factories.performance import make_target
from tests.factories.receivables import AT

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)


def enter(cast, code, amount):
    money, _new = Currency.objects.update_or_create(
        code=code, defaults={"name": code, "decimals": 0 if code == "JPY" else 2}
    )
    ExchangeRate.objects.get_or_create(currency=money, date=date(2026, 1, 1), defaults={"rate": D("23.5")})
    buyer = make_buyer(cast.alice, currency=money)
    paper = contracts.ContractInput(customer=buyer, signed_date=DAY, amount=D(amount))
    return contracts.create_contract(actor=cast.alice, data=paper, at=AT)


@pytest.mark.parametrize(
    ("code", "amount"), [("JPY", "100.50"), ("KWD", "9999999999999999.99"), ("KWD", "1E+99")]
)
def test_a_contract_has_an_amount_that_can_be_paid_and_written_down(cast, code, amount):
    with pytest.raises(InvalidInput) as refusal:
        enter(cast, code, amount)
    assert refusal.value.field == "amount" and not Contract.objects.exists()


@pytest.mark.parametrize("end", [date(9999, 12, 31), date(2200, 1, 1)])
def test_a_contract_ends_in_our_time(cast, end):
    contract = make_contract(make_buyer(cast.alice))
    with pytest.raises(InvalidInput) as refusal:
        contracts.terminate_contract(actor=cast.bob, contract=contract, end_date=end, reason="Over", at=AT)
    assert refusal.value.field == "end_date"


@pytest.mark.parametrize("quantity", ["0.0000001", "0.0000009", "1E-30", "sNaN", "Infinity"])
def test_a_return_of_less_than_can_be_counted_is_refused(cast, quantity):
    order = make_order(make_buyer(cast.alice), state="shipped", order_date=DAY)
    with pytest.raises(InvalidInput) as refusal:
        record_return(
            actor=cast.alice,
            order=order,
            line=order.lines.get(),
            quantity=D(quantity),
            return_date=DAY,
            at=AT,
        )
    assert refusal.value.field == "quantity" and not Return.objects.exists()


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1E+400", "-1", "1E+13"])
def test_a_target_is_a_number_that_can_be_reached(cast, value):
    with pytest.raises(InvalidInput):
        set_target(
            actor=None,
            at=AT,
            metric="sal_amt",
            period=Period.parse("2026-07"),
            value=D(value),
            staff=cast.alice,
        )
    assert not Target.objects.exists()


@pytest.mark.parametrize(
    "weights", [["NaN", 1, 1, 1], ["-1", 1, 1, 1], [0, 0, 0, 0], ["Infinity", 1, 1, 1], [1, 1]]
)
def test_shares_of_a_target_are_numbers(cast, weights):
    target = make_target("sal_amt", "2027", "1000", staff=cast.alice)
    with pytest.raises(InvalidInput):
        break_down_by_period(actor=None, at=AT, target=target, weights=[D(w) for w in weights])
