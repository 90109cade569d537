"""What the database itself refuses, whoever asks (quality §2)."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, connection, transaction

from orders.models import Order, OrderLine, Return
from tests.factories.contracts import make_contract
from tests.factories.customers import make_customer
from tests.factories.orders import make_order, make_return


def later():
    """The order was inserted by another transaction: only then is it fixed."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE orders_order DISABLE TRIGGER orders_order_guard")
        cursor.execute("UPDATE orders_order SET born_txid = 1")
        cursor.execute("ALTER TABLE orders_order ENABLE TRIGGER orders_order_guard")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(name, sql, *params):
    """``sql`` breaks the named guard, at once or at commit."""
    with pytest.raises(IntegrityError, match=name), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.fixture
def buyer(cast):
    return make_customer(cast.alice)


@pytest.fixture
def confirmed(buyer):
    order = make_order(buyer, lines=[("2", "10"), ("3", "20")])
    later()
    return order


@pytest.fixture
def shipped(buyer):
    order = make_order(buyer, state="shipped", lines=[("2", "10"), ("3", "20")])
    later()
    return order


def test_the_head_must_equal_the_sum_of_the_lines_at_commit(buyer):
    order = make_order(buyer, state="draft")
    later()
    refused("is_sum_of_lines", "UPDATE orders_orderline SET net = net + 0.01 WHERE order_id = %s", order.pk)
    refused(
        "is_sum_of_lines", "UPDATE orders_order SET net = net + 1, total = total + 1 WHERE id = %s", order.pk
    )
    refused("is_sum_of_lines", "DELETE FROM orders_orderline WHERE order_id = %s", order.pk)


def test_the_total_adds_up(buyer):
    order = make_order(buyer, state="draft")
    refused("total_adds_up", "UPDATE orders_order SET total = total + 1 WHERE id = %s", order.pk)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE orders_orderline SET quantity = 9 WHERE order_id = %s",
        "DELETE FROM orders_orderline WHERE order_id = %s",
        "INSERT INTO orders_orderline (order_id, position, product_id, quantity, price, discount, tax_rate, net, "
        "tax, base_net, below_floor) SELECT order_id, 9, product_id, 1, 0, 0, 0, 0, 0, 0, false "
        "FROM orders_orderline WHERE order_id = %s LIMIT 1",
    ],
)
def test_lines_of_a_confirmed_order_are_fixed(confirmed, sql):
    refused("orders_orderline_immutable", sql, confirmed.pk)


@pytest.mark.parametrize("column", ["net", "customer_id", "owner_id", "base_rate", "order_date", "number"])
def test_the_head_of_a_confirmed_order_is_fixed(confirmed, column):
    value = {"order_date": "order_date - 1", "number": "number || 'x'"}.get(column, f"{column} + 1")
    refused(
        "orders_order_immutable", f"UPDATE orders_order SET {column} = {value} WHERE id = %s", confirmed.pk
    )


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_a_confirmed_order_does_not_go_back(confirmed, state):
    refused("illegal_move", f"UPDATE orders_order SET state = '{state}' WHERE id = %s", confirmed.pk)


def test_a_shipped_order_is_neither_cancelled_nor_deleted(shipped):
    refused("illegal_move", "UPDATE orders_order SET state = 'cancelled' WHERE id = %s", shipped.pk)
    refused("immutable|no_delete", "DELETE FROM orders_order WHERE id = %s", shipped.pk)


def test_the_undo_of_an_import_may_take_its_own_rows_back(shipped):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL salesops.undo_import = 'on'")
        OrderLine.objects.filter(order=shipped).delete()
        Order.objects.filter(pk=shipped.pk).delete()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL salesops.undo_import = ''")
    assert not Order.objects.exists()


def test_a_contract_of_another_customer_is_refused(cast, buyer):
    order = make_order(buyer, state="draft")
    other = make_contract(make_customer(cast.alice))
    refused(
        "contract_of_customer", "UPDATE orders_order SET contract_id = %s WHERE id = %s", other.pk, order.pk
    )


def test_a_posted_order_has_a_number(buyer):
    with pytest.raises(IntegrityError, match="number_once_submitted"), transaction.atomic():
        make_order(buyer, number=None)


def test_returns_stay_within_line_and_order(shipped):
    first, second = shipped.lines.order_by("position")
    make_return(shipped, line=first, quantity="2", net="20")
    for broken in (
        {"line": first, "quantity": "0.000001", "net": "0"},
        {"line": second, "quantity": "1", "net": "60.01"},
        {"line": second, "quantity": "3.1", "net": "1"},
        {"net": "60.01"},
        {"line": second, "net": "1", "on": date(2020, 1, 1)},
    ):
        with pytest.raises(IntegrityError, match="orders_return"), transaction.atomic():
            make_return(shipped, **broken)
    assert make_return(shipped, net="60.00").pk


def test_only_what_was_shipped_comes_back(confirmed):
    with pytest.raises(IntegrityError, match="after_shipment"), transaction.atomic():
        make_return(confirmed, net="1", on=date(2026, 7, 1))


def test_a_return_is_never_changed(shipped):
    entry = make_return(shipped, net="5")
    refused("return_immutable", "UPDATE orders_return SET net = 1 WHERE id = %s", entry.pk)
    refused("return_immutable", "DELETE FROM orders_return WHERE id = %s", entry.pk)
    assert Return.objects.get().net == D("5.00")


@pytest.mark.parametrize(
    ("table", "change"),
    [("quantity", "0"), ("quantity", "-1"), ("price", "-1"), ("discount", "1.1"), ("tax_rate", "-0.1")],
)
def test_numbers_of_a_line_keep_their_bounds(buyer, table, change):
    order = make_order(buyer, state="draft")
    refused(
        f"orders_orderline_{table}".replace("tax_rate", "tax"),
        f"UPDATE orders_orderline SET {table} = {change} WHERE order_id = %s",
        order.pk,
    )
