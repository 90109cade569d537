"""The outbox: written with the act, sent once, tried again, given up in sight of a person."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from salesops.core.errors import Conflict
from salesops.jobs.models import OutboxMessage
from salesops.jobs.registry import outbox_kinds
from salesops.jobs.services import outbox

AT = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


@pytest.fixture
def sent(monkeypatch):
    """A kind of message whose deliveries are collected; ``fail`` in the payload makes it raise."""
    deliveries = []

    def handler(payload, *, message, at):
        if payload.get("fail"):
            raise RuntimeError("the post office is closed")
        deliveries.append(payload["n"])

    monkeypatch.setitem(outbox_kinds._entries, "test", handler)
    return deliveries


@pytest.mark.django_db
def test_the_same_key_is_written_once(sent):
    first = outbox.enqueue("test", "k1", {"n": 1}, at=AT)
    again = outbox.enqueue("test", "k1", {"n": 2}, at=AT)
    assert first.pk == again.pk
    assert again.payload == {"n": 1}


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_act_sends_nothing(sent):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.enqueue("test", "k1", {"n": 1}, at=AT)
        raise ZeroDivisionError
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_a_message_delivered_twice_has_one_effect(sent):
    message = outbox.enqueue("test", "k1", {"n": 1}, at=AT)
    assert outbox.deliver(message.pk, at=AT) is True
    assert outbox.deliver(message.pk, at=AT) is False
    assert sent == [1]


@pytest.mark.django_db
def test_the_sweep_sends_what_has_no_result_and_leaves_what_is_not_due(sent):
    outbox.enqueue("test", "now", {"n": 1}, at=AT)
    outbox.enqueue("test", "later", {"n": 2}, at=AT, not_before=AT + timedelta(hours=1))
    assert outbox.deliver_waiting(at=AT + timedelta(minutes=1)) == 1
    assert sent == [1]
    assert outbox.deliver_waiting(at=AT + timedelta(hours=1)) == 1
    assert sent == [1, 2]


@pytest.mark.django_db
def test_a_failure_is_visible_backs_off_and_is_given_up_until_a_person_sends_again(sent, cast):
    message = outbox.enqueue("test", "k1", {"n": 1, "fail": True}, at=AT)
    outbox.deliver(message.pk, at=AT)
    message.refresh_from_db()
    assert "post office is closed" in message.last_error
    assert message.not_before == AT + timedelta(seconds=30)
    at = AT
    for _try in range(outbox.MAX_ATTEMPTS):
        message.refresh_from_db()
        at = max(at, message.not_before)
        outbox.deliver(message.pk, at=at)
    message.refresh_from_db()
    assert message.state == "failed"
    assert outbox.deliver_waiting(at=at + timedelta(days=9)) == 0
    OutboxMessage.objects.filter(pk=message.pk).update(payload={"n": 7})
    outbox.send_again(message, actor=cast.root, at=at)
    assert outbox.deliver(message.pk, at=at) is True
    assert sent == [7]
    with pytest.raises(Conflict):
        outbox.send_again(message, actor=cast.root, at=at)


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_neither_stops_nor_fails_the_act(sent, settings, monkeypatch):
    def away(message_id):
        raise OSError("connection refused")

    monkeypatch.setattr(outbox, "_publish", away)
    with transaction.atomic():
        outbox.enqueue("test", "k1", {"n": 1}, at=AT)
    assert outbox.deliver_waiting(at=AT + timedelta(minutes=1)) == 1


@pytest.mark.django_db
def test_an_unknown_kind_is_an_error_that_one_can_read(db):
    message = outbox.enqueue("pigeon", "k1", {}, at=AT)
    assert outbox.deliver(message.pk, at=AT) is False
    message.refresh_from_db()
    assert "pigeon" in message.last_error
