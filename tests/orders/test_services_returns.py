"""What comes back of an order: the line's share, never more than was shipped."""

from datetime import date, datetime
from decimal import Decimal as D
from zoneinfo import ZoneInfo

import pytest

from orders import services
from orders.events import ReturnRecorded
from salesops.core import events
from salesops.core.errors import InvalidInput
from tests.factories.orders import make_buyer, make_order

AT = datetime(2026, 6, 15, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = date(2026, 6, 15)


@pytest.fixture
def buyer(cast):
    return make_buyer(cast.alice)


def sold_to(buyer):
    """Shipped today: three pieces for 95.00 net."""
    return make_order(buyer, state="shipped", order_date=TODAY, lines=[("3", "33.333", "0.05", "0.13")])


def test_a_return_gives_back_the_lines_share(cast, buyer, monkeypatch):
    order = sold_to(buyer)
    heard = []
    monkeypatch.setitem(events._handlers, ReturnRecorded, [heard.append])
    (sold,) = order.lines.all()
    entry = services.record_return(
        actor=cast.alice, order=order, line=sold, return_date=TODAY, quantity=D("1"), at=AT
    )
    assert entry.net == D("31.67")
    assert heard == [ReturnRecorded(entry.pk, AT)]
    rest = services.record_return(actor=cast.alice, order=order, line=sold, return_date=TODAY, at=AT)
    assert (rest.quantity, rest.net) == (D("2"), D("63.33"))
    with pytest.raises(InvalidInput):
        services.record_return(actor=cast.alice, order=order, line=sold, return_date=TODAY, at=AT)


@pytest.mark.parametrize(
    ("quantity", "net"),
    [("3.000001", None), ("1", "95.01"), ("-1", None), ("NaN", None), ("0", "0"), ("1", "0.005")],
)
def test_a_return_stays_within_what_was_shipped(cast, buyer, quantity, net):
    order = sold_to(buyer)
    with pytest.raises(InvalidInput):
        services.record_return(
            actor=cast.alice,
            order=order,
            line=order.lines.get(),
            return_date=TODAY,
            quantity=D(quantity),
            net=D(net) if net else None,
            at=AT,
        )


def test_a_line_of_another_order_is_refused_in_a_return(cast, buyer):
    order, other = sold_to(buyer), make_order(buyer, state="shipped")
    with pytest.raises(InvalidInput) as refusal:
        services.record_return(
            actor=cast.alice, order=order, line=other.lines.get(), return_date=TODAY, at=AT
        )
    assert refusal.value.field == "line"


def test_a_whole_order_comes_back_line_by_line(cast, buyer):
    order = make_order(buyer, state="shipped", lines=[("1", "10"), ("2", "20")])
    made = services.return_whole_order(actor=cast.alice, order=order, return_date=TODAY, at=AT)
    assert sum(entry.net for entry in made) == order.net
