"""Many at once: nothing lost, nothing doubled, no deadlock (quality §2, B1, B3, B8, B9)."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal as D

import pytest
from django.db import connection, transaction

from orders.errors import OrderRefused
from orders.models import Order
from orders.services import confirm_order
from receivables.checks import run_checks
from receivables.errors import DuplicateReceipt, MonthClosed, OverAllocation
from receivables.models import Receipt, Receivable, SettlementLine
from receivables.services import Allocation, allocate_receipt, close_ledger_month, reverse_allocation
from salesops.core.errors import Conflict
from salesops.core.periods import Period
from tests.factories.orders import make_order
from tests.factories.receivables import AT, make_customer, make_receipt, make_receivable

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 8


def together(act, arguments):
    """Run ``act`` for every argument on parallel connections; hands back answers and refusals, re-raises
    everything else (a deadlock, above all)."""

    def one(argument):
        try:
            return act(argument)
        except (OverAllocation, DuplicateReceipt, MonthClosed, OrderRefused, Conflict) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, arguments))


def refused(answers):
    return sum(isinstance(answer, Exception) for answer in answers)


def books_hold():
    assert [r.name for r in run_checks() if r.violations] == []


def test_many_receipts_for_one_item_settle_it_exactly():
    customer = make_customer()
    item = make_receivable(customer, amount="90.00")
    receipts = [make_receipt(customer, amount="30.00") for _ in range(12)]

    def act(receipt):
        return allocate_receipt(
            actor=None, receipt=receipt, allocations=[Allocation(item.pk, D("30.00"))], at=AT
        )

    assert refused(together(act, receipts)) == 9
    assert Receivable.objects.get().outstanding == 0
    books_hold()


def test_one_receipt_for_many_items_is_used_exactly():
    customer = make_customer()
    receipt = make_receipt(customer, amount="100.00")
    items = [make_receivable(customer, amount="30.00") for _ in range(12)]

    def act(item):
        return allocate_receipt(
            actor=None, receipt=receipt, allocations=[Allocation(item.pk, D("30.00"))], at=AT
        )

    assert refused(together(act, items)) == 9
    assert Receipt.objects.get().unallocated == D("10.00")
    books_hold()


@pytest.mark.slow
def test_a_thousand_attempts_lose_and_duplicate_nothing():
    customer = make_customer()
    items = [make_receivable(customer, amount="25.00") for _ in range(20)]
    receipts = [make_receipt(customer, amount="40.00") for _ in range(20)]
    draw = random.Random(3)
    plans = [(draw.choice(receipts), draw.sample(items, 3)) for _ in range(1000)]

    def act(plan):
        receipt, chosen = plan
        parts = [Allocation(item.pk, D("1.00")) for item in chosen]
        return allocate_receipt(actor=None, receipt=receipt, allocations=parts, at=AT)

    answers = together(act, plans)
    posted = [line for answer in answers if isinstance(answer, list) for line in answer]
    assert SettlementLine.objects.count() == len(posted) == 3 * (1000 - refused(answers))
    assert sum(r.used for r in Receipt.objects.all()) == sum(i.settled for i in Receivable.objects.all())
    assert sum(line.amount for line in posted) == sum(i.settled for i in Receivable.objects.all())
    books_hold()


def test_one_bank_line_recorded_twenty_times_at_once_is_one_receipt():
    customer = make_customer()
    answers = together(
        lambda _n: make_receipt(customer, bank_account="ICBC", bank_reference="B-7"), range(20)
    )
    assert refused(answers) == 19
    assert [r.number for r in Receipt.objects.all()] == ["SK-2026-00001"]
    books_hold()


def test_numbers_have_no_gap_when_postings_are_rolled_back():
    customer = make_customer()

    def act(n):
        try:
            with transaction.atomic():
                make_receipt(customer)
                if n % 3 == 0:
                    raise LookupError
        except LookupError:
            return

    together(act, range(30))
    numbers = sorted(Receipt.objects.values_list("number", flat=True))
    assert numbers == [f"SK-2026-{n:05d}" for n in range(1, 21)]


def test_closing_a_month_waits_for_postings_in_flight_and_refuses_later_ones():
    customer = make_customer()
    posted, closed_at, posting_done = threading.Event(), [], []

    def post():
        with transaction.atomic():
            make_receipt(customer, received=date(2026, 2, 3))
            posted.set()
            time.sleep(0.6)
            posting_done.append(time.monotonic())
        connection.close()

    def close():
        posted.wait(5)
        close_ledger_month(actor=None, period=Period.parse("2026-02"), at=AT)
        closed_at.append(time.monotonic())
        connection.close()

    threads = [threading.Thread(target=post), threading.Thread(target=close)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert closed_at[0] >= posting_done[0]
    with pytest.raises(MonthClosed):
        make_receipt(customer, received=date(2026, 2, 28))
    assert Receipt.objects.count() == 1


def test_orders_confirmed_at_once_never_pass_the_credit_limit_together(cast):
    customer = make_customer(owner=cast.alice)
    customer.credit_limit = D("250.00")
    customer.save()
    orders = [make_order(customer, state="submitted", lines=[("1", "100.00")]) for _ in range(6)]
    answers = together(lambda order: confirm_order(actor=cast.mona, order=order, at=AT), orders)
    assert refused(answers) == 4
    assert Order.objects.filter(state="confirmed").count() == 2


def test_parts_of_an_order_billed_at_once_never_pass_its_total(cast):
    customer = make_customer(owner=cast.alice)
    order = make_order(customer, state="shipped", lines=[("1", "100.00")], order_date=date(2026, 1, 5))
    together(
        lambda _n: make_receivable(customer, amount="30.00", order=order, issued=date(2026, 1, 10)), range(6)
    )
    assert sum(item.amount for item in Receivable.objects.filter(order=order)) == D("90.00")
    books_hold()


def test_money_dated_back_at_once_settles_an_item_once_on_every_day(cast):
    customer = make_customer(owner=cast.alice)
    item = make_receivable(customer, amount="100.00")
    wrong = make_receipt(customer, amount="100.00", to={item: "100.00"}, allocated=date(2026, 3, 10))
    reverse_allocation(actor=None, line=wrong.lines.get(), date=date(2026, 3, 20), reason="Wrong", at=AT)
    receipts = [make_receipt(customer, amount="100.00", received=date(2026, 3, n)) for n in range(1, 7)]
    days = [date(2026, 3, 9 + 3 * n) for n in range(6)]  # before, between and after the mistake

    def settle(pair):
        receipt, day = pair
        return allocate_receipt(
            actor=None, receipt=receipt, allocations=[Allocation(item.pk, D("100.00"))], date=day, at=AT
        )

    answers = together(settle, zip(receipts, days, strict=True))
    assert refused(answers) == 5
    books_hold()
