"""The ledger through its doors: post, receive, allocate, reverse, credit (architecture §7)."""

from datetime import date
from decimal import Decimal as D

import pytest

from orders.events import OrderCancelled, OrderConfirmed, OrderShipped
from orders.models import Order
from receivables.choices import Source
from receivables.errors import DuplicateReceipt, MonthClosed, NotReversible, OverAllocation, WrongSide
from receivables.models import CreditNote, Receipt, Receivable, SettlementLine
from receivables.services import (
    Allocation,
    NewReceipt,
    allocate_credit_note,
    allocate_receipt,
    close_ledger_month,
    create_from_order,
    mark_disputed,
    record_receipt,
    remove_imported,
    resolve_dispute,
    reverse_allocation,
    reverse_credit_note,
    reverse_receipt,
)
from salesops.audit.models import AuditEvent
from salesops.catalog.models import ExchangeRate
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.periods import Period
from tests.factories.receivables import (
    AT,
    currency,
    make_credit_note,
    make_customer,
    make_receipt,
    make_receivable,
    noon,
)

pytestmark = pytest.mark.django_db


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def test_a_receipt_settles_two_receivables_and_keeps_the_rest_unallocated(cast):
    customer = make_customer(owner=cast.alice)
    first = make_receivable(customer, amount="60.00")
    second = make_receivable(customer, amount="50.00")
    receipt = make_receipt(customer, amount="100.00", to={second: "20.00", first: "60.00"})
    assert (receipt.used, receipt.unallocated) == (D("80.00"), D("20.00"))
    assert fresh(first).outstanding == 0
    assert fresh(second).outstanding == D("30.00")
    assert receipt.number == "SK-2026-00001"
    assert receipt.owner == cast.alice and receipt.team == cast.group_a
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"receivables.receipt_recorded", "receivables.receipt_allocated"} <= verbs


def test_oldest_first_skips_what_is_disputed(cast):
    customer = make_customer()
    old = make_receivable(customer, amount="40.00", due=date(2026, 1, 15))
    disputed = make_receivable(customer, amount="40.00", due=date(2026, 1, 20))
    young = make_receivable(customer, amount="40.00", due=date(2026, 1, 25))
    mark_disputed(actor=cast.dora, receivable=disputed, reason="Wrong goods", at=AT)
    receipt = make_receipt(customer, amount="70.00")
    allocate_receipt(actor=cast.dora, receipt=receipt, oldest_first=True, at=AT)
    assert [fresh(r).outstanding for r in (old, disputed, young)] == [D("0.00"), D("40.00"), D("10.00")]
    assert fresh(receipt).unallocated == 0


def test_more_than_is_left_is_refused_with_the_figures(cast):
    customer = make_customer()
    item = make_receivable(customer, amount="30.00")
    receipt = make_receipt(customer, amount="100.00")
    with pytest.raises(OverAllocation) as refusal:
        allocate_receipt(
            actor=cast.dora, receipt=receipt, allocations=[Allocation(item.pk, D("30.01"))], at=AT
        )
    assert refusal.value.figures == {"left": D("30.00"), "wanted": D("30.01"), "receivable": item.pk}
    with pytest.raises(OverAllocation):
        allocate_receipt(
            actor=cast.dora, receipt=receipt, allocations=[Allocation(item.pk, D("100.01"))], at=AT
        )
    assert not SettlementLine.objects.exists()


def test_receipt_and_receivable_of_two_customers_or_currencies_never_meet(cast):
    item = make_receivable(amount="30.00")
    other = make_receipt(make_customer(), amount="30.00")
    with pytest.raises(WrongSide):
        allocate_receipt(actor=cast.dora, receipt=other, allocations=[Allocation(item.pk, D("1.00"))], at=AT)
    ExchangeRate.objects.create(currency=currency("USD"), date=date(2026, 1, 1), rate=D("7.1"))
    dollars = make_receipt(item.customer, amount="30.00", money="USD")
    with pytest.raises(WrongSide):
        allocate_receipt(
            actor=cast.dora, receipt=dollars, allocations=[Allocation(item.pk, D("1.00"))], at=AT
        )


def test_the_same_bank_line_is_recorded_once_and_names_the_first(cast):
    customer = make_customer()
    first = make_receipt(customer, bank_account="ICBC 1", bank_reference="A-1")
    with pytest.raises(DuplicateReceipt) as refusal:
        make_receipt(customer, bank_account="ICBC 1", bank_reference="A-1")
    assert first.number in str(refusal.value)
    assert Receipt.objects.count() == 1
    make_receipt(customer, bank_account="ICBC 2", bank_reference="A-1")
    make_receipt(customer)
    make_receipt(customer)
    assert list(Receipt.objects.order_by("pk").values_list("number", flat=True)) == [
        f"SK-2026-{n:05d}" for n in range(1, 5)
    ]


