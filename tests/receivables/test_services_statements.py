"""Statements: frozen when sent, answered once line by line, differences followed to their end (REC-11)."""

import re
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from customers.models import Contact
from customers.services import assign_owner
from receivables.choices import StatementState
from receivables.models import Receivable, Statement, StatementDifference, StatementLine
from receivables.selectors.coverage import coverage_report, coverage_rows, quarter_of
from receivables.services.statement_runs import BulkAsk, ask_bulk, plan, remind_statements, run_bulk
from receivables.services.statements import Sending, remind_statement, send_statement
from salesops.audit.models import AuditEvent
from salesops.core.errors import Conflict, NotAllowed
from salesops.jobs.models import JobItem, OutboxMessage
from salesops.jobs.services import outbox
from salesops.notifications.models import Notification, OneTimeLink
from tests.factories.customers import make_customer
from tests.factories.receivables import make_receipt, make_receivable

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def owing(cast):
    customer = make_customer(cast.alice, name="Owing Ltd")
    first = make_receivable(customer, amount="1234.50")
    make_receivable(customer, amount="100.00")
    make_receipt(customer, amount="34.50", received=date(2026, 2, 1), to={first: "34.50"})
    return customer


def send(actor, customer, *, language="en", email="cfo@owing.example", **more):
    sending = Sending(customer, date(2026, 1, 1), TODAY, email, language, **more)
    return send_statement(actor=actor, sending=sending, at=timezone.now())


def link_sent():
    """The address in the newest mail."""
    message = OutboxMessage.objects.filter(kind="one_time_link").latest("pk")
    assert outbox.deliver(message.pk, at=timezone.now())
    return re.search(r"(/notifications/once/[\w-]+/)", mail.outbox[-1].body).group(1)


def test_the_owner_sends_by_a_page_and_the_customer_answers_line_by_line(cast, client, owing):
    client.force_login(cast.alice)
    sending = reverse("receivables:statement_send", args=[owing.pk])
    assert sending in client.get(owing.get_absolute_url(), {"rest": "1"}).content.decode()
    form_key = client.get(sending).context.get("form_key", "")
    asked = {
        "since": "2026-01-01", "until": TODAY.isoformat(), "email": "cfo@owing.example", "language": "zh-hant",
        "form_key": form_key,
    }  # fmt: skip
    assert client.post(sending, asked).status_code == 302
    statement = Statement.objects.get()
    assert statement.number.startswith("DZ-") and statement.closing == D("1300.00")
    where = link_sent()
    letter = mail.outbox[-1]
    assert letter.to == ["cfo@owing.example"] and "對帳單" in letter.subject
    assert [name for name, _content, kind in letter.attachments if kind == "application/pdf"] == [
        f"{statement.number}.pdf"
    ]

    client.logout()
    assert (
        "對帳單" in client.get(where).content.decode()
    )  # in the customer's language, and in any other it asks for
    shown = client.get(where, {"lang": "en"}).content.decode()
    assert "Owing Ltd" in shown and "1,300.00 CNY" in shown and "−34.50" in shown.replace("-34.50", "−34.50")
    wrong = {"name": " ", "w-1": "Never <ordered>", "d-1": "1"}
    unnamed = client.post(f"{where}?lang=en", wrong)
    text = unnamed.content.decode()
    assert (
        unnamed.status_code == 400 and "Please write your name." in text and "Never &lt;ordered&gt;" in text
    )
    assert client.post(where, {"name": "Ann", "a-2": "twelve", "d-2": "1"}).status_code == 400
    answer = {
        "name": "Ann Other",
        "d-1": "1",
        "a-1": "1,000.00",
        "w-1": "Price of May",
        "difference": "Freight?",
    }
    assert client.post(where, answer).status_code == 200
    assert client.get(where).status_code == 410 and client.post(where, answer).status_code == 410

    statement.refresh_from_db()
    assert statement.state == StatementState.DIFFERS and statement.answered_by == "Ann Other"
    event = AuditEvent.objects.get(verb="receivables.balance_differs")
    assert event.data["amount"] == "1,300.00 CNY" and "Price of May" in event.comment
    assert (
        "Ann Other" in Notification.objects.get(recipient=cast.alice, kind="receivables.balance_differs").text
    )

    client.force_login(cast.alice)
    by_line = StatementDifference.objects.get(line__place=1)
    assert by_line.said_amount == D("1000.00") and by_line.owner == cast.alice
    page = client.get(by_line.get_absolute_url()).content.decode()
    assert "Price of May" in page and reverse("receivables:difference_dispute", args=[by_line.pk]) in page
    dispute = reverse("receivables:difference_dispute", args=[by_line.pk])
    assert client.post(dispute, {"form_key": client.get(dispute).context["form_key"]}).status_code == 302
    item = Receivable.objects.get(pk=by_line.line.receivable_id)
    assert item.disputed and "Price of May" in item.dispute_reason
    settle = reverse("receivables:difference_settle", args=[by_line.pk])
    done = {
        "result": "ours",
        "outcome": "Credit note promised",
        "form_key": client.get(settle).context["form_key"],
    }
    assert client.post(settle, done).status_code == 302
    by_line.refresh_from_db()
    assert by_line.settled_by == cast.alice and by_line.result == "ours"
    assert (
        "Credit note promised"
        not in client.get(reverse("receivables:statementdifference_list"), {"state": "open"}).content.decode()
    )
    assert "Freight?" in client.get(statement.get_absolute_url()).content.decode()


