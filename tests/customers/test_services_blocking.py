"""Customers one does not work with, and where each customer stands (CUS-08, domain §3.1)."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.jobs.files import settle
from customers.models import Customer
from customers.services import block, create_customer, unblock
from orders.errors import OrderRefused
from orders.services import confirm_order
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from tests.factories.customers import make_currency, make_customer
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2026, 5, 5, 10))
TODAY = timezone.localdate(AT)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def stop(cast, customer, **fields):
    values = {"scope": "both", "reason": "Two bounced drafts"} | fields
    return block(actor=cast.mona, at=AT, customer=customer, **values)


def test_a_block_stops_the_confirmation_of_an_open_order_and_says_who_lifts_it(cast):
    customer = make_customer(cast.alice, name="North Works")
    order = make_order(customer, state="submitted", owner=cast.alice, order_date=TODAY)
    stop(cast, customer)
    with pytest.raises(OrderRefused, match="Two bounced drafts") as refused:
        confirm_order(actor=cast.mona, order=order, at=AT)
    assert refused.value.clause == "customers.block_stops_orders" and "manager" in str(refused.value.way_out)
    assert fresh(order).state == "submitted", "nothing is lost"
    unblock(actor=cast.mona, at=AT, customer=customer, reason="Paid")
    confirm_order(actor=cast.mona, order=order, at=AT)
    assert fresh(order).state == "confirmed"
    stop(cast, customer, scope="quotes")
    other = make_order(customer, state="submitted", owner=cast.alice, order_date=TODAY)
    confirm_order(actor=cast.mona, order=other, at=AT)


def test_only_managers_block_and_only_with_a_reason(cast):
    customer = make_customer(cast.alice)
    for person in (cast.alice, cast.bob, cast.dora):
        with pytest.raises(NotAllowed):
            block(actor=person, at=AT, customer=customer, scope="both", reason="x")
    with pytest.raises(InvalidInput):
        stop(cast, customer, reason=" ")


def test_the_life_cycle_follows_the_newest_order_and_is_dated(cast):
    names = {"New": None, "Active": 179, "Dormant": 180, "Lost": 365}
    for name, days in names.items():
        customer = make_customer(cast.alice, name=name)
        if days is not None:
            make_order(customer, owner=cast.alice, order_date=TODAY - timedelta(days=days))
    banned = make_customer(cast.alice, name="Banned")
    make_order(banned, owner=cast.alice, order_date=TODAY)
    stop(cast, banned, blacklist=True)
    settle(TODAY, actor=None, at=AT, dry_run=False)
    found = dict(Customer.objects.values_list("name", "lifecycle"))
    assert found == {"New": "potential", "Active": "active", "Dormant": "dormant", "Lost": "lost",
                     "Banned": "blacklisted"}  # fmt: skip
    assert set(Customer.objects.values_list("lifecycle_since", flat=True)) == {TODAY}
    later = TODAY + timedelta(days=1)
    settle(later, actor=None, at=AT + timedelta(days=1), dry_run=False)
    moved = Customer.objects.filter(lifecycle_since=later).values_list("name", "lifecycle")
    assert list(moved) == [("Active", "dormant")]
    assert unblock(actor=cast.mona, at=AT, customer=fresh(banned), reason="Settled").lifecycle == "active"


def test_the_form_keeps_all_that_the_paper_form_asks(cast, client):
    client.force_login(cast.alice)
    data = {"name": "Form Works", "owner": cast.alice.pk, "currency": make_currency().pk, "kind": "company",
            "customer_class": "potential", "legal_rep": "Li Ming", "registered_capital": "5000000",
            "founded_on": "1999-05-01", "yearly_potential": "800000", "competitor_suppliers": "Acme",
            "preferences": "Calls in the morning", "culture_notes": "No meetings on Friday"}  # fmt: skip
    answer = client.post(reverse("customers:customer_create"), data)
    assert answer.status_code == 302
    page = client.get(answer.url).content.decode()
    for text in (
        "Li Ming",
        "5,000,000",
        "1999-05-01",
        "800,000",
        "Acme",
        "Calls in the morning",
        "No meetings on Friday",
    ):
        assert text in page
    assert (
        client.post(
            reverse("customers:customer_create"), data | {"name": "X", "yearly_potential": "-1"}
        ).status_code
        == 200
    )
    assert Customer.objects.count() == 1


def test_the_page_shows_the_block_and_the_list_finds_it(cast, client):
    customer = make_customer(cast.alice, name="Canary Works")
    client.force_login(cast.mona)
    url = reverse("customers:customer_block", args=[customer.pk])
    assert client.post(url, {"scope": "orders", "reason": "Under investigation"}).status_code == 302
    assert "Under investigation" in client.get(customer.get_absolute_url()).content.decode()
    make_customer(cast.alice, name="Plain Works")
    found = client.get(reverse("customers:customer_list"), {"blocked": "on"}).content.decode()
    assert "Canary Works" in found and "Plain Works" not in found
    assert create_customer(actor=cast.alice, at=AT, name="Z", owner=cast.alice, currency=make_currency()).pk


def test_the_blacklist_is_not_weakened_by_a_lesser_block(cast):
    bad = make_customer(cast.alice)
    block(actor=cast.mona, at=AT, customer=bad, scope="both", reason="Fraud", blacklist=True)
    with pytest.raises(Conflict, match="blacklist"):
        block(actor=cast.mona, at=AT, customer=bad, scope="quotes", reason="Slow")
    with pytest.raises(InvalidInput, match="reason"):
        unblock(actor=cast.mona, at=AT, customer=bad, reason=" ")
    assert (fresh(bad).blocked_scope, fresh(bad).lifecycle) == ("both", "blacklisted")
