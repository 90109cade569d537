"""More pairs of acts that meet in their middle: holds, promises, months, what waits, claims, orders that go on."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.db import transaction
from django.utils import timezone

from orders.models import Order
from orders.services import cancel_order, confirm_order, go_on, leave_waiting
from receivables.checks import run_checks
from receivables.models import BankClaim, CollectionCase, CreditHold, CreditNote, Promise
from receivables.services import (
    Allocation,
    NewCreditNote,
    NewRefund,
    NewWriteOff,
    allocate_receipt,
    close_ledger_month,
    enter_refund,
    enter_write_off,
)
from receivables.services.bank_claims import claim_line, withdraw_claim
from receivables.services.bank_lines import confirm_line, set_line_aside
from receivables.services.credit_entries import enter_credit_note
from receivables.services.holds import lift_hold, place_hold
from receivables.services.promises import judge_promises
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.core.errors import DomainError
from salesops.core.periods import Period
from tests.factories.accounts import make_cast, make_person
from tests.factories.orders import make_order
from tests.factories.receivables import AT, make_customer, make_receipt, make_receivable, noon
from tests.factories.receivables_bank import make_line
from tests.factories.receivables_collection import DAY, make_case, make_promise
from tests.receivables.meeting import meet

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()
TODAY = timezone.localdate(NOW)
LOCKED = 'FROM "%s".*FOR '
CREDIT = "pg_advisory_xact_lock"


@pytest.fixture
def cast():
    people = make_cast()
    people.dina = make_person("dina", "finance", team=people.office, superior=people.gina)
    return people


@pytest.fixture
def customer(cast):
    return make_customer(owner=cast.alice)


def refused(answers):
    return [isinstance(answer, DomainError) for answer in answers]


def books_hold():
    assert [(c.name, c.sample) for c in run_checks() if c.violations] == []


def order_of(customer, amount="20.00"):
    return make_order(customer, state="submitted", order_date=TODAY, lines=[("1", amount)])


def test_an_order_is_confirmed_before_the_hold_or_refused_by_it(cast, customer):
    def hold(scope):
        return lambda: place_hold(actor=cast.dora, customer=customer, scope=scope, reason="Lawsuit", at=NOW)

    def confirm(order):
        return lambda: confirm_order(actor=cast.bob, order=order, at=NOW)

    early, late = order_of(customer), order_of(customer)
    assert refused(meet(confirm(early), hold("ship"), after=CREDIT)) == [False, False]
    assert refused(meet(hold("order"), confirm(late), after="INSERT INTO .receivables_credithold")) == [
        False,
        True,
    ]
    states = Order.objects.order_by("pk").values_list("state", flat=True)
    assert (list(states), CreditHold.objects.count()) == (["confirmed", "submitted"], 2)


def test_an_order_that_goes_on_is_called_off_at_the_same_moment(cast, customer):
    hold = place_hold(actor=cast.dora, customer=customer, scope="order", reason="Lawsuit", at=NOW)
    orders = [order_of(customer) for _n in range(2)]
    for order in orders:
        leave_waiting(actor=cast.mona, order=order, at=NOW)
    lift_hold(actor=None, hold=hold, reason="Settled", at=NOW)

    def cancel(order):
        return lambda: cancel_order(actor=cast.mona, order=order, reason="Too late", at=NOW)

    first = meet(lambda: go_on(orders[0], at=NOW), cancel(orders[0]), after=LOCKED % "orders_order")
    assert first[0] == "confirmed" and refused(first) == [False, False]
    second = meet(cancel(orders[1]), lambda: go_on(orders[1], at=NOW), after=LOCKED % "orders_order")
    assert second[1] == "" and refused(second) == [False, False]
    assert set(Order.objects.values_list("state", "waits_by")) == {("cancelled", None)}


def test_a_promise_is_judged_while_its_money_closes_the_case(cast, customer):
    case = make_case(customer=customer, amount="100.00")
    make_promise(case, cast.alice, amount="100.00", due=DAY)
    item, receipt = customer.receivables.get(), make_receipt(customer, amount="100.00", received=DAY)
    later = DAY + timedelta(days=30)

    def judge():
        with transaction.atomic():
            return judge_promises(on=later, at=noon(later))

    answers = meet(
        judge,
        lambda: allocate_receipt(
            actor=cast.dora,
            receipt=receipt,
            allocations=[Allocation(item.pk, D("100.00"))],
            date=DAY,
            at=noon(later),
        ),
        after=LOCKED % "receivables_promise",
    )
    assert not any(refused(answers))
    assert CollectionCase.objects.get().state == "closed"
    assert Promise.objects.get().state in ("kept", "broken")
    books_hold()


def test_what_waits_is_accepted_by_two_persons_at_once_and_while_its_month_is_closed(cast, customer):
    """Of credit and write-off of one item the second takes what is left; a refund comes before the close or not at all."""
    item, receipt = make_receivable(customer, amount="100.00"), make_receipt(customer, amount="100.00")
    day = date(2026, 5, 20)

    def request_of(entry):
        return ApprovalRequest.objects.about(entry).get()

    def accept(person, request):
        return lambda: approve(actor=person, at=AT, request=request)

    new = NewWriteOff(item, D("60.00"), day, "Gone", "Court")
    loss = request_of(enter_write_off(actor=cast.dora, write_off=new, at=AT))
    approve(actor=cast.dina, at=AT, request=loss)
    note = NewCreditNote(customer, day, D("60.00"), customer.currency, "Less", receivable=item)
    credit = request_of(enter_credit_note(actor=cast.dora, credit_note=note, at=AT))
    answers = meet(
        accept(cast.gina, loss), accept(cast.dina, credit), after=LOCKED % "receivables_receivable"
    )
    item.refresh_from_db()
    left = CreditNote.objects.get().unallocated
    assert (refused(answers), item.outstanding, left) == ([False, False], 0, D("20.00"))

    back = [NewRefund(receipt, D(amount), day, "Twice", "1") for amount in ("60.00", "40.00")]
    asks = [request_of(enter_refund(actor=cast.dora, refund=refund, at=AT)) for refund in back]
    may = Period.month_of(day)

    def close():
        return close_ledger_month(actor=cast.dina, period=may, despite=True, at=AT)

    answers = meet(accept(cast.dina, asks[0]), close, after="INSERT INTO .receivables_refund")
    assert not any(refused(answers)), answers
    answer = meet(close, accept(cast.dina, asks[1]), after=LOCKED % "receivables_periodlock")
    assert refused(answer) == [False, True]
    receipt.refresh_from_db()
    assert receipt.unallocated == D("40.00")
    books_hold()


def test_money_is_claimed_while_finance_books_it_sets_it_aside_or_the_claim_is_taken_back(cast, customer):
    lines = [make_line(amount="100.00") for _n in range(3)]

    def claim(line):
        return lambda: claim_line(actor=cast.alice, line=line, customer=customer, purpose="Order 7", at=AT)

    locked = LOCKED % "receivables_bankline"
    booked = meet(claim(lines[0]), lambda: confirm_line(actor=cast.dora, line=lines[0], customer=customer, at=AT),
                  after=locked)  # fmt: skip
    assert refused(booked) == [False, False]
    aside = meet(
        lambda: set_line_aside(actor=cast.dora, line=lines[1], why="fee", at=AT),
        claim(lines[1]),
        after=locked,
    )
    assert refused(aside) == [False, True]
    mine = claim(lines[2])()
    back = meet(
        lambda: withdraw_claim(actor=cast.alice, claim=mine, at=AT),
        lambda: confirm_line(actor=cast.dora, line=lines[2], customer=customer, at=AT),
        after=locked,
    )
    assert refused(back) == [False, False]
    assert sorted(BankClaim.objects.values_list("state", flat=True)) == ["confirmed", "withdrawn"]
    books_hold()
