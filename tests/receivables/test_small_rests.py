"""A small rest is given up while the receipt is recorded, by one person or after the second one; never unseen."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from receivables.checks import run_checks
from receivables.models import Adjustment, Receipt, ReceiptEntry
from receivables.services import reverse_receipt
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve, return_request
from salesops.handbook.services import set_rule_value
from tests.factories.accounts import make_person
from tests.factories.receivables import make_customer, make_receivable

pytestmark = pytest.mark.django_db
TODAY, NOW = timezone.localdate(), timezone.now()


def test_the_form_of_a_receipt_gives_up_a_small_rest_also_when_a_second_person_accepts_it(cast, client):
    dina = make_person("dina", "finance", team=cast.office, superior=cast.gina)
    set_rule_value("receivables.second_person_amount", "3000", TODAY, "Small", actor=cast.root, at=NOW)
    customer = make_customer(owner=cast.alice)
    issued, due = TODAY - timedelta(days=40), TODAY - timedelta(days=10)
    first, other, large = (
        make_receivable(customer, amount=amount, issued=issued, due=due, at=NOW)
        for amount in ("1000.00", "1000.00", "4000.00")
    )
    client.force_login(cast.dora)
    create = reverse("receivables:receipt_create")

    def send(item, amount, give_up, why, page=create, **more):
        shown = client.get(page, {"customer": customer.pk})
        data = {
            "form_key": shown.context["form_key"], "customer": customer.pk, "method": "transfer", "amount": amount,
            "received_date": TODAY.isoformat(), f"item-{item.pk}": amount, "give_up": give_up, "why": why, **more,
        }  # fmt: skip
        if "form" in shown.context and "version" in shown.content.decode():
            data.setdefault("version", getattr(shown.context.get("object"), "version", ""))
        return client.post(page, data)

    # what is refused is said, and nothing of it is posted
    said = send(first, "996.00", [first.pk, other.pk], "Bank charges").content.decode()
    assert other.number in said and f'value="{first.pk}" aria-label' in said and "checked" in said
    assert "given up" in send(first, "996.00", [first.pk], "").content.decode()
    refused = send(first, "900.00", [first.pk], "Bank charges").content.decode()
    assert "R-33" in refused or "at most 10.00" in refused
    assert not Receipt.objects.exists() and not Adjustment.objects.exists()
    # one person
    send(first, "996.00", [first.pk], "Bank charges")
    first.refresh_from_db()
    rest = Adjustment.objects.get()
    assert (first.outstanding, rest.amount, rest.reason, rest.kind) == (
        0,
        4,
        "Bank charges",
        "small_difference",
    )
    receipt_page = reverse("receivables:receipt_detail", args=[rest.receipt_id])
    assert rest.number in client.get(receipt_page).content.decode()
    # two people: nothing counts before, the second one sees it, it may be corrected
    send(large, "3990.00", [large.pk], "Charges abroad")
    entry, large_open = ReceiptEntry.objects.get(), 4000
    page = client.get(reverse("receivables:receiptentry_detail", args=[entry.pk])).content.decode()
    assert f"{large.number}: Charges abroad" in page
    large.refresh_from_db()
    assert (large.outstanding, Adjustment.objects.count()) == (large_open, 1)
    request = ApprovalRequest.objects.about(entry).get()
    return_request(actor=dina, at=NOW, request=request, comment="The charges were 8.00")
    mend = reverse("receivables:receiptentry_mend", args=[entry.pk])
    shown = client.get(mend).content.decode()
    assert "Charges abroad" in shown and "checked" in shown
    send(large, "3992.00", [large.pk], "Charges abroad", page=mend)
    request.refresh_from_db()
    approve(actor=dina, at=NOW, request=request)
    large.refresh_from_db()
    entry.refresh_from_db()
    assert (large.outstanding, entry.receipt.adjustments.get().amount) == (0, 8)
    reverse_receipt(actor=cast.dora, receipt=entry.receipt, reason="Bounced", at=NOW)
    large.refresh_from_db()
    assert large.outstanding == D("4000.00"), "the rest comes back with the money"
    assert [check.name for check in run_checks() if check.violations] == []
