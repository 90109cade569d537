"""kill -9 in the middle, ever later, until the work gets through: then it is done exactly once and nothing is half written."""

import os
import signal
import time
import traceback
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.utils import timezone

from customers.models import Contact
from performance.models import MonthClose
from performance.services.closing import close_month
from receivables.checks import run_checks
from receivables.models import (
    BankLine,
    BankStatement,
    CollectionStep,
    CollectionStepItem,
    ProvisionLine,
    ProvisionRun,
    Receivable,
    Statement,
    TaxInvoice,
)
from receivables.services.bank import upload_statement
from receivables.services.collecting import run_collection
from receivables.services.provisions import compute_provision, submit_provision
from receivables.services.statement_runs import BulkAsk, ask_bulk
from receivables.services.tax_invoices import InvoiceLine, NewTaxInvoice, issue_invoice, request_invoice
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.audit.models import AuditEvent
from salesops.core.periods import Period
from salesops.exchange.services import wizard
from salesops.jobs.models import JobItem, OutboxMessage
from salesops.jobs.services import outbox
from tests.factories.accounts import make_cast
from tests.factories.receivables import AT, make_customer, make_receivable, noon
from tests.factories.receivables_bank import make_account
from tests.factories.receivables_collection import DAY

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = []
OTHERS = "SELECT 1 FROM pg_stat_activity WHERE application_name = %s"
STEP = float(os.environ.get("KILL_STEP", 6))  # each kill comes so many times later than the one before


def killed_until_done(act):
    """Run ``act(kills)`` in a process that is killed after its 3rd, 18th, 108th … statement; how often it was killed."""
    place, kills = 3.0, 0
    while True:
        connections.close_all()
        child = os.fork()
        if child == 0:
            _die_after(int(place), act, kills)
        status = os.waitpid(child, 0)[1]
        _gone(f"killed {child}")
        if not os.WIFSIGNALED(status):
            assert os.WEXITSTATUS(status) == 0
            return kills
        kills, place = kills + 1, max(place + 1, place * STEP)


def _gone(name):
    """Wait until the database has let go of a killed process; whoever still holds something is named."""
    with connection.cursor() as cursor:
        for _ in range(400):
            cursor.execute(OTHERS, [name])
            if not cursor.fetchone():
                return
            time.sleep(0.05)
        cursor.execute("SELECT * FROM pg_stat_activity WHERE application_name = %s", [name])
        raise AssertionError(f"the database keeps what a killed process had begun: {cursor.fetchall()}")


def _die_after(place, act, kills):
    left = [place]

    def count(execute, *call):
        answer = execute(*call)
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    code = 1
    try:
        KEPT.append(
            connection.connection
        )  # the other process may hold the same line to the database: left alone
        connection.connection = None
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('application_name', %s, false)", [f"killed {os.getpid()}"])
        with connection.execute_wrapper(count):
            act(kills)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def owing(cast):
    """Three customers who owe since long, each with an address."""
    customers = [make_customer(owner=cast.alice, name=f"Owing {n}") for n in range(3)]
    for customer in customers:
        make_receivable(customer, amount="130.00", issued=date(2026, 3, 1), due=date(2026, 4, 1))
        Contact.objects.create(customer=customer, name="Li", email="li@owing.example", is_primary=True)
    return customers


def numbers(model):
    return sorted(model.objects.values_list("number", flat=True))


def once(verb, times=1):
    assert AuditEvent.objects.filter(verb=verb).count() == times


