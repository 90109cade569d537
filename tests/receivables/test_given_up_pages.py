"""Write-offs and refunds as people ask for them: files that show it, and no form where nothing could be done."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from receivables.models import PostingEntry
from salesops.accounts.models import User
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.ui.links import record_url
from tests.factories.accounts import make_person
from tests.factories.documents import pdf
from tests.factories.receivables import make_customer, make_receipt, make_receivable

pytestmark = pytest.mark.django_db
TODAY, NOW = timezone.localdate(), timezone.now()


def ruling(name="ruling.pdf"):
    return SimpleUploadedFile(name, pdf(name), "application/pdf")


@pytest.mark.parametrize(
    ("page", "clause", "small", "large", "typed", "deciders"),
    [
        (
            "receivable_write_off",
            "R-35",
            "999.99",
            "1500.00",
            {"evidence": "Ruling 12/2026"},
            ("dina", "gina"),
        ),
        ("receipt_refund", "R-36", "4999.99", "7000.00", {"bank_account": "6222 0001"}, ("dina",)),
    ],
)
def test_a_large_one_needs_a_file_that_whoever_decides_sees(
    cast, client, page, clause, small, large, typed, deciders
):
    make_person("dina", "finance", team=cast.office, superior=cast.gina)
    customer, issued = make_customer(owner=cast.alice), TODAY - timedelta(days=40)
    item = make_receivable(customer, amount="2499.99", issued=issued, due=issued, at=NOW)
    money = make_receipt(customer, amount="11999.99", received=issued, at=NOW)
    url = reverse(f"receivables:{page}", args=[item.pk if page == "receivable_write_off" else money.pk])
    client.force_login(cast.dora)

    def send(**data):
        shown = client.get(url)
        base = {"form_key": shown.context["form_key"], "date": TODAY.isoformat(), "reason": "As agreed"}
        return client.post(url, {**base, **typed, **data})

    said = send(amount=large).content.decode()
    assert clause in said and "a file has to show it" in said and not PostingEntry.objects.exists()
    assert send(amount=small).status_code == 302, "less needs words only"
    assert send(amount=large, files=[ruling()]).status_code == 302
    entry = PostingEntry.objects.latest("pk")
    # nothing more can be asked for: the page says so instead of showing a form
    closed = client.get(url)
    assert closed.status_code == 409 and "already" in closed.content.decode()
    request = ApprovalRequest.objects.about(entry).get()
    assert request.facts["files"] == "ruling.pdf"
    for name in deciders:
        person = User.objects.get(username=name)
        client.force_login(person)
        assert "ruling.pdf" in client.get(record_url(entry)).content.decode()
        approve(actor=person, at=NOW, request=request)
        request.refresh_from_db()
    entry.refresh_from_db()
    assert entry.posted.amount == D(large)
    assert "ruling.pdf" in client.get(record_url(entry.posted)).content.decode()
