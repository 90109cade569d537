"""The generic pages through their doors."""

import pytest

from salesops.catalog.models import Currency, Product
from salesops.core import policies
from salesops.core.policies import Policy

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.salesops.ui_pages")]


class OpenPolicy(Policy):
    matrix = "rep:all:view operations:all:edit administrator:all:edit"


@pytest.fixture(autouse=True)
def open_policy(monkeypatch):
    monkeypatch.setitem(policies._policies, Product, OpenPolicy())


@pytest.fixture
def products(db):
    cny, _new = Currency.objects.get_or_create(code="CNY")
    return Product.objects.bulk_create(
        Product(
            code=f"P{n:04}",
            name=f"Pump {n}",
            category="pumps" if n % 2 else "valves",
            currency=cny,
            list_price=n,
        )
        for n in range(1, 121)
    )


def test_a_list_shows_the_first_page_and_its_count(client, cast, products):
    client.force_login(cast.otto)
    answer = client.get("/t/products/")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "P0050" in text and "P0051" not in text and "120" in text


def test_a_form_makes_one_object(client, cast, products):
    client.force_login(cast.otto)
    data = {"code": "NEW", "name": "New", "currency": "CNY", "list_price": "1"}
    page = client.get("/t/products/new/")
    assert page.status_code == 200
    data["form_key"] = page.context["form_key"]
    first = client.post("/t/products/new/", data)
    second = client.post("/t/products/new/", data)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Product.objects.filter(code="NEW").count() == 1


@pytest.mark.parametrize("path", ["", "edit/", "retire/"])
def test_record_pages_answer(client, cast, products, path):
    client.force_login(cast.otto)
    assert client.get(f"/t/products/{products[0].pk}/{path}").status_code == 200


def test_the_workbench_answers(client, cast):
    client.force_login(cast.alice)
    assert client.get("/").status_code == 200
