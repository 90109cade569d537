"""Deadlines in working time: reminded once, the superior asked once, with a record of the run."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from salesops.approvals.models import Decision
from salesops.approvals.services import approve
from salesops.approvals.services.clock import approval_deadlines, watch
from salesops.calendar.selectors import add_working_minutes, working_minutes
from salesops.jobs.models import JobItem, OutboxMessage
from salesops.jobs.services.outbox import deliver_waiting
from salesops.jobs.services.runs import JobReport
from salesops.notifications.models import Notification
from tests.factories.approvals import ask, make_flow, role, step
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db
AT = datetime(2026, 4, 21, 2, 0, tzinfo=UTC)  # Tuesday, 10:00 in Shanghai; winter hours: 8:30-12, 13-17


def run(at):
    return approval_deadlines(timezone.localdate(at), actor=None, at=at, dry_run=False)


def test_working_hours_are_added_over_noon_night_and_weekend():
    local = lambda text: timezone.make_aware(datetime.fromisoformat(text))  # noqa: E731
    friday = local("2026-04-24T16:00")
    assert add_working_minutes(friday, 60) == local("2026-04-24T17:00")
    assert add_working_minutes(friday, 61) == local("2026-04-27T08:31")
    assert add_working_minutes(local("2026-04-25T12:00"), 30) == local("2026-04-27T09:00")
    end = add_working_minutes(AT, 24 * 60)
    assert working_minutes(AT, end) == 24 * 60


@pytest.mark.django_db(transaction=True)
def test_reminded_then_the_superior_is_asked_each_once(cast):
    make_flow(step("Lead", role("lead"), remind_after=4, deadline=8))
    request = ask(make_customer(cast.alice), actor=cast.alice, at=AT)
    due = request.asks.get().due_at
    assert timezone.localtime(due).isoformat() == "2026-04-22T10:30:00+08:00"
    assert run(AT).summary["done"] == 0
    assert run(AT + timedelta(days=1, hours=-1)).summary["done"] == 1, "reminded"
    assert run(AT + timedelta(days=2)).summary["done"] == 1, "escalated"
    assert run(AT + timedelta(days=3)).summary["done"] == 0
    assert [d.action for d in Decision.objects.filter(request=request)] == [
        "requested",
        "reminded",
        "escalated",
    ]
    assert [i.reason for i in JobItem.objects.order_by("pk")] == ["approvals.reminded", "approvals.escalated"]
    assert Notification.objects.filter(recipient=cast.bob, kind="approvals.reminded").count() == 1
    assert Notification.objects.filter(recipient=cast.mona, kind="approvals.escalated").count() == 1
    request = approve(actor=cast.mona, at=AT + timedelta(days=3), request=request)
    assert request.state == "approved"


@pytest.mark.django_db(transaction=True)
def test_the_hour_of_a_deadline_is_watched_without_waiting_for_the_daily_run(cast):
    make_flow(step("Lead", role("lead"), remind_after=1, deadline=2))
    request = ask(make_customer(cast.alice), actor=cast.alice, at=AT)
    assert OutboxMessage.objects.filter(kind="approval_deadline").count() == 2
    deliver_waiting(at=AT + timedelta(minutes=61))
    deliver_waiting(at=AT + timedelta(minutes=62))
    assert [d.action for d in Decision.objects.filter(request=request)] == ["requested", "reminded"]
    deliver_waiting(at=AT + timedelta(hours=4))
    assert Decision.objects.filter(request=request).last().action == "escalated"
    assert run(AT + timedelta(hours=5)).summary["done"] == 0


def test_days_are_working_days(cast):
    make_flow(step("Lead", role("lead"), remind_after=1, deadline=3, unit="days"))
    friday = datetime(2026, 4, 24, 2, 0, tzinfo=UTC)
    one = ask(make_customer(cast.alice), actor=cast.alice, at=friday).asks.get()
    assert (one.remind_at.date(), one.due_at.date()) == (date(2026, 4, 27), date(2026, 4, 29))


def test_the_superior_asked_after_the_deadline_is_never_the_applicant(cast):
    """Mona asks, Bob is asked and lets it lie: not Mona but Gina is asked then."""
    make_flow(step("Lead", role("lead"), remind_after=1, deadline=2))
    request = ask(make_customer(cast.alice), actor=cast.mona, at=AT)
    with transaction.atomic():
        watch(JobReport(business_date=AT.date(), actor=None, at=AT, dry_run=False), at=AT + timedelta(days=1))
    asked = set(request.asks.get().people.values_list("person__username", flat=True))
    assert asked == {"bob", "gina"}
