"""Small differences, write-offs and their recovery, refunds, exchange differences: every day stays right."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, connection, transaction

from receivables.checks import run_checks
from receivables.errors import NotReversible, OverAllocation
from receivables.models import Adjustment, Refund, SettlementLine
from receivables.selectors import AgeingQuery, ageing_report
from receivables.services import (
    Allocation,
    NewRefund,
    NewWriteOff,
    allocate_receipt,
    enter_refund,
    enter_write_off,
    pay_refund,
    recover,
    reverse_allocation,
    reverse_receipt,
    reverse_refund,
)
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.catalog.models import ExchangeRate
from salesops.core.errors import InvalidInput
from tests.factories.accounts import make_person
from tests.factories.receivables import currency, make_customer, make_receipt, make_receivable

AT = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)
DAY = date(2026, 5, 5)

pytestmark = pytest.mark.django_db


@pytest.fixture
def dina(cast):
    return make_person("dina", "finance", team=cast.office, superior=cast.gina)


@pytest.fixture
def customer(cast):
    return make_customer(owner=cast.alice)


def accept(entry, *people):
    for person in people:
        approve(actor=person, at=AT, request=ApprovalRequest.objects.about(entry).get())
    entry.refresh_from_db()
    return entry.posted


def sound():
    assert [(c.name, c.sample) for c in run_checks() if c.violations] == []


def open_on(day):
    total = ageing_report(AgeingQuery(as_of=day, by="none", stored=False)).total
    return total.outstanding, total.unallocated


def test_a_small_rest_is_given_up_in_the_step_that_allocates_and_comes_back_with_the_money(cast, customer):
    item = make_receivable(customer, amount="1000.00")
    money = make_receipt(customer, amount="993.00")
    part = [Allocation(item.pk, D("993.00"))]
    give = {
        "actor": cast.dora,
        "receipt": money,
        "allocations": part,
        "date": DAY,
        "give_up": [item.pk],
        "at": AT,
    }
    with pytest.raises(InvalidInput) as refused:
        allocate_receipt(**give)
    assert refused.value.field == "why", "a reason is asked"
    allocate_receipt(**give, why="Bank charges")
    item.refresh_from_db()
    adjustment = Adjustment.objects.get()
    assert (item.outstanding, adjustment.kind, adjustment.amount) == (0, "small_difference", 7)
    sound()
    reverse_receipt(actor=cast.dora, receipt=money, reason="Bounced", date=DAY, at=AT)
    item.refresh_from_db()
    assert item.outstanding == 1000
    sound()


@pytest.mark.parametrize(("owed", "paid"), [("1000.00", "989.99"), ("5000.00", "4979.00")])
def test_a_rest_beyond_the_rule_stays_open(cast, customer, owed, paid):
    """Clause R-34: 1 % of 1,000 is 10.00; clause R-33: never more than 20.00."""
    item, money = make_receivable(customer, amount=owed), make_receipt(customer, amount=paid)
    with pytest.raises(InvalidInput) as refused, transaction.atomic():
        allocate_receipt(
            actor=cast.dora, receipt=money, allocations=[Allocation(item.pk, D(paid))],
            give_up=[item.pk], why="Charges", at=AT,
        )  # fmt: skip
    assert refused.value.clause == "receivables.small_difference_most"
    assert not SettlementLine.objects.exists()


def test_a_write_off_needs_finance_and_the_general_manager_and_money_may_come_later(cast, dina, customer):
    item = make_receivable(customer, amount="800.00", issued=date(2026, 1, 10), due=date(2026, 2, 9))
    new = NewWriteOff(item, D("800.00"), DAY, "Insolvent", "Ruling 12/2026 of the court")
    with pytest.raises(InvalidInput):
        enter_write_off(actor=cast.dora, write_off=replace(new, evidence=" "), at=AT)
    entry = enter_write_off(actor=cast.dora, write_off=new, at=AT)
    with pytest.raises(OverAllocation):
        enter_write_off(actor=cast.dora, write_off=replace(new, amount=D(1)), at=AT)
    assert accept(entry, dina) is None, "the general manager is asked, too"
    write_off = accept(entry, cast.gina)
    item.refresh_from_db()
    assert (item.outstanding, write_off.kind, write_off.used) == (0, "write_off", 800)
    assert (open_on(date(2026, 5, 4))[0], open_on(DAY)[0]) == (800, 0)
    money = make_receipt(customer, amount="500.00", received=date(2026, 5, 20))
    later = datetime(2026, 5, 25, 2, tzinfo=UTC)
    recovery = recover(actor=cast.dora, write_off=write_off, receipt=money, amount=D("300"), at=later)
    item.refresh_from_db()
    write_off.refresh_from_db()
    money.refresh_from_db()
    assert (item.outstanding, write_off.used, money.unallocated) == (0, 500, 200)
    assert (recovery.kind, recovery.amount, recovery.written_off) == ("recovery", 300, write_off)
    assert open_on(date(2026, 5, 4))[0] == 800, "no day that has passed moves"
    with pytest.raises(OverAllocation):
        recover(actor=cast.dora, write_off=write_off, receipt=money, amount=D("500.01"), at=later)
    sound()


def test_a_refund_takes_unallocated_money_is_paid_once_and_may_be_taken_back(cast, dina, customer):
    money = make_receipt(customer, amount="900.00")
    new = NewRefund(money, D("400.00"), DAY, "Paid twice", "6222 0001")
    entry = enter_refund(actor=cast.dora, refund=new, at=AT)
    with pytest.raises(OverAllocation):
        enter_refund(actor=cast.dora, refund=replace(new, amount=D("500.01")), at=AT)
    refund = accept(entry, dina)
    money.refresh_from_db()
    assert (money.unallocated, refund.used, refund.state) == (500, 400, "to_pay")
    assert (open_on(date(2026, 5, 4))[1], open_on(DAY)[1]) == (900, 500)
    with pytest.raises(NotReversible, match="refund"):
        reverse_receipt(actor=cast.dora, receipt=money, reason="Bounced", at=AT)
    with pytest.raises(NotReversible):
        reverse_allocation(actor=cast.dora, line=refund.lines.get(), reason="No", at=AT)
    pay_refund(actor=cast.dora, refund=refund, paid_date=DAY, bank_reference="OUT-1", at=AT)
    with pytest.raises(NotReversible):
        pay_refund(actor=cast.dora, refund=refund, paid_date=DAY, bank_reference="OUT-2", at=AT)
    mirror = reverse_refund(actor=cast.dora, refund=refund, reason="Returned by the bank", at=AT)
    money.refresh_from_db()
    assert (money.unallocated, mirror.amount, Refund.objects.count()) == (900, -400, 2)
    sound()


def test_gains_and_losses_by_the_rate_add_up_to_the_cent(cast, customer):
    """100 owed at 7.00, paid at 7.10 in three parts: the customer gave 10.00 more in base currency."""
    usd = make_customer(owner=cast.alice, money="USD")
    for day, rate in ((date(2026, 1, 1), "7.00"), (date(2026, 2, 1), "7.10")):
        ExchangeRate.objects.create(currency=currency("USD"), date=day, rate=D(rate))
    item = make_receivable(usd, amount="100.00")
    money = make_receipt(usd, amount="100.00")
    for part in ("33.33", "33.33"):
        allocate_receipt(
            actor=None, receipt=money, allocations=[Allocation(item.pk, D(part))], date=DAY, at=AT
        )
    (line,) = allocate_receipt(
        actor=None, receipt=money, allocations=[Allocation(item.pk, D("33.34"))], date=DAY, at=AT
    )
    lines = SettlementLine.objects.all()
    assert sum(row.exchange_difference for row in lines) == D("10.00")
    money.refresh_from_db()
    assert money.used_base == money.base_amount == D("710.00")
    mirror = reverse_allocation(actor=None, line=line, reason="Wrong", at=AT)
    assert mirror.exchange_difference == -line.exchange_difference
    sound()


def test_the_database_holds_the_new_sides(cast, dina, customer):
    """By raw SQL as the role of the application."""
    item, other = make_receivable(customer, amount="800.00"), make_receivable(customer, amount="50.00")
    entry = enter_write_off(
        actor=cast.dora, write_off=NewWriteOff(item, D("300.00"), DAY, "Insolvent", "Ruling"), at=AT
    )
    write_off = accept(entry, dina, cast.gina)
    money = make_receipt(customer, amount="90.00")
    back = accept(enter_refund(actor=cast.dora, refund=NewRefund(money, D(90), DAY, "Twice"), at=AT), dina)
    line = (
        "INSERT INTO receivables_settlementline (receivable_id, refund_id, adjustment_id, receipt_id, customer_id,"
        " currency_id, amount, base_amount, exchange_difference, date, recorded_at, reason)"
        f" VALUES (%s, %s, %s, %s, {customer.pk}, 'CNY', 1, 1, 0, '2026-05-05', now(), '')"
    )
    wrong = (
        (line, [other.pk, None, write_off.pk, None]),  # another item's write-off
        (line, [item.pk, None, write_off.pk, None]),  # more than it says
        (line, [None, back.pk, write_off.pk, None]),  # a write-off is no money
        (line, [item.pk, back.pk, None, money.pk]),  # two targets
        ("UPDATE receivables_adjustment SET used = 0 WHERE id = %s", [write_off.pk]),
        ("UPDATE receivables_adjustment SET evidence = 'x' WHERE id = %s", [write_off.pk]),
        ("DELETE FROM receivables_refund WHERE id = %s", [back.pk]),
        ("UPDATE receivables_receipt SET used_base = 1 WHERE id = %s", [money.pk]),
        ("UPDATE receivables_refund SET amount = 1 WHERE id = %s", [back.pk]),
    )
    for statement, values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    sound()
