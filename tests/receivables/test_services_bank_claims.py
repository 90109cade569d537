"""Money nobody recognised: sales see little of it, claim it for their customers, finance decides, one claim wins."""

import threading
from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from django.db import connection
from django.urls import reverse

from receivables.checks import run_checks
from receivables.models import BankClaim, BankLine, Receipt
from receivables.services import close_ledger_month, reverse_receipt
from receivables.services.bank_claims import claim_line, refuse_claim, withdraw_claim
from receivables.services.bank_lines import confirm_line, set_line_aside
from receivables.services.bank_watch import look_at_bank
from salesops.core.errors import Conflict, Duplicate, NotAllowed
from salesops.core.periods import Period
from salesops.notifications.models import Notification
from tests.factories.accounts import make_cast
from tests.factories.customers import make_customer
from tests.factories.receivables_bank import make_line

AT = datetime(2026, 6, 20, 2, 0, tzinfo=UTC)
ACCOUNT = "6222021001117778"


def broken():
    return [check.name for check in run_checks() if check.violations and "bank" in check.name]


@pytest.mark.django_db
def test_two_claim_one_is_confirmed_the_other_is_told_and_a_reversal_opens_it_again(cast, client):
    line = make_line(amount="500.00", payer="Unknown Ltd", payer_account=ACCOUNT)
    ours, theirs = make_customer(cast.alice), make_customer(cast.carol)
    client.force_login(cast.alice)
    page = client.get(reverse("receivables:bankline_detail", args=[line.pk])).content.decode()
    assert "Unknown Ltd" in page and "7778" in page
    assert ACCOUNT not in page and line.account.name not in page and line.account.number not in page
    first = claim_line(actor=cast.alice, line=line, customer=ours, purpose="Invoice 7", at=AT)
    second = claim_line(actor=cast.carol, line=line, customer=theirs, purpose="Order 9", at=AT)
    with pytest.raises(Duplicate):
        claim_line(actor=cast.alice, line=line, customer=ours, purpose="Again", at=AT)
    with pytest.raises(NotAllowed):
        claim_line(actor=cast.dora, line=line, customer=ours, purpose="For her", at=AT)
    line.refresh_from_db()
    assert line.state == "claimed" and not broken()
    assert set(BankClaim.objects.visible_to(cast.alice)) == {first}

    look_at_bank(date(2026, 6, 25), actor=None, at=AT, dry_run=False)
    assert Notification.objects.filter(kind="receivables.claim_waits", recipient=cast.dora).count() == 2
    confirm_line(actor=cast.dora, line=line, customer=theirs, at=AT)
    for claim in (first, second):
        claim.refresh_from_db()
    assert (first.state, second.state) == ("refused", "confirmed") and "another claim" in first.reason
    assert Notification.objects.filter(kind="receivables.claim_refused", recipient=cast.alice).exists()
    line.refresh_from_db()
    assert line.receipt.amount == D("500.00") and not broken()
    reverse_receipt(actor=cast.dora, receipt=line.receipt, reason="It was Alice's", at=AT)
    second.refresh_from_db()
    assert second.state == "reversed"
    third = claim_line(actor=cast.alice, line=line, customer=ours, purpose="As I said", at=AT)
    confirm_line(actor=cast.dora, line=line, customer=ours, at=AT)
    third.refresh_from_db()
    assert third.state == "confirmed" and not broken()


@pytest.mark.django_db
def test_of_two_claims_for_one_customer_finance_chooses_and_finds_the_line_by_its_reference(cast, client):
    line = make_line(amount="500.00", payer="Unknown Ltd", reference="BANKREF-77")
    ours, other = make_customer(cast.alice), make_customer(cast.alice)
    first = claim_line(actor=cast.alice, line=line, customer=ours, purpose="Invoice 7", at=AT)
    second = claim_line(actor=cast.bob, line=line, customer=ours, purpose="Order 9", at=AT)
    client.force_login(cast.dora)
    found = client.get(reverse("search:search"), {"q": "BANKREF-77"}, follow=True).content.decode()
    assert "Unknown Ltd" in found
    act = client.get(reverse("receivables:bankclaim_detail", args=[second.pk])).content.decode()
    assert f"claim={second.pk}" in act
    book = reverse("receivables:bankline_book", args=[line.pk])
    page = client.get(book, {"customer": ours.pk, "claim": second.pk})
    assert "Invoice 7" in page.content.decode() and "Order 9" in page.content.decode()
    data = {"form_key": page.context["form_key"], "customer": ours.pk, "claim": second.pk}
    wrong = client.post(book, {**data, "customer": other.pk})
    assert "another customer" in wrong.content.decode() and not Receipt.objects.exists()
    client.post(book, {**data, "form_key": client.get(book).context["form_key"]})
    for claim in (first, second):
        claim.refresh_from_db()
    assert (first.state, second.state) == ("refused", "confirmed")


@pytest.mark.django_db
def test_a_claim_is_withdrawn_or_refused_with_a_reason_and_the_line_is_free(cast):
    line = make_line(amount="5.00")
    customer = make_customer(cast.alice)
    claim = claim_line(actor=cast.alice, line=line, customer=customer, purpose="x", at=AT)
    with pytest.raises(NotAllowed):
        withdraw_claim(actor=cast.carol, claim=claim, at=AT)
    withdraw_claim(actor=cast.alice, claim=claim, at=AT)
    line.refresh_from_db()
    assert line.state == "new"
    claim = claim_line(actor=cast.alice, line=line, customer=customer, purpose="y", at=AT)
    with pytest.raises(NotAllowed):
        refuse_claim(actor=cast.alice, claim=claim, reason="no", at=AT)
    refuse_claim(actor=cast.dora, claim=claim, reason="It is interest", at=AT)
    with pytest.raises(Conflict):
        withdraw_claim(actor=cast.alice, claim=claim, at=AT)
    last = claim_line(actor=cast.alice, line=line, customer=customer, purpose="z", at=AT)
    set_line_aside(actor=cast.dora, line=line, why="interest", at=AT)
    last.refresh_from_db()
    assert last.state == "refused" and not broken()


@pytest.mark.django_db
def test_a_month_with_unmatched_lines_is_closed_only_despite_them(cast):
    make_line(day=date(2026, 5, 30))
    month = Period.parse("2026-05")
    with pytest.raises(Conflict, match="unmatched bank lines: 1"):
        close_ledger_month(actor=cast.dora, period=month, at=AT)
    assert close_ledger_month(actor=cast.dora, period=month, despite=True, at=AT).closed


@pytest.mark.django_db(transaction=True)
def test_two_claim_at_once_and_both_are_recorded():
    cast = make_cast()
    line = make_line(amount="5.00")
    pairs = [(cast.alice, make_customer(cast.alice)), (cast.carol, make_customer(cast.carol))]
    start = threading.Barrier(2)

    def act(who, customer):
        start.wait()
        try:
            claim_line(actor=who, line=line, customer=customer, purpose="Mine", at=AT)
        finally:
            connection.close()

    people = [threading.Thread(target=act, args=pair) for pair in pairs]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert BankClaim.objects.count() == 2 and BankLine.objects.get().state == "claimed"
