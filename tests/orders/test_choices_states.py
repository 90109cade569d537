"""Whatever is tried in whatever order, an order only walks the drawn paths."""

from datetime import date, datetime
from decimal import Decimal as D
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from orders import services
from orders.choices import ORDER_MOVES
from orders.models import Order
from salesops.core.errors import DomainError
from tests.factories.customers import make_customer
from tests.factories.orders import make_product

AT = datetime(2026, 6, 15, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = date(2026, 6, 15)
ACTS = {
    "submit": ("submitted", lambda cast, o: services.submit_order(actor=cast.alice, order=o, at=AT)),
    "return": (
        "draft",
        lambda cast, o: services.return_order_to_draft(actor=cast.bob, order=o, reason="again", at=AT),
    ),
    "confirm": ("confirmed", lambda cast, o: services.confirm_order(actor=cast.bob, order=o, at=AT)),
    "ship": (
        "shipped",
        lambda cast, o: services.ship_order(actor=cast.otto, order=o, shipped_date=TODAY, at=AT),
    ),
    "cancel": (
        "cancelled",
        lambda cast, o: services.cancel_order(actor=cast.bob, order=o, reason="off", at=AT),
    ),
}


@pytest.mark.django_db
@settings(max_examples=40)
@given(acts=st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=10))
def test_every_walk_through_the_acts_follows_the_table(cast, acts):
    with transaction.atomic():
        buyer = make_customer(cast.alice)
        order = services.create_order(
            actor=cast.alice,
            data=services.OrderInput(customer=buyer, order_date=TODAY),
            lines=[services.LineInput(make_product(), D(2), D("9.99"))],
            at=AT,
        )
        state, number = "draft", None
        for name in acts:
            target, act = ACTS[name]
            try:
                with transaction.atomic():
                    act(cast, order)
                moved = True
            except DomainError:
                moved = False
            order = Order.objects.get(pk=order.pk)
            assert moved == ORDER_MOVES.allows(state, target)
            assert order.state == (target if moved else state)
            assert number is None or order.number == number
            state, number = order.state, order.number
            assert (order.shipped_date is not None) == (state == "shipped")
            assert state in ("draft", "cancelled") or order.number
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        transaction.set_rollback(True)
