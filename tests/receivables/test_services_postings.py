"""Credit that one person does not give alone: by amount, by what of an item goes, beyond the item (DAT-03)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from receivables.checks import run_checks
from receivables.errors import SecondPersonNeeded
from receivables.models import CreditNote, PostingEntry
from receivables.services import (
    NewCreditNote,
    cancel_order_receivables,
    create_credit_note,
    credit_or_enter,
    mend_credit_entry,
)
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve, reject, return_request
from salesops.audit.models import AuditEvent
from salesops.core.errors import InvalidInput, NotAllowed
from tests.factories.accounts import make_person
from tests.factories.orders import make_order
from tests.factories.receivables import make_customer, make_receivable
from tests.salesops.exchange_files import counts, good, reasons, run, table

AT = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)
DAY = date(2026, 5, 5)

pytestmark = pytest.mark.django_db


@pytest.fixture
def dina(cast):
    return make_person("dina", "finance", team=cast.office, superior=cast.gina)


@pytest.fixture
def customer(cast):
    return make_customer(owner=cast.alice)


@pytest.fixture
def item(customer):
    return make_receivable(customer, amount="69594.44", number="YS-1")


def credit(customer, amount, item=None, **more):
    return NewCreditNote(customer, DAY, D(amount), customer.currency, "Allowance", receivable=item, **more)


def request_of(entry):
    return ApprovalRequest.objects.about(entry).get()


def test_nobody_alone_gives_back_more_than_an_item_comes_to(cast, dina, customer, item):
    """The fault that was found: 99,999,999 posted by one person against an item of 69,594.44."""
    huge = credit(customer, "99999999.00", item)
    with pytest.raises(InvalidInput, match=r"69594\.44") as refused:
        credit_or_enter(actor=cast.dora, credit_note=huge, at=AT)
    assert refused.value.field == "beyond_reason"
    said = credit(customer, "70000.00", item, beyond_reason="Freight comes on top")
    with pytest.raises(SecondPersonNeeded) as refused:
        create_credit_note(actor=cast.dora, credit_note=said, at=AT)
    assert refused.value.clause == "receivables.credit_note_share"
    entry = credit_or_enter(actor=cast.dora, credit_note=said, at=AT)
    assert (entry.state, CreditNote.objects.count()) == ("entered", 0)
    with pytest.raises(NotAllowed, match="own"):
        approve(actor=cast.dora, at=AT, request=request_of(entry))
    approve(actor=dina, at=AT, request=request_of(entry))
    entry.refresh_from_db()
    item.refresh_from_db()
    note = entry.credit_note
    assert (entry.state, entry.accepted_by, note.created_by) == ("confirmed", dina, dina)
    assert (item.outstanding, note.unallocated) == (0, D("405.56")), (
        "the rest is unallocated credit, as before"
    )
    assert [check.name for check in run_checks() if check.violations] == []


def test_small_credit_is_posted_alone_and_parts_of_a_day_are_added(cast, dina, customer):
    first = credit_or_enter(actor=cast.dora, credit_note=credit(customer, "49999.99"), at=AT)
    assert isinstance(first, CreditNote)
    second = credit_or_enter(actor=cast.dora, credit_note=credit(customer, "0.01"), at=AT)
    assert isinstance(second, PostingEntry)
    assert request_of(second).tested_amount == D("50000.00")
    assert [line["pk"] for line in request_of(second).counted] == [first.pk]


def test_half_of_an_item_waits_in_parts_too_and_what_waits_counts(cast, dina, customer):
    item = make_receivable(customer, amount="4000.00")
    small = credit_or_enter(actor=cast.dora, credit_note=credit(customer, "1999.99", item), at=AT)
    assert isinstance(small, CreditNote)
    rest = credit_or_enter(actor=cast.dora, credit_note=credit(customer, "2000.00", item), at=AT)
    assert isinstance(rest, PostingEntry)
    with pytest.raises(InvalidInput, match="5000"):
        credit_or_enter(actor=cast.dora, credit_note=credit(customer, "1000.01", item), at=AT)
    tiny = make_receivable(customer, amount="900.00")
    whole = credit_or_enter(actor=cast.dora, credit_note=credit(customer, "900.00", tiny), at=AT)
    assert isinstance(whole, CreditNote), "clause R-32: a small item asks nobody"


def test_a_returned_credit_note_is_corrected_and_a_rejected_one_stays_a_note(
    cast, dina, customer, item, client
):
    entry = credit_or_enter(actor=cast.dora, credit_note=credit(customer, "60000", item), at=AT)
    return_request(actor=dina, at=AT, request=request_of(entry), comment="Too much")
    client.force_login(cast.dora)
    form = client.get(reverse("receivables:postingentry_mend", args=[entry.pk]))
    assert form.context["form"].initial["amount"] == D("60000.00")
    mended = credit(customer, "55000", item)
    entry = mend_credit_entry(actor=cast.dora, entry=entry, credit_note=mended, comment="55", at=AT)
    assert (entry.amount, request_of(entry).amount) == (D("55000.00"), D("55000.00"))
    reject(actor=dina, at=AT, request=request_of(entry), comment="No")
    entry.refresh_from_db()
    assert (entry.state, CreditNote.objects.count()) == ("rejected", 0)
    verbs = {event.verb for event in AuditEvent.objects.filter(verb__startswith="receivables.credit_note_")}
    assert verbs == {f"receivables.credit_note_{what}" for what in ("entered", "corrected", "turned_down")}


def test_a_person_who_cancels_an_order_gives_no_large_credit_alone(cast, dina, customer):
    order = make_order(customer, lines=[("10", "6000.00")])
    item = make_receivable(customer, amount="60000.00", order=order)
    (entry,) = cancel_order_receivables(order, actor=cast.mona, at=AT)
    assert isinstance(entry, PostingEntry)
    assert entry.created_by == cast.mona
    assert cancel_order_receivables(order, actor=cast.mona, at=AT) == [], "what waits is not asked for twice"
    approve(actor=dina, at=AT, request=request_of(entry))
    item.refresh_from_db()
    assert item.outstanding == 0


def test_the_database_keeps_the_two_people_apart(cast, dina, customer):
    entry = credit_or_enter(actor=cast.dora, credit_note=credit(customer, "60000"), at=AT)
    for wrong in ({"accepted_by": cast.dora}, {"state": "confirmed"}, {"amount": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PostingEntry.objects.filter(pk=entry.pk).update(**wrong)


def test_the_page_says_that_it_waits_and_who_accepts_sees_what_for(client, cast, dina, customer, item):
    client.force_login(cast.dora)
    data = {
        "customer": customer.pk,
        "receivable": item.pk,
        "date": DAY,
        "amount": "99999",
        "reason": "Allowance",
    }
    page = client.post(reverse("receivables:creditnote_create"), data).content.decode()
    assert "69594.44" in page
    assert "99999" in page
    data["beyond_reason"] = "The claim of May is larger"
    answer = client.post(reverse("receivables:creditnote_create"), data, follow=True)
    entry = PostingEntry.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("receivables:postingentry_detail", args=[entry.pk])
    assert "The claim of May is larger" in answer.content.decode()
    assert entry.customer.name in client.get(reverse("receivables:postingentry_list")).content.decode()


def test_a_file_of_young_credit_waits_and_history_is_told(cast, dina, customer, tmp_path):
    today = timezone.localdate()
    make_receivable(customer, amount="2000.00", number="YS-9")
    heads = "number,customer,date,amount,receivable,reason"

    def sheet(name, *rows):
        return table(
            tmp_path, name, heads, *(f"{n},{customer.code},{d},{a},{i},{r}" for n, d, a, i, r in rows)
        )

    old = sheet("old.csv", ("HZ-OLD", today - timedelta(40), "60000", "", ""))
    assert counts(good("credit_notes", old, actor="dora")) == (1, 0, 0)
    told = AuditEvent.objects.get(verb="receivables.credit_note_taken_over")
    assert (told.data["number"], CreditNote.objects.get().number) == ("HZ-OLD", "HZ-OLD")
    young = sheet(
        "a.csv", ("HZ-1", today, "900", "YS-9", "Part"), ("HZ-2", today, "1200", "YS-9", "All of it")
    )
    assert counts(good("credit_notes", young, actor="dora")) == (2, 0, 0)
    entry = PostingEntry.objects.get()
    assert (entry.number, entry.beyond_reason) == ("HZ-2", "All of it")
    assert counts(good("credit_notes", young, actor="dora")) == (0, 0, 2)
    approve(actor=dina, at=timezone.now(), request=request_of(entry))
    assert CreditNote.objects.filter(number="HZ-2", amount=1200).exists()
    assert counts(good("credit_notes", young, actor="dora")) == (0, 0, 2)
    mute = sheet("b.csv", ("HZ-3", today, "60000", "", ""))
    assert reasons(run("credit_notes", mute, actor="dora")) == [(2, "reason")]
