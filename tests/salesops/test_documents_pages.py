"""Files by their pages: upload, old links, withdrawn rights, the headers with which they leave."""

from datetime import date
from urllib.parse import quote

import pytest
from django.urls import reverse

from salesops.audit.models import AccessLog
from salesops.documents.models import Attachment, StoredFile
from tests.factories.contracts import make_contract
from tests.factories.customers import make_customer
from tests.factories.documents import make_attachment, pdf, upload


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def customer(cast):
    return make_customer(cast.alice)


def link(row, page="download"):
    return reverse(f"documents:attachment_{page}", args=[row.pk])


def add_url(customer):
    return reverse("documents:attachment_add", args=["customers.customer", customer.pk])


def test_a_rep_puts_two_files_on_a_customer_and_finds_them_on_its_page(cast, client, customer):
    client.force_login(cast.alice)
    answer = client.post(add_url(customer), {"file": [upload("a.pdf"), upload("b.pdf", pdf("b"))]})
    assert answer.status_code == 302 and answer["Location"] == f"{customer.get_absolute_url()}#files"
    shown = client.get(customer.get_absolute_url(), {"panel": "documents.files"}).content.decode()
    assert "a.pdf" in shown and "b.pdf" in shown and add_url(customer) in shown


def test_a_refused_upload_is_told_beside_the_field_and_nothing_of_the_batch_is_kept(
    cast, client, customer, home
):
    client.force_login(cast.alice)
    answer = client.post(add_url(customer), {"file": [upload("a.pdf"), upload("b.exe", b"MZ")]})
    assert answer.status_code == 400 and "are not kept" in answer.content.decode()
    assert not Attachment.objects.exists() and not StoredFile.objects.exists()
    assert not [path for path in home.rglob("*") if path.is_file()]
    assert "This field is required" in client.post(add_url(customer), {}).content.decode()


def test_a_thousand_files_and_more_than_the_wall_are_refused_in_words(cast, client, customer, settings):
    client.force_login(cast.alice)
    many = client.post(add_url(customer), {"file": [upload(f"{n}.pdf") for n in range(21)]})
    assert "At most 20 files" in many.content.decode()
    client.raise_request_exception = False
    assert (
        client.post(add_url(customer), {"file": [upload(f"{n}.pdf") for n in range(1000)]}).status_code == 400
    )
    settings.UPLOAD_LIMIT_MB = 1
    answer = client.post(add_url(customer), {"file": upload("a.pdf", pdf() + b" " * 2**20)})
    assert "more than is taken" in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_a_file_leaves_as_an_attachment_that_no_browser_shows_or_guesses_at(cast, client, customer):
    client.force_login(cast.alice)
    row = make_attachment(customer, cast.alice, name='报价 "final"; 2026.pdf')
    answer = client.get(link(row))
    assert b"".join(answer.streaming_content) == pdf()
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert quote("报价") in disposition and "\n" not in disposition
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer["Cache-Control"]
    device = make_attachment(customer, cast.alice, name="CON.pdf")
    assert 'filename="_CON.pdf"' in client.get(link(device))["Content-Disposition"]
    assert AccessLog.objects.filter(kind="view", actor=cast.alice, purpose="download").count() == 2


def test_an_old_link_dies_with_the_right_to_see_the_record(cast, client, customer):
    row = make_attachment(customer, cast.alice)
    client.force_login(cast.alice)
    assert client.get(link(row)).status_code == 200
    customer.owner, customer.team = cast.carol, cast.group_b
    customer.save()
    for page in ("download", "detail", "replace", "void"):
        assert client.get(link(row, page)).status_code == 404, page
    client.force_login(cast.carol)
    assert client.get(link(row)).status_code == 200
    cast.carol.role_grants.update(to_date=date(2025, 1, 1))
    assert client.get(link(row)).status_code == 404


def test_nobody_reads_a_file_without_signing_in_or_by_its_place(cast, client, customer):
    row = make_attachment(customer, cast.alice)
    assert "/accounts/sign-in/" in client.get(link(row))["Location"]
    client.force_login(cast.alice)
    stored = row.file.stored_as
    for path in (
        f"/files/{stored}",
        f"/media/{stored}",
        f"/media/store/{stored[:2]}/{stored}",
        "/media/",
        "/store/",
    ):
        assert client.get(path).status_code == 404


def test_a_voided_file_is_gone_for_all_but_the_audit(cast, client, customer):
    row = make_attachment(customer, cast.alice)
    client.force_login(cast.alice)
    assert client.post(link(row, "void"), {}).status_code == 200  # why?
    assert client.post(link(row, "void"), {"reason": "wrong customer"}).status_code == 302
    assert client.get(link(row)).status_code == 404
    assert "wrong customer" in client.get(link(row, "detail")).content.decode()
    client.force_login(cast.aida)
    assert client.get(link(row)).status_code == 200


def test_the_signed_paper_of_a_contract_keeps_every_version_and_its_check_sum(cast, client, customer):
    contract = make_contract(customer)
    signed = make_attachment(contract, cast.alice, name="signed.pdf", data=pdf("signed"))
    client.force_login(cast.alice)
    answer = client.post(link(signed, "replace"), {"file": upload("other.pdf", pdf("other"))})
    newest = Attachment.objects.get(edition=2)
    assert answer["Location"] == link(newest, "detail")
    assert signed.file.sha256 in client.get(link(signed, "detail")).content.decode()
    assert b"".join(client.get(link(signed)).streaming_content) == pdf("signed")
    panel = client.get(reverse("contracts:contract_detail", args=[contract.pk]), {"panel": "documents.files"})
    assert "signed.pdf" in panel.content.decode() and "other.pdf" in panel.content.decode()
    assert client.get(link(signed, "replace")).status_code == 200
    assert client.post(link(signed, "replace"), {"file": upload("x.pdf", pdf("x"))}).status_code == 409


def test_a_change_behind_the_program_is_told_on_download_and_on_the_page_of_the_store(cast, client, customer):
    from salesops.documents.store import path_of

    row = make_attachment(customer, cast.alice)
    path_of(row.file.stored_as).write_bytes(pdf("forged and longer"))
    client.force_login(cast.alice)
    assert client.get(link(row)).status_code == 409
    client.force_login(cast.root)
    shown = client.get(reverse("documents:store_check")).content.decode()
    assert row.file.name in shown and "not the one that was uploaded" in shown


def test_records_that_take_no_files_and_records_of_others_are_not_there(cast, client, customer):
    client.force_login(cast.carol)
    assert client.post(add_url(customer), {"file": upload()}).status_code == 404
    for kind in ("accounts.rolegrant", "nonsense", "audit.auditevent"):
        assert client.get(reverse("documents:attachment_add", args=[kind, 1])).status_code == 404
    client.force_login(cast.gina)
    assert client.post(add_url(customer), {"file": upload()}).status_code == 403
