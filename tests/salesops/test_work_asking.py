"""A refusal that no flow lifts opens a task for who can, with its words filled in (CON-06, features §4.5)."""

import errno
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from salesops.handbook.services import set_rule_value
from salesops.work.models import Task
from tests.factories.catalog import make_product
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db


def button(page):
    """The address behind the button of the refusal box."""
    box = page.split('class="refusal"')[1]
    start = box.index(reverse("work:task_create"))
    return box[start:].split('"')[0].replace("&amp;", "&")


def test_whoever_is_stopped_by_the_quota_of_the_pool_asks_the_lead_by_one_button(cast, client):
    """Alice has taken her share of today; the page names clause, figures and Bob, and the task stands filled in."""
    today = timezone.localdate()
    set_rule_value(
        actor=None, key="customers.pool_quota", value=0, from_date=today, reason="t", at=timezone.now()
    )
    left = make_customer(name="Lianhe Trading")
    left.pool_since = today - timedelta(days=3)
    left.owner = left.team = None
    left.save()
    client.force_login(cast.alice)
    page = client.post(reverse("customers:poolcustomer_claim", args=[left.pk])).content.decode()
    for text in ("So far", "At most", "Can help: Bob, Mona", "Ask Bob"):
        assert text in page, text
    address = button(page)
    asked = parse_qs(urlsplit(address).query)
    assert asked["owner"] == [str(cast.bob.pk)]
    assert "Lianhe Trading" in unquote(asked["title"][0])
    form = client.get(address)
    assert form.status_code == 200
    assert "Lianhe Trading" in form.content.decode()
    sent = {"title": asked["title"][0], "owner": cast.bob.pk, "due_at": f"{today + timedelta(days=2)} 17:30"}
    client.post(address, sent)
    task = Task.objects.get()
    assert (task.owner, task.asked_by) == (cast.bob, cast.alice)


def test_who_may_not_see_the_record_is_asked_without_it(cast, client):
    """Finance sets credit terms; the button does not open what the reader cannot hand on."""
    customer = make_customer(cast.alice)
    client.force_login(cast.alice)
    page = client.get(reverse("customers:customer_block", args=[customer.pk])).content.decode()
    assert "Ask Bob" in page
    assert f"about=customers.customer%3A{customer.pk}" in button(page)


def test_a_clause_that_nobody_releases_leads_to_who_sets_it(cast, client):
    """A discount above the most: no flow allows it, so the button asks the administrator about the clause."""
    client.force_login(cast.alice)
    data = {
        "customer": make_customer(cast.alice).pk, "order_date": timezone.localdate().isoformat(), "currency": "CNY",
        "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-MIN_NUM_FORMS": "0",
        "lines-MAX_NUM_FORMS": "200", "lines-0-product": make_product().pk, "lines-0-quantity": "1",
        "lines-0-price": "10", "lines-0-discount": "45", "lines-0-tax_rate": "13",
    }  # fmt: skip
    page = client.post(reverse("orders:order_create"), data).content.decode()
    assert "This clause is set by: Root" in page
    assert "Ask Root" in page
    assert "O-1" in unquote(parse_qs(urlsplit(button(page)).query)["title"][0])


def test_who_may_not_import_asks_the_administrator_by_one_button(cast, client):
    client.force_login(cast.alice)
    page = client.get(reverse("exchange:importbatch_create")).content.decode()
    assert "Ask Root" in page
    asked = parse_qs(urlsplit(button(page)).query)
    assert asked["owner"] == [str(cast.root.pk)] and "import a file" in unquote(asked["title"][0])


def test_a_file_too_large_for_the_page_names_clause_figures_and_the_administrator(cast, client):
    """The clause, both sizes and the button stand above the form, not a bare sentence."""
    set_rule_value(
        actor=None, key="exchange.max_upload_mb", value=1, from_date=timezone.localdate(), reason="t",
        at=timezone.now(),
    )  # fmt: skip
    client.force_login(cast.mona)
    file = SimpleUploadedFile("customers.csv", b"code,name\n" + b"x" * 2**21, "text/csv")
    page = client.post(
        reverse("exchange:importbatch_create"), {"kind": "customers", "file": file}
    ).content.decode()
    for text in ("larger than 1 MiB", "Handbook", "Ask Root", 'enctype="multipart/form-data"'):
        assert text in page, text


def test_a_full_store_of_files_is_told_to_the_administrator_by_one_button(cast, client, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("salesops.documents.store.write", full)
    customer = make_customer(cast.alice)
    client.force_login(cast.alice)
    url = reverse("documents:attachment_add", args=["customers.customer", customer.pk])
    page = client.post(url, {"file": SimpleUploadedFile("a.txt", b"text")}).content.decode()
    assert "Ask Root" in page
