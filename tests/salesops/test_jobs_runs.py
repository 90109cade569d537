"""Job runs: previewed, done once, run again after a failure, caught up day by day."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from salesops.core.errors import InvalidInput, NotAllowed
from salesops.jobs import registry, selectors
from salesops.jobs.errors import JobFailed
from salesops.jobs.models import JobItem, JobRun, JobWatch, OutboxMessage
from salesops.jobs.registry import JobDefinition
from salesops.jobs.services import schedule
from salesops.jobs.services.outbox import enqueue
from salesops.jobs.services.runs import run_job

AT = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
DAY = date(2026, 5, 4)


def work(report):
    enqueue("test", f"{report.business_date}", {}, at=report.at)
    report.done("R-1", "test.reminded", days=3)
    report.skipped("R-2", "test.disputed")


def run(day=DAY, *, dry_run=False, act=work, at=AT):
    return run_job("test", day, actor=None, at=at, dry_run=dry_run, work=act)


@pytest.mark.django_db
def test_a_preview_shows_the_same_items_and_writes_nothing():
    preview = run(dry_run=True)
    assert not JobRun.objects.exists()
    assert not OutboxMessage.objects.exists()
    real = run()
    assert preview.items == real.items
    assert preview.summary == real.summary == {"done": 1, "skipped": 1, "failed": 0}


@pytest.mark.django_db
@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_a_day_beyond_all_calendars_is_refused_and_leaves_no_failed_run(day):
    """`collect --on 0001-01-01` counted back beyond the first day there is, and was recorded as a failure."""
    with pytest.raises(InvalidInput, match="plausible"):
        run(day)
    assert not JobRun.objects.exists()


@pytest.mark.django_db
def test_a_second_run_of_the_day_answers_already_with_the_record():
    first, second = run(), run()
    assert second.already
    assert second.run == first.run
    assert JobItem.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_failed_run_keeps_nothing_is_recorded_and_can_be_run_again():
    def breaks(report):
        work(report)
        raise InvalidInput("There is no rate.")

    with pytest.raises(JobFailed, match="There is no rate"):
        run(act=breaks)
    record = JobRun.objects.get()
    assert (record.state, record.error) == ("failed", "There is no rate.")
    assert not OutboxMessage.objects.exists()
    assert not JobItem.objects.exists()
    assert run().run.state == "done"
    record.refresh_from_db()
    assert record.attempts == 2
    assert record.error == ""


@pytest.mark.django_db(transaction=True)
def test_a_run_left_behind_by_a_killed_process_is_taken_over():
    JobRun.objects.create(job="test", business_date=DAY, state="running", started_at=AT)
    assert run().run.state == "done"


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_make_one_run():
    inside, go_on, answers = threading.Event(), threading.Event(), []

    def slow(report):
        inside.set()
        go_on.wait(10)
        report.done("R-1", "test.reminded")

    def first():
        answers.append(run(act=slow))
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)
    other = run()
    go_on.set()
    thread.join()
    assert other.busy
    assert not answers[0].busy
    assert JobItem.objects.count() == 1


@pytest.fixture
def job(monkeypatch):
    """A daily job ``test`` that notes its days; ``bad`` holds days that fail."""
    days, bad = [], set()

    def act(report):
        if report.business_date in bad:
            raise InvalidInput("bad day")
        days.append(report.business_date)

    def service(day, *, actor, at, dry_run):
        return run_job("test", day, actor=actor, at=at, dry_run=dry_run, work=act)

    def define(**more):
        definition = JobDefinition("test", "Test", "Tests.", "daily", service, **more)
        monkeypatch.setattr(registry.jobs, "_entries", {"test": definition})
        return definition

    define.days, define.bad = days, bad
    return define


@pytest.mark.django_db
def test_after_three_days_without_beat_each_day_is_run_once_in_order(job):
    job()
    schedule.run_due_jobs(at=AT)
    schedule.run_due_jobs(at=AT + timedelta(hours=1))
    schedule.run_due_jobs(at=AT + timedelta(days=3))
    assert job.days == [DAY + timedelta(days=n) for n in range(4)]


@pytest.mark.django_db
def test_a_day_run_by_hand_for_the_past_does_not_call_up_the_years_since(job, cast):
    job()
    schedule.run_due_jobs(at=AT)
    schedule.run_now("test", date(2020, 1, 1), actor=cast.dora, at=AT)
    schedule.run_due_jobs(at=AT + timedelta(days=1))
    assert job.days == [DAY, date(2020, 1, 1), DAY + timedelta(days=1)]


@pytest.mark.django_db
def test_a_clock_set_back_runs_nothing_twice(job):
    job()
    schedule.run_due_jobs(at=AT)
    schedule.run_due_jobs(at=AT - timedelta(days=2))
    assert job.days == [DAY]


@pytest.mark.django_db
def test_before_its_hour_the_day_is_not_due(job):
    job()
    early = datetime(2026, 5, 3, 18, 0, tzinfo=UTC)  # 02:00 on the 4th in Shanghai
    schedule.run_due_jobs(at=early)
    assert job.days == [date(2026, 5, 3)]


@pytest.mark.django_db
def test_a_month_is_due_when_it_is_over(job):
    definition = job(cadence="monthly", after_day=True)
    assert selectors.due_dates(definition, definition.last_due(AT)) == [date(2026, 4, 30)]
    JobWatch.objects.create(job="test", from_date=date(2026, 1, 31))
    assert selectors.due_dates(definition, date(2026, 4, 29)) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
    ]


@pytest.mark.django_db
def test_a_failed_day_is_tried_again_after_a_pause_and_holds_back_only_strict_jobs(job):
    job.bad.add(DAY)
    job()
    assert schedule.run_due_jobs(at=AT) == [("test", DAY, "failed")]
    assert schedule.run_due_jobs(at=AT + timedelta(minutes=5)) == []
    answer = schedule.run_due_jobs(at=AT + timedelta(days=1))
    assert answer == [("test", DAY, "failed"), ("test", DAY + timedelta(days=1), "done")]
    job(strict_order=True)
    assert schedule.run_due_jobs(at=AT + timedelta(days=2)) == [("test", DAY, "failed")]
    job.bad.clear()
    assert [a[2] for a in schedule.run_due_jobs(at=AT + timedelta(days=3))] == ["done"] * 3


@pytest.mark.django_db
def test_a_rep_may_not_start_a_job_and_nobody_for_a_day_to_come(job, cast):
    job()
    with pytest.raises(NotAllowed):
        schedule.run_now("test", DAY, actor=cast.alice, at=AT)
    with pytest.raises(InvalidInput):
        schedule.run_now("test", DAY + timedelta(days=1), actor=cast.dora, at=AT)


@pytest.mark.django_db
def test_the_age_of_the_last_beat_can_be_read():
    assert selectors.last_beat() is None
    schedule.beat_heard(at=AT)
    schedule.beat_heard(at=AT + timedelta(minutes=1))
    assert selectors.last_beat() == AT + timedelta(minutes=1)


def test_a_reason_without_a_registered_sentence_shows_its_code(monkeypatch):
    monkeypatch.setitem(registry.reasons._entries, "test.reminded", "Due in %(days)s days.")
    assert registry.reason_sentence("test.reminded", {"days": 3}) == "Due in 3 days."
    assert registry.reason_sentence("test.other", {}) == "test.other"
