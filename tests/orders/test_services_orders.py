"""An order from draft to shipment, through its services."""

import re
from datetime import date, datetime
from decimal import Decimal as D
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import CustomerOwnership
from orders import services
from orders.choices import OrderState
from orders.errors import BelowFloorPrice, OrderRefused
from orders.events import OrderCancelled, OrderConfirmed, OrderShipped, ReturnRecorded
from orders.models import Order
from orders.services.checks import BLOCK, WARN, CheckAnswer, order_checks
from salesops.audit.models import AuditEvent
from salesops.core import events
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from tests.factories.contracts import make_contract
from tests.factories.orders import make_buyer, make_currency, make_order, make_product

AT = datetime(2026, 6, 15, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = date(2026, 6, 15)


@pytest.fixture
def buyer(cast):
    return make_buyer(cast.alice, region="East", address="1 Quay Road")


@pytest.fixture
def product(db):
    return make_product(list_price=D("33.3330"), floor_price=D("30.0000"))


@pytest.fixture
def heard(monkeypatch):
    """Everything published while the test runs."""
    seen = []
    for kind in (OrderConfirmed, OrderShipped, OrderCancelled, ReturnRecorded):
        monkeypatch.setitem(events._handlers, kind, [seen.append])
    return seen


@pytest.fixture
def answers(monkeypatch):
    """What an app above answers when asked about an order."""
    given = []
    monkeypatch.setattr(order_checks, "_entries", {"test": lambda order, stage, *, at, act: given[-1]})
    return given


def head(buyer, **more):
    return services.OrderInput(customer=buyer, order_date=TODAY, **more)


def line(product, quantity="3", price="33.333", discount="0.05", tax_rate="0.13"):
    return services.LineInput(product, D(quantity), D(price), D(discount), D(tax_rate))


def draft(cast, buyer, product, **more):
    return services.create_order(actor=cast.alice, data=head(buyer, **more), lines=[line(product)], at=AT)


def submitted(cast, buyer, product):
    return services.submit_order(actor=cast.alice, order=draft(cast, buyer, product), at=AT)


def confirmed(cast, buyer, product):
    return services.confirm_order(actor=cast.bob, order=submitted(cast, buyer, product), at=AT)


def shipped(cast, buyer, product):
    order = confirmed(cast, buyer, product)
    return services.ship_order(actor=cast.otto, order=order, shipped_date=TODAY, ship_method="sea", at=AT)


def test_the_server_computes_the_money_of_a_new_order(cast, buyer, product):
    order = draft(cast, buyer, product, freight=D("10.00"))
    assert (order.net, order.tax, order.freight, order.total) == (
        D("95.00"),
        D("12.35"),
        D("10.00"),
        D("117.35"),
    )
    assert order.number is None
    assert (order.owner, order.team, order.region) == (cast.alice, cast.group_a, "East")
    assert order.ship_to == "1 Quay Road"


def test_base_amounts_use_the_rate_of_the_order_date(cast, product):
    usd = make_currency("USD")
    usd.rates.create(date=date(2026, 6, 1), rate=D("7.1"))
    usd.rates.create(date=date(2026, 6, 16), rate=D("9"))
    order = draft(cast, make_buyer(cast.alice, currency=usd), product)
    assert (order.base_rate, order.base_net, order.base_total) == (D("7.1"), D("674.50"), D("762.19"))


def test_without_a_rate_an_order_in_foreign_currency_is_refused(cast, product):
    with pytest.raises(InvalidInput):
        draft(cast, make_buyer(cast.alice, currency=make_currency("EUR")), product)


def test_an_order_goes_from_draft_to_shipment_and_everybody_is_told(cast, buyer, product, heard):
    order = shipped(cast, buyer, product)
    assert order.state == OrderState.SHIPPED
    assert order.number == "DD-2026-00001"
    assert (order.confirmed_date, order.shipped_date) == (TODAY, TODAY)
    assert heard == [OrderConfirmed(order.pk, AT), OrderShipped(order.pk, AT)]
    verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        "orders.order_created",
        "orders.order_submitted",
        "orders.order_confirmed",
        "orders.order_shipped",
    ]


