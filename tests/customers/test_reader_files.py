"""Whose customers a page shows: asked for once, the same rows as everywhere else, and anew with every page."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contracts.models import Contract
from customers.models import Collaborator, Contact, Customer, CustomerOwnership, Opportunity, Visit
from customers.permissions import sharing
from orders.models import Order
from salesops.accounts.models import RoleGrant
from salesops.core.reading import ReadingMiddleware
from tests.factories.customers import make_contact, make_customer, make_visit
from tests.factories.deals import make_deal
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db
KINDS = (Customer, Contact, Visit, Opportunity, Order, Contract)


@pytest.fixture
def world(cast):
    """Customers of Alice, of others, one she co-owns and two she was invited to; each with one of everything."""
    today = timezone.localdate()
    own, halved, read, write, others = (make_customer(who) for who in (cast.alice, *[cast.carol] * 4))
    CustomerOwnership.objects.filter(customer=halved).update(share=Decimal("0.5"))
    share = {"team": None, "share": Decimal("0.5"), "from_date": halved.created_date}
    CustomerOwnership.objects.create(customer=halved, owner=cast.alice, **share)
    span = {"from_date": today, "to_date": today + timedelta(days=9), "person": cast.alice}
    Collaborator.objects.create(customer=read, level="read", **span)
    Collaborator.objects.create(customer=write, level="write", **span)
    for customer in (own, halved, read, write, others):
        make_contact(customer)
        make_visit(customer, cast.carol)
        make_order(customer, owner=cast.carol)
        make_deal(cast.carol, customer=customer)
    return {"own": own, "halved": halved, "read": read, "write": write, "others": others}


def on_a_page(rf, look):
    """What ``look`` answers while a page is read."""
    seen = []
    ReadingMiddleware(lambda request: seen.append(look()))(rf.get("/"))
    return seen[0]


@pytest.mark.parametrize("most", [20_000, 0])
def test_a_page_shows_the_same_rows_as_every_other_way_to_ask(world, cast, rf, monkeypatch, most):
    monkeypatch.setattr(sharing, "MOST_KEYS", most)  # 0: nobody's customers are few enough to be written down
    sharing._question.cache_clear()

    def seen(person):
        return {
            (kind, verb): set(kind.objects.visible_to(person, verb).values_list("pk", flat=True))
            for kind in KINDS
            for verb in ("view", "edit")
        }

    for person in (cast.alice, cast.carol, cast.bob, cast.mona, cast.dora, cast.hugo):
        assert on_a_page(rf, lambda person=person: seen(person)) == seen(person), person
    sharing._question.cache_clear()


def test_a_page_asks_for_the_readers_customers_once(world, cast, client):
    client.force_login(cast.alice)
    client.get(reverse("customers:visit_list"))
    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("customers:visit_list")).content.decode()
    assert sum("customers_collaborator" in query["sql"] for query in asked) == 1
    shown = {name for name, customer in world.items() if str(customer) in page}
    assert shown == {"own", "halved", "read", "write"}


def test_what_was_given_is_on_the_next_page(world, cast, client):
    client.force_login(cast.alice)
    customers = reverse("customers:customer_list")
    assert world["others"].code not in client.get(customers).content.decode()
    Customer.objects.filter(pk=world["others"].pk).update(owner=cast.alice)
    Collaborator.objects.filter(customer=world["read"]).update(
        to_date=timezone.localdate() - timedelta(days=1)
    )
    page = client.get(customers).content.decode()
    assert world["others"].code in page
    assert world["read"].code not in page


def test_the_menu_follows_the_roles_of_the_moment(cast, client):
    client.force_login(cast.alice)
    home, entry = reverse("ui:menu"), f'href="{reverse("customers:customer_list")}"'
    assert entry in client.get(home).content.decode()
    RoleGrant.objects.filter(user=cast.alice).delete()
    assert entry not in client.get(home).content.decode()


def test_what_follows_the_page_fills_both_columns(world, cast, client):
    client.force_login(cast.alice)
    page = world["halved"].get_absolute_url()
    first = client.get(page).content.decode()
    assert 'hx-get="?rest=1"' in first
    assert "Who works on it, too" not in first
    rest = client.get(page, {"rest": "1"}, headers={"HX-Request": "true"}).content.decode()
    main, side = rest.split('<div hx-swap-oob="beforeend:#record-side">')
    assert "Opportunities" in main and "Who works on it, too" in side
    assert 'id="record-side"' in first
    whole = client.get(page, {"rest": "1"}).content.decode()  # without JavaScript
    assert "Who works on it, too" in whole and "Opportunities" in whole


def test_words_alone_search_without_the_form_of_filters(world, cast, client):
    client.force_login(cast.alice)
    customers = reverse("customers:customer_list")
    own = world["own"]
    page = client.get(customers, {"q": f" {own.code} "}).content.decode()
    assert own.code in page and world["halved"].code not in page
    narrowed = client.get(customers, {"q": own.code, "owner": cast.alice.pk}).content.decode()
    assert own.code in narrowed and "chip" in narrowed
    nothing = client.get(customers, {"q": own.code, "created_date_before": "2001-01-01"}).content.decode()
    assert own.get_absolute_url() not in nothing
