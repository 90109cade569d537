"""Nobody decides on his own request: of every kind that moves money or credit, by every door at once (issue 3, B16)."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.services import update_customer
from receivables.services import (
    NewCreditNote,
    NewReceipt,
    NewRefund,
    NewRelease,
    NewRetention,
    NewWriteOff,
    enter_receipt,
    enter_refund,
    enter_write_off,
    hold_back,
    release_or_enter,
)
from receivables.services.credit_entries import enter_credit_note
from receivables.services.holds import place_hold
from receivables.services.tax_invoices import InvoiceLine, NewTaxInvoice, request_invoice
from salesops.accounts.models import Delegation, RoleGrant, User
from salesops.approvals.models import ApprovalRequest, AskedPerson, Decision
from salesops.approvals.selectors import waiting_for
from salesops.approvals.services import add_signer, approve, pass_up, start
from salesops.core.errors import DomainError, InvalidInput, NotAllowed
from tests.factories.accounts import START, make_person
from tests.factories.orders import make_order
from tests.factories.receivables import make_customer, make_receipt, make_receivable

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)
KINDS = {
    "receivables.refund",
    "receivables.write_off",
    "receivables.credit_note",
    "receivables.release",
    "receivables.receipt",
    "receivables.tax_invoice",
    "receivables.hold",
    "customers.credit",
    "orders.order",
}


def everything_of(person, cast):
    """One request of each kind, asked for by one person who also holds every role that signs them."""
    customer = make_customer(owner=cast.alice)

    def item(amount="1000.00", **more):
        return make_receivable(customer, amount=amount, issued=TODAY, due=TODAY, at=NOW, **more)

    receipt = make_receipt(customer, amount="100.00", received=TODAY, at=NOW)
    enter_refund(actor=person, refund=NewRefund(receipt, D("100.00"), TODAY, "Twice", "1"), at=NOW)
    enter_write_off(actor=person, write_off=NewWriteOff(item(), D("9.00"), TODAY, "Gone", "Ruling"), at=NOW)
    note = NewCreditNote(customer, TODAY, D("10.00"), customer.currency, "Less", receivable=item())
    enter_credit_note(actor=person, credit_note=note, at=NOW)
    end = TODAY + timedelta(400)
    new = NewRetention(item("90000000.00"), D("9000000.00"), end, "Clause 7")
    kept = hold_back(actor=person, retention=new, at=NOW)
    release_or_enter(actor=person, release=NewRelease(kept, TODAY, "They pay early"), at=NOW)
    money = NewReceipt(customer, TODAY, D("9000000.00"), customer.currency, bank_reference="B-9")
    enter_receipt(actor=person, receipt=money, at=NOW)
    line = InvoiceLine("Hats", D("113.00"), D("0.13"))
    invoice = NewTaxInvoice(customer, "ordinary", customer.currency, [line])
    request_invoice(actor=person, invoice=invoice, at=NOW)
    hold = place_hold(actor=cast.mona, customer=customer, scope="both", reason="Lawsuit", at=NOW)
    start(actor=person, at=NOW, obj=hold, document_type="receivables.hold", reason="Settled")
    update_customer(actor=person, at=NOW, customer=customer, credit_limit=D("500000.00"))
    order = make_order(
        make_customer(owner=cast.alice), state="submitted", order_date=TODAY, lines=[("1", "9000000.00")]
    )
    start(actor=person, at=NOW, obj=order, document_type="orders.order")


def test_nobody_decides_on_his_own_request_of_any_kind_by_any_door(cast, as_):
    """Dora holds every role, stands in for everybody, is everybody's superior, and tries page, list and service."""
    dina = make_person("dina", "finance", team=cast.office, superior=cast.gina)
    for role in ("manager", "gm", "lead", "administrator"):
        RoleGrant.objects.create(user=cast.dora, role=role, from_date=START)
    everything_of(cast.dora, cast)
    requests = list(ApprovalRequest.objects.order_by("pk"))
    assert {request.document_type for request in requests} == KINDS
    asked = AskedPerson.objects.filter(ask__request__in=requests)
    assert not asked.filter(person=cast.dora).exists(), "she is asked for none of her own"

    absent = [dina, cast.gina, cast.mona, cast.bob]
    Delegation.objects.bulk_create(
        Delegation(person=one, deputy=cast.dora, from_date=TODAY, to_date=TODAY + timedelta(9))
        for one in absent
    )
    User.objects.filter(pk=cast.dora.pk).update(superior=None)
    User.objects.filter(pk__in=[one.pk for one in absent]).update(superior=cast.dora)
    dora = User.objects.get(pk=cast.dora.pk)
    browser = as_(dora)
    for request in requests:
        kind = request.document_type
        with pytest.raises(NotAllowed, match="own"):
            approve(actor=dora, at=NOW, request=request)
        holder = User.objects.get(pk=asked.filter(ask__request=request, ask__state="open").first().person_id)
        with pytest.raises(InvalidInput, match="may not decide"):
            add_signer(actor=holder, at=NOW, request=request, person=dora)
        try:
            pass_up(actor=holder, at=NOW, request=request)
        except DomainError:
            pass  # nobody stands above but she
        assert not asked.filter(ask__request=request, person=dora).exists(), kind
    page = reverse("approvals:approvalrequest_decide", args=[requests[0].pk])
    data = {"action": "approve", "form_version": requests[0].version}
    assert browser.post(page, data).status_code == 403, "one page decides on every kind"
    together = {"action": "approve", "ids": [r.pk for r in requests]}
    versions = ApprovalRequest.objects.values_list("pk", "version")
    together["seen"] = [f"{pk}:{version}" for pk, version in versions]
    browser.post(reverse("approvals:approvalrequest_list"), together)
    assert not waiting_for(dora, on=TODAY).exists()
    assert set(ApprovalRequest.objects.values_list("state", flat=True)) == {"pending"}
    assert not Decision.objects.filter(actor=dora, action__in=("approved", "rejected", "returned")).exists()
