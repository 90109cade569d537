"""The search box of a large list: few rows by their keys, many in the order of the list, always the same rows."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.models import Q

from customers.filters import VisitFilter
from customers.models import Customer, Visit
from orders.filters import OrderFilter
from orders.models import Order
from salesops.search import lists
from salesops.search.services import index_waiting
from salesops.ui.finding import Hit, is_large, narrowed
from tests.factories.customers import make_customer, make_visit
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers(cast):
    """Three orders of two customers."""
    first = make_customer(cast.alice, name="Longwell Steel")
    second = make_customer(cast.bob, name="Amber Tools")
    return [make_order(first), make_order(first), make_order(second)]


def searched(filters, model, user, text):
    return set(filters({"q": text}, model.objects.all(), request=SimpleNamespace(user=user)).qs)


@pytest.mark.parametrize("few", [0, 1, 2, 100])
def test_what_is_found_does_not_depend_on_how_many_there_are(papers, few):
    hits = [Hit(Q(number__istartswith="zz")), Hit(Q(customer__name__istartswith="longw"))]
    assert set(narrowed(Order.objects.all(), hits, few)) == set(papers[:2])
    hits[0] = Hit(Q(number=papers[2].number))
    assert set(narrowed(Order.objects.all(), hits, few)) == set(papers)
    assert not narrowed(Order.objects.all(), [Hit(Q(number="zz"))], few)


def test_a_list_of_orders_is_searched_by_number_and_customer_in_any_case(papers, cast):
    def found(text):
        return searched(OrderFilter, Order, cast.gina, text)

    assert found(papers[2].number.lower()) == {papers[2]}
    assert found("LONGWELL") == set(papers[:2])
    assert found(f"longwell {papers[0].number}") == {papers[0]}
    assert not found(f"longwell {papers[2].number}")


def test_each_way_to_be_found_has_an_index_of_its_own(papers):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for path, index in (
            ("number", "orders_order_found_number"),
            ("customer_po", "orders_order_found_po"),
        ):
            rows = Order.objects.order_by().filter(**{f"{path}__istartswith": "so-1"}).values("pk")
            assert index in rows.explain(), path


def test_a_small_table_is_read_and_a_large_one_searched_by_its_index(cast, monkeypatch):
    def found(text):
        return searched(VisitFilter, Visit, cast.gina, text)

    seen = make_visit(make_customer(cast.alice, name="華盛鋼鐵 Steelworks"), purpose="talked about bearings")
    make_visit(make_customer(cast.alice, name="Amber Tools"), purpose="prices")
    assert not is_large(Customer)
    assert found("earing") == {seen}  # anywhere in the text

    monkeypatch.setattr(lists, "is_large", lambda model: True)
    index_waiting()
    for word in ("bearings", "BEAR", "华盛", "huasheng", seen.number.lower()):
        assert found(word) == {seen}, word
    assert not found("nothing")
