"""Receipts above a limit wait for a second person and are not in the ledger until then (DAT-03)."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from django.urls import reverse

from receivables.checks import run_checks
from receivables.errors import DuplicateReceipt, SecondPersonNeeded
from receivables.models import Receipt, ReceiptEntry
from receivables.services import Allocation, NewReceipt, enter_receipt, record_or_enter, record_receipt
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve, reject, withdraw
from salesops.core.errors import NotAllowed
from salesops.handbook.services import set_rule_value
from tests.factories.accounts import make_person
from tests.factories.customers import make_customer
from tests.factories.receivables import make_receivable

AT = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)
DAY = date(2026, 5, 5)

pytestmark = pytest.mark.django_db


@pytest.fixture
def dina(cast):
    set_rule_value("receivables.second_person_amount", "1000", DAY, "Small", actor=cast.root, at=AT)
    return make_person("dina", "finance", team=cast.office, superior=cast.gina)


@pytest.fixture
def customer(cast):
    return make_customer(cast.alice)


def money(customer, amount, reference="L-1"):
    return NewReceipt(
        customer=customer,
        received_date=DAY,
        amount=D(amount),
        currency=customer.currency,
        bank_account="ICBC 1",
        bank_reference=reference,
    )


def request_of(entry):
    return ApprovalRequest.objects.about(entry).get()


def test_below_the_limit_it_is_posted_at_once(cast, dina, customer):
    assert isinstance(record_or_enter(actor=cast.dora, receipt=money(customer, "999.99"), at=AT), Receipt)


def test_above_the_limit_it_is_posted_by_the_second_person(cast, dina, customer):
    item = make_receivable(customer, amount="1500.00")
    entry = record_or_enter(
        actor=cast.dora,
        receipt=money(customer, "1200"),
        allocations=[Allocation(item.pk, D("700.00"))],
        at=AT,
    )
    assert (entry.state, Receipt.objects.count()) == ("entered", 0)
    item.refresh_from_db()
    assert item.outstanding == 1500, "nothing of the ledger counts an entry"
    with pytest.raises(NotAllowed, match="own"):
        approve(actor=cast.dora, at=AT, request=request_of(entry))
    approve(actor=dina, at=AT, request=request_of(entry))
    entry.refresh_from_db()
    item.refresh_from_db()
    assert (entry.state, entry.receipt.amount, entry.receipt.created_by) == ("confirmed", D("1200.00"), dina)
    assert (item.outstanding, entry.receipt.unallocated) == (D("800.00"), D("500.00"))
    assert [check.name for check in run_checks() if check.violations] == []


def test_no_other_door_posts_it_alone(cast, dina, customer):
    with pytest.raises(SecondPersonNeeded) as refused:
        record_receipt(actor=cast.dora, receipt=money(customer, "1000"), at=AT)
    assert refused.value.clause == "receivables.second_person_amount"


def test_parts_of_a_day_are_added(cast, dina, customer):
    record_receipt(actor=cast.dora, receipt=money(customer, "600"), at=AT)
    entry = record_or_enter(actor=cast.dora, receipt=money(customer, "500", "L-2"), at=AT)
    assert isinstance(entry, ReceiptEntry)
    assert request_of(entry).tested_amount == D("1100.00")


def test_rejected_or_withdrawn_it_is_never_posted(cast, dina, customer):
    first = enter_receipt(actor=cast.dora, receipt=money(customer, "2000"), at=AT)
    reject(actor=dina, at=AT, request=request_of(first), comment="Wrong customer")
    second = enter_receipt(actor=cast.dora, receipt=money(customer, "2000"), at=AT)
    withdraw(actor=cast.dora, at=AT, request=request_of(second))
    assert {e.state for e in ReceiptEntry.objects.all()} == {"rejected"}
    assert not Receipt.objects.exists()


def test_one_bank_line_waits_once(cast, dina, customer):
    enter_receipt(actor=cast.dora, receipt=money(customer, "2000"), at=AT)
    with pytest.raises(DuplicateReceipt):
        enter_receipt(actor=dina, receipt=money(customer, "2000"), at=AT)


def test_without_a_colleague_the_superior_is_asked(cast, customer):
    set_rule_value("receivables.second_person_amount", "1000", DAY, "Small", actor=cast.root, at=AT)
    entry = enter_receipt(actor=cast.dora, receipt=money(customer, "2000"), at=AT)
    approve(actor=cast.gina, at=AT, request=request_of(entry))
    assert Receipt.objects.get().created_by == cast.gina


def test_the_page_says_that_it_waits(cast, dina, customer, client):
    client.force_login(cast.dora)
    data = {
        "customer": customer.pk,
        "received_date": "2026-05-05",
        "amount": "5000",
        "currency": "CNY",
        "method": "transfer",
        "bank_account": "ICBC 1",
        "bank_reference": "L-9",
    }
    answer = client.post(reverse("receivables:receipt_create"), data, follow=True)
    entry = ReceiptEntry.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("receivables:receiptentry_detail", args=[entry.pk])
    assert "second person" in answer.content.decode()
