"""Departments ask each other, with an owner, a day and an answer, and without opening the rest (COM-05, ORG-07)."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from salesops.core.errors import Conflict, DomainError, InvalidInput, NotAllowed
from salesops.notifications.models import Notification
from salesops.work import services
from salesops.work.choices import RequestState
from salesops.work.jobs import remind
from salesops.work.models import DepartmentRequest
from tests.factories.customers import make_customer
from tests.factories.work import make_request

AT = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)


def test_otto_answers_about_a_customer_that_he_may_not_see(cast, client):
    customer = make_customer(cast.alice, name="Canary Trading", tax_number="91350100M000100Y43")
    row = make_request(cast.alice, cast.office, subject=customer, title="Can we pack 40 cartons?")
    client.force_login(cast.otto)
    assert client.get(customer.get_absolute_url()).status_code == 404
    page = client.get(row.get_absolute_url()).content.decode()
    assert "Can we pack 40 cartons?" in page
    assert str(customer) in page
    assert customer.get_absolute_url() not in page
    assert "91350100M000100Y43" not in page
    client.post(f"{row.get_absolute_url()}answer/", {"answer": "Yes, by Friday"})
    row.refresh_from_db()
    assert (row.state, row.owner, row.answer) == (RequestState.ANSWERED, cast.otto, "Yes, by Friday")
    assert Notification.objects.filter(recipient=cast.alice, kind="work.request_answered").exists()


def test_an_answer_is_accepted_or_sent_back_by_who_asked(cast):
    row = make_request(cast.alice, cast.office, at=AT)
    services.answer_request(actor=cast.otto, at=AT, request=row, answer="Soon")
    with pytest.raises(NotAllowed):
        services.accept_answer(actor=cast.bob, at=AT, request=row)
    services.send_back(actor=cast.alice, at=AT, request=row, reason="Which day?")
    services.answer_request(actor=cast.otto, at=AT, request=row, answer="Friday")
    assert services.accept_answer(actor=cast.alice, at=AT, request=row).state == RequestState.CLOSED


def test_nobody_answers_his_own_request(cast):
    row = make_request(cast.dora, cast.company, at=AT)
    with pytest.raises(NotAllowed):
        services.answer_request(actor=cast.dora, at=AT, request=row, answer="Myself")


def test_a_declined_request_is_asked_again_or_withdrawn(cast):
    row = make_request(cast.alice, cast.office, at=AT)
    services.decline_request(actor=cast.lena, at=AT, request=row, reason="Not ours")
    again = services.ask_again(
        actor=cast.alice, at=AT, request=row, reason="It is", due_at=AT + timedelta(days=2)
    )
    assert (again.state, again.owner, again.answer) == (RequestState.NEW, None, "")
    gone = services.withdraw_request(actor=cast.alice, at=AT, request=row, reason="Solved")
    assert gone.state == RequestState.CANCELLED


def test_the_head_of_a_unit_is_told_else_its_people(cast):
    make_request(cast.dora, cast.group_a, at=AT)
    assert set(Notification.objects.values_list("recipient__username", flat=True)) == {"bob"}
    make_request(cast.alice, cast.office, at=AT)
    names = set(Notification.objects.values_list("recipient__username", flat=True)) - {"bob"}
    assert names == {"dora", "hugo", "otto", "lena", "sam", "aida", "root"}


def test_one_asks_another_unit_and_not_ones_own(cast):
    with pytest.raises(InvalidInput):
        make_request(cast.alice, cast.group_a, at=AT)


@pytest.mark.django_db(transaction=True)
def test_a_late_answer_is_told_to_the_superior_and_to_who_asked(cast):
    row = make_request(cast.alice, cast.office, at=AT)
    services.take_request(actor=cast.otto, at=AT, request=row)
    remind(date(2026, 5, 8), actor=None, at=AT + timedelta(days=4), dry_run=False)
    late = Notification.objects.filter(kind="work.request_late")
    assert set(late.values_list("recipient__username", flat=True)) == {"otto", "gina", "alice"}


@pytest.mark.django_db(transaction=True)
def test_two_take_the_same_request_and_one_has_it(cast):
    row = make_request(cast.alice, cast.office, at=AT)
    barrier, answers = Barrier(2), []

    def take(person):
        barrier.wait()
        try:
            answers.append(services.answer_request(actor=person, at=AT, request=row, answer=person.name))
        except DomainError as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [Thread(target=take, args=(person,)) for person in (cast.otto, cast.lena)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    stored = DepartmentRequest.objects.get(pk=row.pk)
    assert stored.answer == stored.owner.name