def test_nobody_confirms_an_order_of_ones_own(cast, product):
    order = services.create_order(
        actor=cast.bob, data=head(make_buyer(cast.bob)), lines=[line(product)], at=AT
    )
    services.submit_order(actor=cast.bob, order=order, at=AT)
    with pytest.raises(NotAllowed) as refusal:
        services.confirm_order(actor=cast.bob, order=order, at=AT)
    assert refusal.value.clause == "orders.confirm_own"
    assert services.confirm_order(actor=cast.mona, order=order, at=AT).state == OrderState.CONFIRMED


@pytest.mark.parametrize("person", ["alice", "asha", "otto", "gina", "sam", "aida", "carol", "root"])
def test_confirming_takes_the_approve_level(cast, buyer, product, person):
    order = submitted(cast, buyer, product)
    with pytest.raises(NotAllowed):
        services.confirm_order(actor=getattr(cast, person), order=order, at=AT)


def test_a_returned_order_keeps_its_number_and_can_be_changed(cast, buyer, product):
    order = submitted(cast, buyer, product)
    number = order.number
    order = services.return_order_to_draft(actor=cast.bob, order=order, reason="wrong price", at=AT)
    order = services.update_order(
        actor=cast.alice,
        order=order,
        version=order.version,
        data=head(buyer),
        lines=[line(product, "2"), line(product, "1")],
        at=AT,
    )
    assert order.lines.count() == 2
    assert services.submit_order(actor=cast.alice, order=order, at=AT).number == number


@pytest.mark.parametrize("state", ["submitted", "confirmed", "shipped", "cancelled"])
def test_only_a_draft_is_changed(cast, buyer, product, state):
    order = make_order(buyer, state=state)
    with pytest.raises(Conflict):
        services.update_order(
            actor=cast.alice, order=order, version=1, data=head(buyer), lines=[line(product)], at=AT
        )


def test_a_change_over_somebody_elses_change_is_told(cast, buyer, product):
    order = draft(cast, buyer, product)
    change = {"order": order, "data": head(buyer), "lines": [line(product)], "at": AT}
    services.update_order(actor=cast.alice, version=1, **change)
    with pytest.raises(Conflict):
        services.update_order(actor=cast.bob, version=1, **change)


def test_a_draft_given_to_another_customer_locks_the_customer_before_the_order(cast, buyer, product):
    """The one order of locks (salesops/README.md): who holds a customer and takes its orders never waits crosswise."""
    order, other = draft(cast, buyer, product), make_buyer(cast.alice)
    with CaptureQueriesContext(connection) as asked:
        services.update_order(
            actor=cast.alice, order=order, version=1, data=head(other), lines=[line(product)], at=AT
        )
    locks = [query["sql"] for query in asked if "UPDATE OF" in query["sql"]]
    tables = [
        name for sql in locks for name in ("customers_customer", "orders_order") if f'FROM "{name}"' in sql
    ]
    assert tables == ["customers_customer", "orders_order"]
    order.refresh_from_db()
    assert order.customer == other


def test_a_block_stops_confirmation_with_its_figures(cast, buyer, product, answers):
    order = submitted(cast, buyer, product)
    answers.append(
        CheckAnswer(BLOCK, "Over the limit.", clause="receivables.limit", figures={"limit": D("50")})
    )
    with pytest.raises(OrderRefused) as refusal:
        services.confirm_order(actor=cast.bob, order=order, at=AT)
    assert (refusal.value.clause, refusal.value.figures) == ("receivables.limit", {"limit": D("50")})
    order.refresh_from_db()
    assert order.state == OrderState.SUBMITTED


