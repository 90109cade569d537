"""Receipts that a file brings: history is posted, young money above the limit waits (handbook R-13 and R-15)."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.core.management import call_command
from django.utils import timezone

from receivables.checks import run_checks
from receivables.models import Receipt, ReceiptEntry, Receivable
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve, reject
from salesops.audit.models import AuditEvent
from salesops.exchange.services import undo_import
from tests.factories.accounts import make_person
from tests.factories.customers import make_customer
from tests.factories.receivables import make_receivable
from tests.factories.rules import make_rule
from tests.salesops.exchange_files import counts, good, reasons, run, table

pytestmark = pytest.mark.django_db
HEADS = "number,customer,received_date,amount,bank_account,bank_reference,receivable,allocated_amount"


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def dina(cast):
    return make_person("dina", "finance", team=cast.office, superior=cast.gina)


@pytest.fixture
def big(cast, dina):
    make_rule("receivables.second_person_amount", "1000")
    return make_customer(cast.alice, code="BIG")


@pytest.fixture
def sheet(big, tmp_path, today):
    """Writes a file of receipts ``number amount days-back[ receivable amount]`` of one customer."""

    def write(*receipts, name="receipts.csv"):
        rows = []
        for number, amount, back, *settles in receipts:
            day = today - timedelta(days=back)
            item, part = settles or ("", "")
            rows.append(f"{number},BIG,{day},{amount},ICBC,L-{number},{item},{part}")
        return table(tmp_path, name, HEADS, *rows)

    return write


def test_history_above_the_limit_is_posted_and_the_timeline_says_from_which_file(cast, sheet):
    assert counts(good("receipts", sheet(("OLD", 5000, 40), ("SMALL", 999, 39)), actor="dora")) == (2, 0, 0)
    assert Receipt.objects.count() == 2
    told = AuditEvent.objects.get(verb="receivables.receipt_taken_over")
    assert (told.data["number"], told.data["file"], told.actor) == ("OLD", "receipts.csv", cast.dora)


def test_young_money_above_the_limit_waits_for_the_second_person_as_in_the_form(cast, dina, big, sheet):
    item = make_receivable(big, amount="1500.00", number="YS-1")
    path = sheet(("NEW", 1200, 0, "YS-1", 700), ("SMALL", 400, 30))
    assert counts(good("receipts", path, actor="dora")) == (2, 0, 0)
    entry = ReceiptEntry.objects.get()
    assert [r.number for r in Receipt.objects.all()] == ["SMALL"]
    assert (entry.number, entry.created_by, entry.bank_reference) == ("NEW", cast.dora, "L-NEW")
    item.refresh_from_db()
    assert item.outstanding == 1500, "nothing of the ledger counts what waits"
    assert counts(good("receipts", path, actor="dora")) == (0, 0, 2), "the same file again asks nobody twice"
    request = ApprovalRequest.objects.about(entry).get()
    assert "receipts.csv" in request.reason
    approve(actor=dina, at=timezone.now(), request=request)
    receipt = Receipt.objects.get(number="NEW")
    item.refresh_from_db()
    assert (receipt.unallocated, item.outstanding) == (D(500), D(800))
    assert counts(good("receipts", path, actor="dora")) == (0, 0, 2)
    assert [check.name for check in run_checks() if check.violations] == []


def test_parts_in_one_file_and_in_two_are_added(cast, sheet):
    good("receipts", sheet(("A", 600, 1), ("B", 600, 1)), actor="dora")
    assert sorted(e.number for e in ReceiptEntry.objects.all()) == ["A", "B"]
    good("receipts", sheet(("C", 10, 1), name="more.csv"), actor="dora")
    assert ReceiptEntry.objects.filter(number="C").exists(), "what waits counts, too"


def test_what_a_file_posted_lately_counts_for_the_next_one(cast, sheet):
    good("receipts", sheet(("A", 600, 1)), actor="dora")
    good("receipts", sheet(("B", 600, 1), name="more.csv"), actor="dora")
    assert [r.number for r in Receipt.objects.all()] == ["A"]
    assert [e.number for e in ReceiptEntry.objects.all()] == ["B"]


def test_a_changed_row_of_money_that_waits_is_refused_with_its_reason(cast, sheet):
    good("receipts", sheet(("NEW", 1200, 0)), actor="dora")
    answer = run("receipts", sheet(("NEW", 1300, 0)), actor="dora")
    assert reasons(answer) == [(2, "amount")]
    assert "second person" in answer["rejected"][0]["reason"]


def test_after_a_refusal_the_file_may_ask_again(cast, dina, sheet):
    path = sheet(("NEW", 1200, 0))
    good("receipts", path, actor="dora")
    request = ApprovalRequest.objects.get()
    reject(actor=dina, at=timezone.now(), request=request, comment="Wrong customer")
    assert counts(good("receipts", path, actor="dora")) == (1, 0, 0)
    assert not Receipt.objects.exists()


def test_an_administrator_who_imports_asks_finance(cast, dina, sheet):
    good("receipts", sheet(("NEW", 1200, 0)), actor="root")
    assert not Receipt.objects.exists()
    approve(actor=dina, at=timezone.now(), request=ApprovalRequest.objects.get())
    assert Receipt.objects.get().created_by == dina


def test_the_operator_of_the_machine_takes_a_company_over_and_that_is_told(sheet):
    good("receipts", sheet(("NEW", 1200, 0)))
    assert Receipt.objects.get().number == "NEW"
    assert AuditEvent.objects.get(verb="receivables.receipt_taken_over").data["number"] == "NEW"


def test_a_dry_run_asks_nobody_and_an_undo_withdraws_what_waits(cast, sheet):
    path = sheet(("NEW", 1200, 0))
    assert counts(good("receipts", path, actor="dora", dry_run=True)) == (1, 0, 0)
    assert not ReceiptEntry.objects.exists()
    answer = good("receipts", path, actor="dora")
    undo_import(answer["batch"], actor=cast.root, at=timezone.now())
    assert not ReceiptEntry.objects.exists()
    assert ApprovalRequest.objects.get().state == "void"


def test_the_oldest_first_option_is_kept_until_the_money_is_posted(cast, dina, big, sheet):
    item = make_receivable(big, amount="700.00", number="YS-1")
    good("receipts", sheet(("NEW", 1200, 0)), actor="dora", allocate="oldest")
    approve(actor=dina, at=timezone.now(), request=ApprovalRequest.objects.get())
    item.refresh_from_db()
    assert item.outstanding == 0


def test_what_is_said_of_an_unknown_item_is_said_before_anybody_is_asked(cast, sheet):
    answer = run("receipts", sheet(("NEW", 1200, 0, "YS-404", 700)), actor="dora")
    assert reasons(answer) == [(2, "receivable")]
    assert not ReceiptEntry.objects.exists()


def test_a_file_of_young_money_exports_to_what_was_imported(cast, sheet, tmp_path):
    good("receipts", sheet(("SMALL", 400, 0)), actor="dora")
    out = tmp_path / "out.csv"
    call_command("export_records", "receipts", out=str(out))
    assert "SMALL" in out.read_text()
    assert Receivable.objects.count() == 0