def test_the_import_of_a_bank_statement(cast, settings, tmp_path):
    account = make_account("Main", number="6222")
    rows = "".join(f"2026-06-0{n},T{n},{n}00.00\n" for n in range(1, 7))
    upload = SimpleUploadedFile("june.csv", f"date,reference,credit\n{rows}".encode())
    batch = upload_statement(actor=cast.dora, account=account, upload=upload, at=AT)
    wizard.set_mapping(
        actor=cast.dora, batch=batch, mapping=batch.mapping, skip_bad=False, allocate="", at=AT
    )
    wizard._work(batch.pk, "checking", None, at=AT)
    batch.refresh_from_db()
    wizard.start(actor=cast.dora, batch=batch, at=AT)

    def sweep(kills):
        """The worker begins anew, two hours on: what a killed process had begun is due again."""
        assert BankLine.objects.count() == BankStatement.objects.count() == 0
        outbox.deliver_waiting(at=AT + timedelta(hours=2 * kills + 1))

    assert killed_until_done(sweep) >= 1
    outbox.deliver_waiting(at=AT + timedelta(days=2))
    batch.refresh_from_db()
    assert (batch.state, batch.created, BankLine.objects.count()) == ("done", 6, 6)
    once("receivables.statement_imported")


def test_the_collection_of_a_day(cast, owing):
    run = lambda _n=0: run_collection(DAY, actor=None, at=noon(DAY), dry_run=False)  # noqa: E731
    assert killed_until_done(run) >= 1
    assert run().already
    assert (CollectionStep.objects.count(), CollectionStepItem.objects.count()) == (3, 3)
    assert JobItem.objects.filter(run__job="collect", outcome="done").count() == 3
    once("receivables.case_opened", 3)


def test_the_posting_of_a_provision(cast, owing):
    compute = lambda _n: compute_provision(actor=cast.dora, month=Period.parse("2026-05"), at=AT)  # noqa: E731
    assert killed_until_done(compute) >= 1
    run = ProvisionRun.objects.get()
    assert (run.outstanding, ProvisionLine.objects.count()) == (D("390.00"), 3)
    request = submit_provision(actor=cast.dora, run=run, at=AT)
    assert ApprovalRequest.objects.about(run).count() == 1 and request
    decide = lambda _n: approve(actor=cast.gina, at=AT, request=ApprovalRequest.objects.about(run).get())  # noqa: E731
    assert killed_until_done(decide) >= 1
    run.refresh_from_db()
    assert run.state == "posted"
    once("receivables.provision_posted")


def test_statements_in_bulk(cast, owing):
    now = timezone.now()
    today = timezone.localdate(now)
    ask_bulk(actor=cast.dora, ask=BulkAsk(date(today.year, 1, 1), today), at=now)

    def sweep(kills):
        assert Statement.objects.count() == 0
        outbox.deliver_waiting(at=now + timedelta(hours=2 * kills + 1))

    assert killed_until_done(sweep) >= 1
    outbox.deliver_waiting(at=now + timedelta(days=2))
    assert numbers(Statement) == [f"DZ-{today.year}-0000{n}" for n in (1, 2, 3)]
    assert OutboxMessage.objects.filter(kind="one_time_link").count() == 3


def test_the_close_of_a_month(cast, owing):
    close = lambda _n=0: close_month(actor=None, at=AT, period=Period.parse("2026-05"))  # noqa: E731
    assert killed_until_done(close) >= 1
    assert close().was_closed
    assert MonthClose.objects.count() == 1
    once("performance.month_closed")


def test_the_issue_of_a_tax_invoice(cast, owing):
    new = NewTaxInvoice(owing[0], "ordinary", owing[0].currency, [InvoiceLine("Hats", D("113"), D("0.13"), Receivable.objects.filter(customer=owing[0]).get())])  # fmt: skip
    ask = lambda _n: request_invoice(actor=cast.alice, invoice=new, at=AT)  # noqa: E731
    assert killed_until_done(ask) >= 1
    row = TaxInvoice.objects.get()
    approve(actor=cast.dora, at=AT, request=ApprovalRequest.objects.about(row).get())
    number = "24312000000012345678"

    def issue(_n):
        return issue_invoice(actor=cast.dora, invoice=row, fapiao_no=number, issued_date=AT.date(), at=AT)

    assert killed_until_done(issue) >= 1
    row.refresh_from_db()
    assert (row.state, row.number) == ("issued", row.number) and row.number.endswith("-00001")
    once("receivables.tax_invoice_issued")
    assert [c.name for c in run_checks() if c.violations] == []
