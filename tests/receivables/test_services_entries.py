"""Receipts above a limit wait for a second person and are not in the ledger until then (DAT-03)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils.translation import override

from receivables.checks import run_checks
from receivables.errors import DuplicateReceipt, SecondPersonNeeded
from receivables.models import Receipt, ReceiptEntry
from receivables.services import (
    Allocation,
    NewReceipt,
    enter_receipt,
    mend_entry,
    record_or_enter,
    record_receipt,
)
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve, reject, return_request, withdraw
from salesops.core.errors import Conflict, NotAllowed
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
    entry.amount = D("1250000.50")
    assert "1,250,000.50 " in str(entry)


def test_parts_of_several_days_are_added_within_the_days_of_the_handbook(cast, dina, customer):
    """The window is clause A-1; what waits for a second person counts, too, and each part can be opened."""
    set_rule_value("approvals.split_days", 5, DAY, "Parts", actor=cast.root, at=AT)
    early = replace(money(customer, "100", "L-0"), received_date=DAY - timedelta(5))
    assert isinstance(record_or_enter(actor=cast.dora, receipt=early, at=AT), Receipt)
    part = replace(money(customer, "600"), received_date=DAY - timedelta(3))
    posted = record_or_enter(actor=cast.dora, receipt=part, at=AT)
    assert isinstance(posted, Receipt)
    waiting = record_or_enter(actor=cast.dora, receipt=money(customer, "450", "L-2"), at=AT)
    assert isinstance(waiting, ReceiptEntry)
    third = record_or_enter(actor=cast.dora, receipt=money(customer, "10", "L-3"), at=AT)
    request = request_of(third)
    assert request.tested_amount == D("1060.00")
    assert [(line["pk"], line["amount"]) for line in request.counted] == [
        (posted.pk, "600.00"),
        (waiting.pk, "450.00"),
    ]


def test_the_limit_of_the_day_of_entering_holds_for_money_of_an_earlier_day(cast, dina, customer):
    """The day before the limit was lowered nobody had to check; today somebody has."""
    old = replace(money(customer, "2000"), received_date=DAY - timedelta(1))
    assert isinstance(record_or_enter(actor=cast.dora, receipt=old, at=AT), ReceiptEntry)


def test_a_second_person_who_reads_another_language_accepts_what_was_entered(cast, dina, customer):
    with override("zh-hans"):
        entry = enter_receipt(actor=cast.dora, receipt=money(customer, "2000"), at=AT)
    with override("en"):
        assert approve(actor=dina, at=AT, request=request_of(entry)).state == "approved"


def test_a_returned_receipt_is_corrected_and_handed_in_again(cast, dina, customer, client):
    """Back to the same person, with what was corrected in the history; nobody else corrects it."""
    entry = enter_receipt(actor=cast.dora, receipt=money(customer, "2000"), at=AT)
    with pytest.raises(Conflict, match="returned"):
        mend_entry(actor=cast.dora, entry=entry, receipt=money(customer, "2100"), at=AT)
    return_request(actor=dina, at=AT, request=request_of(entry), comment="The bank says 2,100")
    with pytest.raises(NotAllowed, match="Dora"):
        mend_entry(actor=dina, entry=entry, receipt=money(customer, "2100"), at=AT)
    client.force_login(cast.dora)
    request_page = reverse("approvals:approvalrequest_detail", args=[request_of(entry).pk])
    mend = reverse("receivables:receiptentry_mend", args=[entry.pk])
    assert mend in client.get(request_page).content.decode()
    form = client.get(mend).content.decode()
    assert "The bank says 2,100" in form
    assert 'value="2000.00"' in form
    data = {
        "customer": customer.pk,
        "received_date": "2026-05-05",
        "amount": "2100",
        "currency": "CNY",
        "method": "cheque",
        "bank_account": "ICBC 1",
        "bank_reference": "L-1",
        "comment": "Read wrongly",
    }
    client.post(mend, data)
    entry.refresh_from_db()
    assert (entry.amount, entry.method, request_of(entry).state) == (D("2100.00"), "cheque", "pending")
    client.force_login(dina)
    page = client.get(request_page).content.decode()
    for text in ("2,000.00 CNY", "2,100.00 CNY", "Bank transfer", "Cheque", "Read wrongly"):
        assert text in page, text
    approve(actor=dina, at=AT, request=request_of(entry))
    assert Receipt.objects.get().amount == D("2100.00")


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


def test_who_accepts_it_sees_what_it_settles(cast, dina, customer, client):
    item = make_receivable(customer, amount="1500.00")
    lines = [Allocation(item.pk, D("700.00"))]
    entry = record_or_enter(actor=cast.dora, receipt=money(customer, "1200"), allocations=lines, at=AT)
    client.force_login(dina)
    page = client.get(reverse("receivables:receiptentry_detail", args=[entry.pk])).content.decode()
    assert item.number in page
    assert "700.00" in page
