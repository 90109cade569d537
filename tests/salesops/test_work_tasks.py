"""A task has one owner, a due time and a result; whoever gave it hears of it (DAY-10, DAY-13)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from salesops.audit.models import AuditEvent
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.jobs.services.runs import RunResult
from salesops.notifications.models import Notification
from salesops.work import services
from salesops.work.choices import TaskState
from salesops.work.jobs import remind
from salesops.work.models import Task
from tests.factories.customers import make_customer
from tests.factories.work import make_task

AT = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)  # a Monday


def told(person):
    return list(Notification.objects.filter(recipient=person).order_by("pk").values_list("kind", flat=True))


def test_the_owner_is_told_and_the_giver_hears_of_the_result(cast):
    task = make_task(cast.bob, cast.alice, at=AT)
    assert told(cast.alice) == ["work.task_given"]
    done = services.finish_task(actor=cast.alice, at=AT, task=task, result=" Called them. ")
    assert (done.state, done.progress, done.result) == (TaskState.DONE, 100, "Called them.")
    assert told(cast.bob) == ["work.task_finished"]


def test_a_task_for_oneself_tells_nobody(cast):
    make_task(cast.alice, cast.alice, at=AT)
    assert not Notification.objects.exists()


def test_only_the_owner_works_on_it_and_not_even_the_giver_finishes_it(cast):
    task = make_task(cast.bob, cast.alice, at=AT)
    for actor in (cast.bob, cast.mona, cast.asha, cast.carol):
        with pytest.raises(NotAllowed):
            services.finish_task(actor=actor, at=AT, task=task, result="x")


def test_the_owner_cannot_call_off_what_the_superior_gave(cast):
    task = make_task(cast.bob, cast.alice, at=AT)
    with pytest.raises(NotAllowed):
        services.cancel_task(actor=cast.alice, at=AT, task=task, reason="no time")
    gone = services.cancel_task(actor=cast.bob, at=AT, task=task, reason="not needed")
    assert gone.state == TaskState.CANCELLED
    assert told(cast.alice)[-1] == "work.task_cancelled"


def test_a_finished_task_is_opened_again_with_a_reason_and_its_result_stays_in_the_timeline(cast):
    task = make_task(cast.bob, cast.alice, at=AT)
    services.finish_task(actor=cast.alice, at=AT, task=task, result="Sent the file")
    again = services.reopen_task(actor=cast.bob, at=AT, task=task, reason="It was the wrong file")
    assert (again.state, again.result, again.progress) == (TaskState.RUNNING, "", 99)
    words = AuditEvent.objects.filter(verb="work.task_finished").values_list("comment", flat=True)
    assert list(words) == ["Sent the file"]


def test_each_state_has_an_exit_and_finished_tasks_are_not_changed(cast):
    task = make_task(cast.bob, cast.alice, at=AT)
    services.cancel_task(actor=cast.bob, at=AT, task=task, reason="later")
    services.reopen_task(actor=cast.bob, at=AT, task=task, reason="now")
    done = services.finish_task(actor=cast.alice, at=AT, task=task, result="x")
    with pytest.raises(Conflict):
        services.change_task(actor=cast.bob, at=AT, task=done, title="Other")
    with pytest.raises(Conflict):
        services.finish_task(actor=cast.alice, at=AT, task=done, result="twice")


def test_passing_a_task_on_moves_owner_and_team_and_says_from_whom(cast):
    task = make_task(cast.mona, cast.alice, at=AT)
    moved = services.change_task(actor=cast.mona, at=AT, task=task, owner=cast.carol)
    assert (moved.owner, moved.team) == (cast.carol, cast.group_b)
    event = AuditEvent.objects.get(verb="work.task_passed_on")
    assert event.data["before_owner"] == "Alice"
    assert told(cast.carol) == ["work.task_given"]
    with pytest.raises(NotAllowed):
        services.report_progress(actor=cast.alice, at=AT, task=moved, progress=10)


def test_a_task_about_a_record_goes_only_to_who_may_see_it(cast):
    customer = make_customer(cast.alice)
    with pytest.raises(InvalidInput, match="Carol"):
        make_task(cast.alice, cast.carol, at=AT, subject=customer)
    with pytest.raises(NotAllowed):
        make_task(cast.carol, cast.carol, at=AT, subject=customer)
    assert make_task(cast.alice, cast.bob, at=AT, subject=customer).subject == customer


@pytest.mark.parametrize("due", [AT, AT - timedelta(days=1)])
def test_a_task_is_due_in_the_future(cast, due):
    with pytest.raises(InvalidInput):
        make_task(cast.bob, cast.alice, at=AT, due_at=due)


def test_nobody_gives_a_task_to_who_has_left(cast):
    with pytest.raises(InvalidInput, match="Leo"):
        make_task(cast.bob, cast.leo, at=AT)


def test_a_cause_makes_its_task_once(cast):
    values = {"actor": None, "at": AT, "title": "Ask", "owner": cast.alice, "due_at": AT + timedelta(days=1)}
    first = services.task_for("visit:5:next", **values)
    assert services.task_for("visit:5:next", **values) == first
    with pytest.raises(IntegrityError), transaction.atomic():
        services.create_task(cause="visit:5:next", **values)


def test_the_database_refuses_a_done_task_without_a_result(cast):
    task = make_task(cast.bob, cast.alice, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(state="done", finished_at=AT)


def test_a_key_task_tells_the_giver_of_each_progress(cast):
    task = make_task(cast.bob, cast.alice, at=AT, is_key=True)
    services.report_progress(actor=cast.alice, at=AT, task=task, progress=40)
    services.report_progress(actor=cast.alice, at=AT, task=task, progress=80)
    assert told(cast.bob) == ["work.task_progress"] * 2
    with pytest.raises(InvalidInput):
        services.report_progress(actor=cast.alice, at=AT, task=task, progress=101)


@pytest.mark.django_db(transaction=True)
def test_the_job_reminds_before_the_day_and_tells_the_superior_after_it_each_once(cast):
    make_task(cast.mona, cast.alice, at=AT, due_at=AT + timedelta(days=1))
    day = date(2026, 5, 4)
    preview = remind(day, actor=None, at=AT, dry_run=True)
    assert [line.reason for line in preview.items] == ["work.task_due"]
    assert told(cast.alice) == ["work.task_given"]
    remind(day, actor=None, at=AT, dry_run=False)
    again: RunResult = remind(day, actor=None, at=AT, dry_run=False)
    assert again.already
    assert told(cast.alice) == ["work.task_given", "work.task_due"]
    for number in (2, 3, 4):
        last = remind(day + timedelta(days=number), actor=None, at=AT + timedelta(days=number), dry_run=False)
    assert [line.reason for line in last.items] == ["work.told_already"]
    assert told(cast.alice).count("work.task_late") == 1
    assert told(cast.bob) == ["work.task_late"]