def test_a_warning_lets_pass_and_is_written_down(cast, buyer, product, answers):
    order = submitted(cast, buyer, product)
    answers.append(CheckAnswer(WARN, "Near the limit."))
    services.confirm_order(actor=cast.bob, order=order, at=AT)
    event = AuditEvent.objects.get(verb="orders.order_confirmed")
    assert event.data["warnings"][0]["message"] == "Near the limit."


def test_shipment_is_asked_again(cast, buyer, product, answers):
    answers.append(None)
    order = confirmed(cast, buyer, product)
    answers.append(CheckAnswer(BLOCK, "On hold."))
    with pytest.raises(OrderRefused):
        services.ship_order(actor=cast.otto, order=order, shipped_date=TODAY, at=AT)


@pytest.mark.parametrize("day", [date(2026, 6, 14), date(2026, 6, 16), date(1, 1, 1), date(9999, 12, 31)])
def test_goods_leave_neither_before_the_order_nor_tomorrow(cast, buyer, product, day):
    order = confirmed(cast, buyer, product)
    with pytest.raises(InvalidInput):
        services.ship_order(actor=cast.otto, order=order, shipped_date=day, at=AT)


@pytest.mark.parametrize("state", ["draft", "submitted", "shipped", "cancelled"])
def test_only_a_confirmed_order_is_shipped(cast, buyer, state):
    with pytest.raises(Conflict):
        services.ship_order(actor=cast.otto, order=make_order(buyer, state=state), shipped_date=TODAY, at=AT)


def test_after_confirmation_only_who_may_confirm_may_cancel(cast, buyer, product, heard):
    order = confirmed(cast, buyer, product)
    with pytest.raises(NotAllowed):
        services.cancel_order(actor=cast.alice, order=order, reason="lost", at=AT)
    services.cancel_order(actor=cast.bob, order=order, reason="lost", at=AT)
    assert heard[-1] == OrderCancelled(order.pk, AT, was_confirmed=True)


def test_a_shipped_order_is_not_cancelled(cast, buyer):
    with pytest.raises(Conflict):
        services.cancel_order(actor=cast.bob, order=make_order(buyer, state="shipped"), reason="x", at=AT)


def test_cancelling_needs_a_reason(cast, buyer, product):
    with pytest.raises(InvalidInput):
        services.cancel_order(actor=cast.alice, order=draft(cast, buyer, product), reason="  ", at=AT)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quantity", "0"),
        ("quantity", "-1"),
        ("quantity", "NaN"),
        ("quantity", "Infinity"),
        ("quantity", "1E+20"),
        ("quantity", "0.0000001"),
        ("price", "-0.01"),
        ("price", "1E+15"),
        ("price", "0.00001"),
        ("discount", "1.01"),
        ("discount", "-0.01"),
        ("discount", "0.31"),
        ("tax_rate", "1.1"),
    ],
)
def test_numbers_that_cannot_be_are_refused(cast, buyer, product, field, value):
    with pytest.raises(InvalidInput) as refusal:
        services.create_order(
            actor=cast.alice, data=head(buyer), lines=[line(product, **{field: value})], at=AT
        )
    assert refusal.value.field == f"lines-0-{field}"
    assert not Order.objects.exists()


def test_an_amount_too_large_for_the_ledger_is_refused(cast, buyer, product):
    big = line(product, quantity="999999999999", price="99999999999999", discount="0")
    with pytest.raises(InvalidInput):
        services.create_order(actor=cast.alice, data=head(buyer), lines=[big], at=AT)


@pytest.mark.parametrize("day", [date(2026, 6, 16), date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29)])
def test_order_dates_that_cannot_be_are_refused(cast, buyer, product, day):
    with pytest.raises(InvalidInput) as refusal:
        services.create_order(
            actor=cast.alice,
            data=services.OrderInput(customer=buyer, order_date=day),
            lines=[line(product)],
            at=AT,
        )
    assert refusal.value.field == "order_date"


