"""The wizard: upload, mapping, check, import in the worker, errors, undo."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from salesops.exchange.forms import MappingForm
from salesops.exchange.mapping import make_mapping
from salesops.exchange.models import BatchState, ImportBatch
from salesops.exchange.services import wizard
from salesops.exchange.toml import dump_mapping
from salesops.jobs.models import OutboxMessage
from salesops.jobs.services import outbox
from tests.salesops.exchange_files import kind

pytestmark = pytest.mark.django_db
TEXT = "客户编号,客户名称,地区,业务员\nK1,甲公司,华东,alice\nK2,乙公司,华北,nobody\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "imports"


def upload(client, text=TEXT, name="客户.csv", **more):
    file = SimpleUploadedFile(name, text.encode("gb18030") if isinstance(text, str) else text)
    return client.post(reverse("exchange:importbatch_create"), {"kind": "customers", "file": file, **more})


def work():
    """What the worker does with the waiting messages."""
    for message in OutboxMessage.objects.filter(done_at__isnull=True, kind__startswith="exchange"):
        assert outbox.deliver(message.pk, at=timezone.now())
    assert not OutboxMessage.objects.filter(kind__startswith="exchange", done_at__isnull=True).exists()


def page(client, batch, part=""):
    return client.get(reverse("exchange:importbatch_detail", args=[batch.pk]) + part).content.decode()


def test_a_manager_imports_a_chinese_file_by_pages(client, cast, folder):
    client.force_login(cast.mona)
    assert upload(client).status_code == 302
    batch = ImportBatch.objects.get()
    assert batch.mapping["columns"]["code"] == {"column": "客户编号"}
    assert batch.stored_as != "客户.csv" and (folder / batch.stored_as).is_file()
    shown = page(client, batch)
    assert "甲公司" in shown and 'value="客户名称" selected' in shown
    url = reverse("exchange:importbatch_detail", args=[batch.pk])
    form = {f"col_{name}": options["column"] for name, options in batch.mapping["columns"].items()}
    assert client.post(url, form).status_code == 302
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKING and "every 1s" in page(client, batch, "?part=status")
    work()
    batch.refresh_from_db()
    assert (batch.state, batch.rows, batch.rejected) == (BatchState.CHECKED, 2, 1)
    assert not Customer.objects.exists(), "a check writes nothing"
    shown = page(client, batch)
    assert "nobody" in shown and reverse("exchange:importbatch_run", args=[batch.pk]) not in shown
    errors = client.get(reverse("exchange:importbatch_errors", args=[batch.pk]))
    text = b"".join(errors.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0] == "客户编号,客户名称,地区,业务员,reason" and "乙公司" in text
    client.post(url, form | {"skip_bad": "on"})
    work()
    assert client.post(reverse("exchange:importbatch_run", args=[batch.pk])).status_code == 302
    work()
    batch.refresh_from_db()
    assert (batch.state, batch.created, batch.rejected) == (BatchState.DONE, 1, 1)
    assert Customer.objects.get().owner == cast.alice
    assert client.post(reverse("exchange:importbatch_undo", args=[batch.pk])).status_code == 302
    assert not Customer.objects.exists()


def test_the_mapping_of_the_page_is_a_file_for_the_command(client, cast):
    client.force_login(cast.mona)
    upload(client)
    batch = ImportBatch.objects.get()
    answer = client.get(reverse("exchange:importbatch_mapping", args=[batch.pk]))
    text = b"".join(answer.streaming_content).decode()
    assert 'code = "客户编号"' in text


def test_a_dumped_mapping_reads_back_the_same(tmp_path):
    import tomllib

    data = {
        "columns": {"number": {"column": 'No "1"'}, "issue_date": {"column": "d", "format": "%m/%d/%Y"}},
        "constants": {"currency": "USD", "disputed": False},
        "lookups": {"customer": "create"},
        "skip": {"amount": {"equals": ["", "0"]}},
        "file": {"duplicates": "first"},
    }
    mapping = make_mapping(data, kind("receivables"))
    again = make_mapping(tomllib.loads(dump_mapping(mapping.as_dict())), kind("receivables"))
    assert again == mapping


def test_what_is_not_a_spreadsheet_is_refused_without_a_trace(client, cast, folder):
    client.force_login(cast.root)
    assert upload(client, name="a.exe").status_code == 422
    assert upload(client, text=b"PK\x03\x04nonsense", name="a.xlsx").status_code == 422
    assert upload(client, text=b"", name="a.csv").status_code == 422
    assert not ImportBatch.objects.exists() and not list(folder.glob("*"))


def test_a_rep_may_not_import_and_finance_only_its_kinds(client, cast):
    client.force_login(cast.alice)
    assert upload(client).status_code == 403
    client.force_login(cast.dora)
    assert upload(client).status_code == 422


def test_a_manager_gives_customers_to_the_own_department_only(client, cast):
    client.force_login(cast.mona)
    upload(client, "code,name,owner\nK1,One,otto\n")
    batch = ImportBatch.objects.get()
    form = {"col_code": "code", "col_name": "name", "col_owner": "owner"}
    client.post(reverse("exchange:importbatch_detail", args=[batch.pk]), form)
    work()
    batch.refresh_from_db()
    assert "another department" in batch.rejections[0]["reason"]


def test_the_right_is_asked_again_when_the_worker_runs(client, cast):
    client.force_login(cast.mona)
    upload(client)
    batch = ImportBatch.objects.get()
    ImportBatch.objects.update(state=BatchState.RUNNING)
    cast.mona.is_active = False
    cast.mona.save()
    wizard.deliver_run({"batch": batch.pk}, message=None, at=timezone.now())
    batch.refresh_from_db()
    assert batch.state == BatchState.FAILED and not Customer.objects.exists()


def test_uploads_go_after_thirty_days_and_results_stay(client, cast, folder):
    client.force_login(cast.root)
    upload(client)
    wizard.remove_old_files(at=timezone.now())
    assert len(list(folder.glob("*"))) == 1
    wizard.remove_old_files(at=timezone.now() + timedelta(days=31))
    assert not list(folder.glob("*")) and ImportBatch.objects.get().stored_as == ""


def test_a_template_has_the_columns_of_its_kind(client, cast):
    client.force_login(cast.root)
    answer = client.get(reverse("exchange:template", args=["receivables"]))
    assert answer.content.decode("utf-8-sig").startswith("number,customer,owner,issue_date")


def test_a_mapping_file_keeps_its_spellings_glue_and_signs_on_the_page(client, cast):
    client.force_login(cast.root)
    text = """[columns]
