"""Several tasks at once: finished, postponed, passed on; one that may not be touched leaves the others alone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from salesops.work import services
from salesops.work.models import Task
from tests.factories.customers import make_customer
from tests.factories.work import make_task

pytestmark = pytest.mark.django_db
URL = "work:task_list"


def send(client, action, rows, **values):
    """What the page sends that asks once for all: the rows as they were shown."""
    data = {
        "action": action,
        "ids": [row.pk for row in rows],
        "seen": [f"{row.pk}:{row.version}" for row in rows],
    }
    return client.post(reverse(URL), {**data, "sure": "1", **values})


def words(answer):
    return [str(result.get("error") or result["row"].state) for result in answer.context["results"]]


def fresh(row):
    return Task.objects.get(pk=row.pk)


def tasks(cast, owner, count=2, **more):
    at = timezone.now()
    return [make_task(cast.bob, owner, at=at, title=f"Task {n}", **more) for n in range(count)]


def test_alice_finishes_several_with_one_result_and_the_task_of_another_is_named(cast, client):
    mine, ashas = tasks(cast, cast.alice), tasks(cast, cast.asha, 1)
    client.force_login(cast.bob)
    form = client.post(reverse(URL), {"action": "finish", "ids": [row.pk for row in mine + ashas]})
    assert form.status_code == 200 and "Task 1" in form.content.decode()
    client.cookies["django_language"] = "zh-hans"
    assert (
        "完成：多个任务"
        in client.post(reverse(URL), {"action": "finish", "ids": [mine[0].pk]}).content.decode()
    )
    client.cookies["django_language"] = "en"
    refused = send(client, "finish", mine, result="Called")
    assert all("Only the person responsible" in word for word in words(refused)), "not even by who gave them"
    client.force_login(cast.alice)
    done = send(client, "finish", mine, result="Called")
    assert words(done) == ["done", "done"]
    assert {fresh(row).result for row in mine} == {"Called"}
    twice = send(client, "finish", [fresh(row) for row in mine], result="Again")
    assert "done" not in words(twice) and {fresh(row).result for row in mine} == {"Called"}


def test_a_task_that_moved_since_it_was_shown_is_refused_and_the_others_are_postponed(cast, client):
    first, second = tasks(cast, cast.alice)
    services.report_progress(actor=cast.alice, at=timezone.now(), task=second, progress=50)
    client.force_login(cast.bob)
    later = timezone.localtime() + timedelta(days=9)
    answer = send(client, "postpone", [first, second], due_at=later.strftime("%Y-%m-%d %H:%M"))
    assert words(answer)[0] == "open" and "Somebody changed" in words(answer)[1]
    assert timezone.localdate(fresh(first).due_at) == later.date()
    assert timezone.localdate(fresh(second).due_at) != later.date()


def test_passing_on_is_refused_for_the_record_that_the_other_may_not_see(cast, client):
    """Carol is of another team: a plain task reaches her, one about Alice's customer does not."""
    [plain], [about] = (
        tasks(cast, cast.alice, 1),
        tasks(cast, cast.alice, 1, subject=make_customer(cast.alice)),
    )
    client.force_login(cast.mona)
    answer = send(client, "pass_on", [plain, about], owner=cast.carol.pk)
    assert answer.status_code == 200
    assert (fresh(plain).owner, fresh(about).owner) == (cast.carol, cast.alice)
    assert any("may not see this record" in word for word in words(answer))


def test_what_is_missing_is_asked_for_and_strangers_rows_are_not_there(cast, client):
    mine = tasks(cast, cast.alice)
    client.force_login(cast.alice)
    empty = send(client, "finish", mine, result="")
    assert "Please look at the marked fields" in empty.content.decode()
    assert {fresh(row).state for row in mine} == {"open"}
    client.force_login(cast.carol)
    assert not send(client, "finish", mine, result="x").context["results"]
    assert client.post(reverse(URL), {"action": "drop", "ids": [1]}).status_code == 400
    assert client.post(reverse(URL), {"action": "finish", "ids": ["x"]}).status_code == 400
