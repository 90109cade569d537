"""Forms: once, exact, limited to what one may see, told when somebody was faster."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client

from customers.models import Campaign
from salesops.catalog.models import Currency, Product
from salesops.ui.forms import ActForm, ExactDecimalField, RecordForm, line_formset
from salesops.ui.models import FormReceipt
from tests.salesops import ui_fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.salesops.ui_pages")]
open_policy, products = ui_fixtures.open_policy, ui_fixtures.products
NEW = "/t/products/new/"


@pytest.fixture
def cny(db):
    return Currency.objects.get_or_create(code="CNY")[0]


def content(**more):
    return {
        "code": "NEW",
        "name": "New",
        "currency": "CNY",
        "list_price": "1",
        "form_key": str(uuid.uuid4()),
    } | more


def test_a_form_sent_twice_makes_one_object_and_answers_alike(client, cast, cny):
    client.force_login(cast.otto)
    data = content()
    first, second = client.post(NEW, data), client.post(NEW, data)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Product.objects.filter(code="NEW").count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one_object_and_all_answer_as_the_first(cast, cny):
    data = content()
    clients = [Client() for _n in range(20)]
    for one in clients:
        one.force_login(cast.otto)

    def send(one):
        try:
            answer = one.post(NEW, data)
            return answer.status_code, answer.headers.get("Location")
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(send, clients))
    assert answers == {(302, f"/t/products/{Product.objects.get(code='NEW').pk}/")}


def test_the_same_key_with_other_content_is_a_conflict(client, cast, cny):
    client.force_login(cast.otto)
    data = content()
    client.post(NEW, data)
    answer = client.post(NEW, data | {"code": "OTHER"})
    assert answer.status_code == 409 and "already sent" in answer.content.decode()
    assert not Product.objects.filter(code="OTHER").exists()


def test_the_key_of_another_person_is_a_conflict(client, cast, cny):
    client.force_login(cast.otto)
    data = content()
    client.post(NEW, data)
    client.force_login(cast.root)
    assert client.post(NEW, data).status_code == 409


def test_a_form_with_errors_can_be_mended_and_sent_with_the_same_key(client, cast, cny):
    client.force_login(cast.otto)
    data = content(name="")
    assert client.post(NEW, data).status_code == 200
    assert not FormReceipt.objects.exists()
    assert client.post(NEW, data | {"name": "Now"}).status_code == 302


def test_a_refusal_of_the_service_stands_beside_its_field(client, cast, cny):
    client.force_login(cast.otto)
    answer = client.post(NEW, content(code="TAKEN"))
    assert answer.status_code == 409
    assert answer.context["form"].errors["code"] == ["This code is taken."]
    assert not FormReceipt.objects.exists()


def test_extra_fields_are_ignored(client, cast, cny):
    client.force_login(cast.otto)
    client.post(NEW, content(id="77", cost_price="1", is_active="", created_at="2020-01-01"))
    product = Product.objects.get(code="NEW")
    assert product.pk != 77 and product.cost_price is None and product.is_active


def test_a_reader_is_refused_by_every_form(client, cast, products):
    client.force_login(cast.alice)
    for path in (NEW, f"/t/products/{products[0].pk}/edit/", f"/t/products/{products[0].pk}/retire/"):
        assert client.get(path).status_code == 403
        assert client.post(path, content()).status_code == 403


def test_an_act_is_asked_by_get_and_done_by_post(client, cast, products):
    client.force_login(cast.otto)
    path = f"/t/products/{products[0].pk}/retire/"
    assert client.get(path).status_code == 200
    assert Product.objects.get(pk=products[0].pk).is_active
    assert client.post(path).status_code == 302
    again = client.post(path)
    assert again.status_code == 409
    assert "retired already" in again.content.decode() and "Look at its page." in again.content.decode()


def test_a_bound_value_of_the_url_fills_the_form(client, cast, cny):
    client.force_login(cast.otto)
    assert client.get(f"{NEW}?name=Pump&id=5").context["form"].initial == {"name": "Pump"}


# --- numbers ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text, value",
    [
        ("１２３", "123"),
        ("12.50", "12.50"),
        (" 7 ", "7"),
        ("-0", "0"),
        ("－5", "-5"),
        ("0.005", None),
        ("1,5", None),
        ("500,000", "500000"),
        ("－1，234，567.80", "-1234567.8"),
        ("12,34,567", None),
        ("0.5,000", None),
    ]
    + [
        (bad, None)
        for bad in ("NaN", "Infinity", "-inf", "1e400", "1e2", "0x10", "1_000", "9" * 19, "--1", "一")
    ],
)
def test_numbers_are_exact_or_refused(text, value):
    class Form(ActForm):
        amount = ExactDecimalField(max_digits=18, decimal_places=2)

    form = Form({"amount": text})
    assert form.is_valid() == (value is not None)
    if value is not None:
        assert form.cleaned_data["amount"] == Decimal(value)
        assert not str(form.cleaned_data["amount"]).startswith("-0")


def test_nothing_chosen_is_said_in_words():
    """A column of dashes was shown for the kind of a campaign."""

    class Form(RecordForm):
        class Meta:
            model = Campaign
            fields = ("kind",)

    assert Form().fields["kind"].choices[0] == ("", "Choose…")


@pytest.mark.parametrize("bad", ["NaN", "1e5", "Infinity"])
def test_a_models_decimals_are_exact_too(client, cast, cny, bad):
    client.force_login(cast.otto)
    answer = client.post(NEW, content(list_price=bad))
    assert "list_price" in answer.context["form"].errors


def test_a_nul_in_a_field_is_refused(client, cast, cny):
    client.force_login(cast.otto)
    assert client.post(NEW, content(name="a\x00b")).status_code in (200, 400)
    assert not Product.objects.exists()


# --- lines ------------------------------------------------------------------------------------------------
class Line(ActForm):
    amount = ExactDecimalField(max_digits=18, decimal_places=2)


@pytest.mark.parametrize("total", ["100000", "201", "-1", "x"])
def test_lines_have_a_limit_whatever_is_posted(total):
    data = {"lines-TOTAL_FORMS": total, "lines-INITIAL_FORMS": "0", "lines-0-amount": "1"}
    lines = line_formset(Line)(data, prefix="lines", form_kwargs={"user": None})
    assert not lines.is_valid()
    assert len(lines.forms) <= 200
