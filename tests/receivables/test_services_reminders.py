"""Reminders: who is told when, who is left out and why, each once (REC-02, architecture §5.10)."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from customers.models import Contact
from receivables.models import Reminder
from receivables.services import mark_disputed
from receivables.services.reminders import run_reminders
from salesops.handbook.models import RuleValue
from salesops.jobs.models import JobItem, JobRun, OutboxMessage
from salesops.notifications.models import Notification
from tests.factories.receivables import AT, make_customer, make_receipt, make_receivable, noon

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 10)


def run(day=DAY, **more):
    return run_reminders(day, actor=None, at=noon(day), collect=True, **({"dry_run": False} | more))


def due_in(days, **more):
    return make_receivable(due=DAY + timedelta(days=days), **more)


def told(outcome):
    return {(line.receivable, line.kind, line.to) for line in outcome.sent}


def reasons(outcome):
    return {(line.receivable, line.reason) for line in outcome.skipped}


def test_the_owner_is_told_a_week_before_and_the_superior_after_the_due_date(cast):
    customer = make_customer(owner=cast.alice)
    soon, late = due_in(7, customer=customer), due_in(-1, customer=customer)
    due_in(8, customer=customer)
    due_today = due_in(0, customer=customer)
    assert told(run()) == {
        (soon.number, "notice", "alice"),
        (due_today.number, "notice", "alice"),
        (late.number, "overdue", "alice"),
        (late.number, "overdue", "bob"),
    }
    assert Notification.objects.filter(recipient=cast.alice).count() == 2
    assert Notification.objects.filter(recipient=cast.bob).count() == 1


def test_a_second_run_of_the_day_sends_nothing_and_a_preview_says_the_same(cast):
    due_in(7, owner=cast.alice)
    preview = run(dry_run=True)
    assert not Reminder.objects.exists() and not JobRun.objects.exists()
    first = run()
    assert (preview.sent, preview.skipped) == (first.sent, first.skipped)
    again = run()
    assert again.result.already and again.sent == ()
    assert {line.reason for line in again.skipped} == {"already_reminded"}
    assert Reminder.objects.count() == Notification.objects.count() == 1
    due_in(7, owner=cast.alice)
    preview, once_more = run(dry_run=True), run()
    assert preview.result.already and preview.sent == once_more.sent == ()
    assert preview.skipped == once_more.skipped


def test_what_is_left_out_says_why(cast):
    customer = make_customer(owner=cast.alice)
    disputed = due_in(-1, customer=customer)
    mark_disputed(actor=cast.dora, receivable=disputed, reason="Wrong goods", at=AT)
    settled = due_in(7, customer=customer)
    make_receipt(customer, received=date(2026, 2, 1), to={settled: "100.00"})
    nobody = due_in(7)
    tiny = due_in(-1, customer=customer, amount="0.99")
    left = due_in(-1, owner=cast.leo)
    top = due_in(-1, owner=cast.gina)
    outcome = run()
    assert {
        (disputed.number, "disputed"),
        (settled.number, "settled"),
        (nobody.number, "no_owner"),
        (tiny.number, "under_tolerance"),
        (left.number, "no_owner"),
        (top.number, "no_superior"),
    } == reasons(outcome)
    stored = set(JobItem.objects.filter(outcome="skipped").values_list("subject", "reason"))
    assert stored == {(number, f"receivables.{reason}") for number, reason in reasons(outcome)}


def test_a_step_is_sent_once_and_late_if_its_day_was_missed(cast):
    item = due_in(-1, owner=cast.alice)
    assert told(run())
    assert reasons(run(DAY + timedelta(days=5))) == {(item.number, "already_reminded")}
    after_gap = run(DAY + timedelta(days=17))
    assert len(after_gap.sent) == 2
    days = []
    for offset in range(18, 200):
        if run(DAY + timedelta(days=offset)).sent:
            days.append(offset + 1)
    assert days == [31, 61, 91, 121, 151, 181]


def test_the_customer_is_mailed_only_when_the_handbook_says_so(cast):
    customer = make_customer(owner=cast.alice)
    Contact.objects.create(customer=customer, name="Ms Wu", email="wu@example.com", is_primary=True)
    due_in(7, customer=customer)
    assert {line.channel for line in run().sent} == {"app"}
    RuleValue.objects.create(
        key="receivables.notify_customer", value=True, from_date=date(2026, 1, 1), set_at=AT
    )
    second = due_in(8, customer=customer)
    third = due_in(8, customer=customer)
    without = due_in(8, owner=cast.alice)
    outcome = run(DAY + timedelta(days=1))
    mailed = {(line.receivable, line.to) for line in outcome.sent if line.channel == "email"}
    assert mailed == {(second.number, "wu@example.com"), (third.number, "wu@example.com")}
    assert (without.number, "customer_without_email") in reasons(outcome)
    mail = OutboxMessage.objects.get(payload__template="settlement_notice")
    assert len(mail.payload["context"]["items"]) == 2


def test_the_command_prints_one_document(cast):
    item = due_in(7, owner=cast.alice)
    out = StringIO()
    call_command("send_reminders", "--on", DAY.isoformat(), "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["sent"] == [
        {
            "receivable": item.number,
            "customer": item.customer.code,
            "kind": "notice",
            "to": "alice",
            "channel": "app",
        }
    ]
    assert answer["on"] == "2026-03-10" and answer["run"] == JobRun.objects.get().pk


def test_nothing_goes_out_ahead_of_its_day(cast):
    due_in(7, owner=cast.alice)
    day = timezone.localdate() + timedelta(days=1)
    with pytest.raises(CommandError, match="has not come yet"):
        call_command("send_reminders", "--on", day.isoformat(), stdout=StringIO())
    call_command("send_reminders", "--on", day.isoformat(), "--dry-run", stdout=StringIO())
    assert not JobRun.objects.exists()