def test_a_settlement_is_reversed_once_by_an_equal_and_opposite_line(cast):
    customer = make_customer()
    item = make_receivable(customer, amount="50.00")
    receipt = make_receipt(customer, amount="50.00", to={item: "50.00"})
    line = receipt.lines.get()
    mirror = reverse_allocation(actor=cast.dora, line=line, reason="Wrong item", at=AT)
    assert (mirror.amount, mirror.base_amount) == (-line.amount, -line.base_amount)
    assert fresh(item).outstanding == D("50.00") and fresh(receipt).unallocated == D("50.00")
    for again in (line, mirror):
        with pytest.raises(NotReversible):
            reverse_allocation(actor=cast.dora, line=again, reason="Again", at=AT)


def test_a_bounced_receipt_reopens_its_items_with_their_old_due_date(cast):
    customer = make_customer()
    item = make_receivable(customer, amount="50.00")
    receipt = make_receipt(customer, amount="80.00", to={item: "50.00"})
    mirror = reverse_receipt(
        actor=cast.dora, receipt=receipt, reason="Draft bounced", date=date(2026, 4, 1), at=AT
    )
    assert mirror.amount == D("-80.00") and mirror.received_date == date(2026, 4, 1)
    assert mirror.number == "SK-2026-00002"
    item = fresh(item)
    assert item.outstanding == D("50.00") and item.due_date == date(2026, 2, 9)
    receipt = fresh(receipt)
    assert (receipt.reversed_date, receipt.unallocated) == (date(2026, 4, 1), D("0.00"))
    assert sum(r.unallocated for r in Receipt.objects.all()) == 0
    with pytest.raises(NotReversible):
        reverse_receipt(actor=cast.dora, receipt=receipt, reason="Twice", at=AT)
    with pytest.raises(NotReversible):
        reverse_receipt(actor=cast.dora, receipt=mirror, reason="The mirror", at=AT)
    with pytest.raises(NotReversible):
        allocate_receipt(
            actor=cast.dora, receipt=receipt, allocations=[Allocation(item.pk, D("1.00"))], at=AT
        )


def test_a_credit_note_larger_than_what_is_open_leaves_unallocated_credit(cast):
    customer = make_customer()
    item = make_receivable(customer, amount="100.00")
    make_receipt(customer, amount="70.00", to={item: "70.00"})
    note = make_credit_note(customer, amount="50.00", receivable=item)
    assert fresh(item).outstanding == 0
    assert (note.used, note.unallocated) == (D("30.00"), D("20.00"))
    other = make_receivable(customer, amount="5.00")
    allocate_credit_note(actor=cast.dora, credit_note=note, oldest_first=True, at=AT)
    assert fresh(other).outstanding == 0 and fresh(note).unallocated == D("15.00")
    reverse_credit_note(actor=cast.dora, credit_note=note, reason="Typed twice", at=AT)
    assert fresh(item).outstanding == D("30.00") and fresh(other).outstanding == D("5.00")


@pytest.mark.parametrize(
    "amount", [D("0"), D("-1"), D("0.005"), D("NaN"), D("Infinity"), D("1e400"), D("12345678901234567890")]
)
def test_amounts_that_are_no_amounts_are_refused(amount):
    customer = make_customer()
    with pytest.raises(InvalidInput):
        make_receipt(customer, amount=amount)
    with pytest.raises(InvalidInput):
        make_receivable(customer, amount=amount)


@pytest.mark.parametrize("day", [date(2026, 7, 1), date(1, 1, 1), date(9999, 12, 31)])
def test_dates_of_the_future_and_of_no_time_are_refused(day):
    customer = make_customer()
    with pytest.raises(InvalidInput):
        make_receipt(customer, received=day)
    with pytest.raises(InvalidInput):
        make_receivable(customer, issued=day)


def test_a_settlement_is_never_dated_before_its_documents(cast):
    customer = make_customer()
    item = make_receivable(customer, issued=date(2026, 3, 1), due=date(2026, 3, 31))
    receipt = make_receipt(customer, received=date(2026, 2, 1))
    with pytest.raises(InvalidInput):
        allocate_receipt(
            actor=cast.dora,
            receipt=receipt,
            allocations=[Allocation(item.pk, D("1.00"))],
            date=date(2026, 2, 15),
            at=AT,
        )
    advance = make_receipt(customer, received=date(2026, 2, 1), to={item: "10.00"})
    assert advance.lines.get().date == date(2026, 3, 1)


def test_only_finance_writes_in_the_ledger(cast):
    customer = make_customer(owner=cast.alice)
    new = NewReceipt(
        customer=customer, received_date=date(2026, 2, 1), amount=D("5.00"), currency=customer.currency
    )
    for person in (cast.alice, cast.asha, cast.bob, cast.mona, cast.gina, cast.aida, cast.lena, cast.root):
        with pytest.raises(NotAllowed):
            record_receipt(actor=person, receipt=new, at=AT)


def test_base_amounts_close_to_the_cent_whatever_the_parts(cast):
    ExchangeRate.objects.create(currency=currency("USD"), date=date(2026, 1, 1), rate=D("7.13331"))
    customer = make_customer(money="USD")
    item = make_receivable(customer, amount="100.00")
    assert item.base_amount == D("713.33")
    for part in ("33.33", "33.33", "33.34"):
        make_receipt(customer, amount=part, to={item: part})
    item = fresh(item)
    assert (item.outstanding, item.outstanding_base) == (0, 0)
    assert sum(line.base_amount for line in item.lines.all()) == D("713.33")


