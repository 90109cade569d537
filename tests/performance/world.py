"""A small company whose figures are added up by hand, in plain Python, beside the product."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from salesops.accounts.models import Membership
from tests.factories.customers import make_customer, make_visit
from tests.factories.orders import make_order, make_product, make_return
from tests.factories.performance import make_credit_note, make_open_item, noon, pay

D = Decimal
AT = noon(date(2026, 11, 22))


def build(cast) -> SimpleNamespace:
    """October 2026 with a mover, a change of owner, returns, credit notes, late deliveries, debts, visits.

    Carol moves from group B to group A on 16 October. ``south`` is Alice's until 10 October, then Carol's.
    """
    w = SimpleNamespace(**vars(cast))
    Membership.objects.filter(user=cast.carol).update(to_date=date(2026, 10, 15))
    Membership.objects.create(user=cast.carol, team=cast.group_a, from_date=date(2026, 10, 16))
    w.pump = make_product(code="PUMP", unit="pcs", category="Machines")
    w.hose = make_product(code="HOSE", unit="m", category="Parts")
    w.north = make_customer(cast.alice, code="NORTH", name="North Trading", region="North")
    w.south = make_customer(cast.alice, code="SOUTH", name="South Works", region="South")
    w.west = make_customer(cast.carol, code="WEST", name="West Mills", region="")
    w.north_receivable = None
    # Orders: (customer, owner, order date, shipped, net lines, product)
    w.first = make_order(
        w.north,
        state="shipped",
        order_date=date(2026, 9, 20),
        shipped_date=date(2026, 10, 5),
        promised_date=date(2026, 10, 5),
        lines=[("10", "10.00", "0", "0.13"), ("1", "33.33", "0.1", "0.13")],
        product=w.pump,
        freight=D("9.90"),
        owner=cast.alice,
    )  # 100.00 + 30.00
    w.second = make_order(
        w.south,
        state="shipped",
        order_date=date(2026, 10, 2),
        shipped_date=date(2026, 10, 8),
        promised_date=date(2026, 10, 7),
        lines=[("5", "40.00")],
        product=w.pump,
        owner=cast.alice,
    )  # 200.00, late
    w.south.owner = cast.carol
    w.south.save()
    w.third = make_order(
        w.south,
        state="shipped",
        order_date=date(2026, 10, 12),
        shipped_date=date(2026, 10, 14),
        required_date=date(2026, 10, 20),
        lines=[("2", "75.50")],
        product=w.hose,
        owner=cast.carol,
    )  # 151.00 while Carol was in B
    w.fourth = make_order(
        w.west,
        state="shipped",
        order_date=date(2026, 10, 20),
        shipped_date=date(2026, 10, 28),
        promised_date=date(2026, 10, 30),
        lines=[("4", "25.25")],
        product=w.pump,
        owner=cast.carol,
    )  # 101.00 while Carol was in A
    w.open_order = make_order(
        w.west,
        state="confirmed",
        order_date=date(2026, 10, 25),
        promised_date=date(2026, 10, 29),
        lines=[("3", "10.00")],
        product=w.pump,
        owner=cast.carol,
    )  # 30.00, confirmed, not shipped: late
    w.cancelled = make_order(
        w.north, state="cancelled", order_date=date(2026, 10, 3), lines=[("9", "99.00")], owner=cast.alice
    )
    w.draft = make_order(w.north, state="submitted", order_date=date(2026, 10, 4), owner=cast.alice)
    w.back = make_return(
        w.second, net="40.00", quantity="1", line=w.second.lines.get(), on=date(2026, 10, 30)
    )
    # Debts
    w.old = make_open_item(w.north, "500.00", issued=date(2026, 7, 1), due=date(2026, 8, 30))
    pay(w.old, "200.00", on=date(2026, 9, 15))
    pay(w.old, "120.00", on=date(2026, 10, 10))
    w.inside = make_open_item(
        w.south, "300.00", issued=date(2026, 10, 2), due=date(2026, 10, 25), owner=cast.carol
    )
    pay(w.inside, "300.00", on=date(2026, 10, 24))
    w.disputed = make_open_item(
        w.west, "80.00", issued=date(2026, 9, 1), due=date(2026, 10, 1), disputed=True
    )
    w.later = make_open_item(w.north, "1000.00", issued=date(2026, 10, 5), due=date(2026, 12, 5))
    pay(w.later, "250.00", on=date(2026, 10, 31))
    w.on_the_day = make_open_item(w.west, "70.00", issued=date(2026, 10, 1), due=date(2026, 10, 31))
    w.wrong = pay(w.on_the_day, "70.00", on=date(2026, 10, 15))
    pay(w.on_the_day, "-70.00", on=date(2026, 10, 16), reversal_of=w.wrong)
    w.note = make_credit_note(w.north, "25.00", on=date(2026, 10, 27))
    # Visits
    for day, done in ((5, True), (6, True), (7, False), (8, True)):
        make_visit(w.north, cast.alice, on=date(2026, 10, day), done=done, planned_date=date(2026, 10, day))
    make_visit(w.west, cast.carol, on=date(2026, 10, 19), done=True, planned_date=None)
    return w
