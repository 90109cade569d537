"""Input that cannot be, and the right act at the wrong moment: refused in a sentence, nothing written."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.db import connection, transaction

from receivables.checks import run_checks
from receivables.errors import SecondPersonNeeded
from receivables.models import CreditNote, Receipt, Receivable
from receivables.services import NewReceipt, record_or_enter, record_receipt, reverse_receipt
from salesops.catalog.models import ExchangeRate
from salesops.core.errors import InvalidInput
from salesops.handbook.services import set_rule_value
from tests.factories.receivables import (
    AT,
    currency,
    make_credit_note,
    make_customer,
    make_receipt,
    make_receivable,
)
from tests.factories.rules import make_rule
from tests.salesops.exchange_files import reasons, run, table

DAY = AT.date()


@pytest.fixture
def dear():
    """A currency in which the largest amount on file is worth more than the ledger can hold."""
    ExchangeRate.objects.create(currency=currency("KWD"), date=date(2026, 1, 1), rate=D("23.5"))
    return "KWD"


@pytest.mark.django_db
@pytest.mark.parametrize("make", [make_receivable, make_receipt, make_credit_note])
@pytest.mark.parametrize("amount", ["9999999999999999.99", "1E+30", "NaN", "Infinity", "-0.01", "0", "0.001"])
def test_amounts_that_cannot_be_are_refused(cast, dear, make, amount):
    with pytest.raises(InvalidInput) as refusal:
        make(make_customer(owner=cast.alice, money=dear), amount=D(amount))
    assert refusal.value.field == "amount"
    assert not any(model.objects.exists() for model in (Receivable, Receipt, CreditNote))


@pytest.mark.django_db
def test_credit_is_not_given_before_the_item_was_issued(cast):
    item = make_receivable(make_customer(owner=cast.alice), issued=date(2026, 3, 2))
    with pytest.raises(InvalidInput) as refusal:
        make_credit_note(item.customer, receivable=item, on=date(2026, 3, 1))
    assert refusal.value.field == "date"


@pytest.mark.django_db
@pytest.mark.parametrize("settled", [False, True])
def test_a_file_gives_no_credit_for_somebody_elses_item(cast, tmp_path, settled):
    mine = make_receivable(make_customer(owner=cast.alice, code="MINE"), amount="10.00")
    if settled:
        make_receipt(mine.customer, amount="10.00", to={mine: "10.00"})
    make_customer(owner=cast.alice, code="OTHER")
    row = f"CN-1,OTHER,2026-05-01,5.00,{mine.number}"
    path = table(tmp_path, "c.csv", "number,customer,date,amount,receivable", row)
    assert reasons(run("credit_notes", path)) == [(2, "receivable")]


@pytest.mark.django_db
def test_a_large_receipt_of_a_customer_whom_nobody_owns_waits_like_any_other(cast):
    make_rule("receivables.second_person_amount", "1000", since=date(2026, 1, 1))
    customer = make_customer()
    customer.team = cast.group_a
    customer.save()
    money = NewReceipt(customer=customer, received_date=DAY, amount=D(2000), currency=customer.currency)
    assert record_or_enter(actor=cast.dora, receipt=money, at=AT).team == cast.group_a


@pytest.mark.django_db
def test_a_reversal_needs_a_reason_that_says_something_and_comes_once(cast):
    receipt = make_receipt(make_customer(owner=cast.alice))
    with pytest.raises(InvalidInput):
        reverse_receipt(actor=cast.dora, receipt=receipt, reason=" \n\t ", at=AT)
    mirror = reverse_receipt(actor=cast.dora, receipt=receipt, reason="Bounced\n twice " + "x" * 400, at=AT)
    assert mirror.reason.startswith("Bounced twice x") and len(mirror.reason) == 300
    for wrong in (receipt, mirror):
        with pytest.raises(Exception, match="reversed"):
            reverse_receipt(actor=cast.dora, receipt=wrong, reason="Again", at=AT)


@pytest.mark.django_db
def test_other_patterns_of_numbers_are_no_gap_in_the_books(cast):
    customer = make_customer(owner=cast.alice)
    make_receipt(customer)
    set_rule_value("numbering.pattern", "{yy}{class}/{000}", DAY, "Shorter", actor=cast.root, at=AT)
    assert make_receipt(customer, received=DAY).number == "26SK/002"
    assert [r.sample for r in run_checks() if r.violations] == []


@pytest.mark.django_db(transaction=True)
def test_two_receipts_at_once_do_not_slip_under_the_limit_together(cast):
    """Each is small; together they need a second person, whoever is first."""
    make_rule("receivables.second_person_amount", "1000", since=date(2026, 1, 1))
    customer = make_customer(owner=cast.alice)
    money = NewReceipt(customer=customer, received_date=DAY, amount=D(600), currency=customer.currency)
    posted, met = threading.Event(), []

    def second():
        posted.wait(5)
        try:
            record_receipt(actor=cast.dora, receipt=replace(money, amount=D(500)), at=AT)
        except SecondPersonNeeded as refusal:
            met.append(refusal)
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        record_receipt(actor=cast.dora, receipt=money, at=AT)
        posted.set()
        thread.join(0.4)
    thread.join(10)
    assert len(met) == 1 and Receipt.objects.count() == 1


@pytest.mark.django_db
def test_money_of_tomorrow_or_of_another_century_is_refused(cast):
    customer = make_customer(owner=cast.alice)
    for day in (DAY + timedelta(1), date(1, 1, 1), date(9999, 12, 31)):
        with pytest.raises(InvalidInput):
            make_receipt(customer, received=day)
        with pytest.raises(InvalidInput):
            make_receivable(customer, issued=day, due=None)
        with pytest.raises(InvalidInput):
            make_receivable(customer, due=date(9999, 12, 31))
