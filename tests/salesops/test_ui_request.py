"""What a request reads once, and that nothing of it outlives the request."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from salesops.accounts.models import RoleGrant
from salesops.accounts.selectors import person_of_request
from salesops.core.along import read_along
from salesops.handbook.models import RuleValue
from salesops.notifications.models import Notification
from salesops.notifications.selectors import unread
from salesops.ui.models import SavedView
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db


def test_the_person_comes_with_roles_bell_and_lists_in_one_query(cast):
    now = timezone.now()
    for n in range(3):
        Notification.objects.create(recipient=cast.bob, kind="test", key=f"k{n}", created_at=now)
    Notification.objects.filter(key="k0").update(read_at=now)
    SavedView.objects.create(user=cast.bob, list_name="orders:order_list", name="mine")
    SavedView.objects.create(user=cast.carol, list_name="customers:customer_list", name="hers")
    today = timezone.localdate()
    with CaptureQueriesContext(connection) as seen:
        person = person_of_request(cast.bob.pk, on=today)
        roles = person.roles()
    assert len(seen) == 1
    assert person == cast.bob and roles == cast.bob.roles()
    assert person.grants() == cast.bob.grants()
    assert read_along(person, "unread") == unread(cast.bob).count() == 2
    assert read_along(person, "saved_lists") == ["orders:order_list"]


def test_a_role_taken_away_is_gone_from_the_next_page(cast, client):
    client.force_login(cast.dora)
    menu = reverse("ui:menu")
    assert reverse("receivables:receipt_list") in client.get(menu).content.decode()
    yesterday = timezone.localdate() - timedelta(days=1)
    RoleGrant.objects.filter(user=cast.dora).update(to_date=yesterday, from_date=yesterday)
    page = client.get(menu).content.decode()
    assert reverse("receivables:receipt_list") not in page
    assert client.get(reverse("receivables:receipt_list")).status_code == 403


def test_the_frame_kept_for_one_person_says_nothing_of_another(cast, client):
    pages = {}
    for person in (cast.alice, cast.carol):
        client.force_login(person)
        pages[person] = client.get(reverse("ui:menu")).content.decode()
    assert cast.alice.name in pages[cast.alice] and cast.carol.name in pages[cast.carol]
    assert cast.alice.name not in pages[cast.carol] and cast.alice.email not in pages[cast.carol]
    cast.carol.name = "<b>\ue000csrf\ue001"
    cast.carol.save()
    again = client.get(reverse("ui:menu")).content.decode()
    assert "<b>" not in again.partition('class="me-name"')[2][:80] and "&lt;b&gt;\ue000csrf\ue001" in again


def test_rules_are_read_once_a_request_and_anew_in_the_next(cast, client):
    customer = make_customer(owner=cast.alice)
    Customer.objects.filter(pk=customer.pk).update(created_date=timezone.localdate() - timedelta(days=40))
    client.force_login(cast.alice)
    page = reverse("customers:customer_detail", args=[customer.pk]) + "?rest=1"

    def shown() -> str:
        with CaptureQueriesContext(connection) as seen:
            text = client.get(page).content.decode()
        assert sum('FROM "handbook_rulevalue"' in query["sql"] for query in seen) == 1
        return text

    def set_days(days: int) -> None:
        RuleValue.objects.update_or_create(
            key="customers.stale_days",
            from_date=timezone.localdate(),
            defaults={"value": days, "set_at": timezone.now()},
        )

    set_days(365)
    assert "stale" not in shown()
    set_days(30)
    assert "stale" in shown()
