"""Two people edit one customer: the second is told what changed and may then decide."""

import pytest
from django.urls import reverse

from customers.models import Customer
from tests.factories.customers import make_customer


@pytest.mark.django_db
def test_who_saves_second_sees_what_is_saved_now_beside_what_was_typed(client, cast):
    customer = make_customer(owner=cast.alice, name="Canary Trading")
    client.force_login(cast.alice)
    address = reverse("customers:customer_edit", args=[customer.pk])
    page = client.get(address)
    form = page.context["form"]
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: getattr(v, "pk", v) for name, v in data.items() if v not in (None, "", False)}
    data |= {"form_key": page.context["form_key"], "form_version": page.context["version"]}
    Customer.objects.filter(pk=customer.pk).update(version=customer.version + 1, region="North")
    answer = client.post(address, data | {"region": "South"})
    assert answer.status_code == 409, answer.context["form"].errors
    text = answer.content.decode()
    assert "Somebody changed this record" in text and "North" in text and "South" in text
    assert Customer.objects.get(pk=customer.pk).region == "North"


@pytest.mark.django_db
def test_what_the_form_masks_is_not_told_by_the_comparison_either(client, cast):
    customer = make_customer(owner=cast.alice, phone="+8613812345678", bank_account="6222021234567890")
    client.force_login(cast.bob)
    address = reverse("customers:customer_edit", args=[customer.pk])
    page = client.get(address)
    form = page.context["form"]
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: getattr(v, "pk", v) for name, v in data.items() if v not in (None, "", False)}
    data |= {"form_key": page.context["form_key"], "form_version": "999", "phone": "+8613900000000",
             "bank_account": "1"}  # fmt: skip
    answer = client.post(address, data)
    text = answer.content.decode()
    assert answer.status_code == 409 and "138****5678" in text
    assert "13812345678" not in text and "6222021234567890" not in text