def test_an_order_without_lines_is_refused(cast, buyer):
    with pytest.raises(InvalidInput):
        services.create_order(actor=cast.alice, data=head(buyer), lines=[], at=AT)


def test_the_customer_must_be_ones_own(cast, product):
    with pytest.raises(InvalidInput) as refusal:
        draft(cast, make_buyer(cast.carol), product)
    assert refusal.value.field == "customer"


def test_the_contract_must_be_the_customers_and_in_force(cast, buyer, product):
    foreign = make_contract(make_buyer(cast.alice))
    with pytest.raises(InvalidInput) as refusal:
        draft(cast, buyer, product, contract=foreign)
    assert refusal.value.field == "contract"
    over = make_contract(buyer, state="completed")
    with pytest.raises(InvalidInput):
        draft(cast, buyer, product, contract=over)
    assert draft(cast, buyer, product, contract=make_contract(buyer)).contract_id


def test_the_order_belongs_to_who_had_the_customer_that_day(cast, buyer, product):
    buyer.ownerships.create(
        owner=cast.leo, team=cast.group_a, from_date=date(2024, 1, 1), to_date=date(2026, 5, 31)
    )
    buyer.ownerships.create(owner=cast.alice, team=cast.group_a, from_date=date(2026, 6, 1))
    old = services.OrderInput(customer=buyer, order_date=date(2026, 5, 20))
    order = services.create_order(actor=cast.bob, data=old, lines=[line(product)], at=AT)
    assert order.owner == cast.leo
    with pytest.raises(InvalidInput):
        services.create_order(actor=cast.alice, data=old, lines=[line(product)], at=AT)


def test_a_line_under_the_floor_price_is_flagged(cast, buyer, product):
    order = services.create_order(
        actor=cast.alice,
        data=head(buyer),
        lines=[
            line(product, price="30.0000", discount="0"),
            line(product, price="30.0000", discount="0.000001"),
        ],
        at=AT,
    )
    assert list(order.lines.order_by("position").values_list("below_floor", flat=True)) == [False, True]


def test_the_handbook_may_refuse_lines_under_the_floor_price(cast, buyer, product, settings):
    from salesops.handbook.models import RuleValue

    RuleValue.objects.create(
        key="orders.floor_price_policy", value="block", from_date=date(2026, 1, 1), set_at=AT
    )
    with pytest.raises(BelowFloorPrice) as refusal:
        services.create_order(
            actor=cast.alice, data=head(buyer), lines=[line(product, price="29.9999")], at=AT
        )
    assert refusal.value.field == "lines-0-price"
    assert not re.search(r"\b30\b", str(refusal.value))


def test_a_draft_is_not_dated_back_into_somebody_elses_hands(cast, buyer, product):
    made = draft(cast, buyer, product)
    earlier = date(2026, 5, 1)
    CustomerOwnership.objects.create(
        customer=buyer, owner=cast.carol, from_date=date(2026, 1, 1), to_date=earlier
    )
    with pytest.raises(InvalidInput) as error:
        services.update_order(
            actor=cast.alice, order=made, version=made.version, at=AT, lines=[line(product)],
            data=services.OrderInput(customer=buyer, order_date=earlier),
        )  # fmt: skip
    assert error.value.field == "order_date"
    made.refresh_from_db()
    assert (made.owner, made.order_date) == (cast.alice, TODAY)


def test_a_draft_stays_with_whom_it_was_written_for_while_its_customer_moves_on(cast, buyer, product):
    made = draft(cast, buyer, product)
    CustomerOwnership.objects.create(customer=buyer, owner=cast.carol, from_date=date(2026, 6, 1))
    changed = services.update_order(
        actor=cast.alice,
        order=made,
        version=made.version,
        at=AT,
        data=head(buyer),
        lines=[line(product, "4")],
    )
    assert (changed.owner, changed.team) == (cast.alice, cast.group_a)