def test_what_was_sent_stays_as_it_was_sent(cast, owing):
    [statement] = send(cast.alice, owing)
    make_receivable(owing, amount="999.00", issued=TODAY - timedelta(days=1), due=TODAY, at=timezone.now())
    statement.refresh_from_db()
    assert statement.closing == D("1300.00") and statement.lines.count() == 3
    for rows, change in (
        (Statement.objects.all(), {"closing": 1, "opening": -1}), (StatementLine.objects.all(), {"charged": 5}),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(rows.db)


def test_a_name_alone_confirms_and_coverage_counts_it_by_owner(cast, client, owing):
    quarter = quarter_of("", today=TODAY)
    silent = make_customer(cast.bob, name="Silent Ltd")
    make_receivable(silent, amount="700.00")
    send(cast.dora, owing, language="zh-hans")
    where = link_sent()
    assert "对账单" in mail.outbox[-1].subject
    assert client.post(where, {"name": "Ann", "difference": ""}).status_code == 200
    told = Notification.objects.filter(kind="receivables.balance_agreed")
    assert {row.recipient for row in told} == {cast.alice, cast.dora}
    *rows, total = coverage_report(quarter, user=None)
    assert {row.owner: row.share for row in rows} == {cast.alice.pk: D(1), cast.bob.pk: D(0)}
    assert total.figures["confirmed"] == D("1300.00") and total.figures["total"] == D("2000.00")
    for row in [*rows, total]:
        for figure, amount in row.figures.items():
            parts = coverage_rows(quarter, figure, owner=row.owner, user=None)
            assert sum((one.shown for part in parts for one in part), D(0)) == amount
    client.force_login(cast.dora)
    page = client.get(reverse("receivables:coverage"))
    for _value, link in page.context["total"]:
        if link:
            assert client.get(link).context["total"] > 0
    assert client.get(reverse("receivables:coverage"), {"quarter": "x"}).status_code == 400


def test_the_link_dies_with_the_right_of_who_sent_it_and_with_a_newer_one(cast, client, owing):
    [statement] = send(cast.alice, owing)
    old = link_sent()
    remind_statement(actor=cast.alice, statement=statement, at=timezone.now())
    where = link_sent()
    assert client.get(old).status_code == 410 and client.get(where).status_code == 200
    assign_owner(actor=cast.mona, at=timezone.now(), customer=owing, owner=cast.carol, from_date=TODAY)
    for answer in (client.get(where), client.post(where, {"name": "Ann", "difference": ""})):
        assert answer.status_code == 410 and "1,300.00" not in answer.content.decode()
    assert not OneTimeLink.objects.filter(used_at__isnull=False).exists()


def test_who_only_looks_sends_nothing_and_nobody_without_a_posting(cast, owing):
    for person in (cast.aida, cast.gina, cast.carol):
        with pytest.raises(NotAllowed):
            send(person, owing)
    with pytest.raises(Conflict):
        send(cast.alice, make_customer(cast.alice))
    with pytest.raises(NotAllowed):
        ask_bulk(actor=cast.alice, ask=BulkAsk(TODAY, TODAY), at=timezone.now())


def test_in_bulk_with_a_preview_a_record_and_reminders_until_somebody_calls(
    cast, client, owing, transactional_db
):
    mute = make_customer(cast.bob, name="Mute Ltd")
    make_receivable(mute, amount="50.00")
    Contact.objects.create(customer=owing, name="Ann", email="ann@owing.example", is_primary=True)
    ask = BulkAsk(date(2026, 1, 1), TODAY)
    assert {(line.name, line.reason) for line in plan(ask)} == {
        ("Owing Ltd", ""),
        ("Mute Ltd", "statement_no_email"),
    }
    client.force_login(cast.dora)
    bulk = reverse("receivables:statement_bulk")
    preview = client.get(bulk, {"since": "2026-01-01", "until": TODAY.isoformat()})
    assert preview.context["count"] == 1 and "Mute Ltd" in preview.content.decode()
    asked = client.post(f"{bulk}?since=2026-01-01&until={TODAY}")
    text = asked.content.decode()
    assert "Send 1 statement now?" in text and "no address is on file" in text
    assert not OutboxMessage.objects.filter(kind="receivables.statements").exists()
    answer = client.post(f"{bulk}?since=2026-01-01&until={TODAY}", {"sure": "1"})
    assert answer.status_code == 302
    now = timezone.now()
    message = OutboxMessage.objects.get(kind="receivables.statements")
    if message.done_at is None:
        assert outbox.deliver(message.pk, at=now)
    [statement] = Statement.objects.all()
    assert statement.run is not None and statement.email == "ann@owing.example"
    outcomes = dict(JobItem.objects.filter(run=statement.run).values_list("reason", "outcome"))
    assert outcomes == {"receivables.statement_sent": "done", "receivables.statement_no_email": "skipped"}
    assert run_bulk(ask, TODAY, actor=cast.dora, at=now, dry_run=False).already
    assert {line.reason for line in plan(ask)} == {"statement_had_one", "statement_no_email"}
    for round_, expected in ((1, 1), (2, 2), (3, 3), (4, 3)):
        later = now + timedelta(days=8 * round_)
        remind_statements(timezone.localdate(later), actor=None, at=later, dry_run=False)
        statement.refresh_from_db()
        assert statement.reminders == expected
    assert Notification.objects.filter(kind="receivables.statement_unanswered").count() == 1
