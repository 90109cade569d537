"""A customer confirms its balance by a link that works once, or says what does not agree."""

import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from customers.services import assign_owner
from receivables.services.balances import ask_balance
from salesops.audit.models import AuditEvent
from salesops.core.errors import Conflict, NotAllowed
from salesops.jobs.models import OutboxMessage
from salesops.jobs.services import outbox
from salesops.notifications.models import Notification, OneTimeLink
from tests.factories.customers import make_customer
from tests.factories.receivables import make_receivable

pytestmark = pytest.mark.django_db


@pytest.fixture
def owing(cast):
    customer = make_customer(cast.alice, name="Owing Ltd")
    make_receivable(customer, amount="1234.50")
    make_receivable(customer, amount="100.00")
    return customer


def link_sent():
    """The address in the newest mail."""
    message = OutboxMessage.objects.filter(kind="one_time_link").latest("pk")
    assert outbox.deliver(message.pk, at=timezone.now())
    return re.search(r"(/notifications/once/[\w-]+/)", mail.outbox[-1].body).group(1)


def test_the_owner_asks_by_a_page_and_the_customer_answers_once(cast, client, owing):
    client.force_login(cast.alice)
    asking = reverse("receivables:balance_ask", args=[owing.pk])
    panel = client.get(owing.get_absolute_url(), {"rest": "1"}).content.decode()
    assert asking in panel
    form_key = client.get(asking).context.get("form_key", "")
    answer = client.post(asking, {"email": "cfo@owing.example", "language": "en", "form_key": form_key})
    assert answer.status_code == 302
    where = link_sent()
    assert mail.outbox[-1].to == ["cfo@owing.example"]

    client.logout()
    shown = client.get(where).content.decode()
    assert "Owing Ltd" in shown and "1,334.50 CNY" in shown
    unnamed = client.post(where, {"name": " ", "difference": "Invoice 7 was <paid>"})
    text = unnamed.content.decode()
    assert unnamed.status_code == 400 and "Please write your name." in text
    assert "Invoice 7 was &lt;paid&gt;" in text  # what was typed is still there
    done = client.post(where, {"name": "Ann Other", "difference": "Invoice 7 was <paid>"})
    assert done.status_code == 200 and client.get(where).status_code == 410

    event = AuditEvent.objects.get(verb="receivables.balance_differs")
    assert event.comment == "Invoice 7 was <paid>" and event.data["amount"] == "1334.50 CNY"
    assert event.data["recipient"] == "cfo@owing.example"
    notice = Notification.objects.get(recipient=cast.alice, kind="receivables.balance_differs")
    assert "Owing Ltd" in notice.title and "Ann Other" in notice.text


def test_a_name_alone_confirms_and_who_holds_the_customer_hears_of_it(cast, client, owing):
    ask_balance(
        actor=cast.dora, customer=owing, email="a@owing.example", language="zh-hans", at=timezone.now()
    )
    where = link_sent()
    assert client.post(where, {"name": "Ann", "difference": ""}).status_code == 200
    told = Notification.objects.filter(kind="receivables.balance_agreed")
    assert {row.recipient for row in told} == {cast.alice, cast.dora}


def test_the_link_dies_with_the_right_of_who_asked(cast, client, owing):
    ask_balance(actor=cast.alice, customer=owing, email="a@owing.example", language="en", at=timezone.now())
    where = link_sent()
    today = timezone.localdate()
    assign_owner(actor=cast.mona, at=timezone.now(), customer=owing, owner=cast.carol, from_date=today)
    for answer in (client.get(where), client.post(where, {"name": "Ann", "difference": ""})):
        assert answer.status_code == 410 and "1,334.50" not in answer.content.decode()
    assert OneTimeLink.objects.get().used_at is None


def test_who_only_looks_asks_for_nothing_and_nobody_without_a_posting(cast, owing):
    for person in (cast.aida, cast.gina, cast.carol):
        with pytest.raises(NotAllowed):
            ask_balance(actor=person, customer=owing, email="a@x.example", language="en", at=timezone.now())
    with pytest.raises(Conflict):
        ask_balance(
            actor=cast.alice, customer=make_customer(cast.alice), email="a@x.example", language="en",
            at=timezone.now(),
        )  # fmt: skip
