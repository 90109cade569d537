"""Two people at once on one order: one wins, the other is told (B4); numbers have no gap (B9)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal as D
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from orders import services
from orders.models import Order
from salesops.core.errors import Conflict, DomainError
from tests.factories.customers import make_customer
from tests.factories.orders import make_order, make_product

AT = datetime(2026, 6, 15, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = date(2026, 6, 15)
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run each act in a thread and a connection of its own, started together; results or errors in order."""
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            return act()
        except DomainError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def conflicts(results):
    return [r for r in results if isinstance(r, Conflict)]


def test_of_two_confirmations_one_wins_and_the_other_is_told(cast):
    order = make_order(make_customer(cast.alice), state="submitted")
    results = at_once(
        lambda: services.confirm_order(actor=cast.bob, order=order, at=AT),
        lambda: services.confirm_order(actor=cast.mona, order=order, at=AT),
    )
    assert len(conflicts(results)) == 1
    assert Order.objects.get().state == "confirmed"


def test_of_confirm_and_cancel_one_wins(cast):
    order = make_order(make_customer(cast.alice), state="submitted")
    results = at_once(
        lambda: services.confirm_order(actor=cast.bob, order=order, at=AT),
        lambda: services.return_order_to_draft(actor=cast.alice, order=order, reason="wait", at=AT),
    )
    assert len(conflicts(results)) == 1


def test_of_edit_and_submit_nothing_is_lost_unsaid(cast):
    buyer, product = make_customer(cast.alice), make_product()
    order = make_order(buyer, state="draft", product=product, order_date=TODAY)
    data = services.OrderInput(customer=buyer, order_date=TODAY)
    lines = [services.LineInput(product, D(7), D("3.33"))]
    results = at_once(
        lambda: services.submit_order(actor=cast.alice, order=order, at=AT),
        lambda: services.update_order(actor=cast.bob, order=order, version=1, data=data, lines=lines, at=AT),
    )
    order.refresh_from_db()
    assert order.state == "submitted"
    edited = not isinstance(results[1], DomainError)
    assert order.net == (D("23.31") if edited else D("100.00"))


def test_twenty_submissions_a_third_of_them_rolled_back_leave_no_gap(cast):
    buyer, product = make_customer(cast.alice), make_product()
    orders = [make_order(buyer, state="draft", product=product) for _ in range(20)]

    def submit(index):
        def act():
            with transaction.atomic():
                services.submit_order(actor=cast.alice, order=orders[index], at=AT)
                if index % 3 == 0:
                    transaction.set_rollback(True)

        return act

    at_once(*(submit(index) for index in range(20)))
    numbers = sorted(Order.objects.exclude(number=None).values_list("number", flat=True))
    assert numbers == [f"DD-2026-{n:05d}" for n in range(1, 14)]


def test_returns_at_once_never_exceed_what_was_shipped(cast):
    order = make_order(make_customer(cast.alice), state="shipped", lines=[("10", "1")], order_date=TODAY)
    line = order.lines.get()

    def give_back():
        return services.record_return(
            actor=cast.alice, order=order, line=line, return_date=TODAY, quantity=D(3), at=AT
        )

    results = at_once(*[give_back] * 6)
    assert sum(not isinstance(r, DomainError) for r in results) == 3
