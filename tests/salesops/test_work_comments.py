"""Comments stand on every record, with people called in, for exactly those who may see the record."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from salesops.audit.models import AuditEvent
from salesops.audit.selectors import timeline_of
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.subjects import records
from salesops.notifications.models import Notification
from salesops.work import services
from salesops.work.models import Comment
from salesops.work.subjects import reference
from tests.factories.customers import make_customer

AT = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)


@pytest.fixture
def customer(cast):
    return make_customer(cast.alice, name="Canary Trading")


def say(actor, customer, text, at=AT):
    return services.add_comment(actor=actor, at=at, subject=customer, text=text)


def test_who_is_called_in_is_told_by_user_name_or_name(cast, customer):
    cast.mona.name = "王莉"
    cast.mona.save()
    say(cast.alice, customer, "@bob 请看一下, @王莉 @bob and mail@example.com")
    assert set(Notification.objects.values_list("recipient__username", flat=True)) == {"bob", "mona"}


def test_nobody_is_called_in_who_may_not_see_the_record(cast, customer):
    with pytest.raises(InvalidInput, match="Carol"):
        say(cast.alice, customer, "@carol look")
    assert not Comment.objects.exists()
    assert not Notification.objects.exists()


def test_who_may_not_see_the_record_may_not_comment(cast, customer):
    with pytest.raises(NotAllowed):
        say(cast.carol, customer, "hello")


def test_a_comment_is_part_of_the_timeline_and_shows_as_typed(cast, customer, client):
    say(cast.bob, customer, "<script>alert(1)</script>\n{{ 7*7 }}")
    client.force_login(cast.alice)
    panel = client.get(f"{customer.get_absolute_url()}?panel=work.comments").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>{{ 7*7 }}" in panel
    assert AuditEvent.objects.get(verb="work.commented").links.count() == 1


def test_the_author_takes_a_comment_back_for_an_hour_and_its_place_stays(cast, customer, client):
    first, second = say(cast.alice, customer, "Secret words"), say(cast.alice, customer, "Others")
    with pytest.raises(NotAllowed):
        services.retract_comment(actor=cast.bob, at=AT, comment=first)
    services.retract_comment(actor=cast.alice, at=AT + timedelta(minutes=60), comment=first)
    with pytest.raises(Conflict):
        services.retract_comment(actor=cast.alice, at=AT, comment=first)
    with pytest.raises(Conflict, match="60"):
        services.retract_comment(actor=cast.alice, at=AT + timedelta(minutes=61), comment=second)
    client.force_login(cast.bob)
    panel = client.get(f"{customer.get_absolute_url()}?panel=work.comments").content.decode()
    assert "Secret words" not in panel
    assert not any("Secret words" in entry.comment for entry in timeline_of(customer))
    assert "Others" in panel


def test_posting_the_same_form_twice_leaves_one_comment(cast, customer, client):
    client.force_login(cast.alice)
    data = {"text": "Once", "form_key": "0d7f0b52-67d5-4a4e-9d5c-5f0f3b1c4c1e"}
    for _n in range(2):
        answer = client.post(reverse("work:comment_create", args=[reference(customer)]), data)
        assert answer.status_code == 302
    assert Comment.objects.count() == 1


def test_every_kind_of_business_record_takes_comments():
    names = set(dict(records.items()))
    assert {
        "customers.customer", "customers.visit", "contracts.contract", "orders.order", "receivables.receivable",
        "receivables.receipt", "catalog.product", "work.task", "accounts.user",
    } <= names  # fmt: skip