code = ["Customer ID", "客户编号"]
name = "客户　名称"
address = {concat = [["省", "州"], "城市"], optional = true}
credit_limit = {column = ["Limit", "额度"], thousands = ","}
created_date = {column = ["自"], formats = ["%m/%d/%Y", "%d-%b-%Y", "%d.%m.%Y", "%m/%d/%y", "%b %d, %Y", "excel"]}
[skip]
state = {column = "状态", equals = ["停用"]}
"""
    rows = '客户编号,客户名称,省,城市,额度,自,状态\nC1,甲,浙江,杭州,"1,200.50",45000,在用\nC2,乙,,,,,停用\n'
    files = {
        "file": SimpleUploadedFile("c.csv", rows.encode("gb18030")),
        "mapping": SimpleUploadedFile("c.toml", text.encode()),
    }
    answer = client.post(reverse("exchange:importbatch_create"), {"kind": "customers", **files})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    batch = ImportBatch.objects.get()
    shown = page(client, batch)
    assert "省/州 + 城市" in shown and "浙江 杭州" in shown
    form = {
        name: value
        for line in MappingForm(
            kind=kind("customers"), headers=rows.splitlines()[0].split(","), before=batch.mapping
        )
        for name, value in [(line.html_name, line.initial)]
        if value
    }
    assert client.post(reverse("exchange:importbatch_detail", args=[batch.pk]), form).status_code == 302
    work()
    client.post(reverse("exchange:importbatch_run", args=[batch.pk]))
    work()
    batch.refresh_from_db()
    assert (batch.state, batch.rows_skipped, batch.created) == (BatchState.DONE, 1, 1), batch.message
    customer = Customer.objects.get()
    assert (customer.name, customer.address, customer.credit_limit) == ("甲", "浙江 杭州", Decimal("1200.50"))
    assert customer.created_date == date(2023, 3, 15)


def test_a_row_with_two_faults_is_one_rejected_row_before_and_after(client, cast):
    client.force_login(cast.root)
    text = "code,name,created_date,credit_limit\nC1,Lamp,,\nC2,,2026-13-45,abc\n"
    upload(client, text=text.encode(), name="c.csv")
    batch = ImportBatch.objects.get()
    url = reverse("exchange:importbatch_detail", args=[batch.pk])
    form = {f"col_{name}": name for name in text.splitlines()[0].split(",")} | {"skip_bad": "on"}
    seen = []
    for act, data in ((url, form), (reverse("exchange:importbatch_run", args=[batch.pk]), {})):
        client.post(act, data)
        work()
        batch.refresh_from_db()
        seen.append((batch.rejected, [entry["column"] for entry in batch.rejections]))
    assert seen == [(1, ["created_date", "credit_limit", "name"])] * 2


def test_an_import_whose_process_was_killed_begins_anew_and_says_so(client, cast):
    client.force_login(cast.root)
    upload(client, text=b"code,name\nC1,Lamp\n", name="c.csv")
    batch = ImportBatch.objects.get()
    url = reverse("exchange:importbatch_detail", args=[batch.pk])
    client.post(url, {"col_code": "code", "col_name": "name"})
    work()
    client.post(reverse("exchange:importbatch_run", args=[batch.pk]))
    now = timezone.now()
    # What a killed worker leaves behind: a lease that nobody holds, and how far it had come.
    OutboxMessage.objects.filter(kind="exchange.run").update(not_before=now + outbox.LEASE)
    ImportBatch.objects.update(progress=1, rows=1)
    outbox.deliver_waiting(at=now + outbox.GRACE + outbox.GRACE)
    batch.refresh_from_db()
    assert (batch.state, batch.created) == (BatchState.DONE, 1)
    assert "began anew" in batch.message and "began anew" in page(client, batch)
    lost = OutboxMessage.objects.get(kind="exchange.run")
    assert lost.done_at and lost.attempts == 2
