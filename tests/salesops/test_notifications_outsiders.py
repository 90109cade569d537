"""Links for people outside: one object, one purpose, once (Z18)."""

import re
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from salesops.audit.models import AuditEvent, RowChange
from salesops.core.errors import Conflict, InvalidInput
from salesops.jobs.models import OutboxMessage
from salesops.jobs.services import outbox
from salesops.notifications.models import OneTimeLink
from salesops.notifications.services.outsiders import (
    LinkPurpose,
    find_link,
    issue_link,
    link_purposes,
    use_link,
    withdraw_link,
)
from tests.factories.customers import make_customer

done = []


@pytest.fixture
def purpose(monkeypatch):
    """Rate a visit: shows the customer's name, keeps the answer."""
    done.clear()

    def act(subject, link, data, at):
        if data["words"] == "refuse":
            raise InvalidInput("Say something else.")
        done.append((subject.pk, data["words"]))

    entry = LinkPurpose(
        "test.rate", "How was it?", "Please tell us.", "Send",
        show=lambda subject, link: [("Company", subject.name)], act=act, fields=(("words", "Words", 20),),
    )  # fmt: skip
    monkeypatch.setitem(link_purposes._entries, "test.rate", entry)
    return entry


def issue(cast, **more):
    at = timezone.now()
    customer = make_customer(cast.alice, name="Outside Ltd")
    link, token = issue_link(
        "test.rate",
        customer,
        "ann@example.com",
        at + timedelta(days=3),
        actor=cast.alice,
        at=at,
        mail=False,
        **more,
    )
    return customer, link, token


def page(token):
    return reverse("notifications:one_time_link", args=[token])


@pytest.mark.django_db
def test_get_shows_post_acts_and_then_the_link_is_dead(cast, client, purpose, caplog):
    customer, link, token = issue(cast)
    for _n in range(3):  # previews of mail programs use nothing up
        shown = client.get(page(token))
        assert shown.status_code == 200 and "Outside Ltd" in shown.content.decode()
        assert shown["Referrer-Policy"] == "no-referrer" and "no-store" in shown["Cache-Control"]
    assert done == []
    refused = client.post(page(token), {"words": "refuse"})
    assert refused.status_code >= 400 and find_link(token, at=timezone.now()) == link
    assert client.post(page(token), {"words": "fine " * 20}).status_code == 200
    assert done == [(customer.pk, "fine fine fine fine")]
    for answer in (client.get(page(token)), client.post(page(token), {"words": "again"})):
        assert answer.status_code == 410 and "Outside Ltd" not in answer.content.decode()
    assert len(done) == 1
    assert token not in caplog.text
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"notifications.link_issued", "notifications.link_used"} <= verbs


@pytest.mark.django_db
def test_expired_withdrawn_guessed_or_of_a_deleted_object_the_link_is_dead(cast, client, purpose):
    at = timezone.now()
    _customer, link, token = issue(cast)
    assert find_link(token, at=at + timedelta(days=3, seconds=1)) is None
    with pytest.raises(Conflict):
        use_link(token, {}, at=at + timedelta(days=4))
    withdraw_link(link=link, actor=cast.alice, at=at)
    assert client.get(page(token)).status_code == 410
    for guess in ("x", token[:-1], token + "x", "é", "a" * 500, "../x"):
        assert find_link(guess, at=at) is None
    _customer, link, token = issue(cast)
    OneTimeLink.objects.filter(pk=link.pk).update(subject_id=10**9)
    assert client.get(page(token)).status_code == 410
    with pytest.raises(InvalidInput):
        issue_link("test.rate", link.subject_type, "a@example.com", at, actor=cast.alice, at=at)
    with pytest.raises(KeyError):
        issue_link("no.purpose", link.subject_type, "a@example.com", at + timedelta(1), actor=None, at=at)


@pytest.mark.django_db
def test_the_word_has_128_bits_and_stands_nowhere_but_in_the_mail(cast, purpose):
    """P3: not in the table, the history, the outbox."""
    at = timezone.now()
    customer = make_customer(cast.alice, name="Outside Ltd")
    link, token = issue_link(
        "test.rate",
        customer,
        "ann@example.com",
        at + timedelta(days=3),
        actor=cast.alice,
        at=at,
        language="zh-hans",
    )
    assert token == "" and link.digest is None
    message = OutboxMessage.objects.get(kind="one_time_link")
    assert outbox.deliver(message.pk, at=at)
    (sent,) = mail.outbox
    token = re.search(r"/once/([\w-]+)/", sent.body).group(1)
    assert len(token) == 22 and find_link(token, at=at) == link
    assert sent.to == ["ann@example.com"] and "只能使用一次" in sent.body
    message.refresh_from_db()
    stored = [str(message.payload), *[f"{r.old} {r.new}" for r in RowChange.objects.all()]]
    stored += [str(e.data) for e in AuditEvent.objects.all()]
    link.refresh_from_db()
    assert not [text for text in stored if token in text or (link.digest or "-") in text]
    with pytest.raises(InvalidInput):
        issue_link("test.rate", customer, "a@example.com\nBcc: b@x.com", at + timedelta(1), actor=None, at=at)


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_once_act_once(cast, purpose):
    _customer, _link, token = issue(cast)
    refused = []

    def click():
        try:
            use_link(token, {"words": "fine"}, at=timezone.now())
        except Conflict:
            refused.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1 and len(refused) == 19
