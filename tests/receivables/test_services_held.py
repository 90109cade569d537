"""Drafts and cheques settle nothing until they are honoured, and reopen the items when they bounce."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from receivables.checks import run_checks
from receivables.errors import OverAllocation
from receivables.models import HeldPaper, Receipt, ReceiptEntry
from receivables.selectors import held_papers
from receivables.services import (
    Allocation,
    NewPaper,
    bounce_paper,
    give_paper_back,
    honour_paper,
    reverse_receipt,
    take_paper,
)
from receivables.services.held import tell_due
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.core.errors import Conflict, Duplicate, InvalidInput
from salesops.notifications.models import Notification
from tests.factories.accounts import make_person
from tests.factories.receivables import make_customer, make_receivable
from tests.factories.rules import make_rule

AT = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)
DUE = date(2026, 6, 30)
THEN = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(cast):
    return make_customer(owner=cast.alice)


@pytest.fixture
def item(customer):
    return make_receivable(customer, amount="800.00", due=date(2026, 2, 9))


def new(customer, amount="1000.00", number="D-1"):
    return NewPaper(customer, "draft", number, "Red Co", "ICBC", AT.date(), DUE, D(amount), customer.currency)


def take(cast, customer, item, **more):
    return take_paper(
        actor=cast.dora, paper=new(customer, **more), allocations=[Allocation(item.pk, D("800.00"))], at=AT
    )


def state(item):
    item.refresh_from_db()
    return item.outstanding, item.due_date


def sound():
    assert [(c.name, c.sample) for c in run_checks() if c.violations] == []


def test_a_draft_settles_when_it_is_honoured_and_reopens_with_the_old_due_date(cast, customer, item):
    paper = take(cast, customer, item)
    assert (state(item)[0], held_papers([customer.pk])) == (800, {customer.pk: D("1000.00")})
    with pytest.raises(Duplicate):
        take(cast, customer, item)
    with pytest.raises(OverAllocation, match="no paper covers"):
        take(cast, customer, item, number="D-2")
    with pytest.raises(InvalidInput, match="due"):
        honour_paper(actor=cast.dora, paper=paper, at=AT)
    receipt = honour_paper(actor=cast.dora, paper=paper, at=THEN)
    paper.refresh_from_db()
    assert (paper.state, paper.receipt, receipt.method) == ("honoured", receipt, "draft")
    assert (state(item)[0], receipt.unallocated, held_papers([customer.pk])) == (0, 200, {})
    sound()
    bounce_paper(actor=cast.dora, paper=paper, reason="No funds", at=THEN)
    paper.refresh_from_db()
    assert (paper.state, state(item)) == ("bounced", (800, date(2026, 2, 9)))
    with pytest.raises(Conflict):
        honour_paper(actor=cast.dora, paper=paper, at=THEN)
    sound()


def test_before_it_is_honoured_nothing_was_settled_so_nothing_is_reversed(cast, customer, item):
    bounce_paper(actor=cast.dora, paper=take(cast, customer, item), reason="No funds", at=AT)
    second = take(cast, customer, item)  # the same paper comes again, and covers what the first had covered
    give_paper_back(actor=cast.dora, paper=second, reason="Paid by transfer", at=AT)
    assert (Receipt.objects.count(), state(item)[0]) == (0, 800)
    assert sorted(HeldPaper.objects.values_list("state", flat=True)) == ["bounced", "returned"]
    sound()


def test_above_the_limit_a_second_person_accepts_the_money(cast, customer, item):
    make_rule("receivables.second_person_amount", "900")
    dina = make_person("dina", "finance", team=cast.office, superior=cast.gina)
    paper = take(cast, customer, item)
    entry = honour_paper(actor=cast.dora, paper=paper, at=THEN)
    assert isinstance(entry, ReceiptEntry)
    with pytest.raises(Conflict):
        honour_paper(actor=cast.dora, paper=paper, at=THEN)
    approve(actor=dina, at=THEN, request=ApprovalRequest.objects.about(entry).get())
    paper.refresh_from_db()
    assert (paper.state, state(item)[0]) == ("honoured", 0)
    sound()


def test_finance_and_the_owner_are_told_three_days_before_once(cast, customer, item):
    paper = take(cast, customer, item)
    for day in (date(2026, 6, 26), date(2026, 6, 27), date(2026, 6, 28)):
        tell_due(day, actor=None, at=datetime(day.year, day.month, day.day, 1, tzinfo=UTC), dry_run=False)
    told = Notification.objects.filter(kind="receivables.paper_due")
    assert {row.recipient for row in told} == {cast.dora, cast.alice}
    assert told.count() == 2
    paper.refresh_from_db()
    assert paper.told_date == date(2026, 6, 27)


def test_the_database_lets_a_paper_end_once_as_it_was_written(cast, customer, item):
    paper = take(cast, customer, item)
    receipt = honour_paper(actor=cast.dora, paper=paper, at=THEN)
    other = make_receivable(make_customer(owner=cast.alice), amount="50.00")
    wrong = (
        ("UPDATE receivables_heldpaper SET amount = 1 WHERE id = %s", [paper.pk]),
        ("UPDATE receivables_heldpaper SET state = 'held', ended_date = NULL WHERE id = %s", [paper.pk]),
        ("UPDATE receivables_heldpaper SET state = 'bounced' WHERE id = %s", [paper.pk]),
        ("DELETE FROM receivables_heldpaper WHERE id = %s", [paper.pk]),
        ("UPDATE receivables_heldpaperpart SET amount = 1 WHERE paper_id = %s", [paper.pk]),
        (
            "INSERT INTO receivables_heldpaperpart (paper_id, receivable_id, amount) VALUES (%s, %s, 1)",
            [paper.pk, other.pk],
        ),
    )
    for statement, values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    reverse_receipt(actor=cast.dora, receipt=receipt, reason="Bounced", date=DUE, at=THEN)
    paper.refresh_from_db()
    assert paper.state == "bounced", "a receipt that is reversed takes its paper along"
    sound()


def test_the_pages_take_it_in_and_honour_the_list_of_the_day(client, cast, customer, item):
    client.force_login(cast.dora)
    data = {
        "customer": customer.pk, "kind": "cheque", "number": "C-9", "drawer": "Red Co", "bank": "ICBC",
        "received_date": "2026-01-20", "due_date": "2026-01-25", "amount": "800", f"item-{item.pk}": "800",
    }  # fmt: skip
    answer = client.post(reverse("receivables:heldpaper_create"), data, follow=True)
    paper = HeldPaper.objects.get()
    assert "C-9" in answer.content.decode()
    assert "C-9" in client.get(reverse("receivables:receivable_detail", args=[item.pk])).content.decode()
    assert "C-9" in client.get(reverse("receivables:heldpaper_due")).content.decode()
    client.post(reverse("receivables:heldpaper_due"), {"paper": [paper.pk]})
    assert state(item)[0] == 0
