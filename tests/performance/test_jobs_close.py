"""The monthly close as a job: once for each month, in order, caught up after missed months (quality §4)."""

from datetime import date

from performance.jobs import JOB, close_due_month
from performance.models import MonthClose
from salesops.jobs.models import JobRun
from salesops.jobs.selectors import due_dates
from tests.factories.performance import noon

AT = noon(date(2026, 11, 3))


def test_a_month_is_closed_once_whoever_asks_again(cast):
    first = close_due_month(date(2026, 10, 31), actor=None, at=AT, dry_run=False)
    again = close_due_month(date(2026, 10, 31), actor=None, at=AT, dry_run=False)
    assert [item.reason for item in first.items] == ["performance.closed"]
    assert again.already and MonthClose.objects.count() == 1
    assert JobRun.objects.get(job=JOB).state == JobRun.State.DONE


def test_a_preview_says_what_would_be_done_and_does_nothing(cast):
    result = close_due_month(date(2026, 10, 31), actor=None, at=AT, dry_run=True)
    assert [item.reason for item in result.items] == ["performance.closed"]
    assert not MonthClose.objects.exists() and not JobRun.objects.exists()


def test_missed_months_are_found_and_closed_in_order(cast):
    close_due_month(date(2026, 7, 31), actor=None, at=AT, dry_run=False)
    missed = due_dates(JOB, date(2026, 11, 2))
    assert missed == [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)]
    for day in missed:
        close_due_month(day, actor=None, at=AT, dry_run=False)
    assert list(MonthClose.objects.order_by("first_date").values_list("period", flat=True)) == [
        "2026-07",
        "2026-08",
        "2026-09",
        "2026-10",
    ]
    assert due_dates(JOB, date(2026, 11, 2)) == []
