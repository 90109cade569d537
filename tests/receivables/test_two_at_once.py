"""Two persons act on the same money at the same moment: one wins, the other is told, nobody waits for the other for ever."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from receivables.checks import run_checks
from receivables.models import CollectionCase, CreditHold, HeldPaper, Receipt
from receivables.services import (
    Allocation,
    NewCreditNote,
    NewDispute,
    NewPaper,
    NewReceipt,
    NewRefund,
    NewWriteOff,
    allocate_receipt,
    bounce_paper,
    credit_or_enter,
    enter_refund,
    enter_write_off,
    honour_paper,
    open_dispute,
    record_or_enter,
    reverse_receipt,
    settle_dispute,
    take_paper,
)
from receivables.services.bank_lines import confirm_line, confirm_sure, set_line_aside
from receivables.services.collection import waiting_step
from receivables.services.collection_effects import SCOPES
from receivables.services.statements import remind_statement
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.core.errors import Conflict, DomainError
from salesops.notifications.models import OneTimeLink
from salesops.notifications.services.outsiders import digest_of, use_link
from tests.factories.accounts import make_cast, make_person
from tests.factories.receivables import AT, make_customer, make_receipt, make_receivable, noon
from tests.factories.receivables_bank import make_account, make_line
from tests.factories.receivables_collection import DAY, collect, make_action, make_case, make_overdue
from tests.factories.receivables_statements import make_statement
from tests.receivables.meeting import meet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    people = make_cast()
    people.dina = make_person("dina", "finance", team=people.office, superior=people.gina)
    return people


@pytest.fixture
def customer(cast):
    return make_customer(owner=cast.alice)


def refused(answers):
    return [answer for answer in answers if isinstance(answer, DomainError)]


def books_hold():
    assert [(c.name, c.sample) for c in run_checks() if c.violations] == []


def part(item, amount):
    return [Allocation(item.pk, D(amount))]


def request_of(entry):
    return ApprovalRequest.objects.about(entry).get()


LOCKED = 'FROM "%s".*FOR '


def test_a_draft_bounces_while_its_receipt_is_reversed(cast, customer):
    item = make_receivable(customer, amount="80.00")
    new = NewPaper(customer, "draft", "D-1", "Red", "ICBC", DAY, DAY, D("80.00"), customer.currency)
    paper = take_paper(actor=cast.dora, paper=new, allocations=part(item, "80.00"), at=AT)
    receipt = honour_paper(actor=cast.dora, paper=paper, at=AT)
    answers = meet(
        lambda: reverse_receipt(actor=cast.dora, receipt=receipt, reason="Wrong", at=AT),
        lambda: bounce_paper(actor=cast.dina, paper=paper, reason="No funds", at=AT),
        after=LOCKED % "receivables_receipt",
    )
    assert not isinstance(answers[0], DomainError)
    assert HeldPaper.objects.get().state == "bounced"
    books_hold()


def test_money_is_typed_while_its_bank_line_is_confirmed(cast, customer):
    line = make_line(make_account(number="6222-1"), amount="100.00", reference="B-1")
    typed = NewReceipt(
        customer, line.date, D("100.00"), customer.currency, bank_account="6222-1", bank_reference="B-1"
    )
    answers = meet(
        lambda: confirm_line(actor=cast.dora, line=line, customer=customer, at=AT),
        lambda: record_or_enter(actor=cast.dina, receipt=typed, at=AT),
        after=LOCKED % "receivables_bankline",
    )
    assert len(refused(answers)) == 1
    line.refresh_from_db()
    assert (line.state, Receipt.objects.count()) == ("posted", 1)
    books_hold()


def test_a_call_is_written_down_while_its_item_is_paid(cast, customer):
    """The call reaches a level that stops new orders; the payment closes the case and lifts what it finds."""
    item = make_overdue(customer, days=70)
    day = DAY
    for _level in range(2):
        collect(day)
        make_action(CollectionCase.objects.get(), cast.alice, on=day)
        day += timedelta(days=11)
    collect(day)
    case = CollectionCase.objects.get()
    assert waiting_step(case).policy_level.effect in SCOPES
    receipt = make_receipt(customer, amount="1000.00", received=day, at=noon(day))
    answers = meet(
        lambda: make_action(case, cast.bob, on=day, channel="visit"),
        lambda: allocate_receipt(
            actor=cast.dora, receipt=receipt, allocations=part(item, "1000.00"), at=noon(day)
        ),
        after=LOCKED % "receivables_collectioncase",
    )
    assert not refused(answers)
    assert CollectionCase.objects.get().state == "closed"
    assert not CreditHold.objects.filter(lifted_at=None).exists()


def test_two_payments_at_once_that_settle_everything_close_the_case(cast, customer):
    items = [make_overdue(customer, amount="100.00") for _ in range(2)]
    receipts = [make_receipt(customer, amount="100.00", received=DAY) for _ in items]
    collect(DAY)
    pay = [
        lambda: allocate_receipt(actor=None, receipt=receipts[0], allocations=part(items[0], "100.00"), at=noon(DAY)),
        lambda: allocate_receipt(actor=None, receipt=receipts[1], allocations=part(items[1], "100.00"), at=noon(DAY)),
    ]  # fmt: skip
    meet(*pay, after="UPDATE receivables_collectioncase")
    case = CollectionCase.objects.get()
    assert (case.state, case.overdue_base) == ("closed", 0)


def test_the_daily_run_collects_while_money_is_allocated(cast, customer):
    case = make_case(customer=customer, amount="100.00")
    item, receipt = customer.receivables.get(), make_receipt(customer, amount="5.00", received=DAY)
    make_overdue(customer, amount="7.00", days=3)  # so that the run brings the case up to date
    meet(
        lambda: collect(DAY),
        lambda: allocate_receipt(actor=None, receipt=receipt, allocations=part(item, "5.00"), at=noon(DAY)),
        after="UPDATE receivables_collectioncase",
    )
    item.refresh_from_db()
    assert item.outstanding == 95 and waiting_step(case).items.count() == 2


def test_a_customer_answers_while_the_statement_is_reminded(cast):
    customer = make_customer(owner=cast.alice, name="Owing Ltd")
    statement = make_statement(customer, actor=cast.alice)
    OneTimeLink.objects.update(digest=digest_of("mailed"))
    now = timezone.now()
    answers = meet(
        lambda: remind_statement(actor=cast.alice, statement=statement, at=now),
        lambda: use_link("mailed", {"name": "Li", "difference": ""}, at=now),
        after=LOCKED % "receivables_statement",
    )
    assert len(refused(answers)) == 1
    statement.refresh_from_db()
    assert (statement.state, statement.reminders) == ("sent", 1)


def test_a_dispute_is_followed_by_its_page_while_it_is_settled(cast, customer, client):
    item = make_receivable(customer, amount="100.00", at=timezone.now())
    dispute = open_dispute(
        actor=cast.dora,
        receivable=item,
        dispute=NewDispute(category="price", words="Too dear"),
        at=timezone.now(),
    )
    client.force_login(cast.dora)
    page = reverse("receivables:dispute_follow", args=[dispute.pk])
    form = client.get(page).context
    data = {"follower": cast.alice.pk, "next_step": "Call", "next_date": "", "comment": "",
            "form_key": form["form_key"], "form_version": form["version"]}  # fmt: skip
    answers = meet(
        lambda: client.post(page, data),
        lambda: settle_dispute(
            actor=cast.dina, dispute=dispute, resolution="withdrawn", outcome="Paid", at=timezone.now()
        ),
        after=LOCKED % "receivables_dispute",
    )
    assert answers[0].status_code == 302
    dispute.refresh_from_db()
    assert dispute.next_step == "Call" and dispute.resolved_date


def test_one_of_two_wins_and_the_other_is_told(cast, customer):
    """Money goes back, is reversed, credited, written off or set aside while somebody allocates it."""

    def about(act):
        item, receipt = make_receivable(customer, amount="100.00"), make_receipt(customer, amount="100.00")
        whole = part(item, "100.00")
        return act(item, receipt), lambda: allocate_receipt(
            actor=cast.dora, receipt=receipt, allocations=whole, at=AT
        )

    def refund(_item, receipt):
        new = NewRefund(receipt, D("60.00"), DAY, "Twice", "1")
        request = request_of(enter_refund(actor=cast.dora, refund=new, at=AT))
        return lambda: approve(actor=cast.dina, at=AT, request=request)

    def write_off(item, _receipt):
        new = NewWriteOff(item, D("60.00"), DAY, "Gone", "Court")
        request = request_of(enter_write_off(actor=cast.dora, write_off=new, at=AT))
        approve(actor=cast.dina, at=AT, request=request)
        return lambda: approve(actor=cast.gina, at=AT, request=request)

    def credit(item, _receipt):
        note = NewCreditNote(customer, DAY, D("10.00"), customer.currency, "Less", receivable=item)
        return lambda: credit_or_enter(actor=cast.dina, credit_note=note, at=AT)

    def reverse_it(_item, receipt):
        return lambda: reverse_receipt(actor=cast.dina, receipt=receipt, reason="x", at=AT)

    acts = {refund: "receipt", reverse_it: "receipt", credit: "receivable", write_off: "receivable"}
    for act, row in acts.items():
        answers = meet(*about(act), after=LOCKED % f"receivables_{row}")
        assert not isinstance(answers[0], DomainError) and refused(answers), act
    line = make_line(amount="100.00")
    answers = meet(
        lambda: set_line_aside(actor=cast.dina, line=line, why="fee", at=AT),
        lambda: confirm_line(actor=cast.dora, line=line, customer=customer, at=AT),
        after=LOCKED % "receivables_bankline",
    )
    assert isinstance(answers[1], Conflict) and not isinstance(answers[0], DomainError)
    books_hold()


def test_several_lines_are_confirmed_together_while_another_confirms_one(cast):
    """The bulk takes all its lines and customers before any number, or each would wait for the other."""
    customers = [make_customer(owner=cast.alice) for _ in range(2)]
    lines = [make_line(amount="100.00") for _ in customers]
    for line, customer in zip(lines, customers, strict=True):
        item = make_receivable(customer, amount="100.00")
        proposal = {"customer": customer.pk, "score": 100, "parts": [[item.pk, "100.00"]], "reasons": []}
        line.proposals, line.score, line.state = [proposal], 100, "proposed"
        line.save()
    meet(
        lambda: confirm_sure(actor=cast.dora, lines=lines, at=AT),
        lambda: confirm_line(actor=cast.dina, line=lines[1], customer=customers[1], at=AT),
        after="INSERT INTO numbering_numberseries",
    )
    assert Receipt.objects.count() == 2
    books_hold()
