"""Two people edit one entry of the catalog: the second is told, whether it counts versions or not."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.urls import reverse

from salesops.catalog.models import ExchangeRate, Product
from tests.factories.catalog import make_currency, make_product

pytestmark = pytest.mark.django_db


def filled(client, address):
    page = client.get(address)
    form = page.context["form"]
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {
        name: getattr(value, "pk", value) for name, value in data.items() if value not in (None, "", False)
    }
    return data | {"form_key": page.context["form_key"], "form_version": page.context["version"]}


def test_a_product_that_somebody_else_changed_meanwhile(client, cast):
    product = make_product(name="Lamp")
    client.force_login(cast.root)
    address = reverse("catalog:product_edit", args=[product.pk])
    data = filled(client, address)
    Product.objects.filter(pk=product.pk).update(name="Desk lamp")
    answer = client.post(address, data | {"name": "Floor lamp"})
    text = answer.content.decode()
    assert answer.status_code == 409, answer.context["form"].errors
    assert "Somebody changed this record" in text and "Desk lamp" in text
    assert Product.objects.get(pk=product.pk).name == "Desk lamp"
    assert client.post(address, filled(client, address) | {"name": "Floor lamp"}).status_code == 302
    assert Product.objects.get(pk=product.pk).name == "Floor lamp"


def test_a_rate_that_somebody_else_changed_meanwhile(client, cast):
    make_currency("USD")
    rate = ExchangeRate.objects.create(currency_id="USD", date=date(2026, 1, 1), rate=D("7"))
    client.force_login(cast.root)
    address = reverse("catalog:exchangerate_edit", args=[rate.pk])
    data = filled(client, address)
    ExchangeRate.objects.filter(pk=rate.pk).update(rate=D("7.2"))
    assert client.post(address, data | {"rate": "7.5"}).status_code == 409
    assert ExchangeRate.objects.get(pk=rate.pk).rate == D("7.2")
