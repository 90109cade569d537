"""The search box of a large list: few rows by their keys, many in the order of the list, always the same rows."""

import random
from types import SimpleNamespace

import pytest
from django.db import connection

from customers.filters import CustomerFilter, VisitFilter
from customers.models import Customer, Visit
from orders.filters import OrderFilter
from orders.models import Order
from salesops.search import lists
from salesops.search.services import index_waiting
from salesops.ui import finding
from salesops.ui.finding import either, is_large, narrowed
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
    def found(*fields, word="longw"):
        return set(narrowed(Order.objects.all(), either(Order, fields, word), few))

    assert found("number__istartswith", "customer__name__istartswith") == set(papers[:2])
    assert found("number__exact", "customer__name__istartswith", word=papers[2].number) == {papers[2]}
    assert found("number__istartswith", "number__icontains", word="t-") == set(papers)
    assert not found("number__istartswith", word="zz") and not found("customer__name__istartswith", word="zz")


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


WORDS = ("steel", "star", "stone", "amber", "arms", "bolts", "bearings", "boxes")


@pytest.mark.parametrize(("few", "often"), [(3000, 2), (3, 2), (0, 2), (0, -1), (3000, -1)])
def test_every_way_to_search_a_large_list_finds_the_same_as_looking_at_each_row(
    cast, monkeypatch, few, often
):
    """Keys of what the index finds, rows one after the other, and both: by chance data, for manager and rep."""
    chance = random.Random(few)
    for n in range(12):
        customer = make_customer((cast.alice, cast.carol)[n % 2], name=" ".join(chance.sample(WORDS, 2)))
        for _visit in range(3):
            make_visit(customer, purpose=" ".join(chance.sample(WORDS, 2)), result=chance.choice(WORDS))
    index_waiting()
    monkeypatch.setattr(lists, "is_large", lambda model: True)
    monkeypatch.setattr(lists, "OFTEN", often)  # -1: each word is taken for one that is everywhere
    monkeypatch.setattr(finding, "FEW", few)
    for person in (cast.gina, cast.alice):
        seen = Visit.objects.visible_to(person)
        for text in ("st", "star", "be", "amber st", "zz", "amber", "BO"):
            request = SimpleNamespace(user=person)
            found = VisitFilter({"q": text}, seen, request=request).qs
            assert {v.pk for v in found} == {v.pk for v in seen if fits(v, text.lower())}, (person, text)
            own = Customer.objects.visible_to(person)
            found = CustomerFilter({"q": text}, own, request=request).qs
            expected = {c.pk for c in own if all(begins(c.name, w) for w in text.lower().split())}
            assert {c.pk for c in found} == expected, (person, text)


def begins(text, word):
    return any(part.startswith(word) for part in text.split())


def fits(visit, text):
    written = (visit.purpose, visit.result, visit.customer.name)
    return all(any(begins(part, word) for part in written) for word in text.split())
