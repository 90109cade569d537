"""Pages of jobs, notifications, handbook, calendar and catalog, through the browser's door."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from salesops.handbook.models import RuleValue
from salesops.handbook.selectors import rule
from salesops.jobs.models import JobItem, JobRun, OutboxMessage
from salesops.jobs.services import outbox
from salesops.notifications.models import Notification
from salesops.notifications.services import notify

TODAY = timezone.localdate()


@pytest.fixture
def visit(client, cast):
    """``visit("dora", name, args…)`` signs in and answers with the page's text."""

    def go(who, name, *args, query="", status=200):
        client.force_login(getattr(cast, who))
        answer = client.get(reverse(name, args=args) + query)
        assert answer.status_code == status, answer.content[:600]
        return answer.content.decode()

    return go


@pytest.fixture
def send(client, cast):
    def go(who, name, *args, data=None, status=302, follow=False):
        client.force_login(getattr(cast, who))
        answer = client.post(reverse(name, args=args), data or {}, follow=follow)
        assert answer.status_code == (200 if follow else status), answer.content.decode()[-3000:]
        return answer

    return go


def make_run(state="done", **more):
    run = JobRun.objects.create(
        job="fill_calendar", business_date=TODAY, state=state, started_at=timezone.now(), **more
    )
    JobItem.objects.create(
        run=run,
        subject="CN 2026",
        outcome="done",
        reason="calendar.filled",
        data={"created": 3, "updated": 0},
    )
    JobItem.objects.create(run=run, subject="TW 2031", outcome="skipped", reason="calendar.not_published")
    return run


def test_the_page_of_jobs_shows_what_each_does_and_its_last_run(visit):
    make_run()
    page = visit("dora", "jobs:job_list")
    assert "Fill the calendar of working days" in page
    assert TODAY.isoformat() in page
    assert "Preview" in page
    assert "Preview" not in visit("gina", "jobs:job_list")
    visit("alice", "jobs:job_list", status=403)


def test_a_run_shows_its_items_with_reasons(visit):
    run = make_run()
    page = visit("dora", "jobs:jobrun_detail", run.pk)
    assert "3 days new, 0 changed." in page
    assert "No list is published" in page
    assert "3 days new" not in visit("dora", "jobs:jobrun_detail", run.pk, query="?outcome=skipped")
    assert "Fill the calendar" in visit("dora", "jobs:jobrun_list")
    visit("alice", "jobs:jobrun_detail", run.pk, status=404)


def test_a_preview_shows_the_items_and_writes_nothing(visit):
    page = visit("mona", "jobs:job_preview", "fill_calendar", query="?business_date=2026-05-31")
    assert "CN 2026" in page
    assert not JobRun.objects.exists()


def test_a_run_by_hand_is_done_by_the_worker_and_ends_in_a_notice(send, cast):
    day = TODAY - timedelta(days=40)
    send("dora", "jobs:job_start", "fill_calendar", data={"business_date": day.isoformat()})
    message = OutboxMessage.objects.get(kind="run_job")
    assert outbox.deliver(message.pk, at=timezone.now())
    run = JobRun.objects.get(business_date=day)
    assert (run.state, run.actor) == ("done", cast.dora)
    assert Notification.objects.filter(recipient=cast.dora, kind="jobs.run_finished").exists()
    again = send("dora", "jobs:job_start", "fill_calendar", data={"business_date": day.isoformat()})
    assert again.url == reverse("jobs:jobrun_detail", args=[run.pk])
    assert OutboxMessage.objects.filter(kind="run_job").count() == 1


def test_a_failed_run_stands_on_the_workbench_of_who_may_mend_it(visit):
    make_run("failed", error="There is no rate.")
    assert "There is no rate." in visit("dora", "ui:workbench")
    assert "There is no rate." not in visit("alice", "ui:workbench")


def test_the_outbox_is_for_administrators(visit, send):
    message = outbox.enqueue("pigeon", "k-1", {}, at=timezone.now())
    outbox.deliver(message.pk, at=timezone.now())
    page = visit("root", "jobs:outboxmessage_list")
    assert "pigeon" in page
    visit("dora", "jobs:outboxmessage_list", status=403)
    send("root", "jobs:outboxmessage_again", message.pk)
    message.refresh_from_db()
    assert message.attempts == 0


def test_the_bell_counts_and_the_centre_lists_own_notices(visit, send, cast):
    notice = notify(
        cast.alice,
        "jobs.run_finished",
        "k",
        {"job": "Roll-up", "business_date": "2026-05-31"},
        "/handbook/",
        at=timezone.now(),
    )
    page = visit("alice", "notifications:notification_list")
    assert f"The job “Roll-up” for {date_format(date(2026, 5, 31))} is done." in page
    assert "(1)" in page
    assert "Roll-up" in visit("alice", "ui:workbench")
    assert "Roll-up" not in visit("carol", "notifications:notification_list")
    send("carol", "notifications:notification_open", notice.pk, status=404)
    assert send("alice", "notifications:notification_open", notice.pk).url == "/handbook/"
    assert "You have read everything." in visit("alice", "notifications:notification_list")
    assert "Roll-up" in visit("alice", "notifications:notification_list", query="?all=1")


def test_all_notices_are_marked_as_read(send, cast):
    for n in range(3):
        notify(
            cast.alice,
            "jobs.run_finished",
            f"k{n}",
            {"job": "x", "business_date": "2026-05-31"},
            at=timezone.now(),
        )
    send("alice", "notifications:notification_read_all")
    assert not Notification.objects.filter(read_at__isnull=True).exists()


def test_everybody_reads_the_handbook_as_of_any_day(visit, cast):
    RuleValue.objects.create(
        key="calendar.region", value="TW", from_date=date(2026, 5, 1), set_at=timezone.now()
    )
    assert "Deadlines count the working days of: Taiwan." in visit("sam", "handbook:handbook")
    before = visit("sam", "handbook:handbook", query="?on=2026-04-30")
    assert "Deadlines count the working days of: Mainland China." in before
    assert "Set a value" not in before
    found = visit("root", "handbook:handbook", query="?q=working+hours+summer")
    assert "Working hours in summer" in found
    assert "Whose working days count" not in found


def test_a_clause_shows_history_and_the_administrator_sets_the_next_value(visit, send, cast):
    key = "catalog.monthly_settlement"
    send("alice", "handbook:value_set", key, status=403)
    past = {"value": "invoice", "from_date": TODAY - timedelta(days=1), "reason": "Agreed"}
    answer = send("root", "handbook:value_set", key, data=past, status=400)
    assert "history is not rewritten" in answer.content.decode()
    send("root", "handbook:value_set", key, data={**past, "from_date": TODAY + timedelta(days=9)})
    page = visit("root", "handbook:clause", key)
    assert "Coming" in page
    assert "Agreed" in page
    assert rule(key, on=TODAY) == "end_of_month"
    send("root", "handbook:value_withdraw", RuleValue.objects.get().pk)
    assert not RuleValue.objects.exists()
    visit("root", "handbook:clause", "no.such", status=404)


def test_outgoing_messages_are_called_by_words(visit):
    now = timezone.now()
    outbox.enqueue("mail", "mail:k:wu@example.com", {"to": "wu@example.com"}, at=now)
    outbox.enqueue("password_link", "password_link:1:x", {"user": 1, "invitation": True}, at=now)
    page = visit("root", "jobs:outboxmessage_list")
    assert "E-mail" in page and "Link to set a password" in page and "first password" in page
    assert ">password_link" not in page