def make_order(customer, **more):
    defaults = {
        "number": "DD-2026-00001",
        "order_date": date(2026, 3, 1),
        "currency": customer.currency,
        "freight": D("113.00"),
        "total": D("113.00"),
        "owner": customer.owner,
        "team": customer.team,
    }
    return Order.objects.create(customer=customer, **(defaults | more))


def test_a_shipped_order_becomes_one_receivable_with_its_due_date(cast):
    order = make_order(
        make_customer(owner=cast.alice), confirmed_date=date(2026, 3, 2), shipped_date=date(2026, 3, 10)
    )
    publish(OrderConfirmed(order_id=order.pk, at=noon(date(2026, 3, 2))))
    assert not Receivable.objects.exists()
    for _ in range(2):
        publish(OrderShipped(order_id=order.pk, at=noon(date(2026, 3, 10))))
    item = Receivable.objects.get()
    assert (item.amount, item.issue_date, item.due_date) == (
        D("113.00"),
        date(2026, 3, 10),
        date(2026, 4, 9),
    )
    assert item.due_rule and item.source == Source.ORDER and item.owner == cast.alice
    assert create_from_order(order, fact="shipment", at=AT) == item


def test_a_cancelled_order_is_credited_and_what_was_paid_stays_the_customers(cast, settings):
    from salesops.handbook.models import RuleValue

    RuleValue.objects.create(
        key="receivables.create_on", value="confirmation", from_date=date(2026, 1, 1), set_at=AT
    )
    order = make_order(make_customer(owner=cast.alice), confirmed_date=date(2026, 3, 2))
    publish(OrderConfirmed(order_id=order.pk, at=noon(date(2026, 3, 2))))
    item = Receivable.objects.get()
    make_receipt(order.customer, amount="50.00", received=date(2026, 3, 5), to={item: "50.00"})
    for _ in range(2):
        publish(OrderCancelled(order_id=order.pk, at=noon(date(2026, 3, 9)), was_confirmed=True))
    note = CreditNote.objects.get()
    assert (note.amount, note.used, note.unallocated) == (D("113.00"), D("63.00"), D("50.00"))
    assert fresh(item).outstanding == 0


def test_a_closed_month_takes_no_posting_and_stays_closed(cast):
    customer = make_customer()
    item = make_receivable(customer)
    close_ledger_month(actor=cast.dora, period=Period.parse("2026-02"), at=AT)
    with pytest.raises(MonthClosed):
        make_receipt(customer, received=date(2026, 2, 1))
    receipt = make_receipt(customer, received=date(2026, 1, 31))
    with pytest.raises(MonthClosed):
        allocate_receipt(
            actor=cast.dora,
            receipt=receipt,
            allocations=[Allocation(item.pk, D("1.00"))],
            date=date(2026, 2, 10),
            at=AT,
        )
    allocate_receipt(actor=cast.dora, receipt=receipt, allocations=[Allocation(item.pk, D("1.00"))], at=AT)
    with pytest.raises(InvalidInput):
        close_ledger_month(actor=cast.dora, period=Period.parse("2026-06"), at=AT)
    with pytest.raises(NotAllowed):
        close_ledger_month(actor=cast.alice, period=Period.parse("2026-01"), at=AT)


def test_a_reversal_after_the_close_goes_into_the_open_month(cast):
    customer = make_customer()
    item = make_receivable(customer)
    receipt = make_receipt(customer, to={item: "10.00"})
    close_ledger_month(actor=cast.dora, period=Period.parse("2026-02"), at=AT)
    mirror = reverse_receipt(actor=cast.dora, receipt=receipt, reason="Bounced", at=AT)
    assert mirror.received_date == date(2026, 6, 30)


def test_a_dispute_is_opened_and_resolved_with_its_words(cast):
    item = make_receivable()
    mark_disputed(actor=cast.dora, receivable=item, reason="Damaged", at=AT)
    assert fresh(item).disputed and fresh(item).dispute_reason == "Damaged"
    resolve_dispute(actor=cast.dora, receivable=item, outcome="Agreed on 10 off", at=AT)
    assert not fresh(item).disputed


def test_an_import_is_taken_back_only_while_nothing_stands_on_it(cast):
    customer = make_customer()
    item = make_receivable(customer, source=Source.IMPORT)
    by_hand = make_receivable(customer)
    receipt = make_receipt(customer, to={item: "40.00"}, source=Source.IMPORT)
    with pytest.raises(Conflict):
        remove_imported(actor=cast.root, document=item, reason="Undo", at=AT)
    with pytest.raises(Conflict):
        remove_imported(actor=cast.root, document=by_hand, reason="Undo", at=AT)
    remove_imported(actor=cast.root, document=receipt, reason="Undo", at=AT)
    assert fresh(item).outstanding == D("100.00") and not SettlementLine.objects.exists()
    remove_imported(actor=cast.root, document=item, reason="Undo", at=AT)
    assert list(Receivable.objects.all()) == [by_hand]
