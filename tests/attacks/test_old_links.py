"""A link that was kept opens what its reader may read now: evidence, letters, prints, packs of a team one has left (Z5, Z13)."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from receivables.choices import LetterWay
from receivables.services import (
    NewRefund,
    NewWriteOff,
    enter_refund,
    enter_write_off,
)
from receivables.services.letters import send_letter
from receivables.services.tax_invoices import InvoiceLine, NewTaxInvoice, request_invoice
from salesops.accounts.models import Membership, User
from salesops.documents.models import Attachment
from tests.factories.documents import make_attachment, pdf, upload
from tests.factories.receivables import make_receipt, make_receivable
from tests.factories.receivables_collection import make_action, make_case
from tests.factories.receivables_statements import make_statement

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


def test_files_and_papers_of_a_team_are_closed_to_who_has_left_it_and_never_kept_by_a_browser(cast, as_):
    case = make_case(owner=cast.alice, days=60, on=TODAY)
    customer, dora = case.customer, cast.dora
    letter = send_letter(actor=cast.alice, case=case, way=LetterWay.POST, address="Main St 1", at=NOW)
    item = make_receivable(customer, amount="100.00", issued=TODAY, due=TODAY, at=NOW)
    receipt = make_receipt(customer, amount="50.00", received=TODAY, at=NOW)

    def scans():
        return [upload("ruling.pdf", pdf())]

    new = NewWriteOff(item, D("9.00"), TODAY, "Gone", "Ruling", scans())
    loss = enter_write_off(actor=dora, write_off=new, at=NOW)
    refund = enter_refund(
        actor=dora, refund=NewRefund(receipt, D("5.00"), TODAY, "Twice", "1", scans()), at=NOW
    )
    call = make_action(case, cast.alice, on=TODAY)
    invoice = request_invoice(
        actor=cast.alice,
        invoice=NewTaxInvoice(
            customer, "ordinary", customer.currency, [InvoiceLine("Hats", D(9), D("0.13"))]
        ),
        at=NOW,
    )
    statement = make_statement(customer, actor=cast.alice)
    files = [make_attachment(call, cast.alice), *proofs_on(loss), *proofs_on(refund)]
    assert len(files) == 3
    prints = {
        "receivables.tax_invoice": invoice,
        "receivables.sent_statement": statement,
        "receivables.letter": letter,
        "receivables.statement": customer,
    }
    places = [reverse("documents:attachment_download", args=[a.pk]) for a in files]
    places += [reverse("documents:print", args=[key, row.pk]) for key, row in prints.items()]
    pack = reverse("receivables:collectioncase_act", args=[case.pk, "evidence"])

    lead = as_(cast.bob)
    for place in (*places, pack):
        answer = lead.get(place)
        assert answer.status_code == 200 and "no-store" in answer["Cache-Control"], place

    Membership.objects.filter(user=cast.bob).update(to_date=TODAY - timedelta(1))
    Membership.objects.create(user=cast.bob, team=cast.group_b, from_date=TODAY)
    moved = as_(User.objects.get(pk=cast.bob.pk))
    for place in (*places, pack):
        assert moved.get(place).status_code == 404, place
    assert moved.post(pack, {"purpose": "suit", "form": "zip"}).status_code == 404


def proofs_on(record):
    return Attachment.objects.about(record)
