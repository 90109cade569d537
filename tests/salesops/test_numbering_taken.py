"""Numbers that came along on a paper or in an import are passed over, by every class alike."""

import threading
from datetime import date
from decimal import Decimal as D

import pytest
from django.db import connection, transaction

from contracts import services as contracts
from contracts.models import Contract
from customers.services import create_customer
from orders.services import submit_order
from receivables.choices import Source
from receivables.models import CreditNote, Receipt, Receivable
from receivables.services import reverse_credit_note, reverse_receipt
from salesops.core.errors import Conflict, Duplicate
from tests.factories.contracts import make_contract
from tests.factories.orders import make_buyer, make_currency, make_order
from tests.factories.receivables import AT, make_credit_note, make_customer, make_receipt, make_receivable


@pytest.mark.django_db
def test_a_posting_passes_over_numbers_that_an_import_brought(cast):
    customer = make_customer(owner=cast.alice)
    brought = {"source": Source.IMPORT}
    for n in (1, 2):
        make_receivable(customer, number=f"YS-2026-0000{n}", **brought)
        make_receipt(customer, number=f"SK-2026-0000{n}", **brought)
        make_credit_note(customer, number=f"HZ-2026-0000{n}", **brought)
    assert make_receivable(customer).number == "YS-2026-00003"
    receipt, note = make_receipt(customer), make_credit_note(customer)
    assert (receipt.number, note.number) == ("SK-2026-00003", "HZ-2026-00003")
    make_receipt(customer, number="SK-2026-00004", **brought)
    make_credit_note(customer, number="HZ-2026-00004", **brought)
    why = {"actor": cast.dora, "reason": "Bounced", "at": AT}
    assert reverse_receipt(receipt=receipt, **why).number == "SK-2026-00005"
    assert reverse_credit_note(credit_note=note, **why).number == "HZ-2026-00005"


@pytest.mark.django_db
def test_orders_contracts_and_customers_do_the_same(cast):
    buyer = make_buyer(cast.alice, code="KH-2026-00001")
    make_order(buyer, number="DD-2026-00001")
    make_contract(buyer, number="HT-2026-00001")
    draft = make_order(buyer, state="draft")
    assert submit_order(actor=cast.alice, order=draft, at=AT).number == "DD-2026-00002"
    paper = make_contract(buyer, state="draft")
    Contract.objects.filter(pk=paper.pk).update(number=None)
    assert contracts.activate_contract(actor=cast.bob, contract=paper, at=AT).number == "HT-2026-00002"
    new = create_customer(
        actor=cast.alice, name="Newcomer", currency=make_currency(), owner=cast.alice, at=AT
    )
    assert new.code == "KH-2026-00002"


def _second(first, act):
    """Run ``first`` and leave it uncommitted while another connection acts; hand back what that one met."""
    started, met = threading.Event(), []

    def other():
        started.wait(5)
        try:
            act()
        except Exception as refusal:
            met.append(refusal)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    with transaction.atomic():
        first()
        started.set()
        thread.join(0.4)
    thread.join(10)
    return met


@pytest.mark.django_db(transaction=True)
def test_one_number_typed_on_two_drafts_at_once_is_told_to_the_second(cast):
    buyer = make_buyer(cast.alice)
    paper = contracts.ContractInput(
        customer=buyer, number="2026/A-7", signed_date=date(2026, 6, 1), amount=D(1)
    )

    def enter():
        contracts.create_contract(actor=cast.alice, data=paper, at=AT)

    (refusal,) = _second(enter, enter)
    assert isinstance(refusal, Duplicate) and refusal.field == "number"
    assert Contract.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_import_in_flight_with_the_next_number_does_not_break_a_submit(cast):
    buyer = make_buyer(cast.alice)
    draft = make_order(buyer, state="draft")
    met = _second(
        lambda: make_order(buyer, number="DD-2026-00001"),
        lambda: submit_order(actor=cast.alice, order=draft, at=AT),
    )
    assert isinstance(met[0], Conflict)
    assert submit_order(actor=cast.alice, order=draft, at=AT).number == "DD-2026-00002"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("make", "model"),
    [(make_receipt, Receipt), (make_credit_note, CreditNote), (make_receivable, Receivable)],
)
def test_a_ledger_number_typed_twice_at_once_is_told_to_the_second(cast, make, model):
    customer = make_customer(owner=cast.alice)
    (refusal,) = _second(lambda: make(customer, number="X-1"), lambda: make(customer, number="X-1"))
    assert isinstance(refusal, Duplicate) and refusal.field == "number"
    assert model.objects.count() == 1
