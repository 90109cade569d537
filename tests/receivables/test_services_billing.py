"""An order is billed once, whether by hand in parts, by a file or by its shipment (REC-01)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal as D
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.urls import reverse

from orders.services import cancel_order, record_return, ship_order
from receivables.checks import run_checks
from receivables.models import CreditNote, Receivable
from receivables.services import (
    NewReceivable,
    create_receivable,
    reverse_credit_note,
)
from salesops.core.errors import Conflict, DomainError
from tests.factories.orders import make_order
from tests.factories.receivables import currency, make_credit_note, make_customer, make_receivable
from tests.salesops.exchange_files import counts, good, reasons, run, table

AT = datetime(2026, 6, 15, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = date(2026, 6, 10)
pytestmark = pytest.mark.django_db


@pytest.fixture
def order(cast):
    """Confirmed, 10 pieces at 100.00."""
    customer = make_customer(owner=cast.alice, code="C-1")
    return make_order(customer, lines=[("10", "100.00")], order_date=date(2026, 6, 1), number="DD-1")


def bill(order, amount, **more):
    return make_receivable(order.customer, amount=amount, issued=DAY, due=None, order=order, at=AT, **more)


def ship(cast, order):
    return ship_order(actor=cast.otto, order=order, shipped_date=DAY, at=AT)


def amounts(order):
    return sorted(Receivable.objects.filter(order=order).values_list("amount", flat=True))


def books_hold():
    assert [c.name for c in run_checks() if c.violations] == []


def test_shipment_posts_only_what_no_invoice_by_hand_has_billed(cast, order):
    bill(order, "300.00")
    ship(cast, order)
    assert amounts(order) == [D("300.00"), D("700.00")]
    books_hold()


def test_an_order_billed_in_full_by_hand_is_not_posted_again(cast, order):
    bill(order, "1000.00")
    ship(cast, order)
    assert amounts(order) == [D("1000.00")]


def test_more_than_the_order_is_refused_with_its_figures(cast, order):
    bill(order, "300.00")
    with pytest.raises(Conflict) as refused:
        bill(order, "700.01")
    figures = refused.value.figures
    assert (figures["total"], figures["billed"], figures["left"]) == (D(1000), D(300), D(700))
    ship(cast, order)
    with pytest.raises(Conflict):
        bill(order, "0.01")


def test_the_form_says_what_is_left(cast, order, client):
    bill(order, "300.00")
    client.force_login(cast.dora)
    data = {
        "customer": order.customer_id,
        "issue_date": "2026-06-10",
        "amount": "800",
        "currency": "CNY",
        "order": order.pk,
    }
    page = client.post(reverse("receivables:receivable_create"), data).content.decode()
    for figure in ("1000.00", "300.00", "700.00"):
        assert figure in page
    assert Receivable.objects.count() == 1


def test_what_was_credited_before_shipment_is_billed_by_it(cast, order):
    item = bill(order, "300.00")
    note = make_credit_note(order.customer, amount="300.00", receivable=item, on=DAY)
    wrong = make_credit_note(order.customer, amount="50.00", receivable=item, on=DAY)
    reverse_credit_note(actor=cast.dora, credit_note=wrong, reason="Twice", at=AT)
    ship(cast, order)
    assert amounts(order) == [D("300.00"), D("1000.00")]
    assert note.amount == 300
    books_hold()


def test_goods_that_came_back_are_not_billed_again_for_their_credit(cast, order):
    ship(cast, order)
    item = Receivable.objects.get(order=order)
    record_return(
        actor=cast.alice, order=order, line=order.lines.get(), quantity=D(2), return_date=DAY, at=AT
    )
    make_credit_note(order.customer, amount="200.00", receivable=item, on=DAY)
    with pytest.raises(Conflict):
        bill(order, "0.01")


def test_another_currency_than_the_orders_is_refused(cast, order):
    with pytest.raises(DomainError, match="CNY"):
        create_receivable(
            actor=None,
            receivable=NewReceivable(
                customer=order.customer, issue_date=DAY, amount=D(10), currency=currency("USD"), order=order
            ),
            at=AT,
        )


def test_a_cancelled_order_gives_back_all_that_was_billed_for_it(cast, order):
    bill(order, "300.00")
    item = bill(order, "200.00")
    make_credit_note(order.customer, amount="50.00", receivable=item, on=DAY)
    cancel_order(actor=cast.mona, order=order, reason="Called off", at=AT)
    automatic = CreditNote.objects.filter(source="automatic").values_list("amount", flat=True)
    assert sorted(automatic) == [D("150.00"), D("300.00")]
    assert not Receivable.objects.open().filter(order=order).exists()
    books_hold()


def test_a_file_does_not_bill_again_what_shipment_billed(cast, order, tmp_path):
    ship(cast, order)
    heads = "number,customer,issue_date,due_date,amount,order"
    path = table(tmp_path, "i.csv", heads, "I-1,C-1,2026-06-10,2026-07-10,0.01,DD-1")
    answer = run("receivables", path)
    assert reasons(answer) == [(2, "order")]
    for figure in ("1000.00", "0.00"):
        assert figure in answer["rejected"][0]["reason"]


def test_a_file_that_bills_the_order_comes_before_its_shipment(cast, order, tmp_path):
    heads = "number,customer,issue_date,due_date,amount,order"
    rows = [f"I-{n},C-1,2026-06-10,2026-07-10,{amount},DD-1" for n, amount in ((1, 400), (2, "250.50"))]
    path = table(tmp_path, "i.csv", heads, *rows)
    good("receivables", path)
    ship(cast, order)
    assert amounts(order) == [D("250.50"), D("349.50"), D("400.00")]
    assert counts(good("receivables", path)) == (0, 0, 2)
    books_hold()


@pytest.mark.django_db(transaction=True)
def test_two_people_who_bill_the_rest_at_once_bill_it_once(cast, order):
    start = Barrier(2)

    def act(_):
        start.wait()
        try:
            return bill(order, "600.00")
        except Conflict as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(act, range(2)))
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert amounts(order) == [D("600.00")]
