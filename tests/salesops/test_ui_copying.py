"""A CSV that the database writes holds the same texts as one written row by row."""

from datetime import date

import pytest
from django.urls import reverse

from orders.choices import OrderState
from salesops.accounts.models import User
from salesops.ui import export
from tests.factories.customers import make_visit
from tests.factories.orders import make_buyer, make_order
from tests.factories.receivables import make_receipt, make_receivable

pytestmark = pytest.mark.django_db
NAMES = [
    "=1+1",
    " @x",
    "\u3000＝1",
    "'=1",
    '"quoted", with comma',
    "two\nlines",
    "-",
    "恒信家居",
    "École",
    "~",
    "",
]
LISTS = ["orders:order_list", "receivables:receivable_list", "receivables:receipt_list", "customers:visit_list",
         "customers:customer_list"]  # fmt: skip


@pytest.fixture
def company(cast):
    """Customers with every kind of name; orders with and without a number; money in every state."""
    for number, name in enumerate(NAMES):
        buyer = make_buyer(cast.alice, name=name or "no short name", short_name=name, region=name[:3])
        make_order(buyer, state=OrderState.DRAFT if number % 2 else OrderState.SHIPPED)
        item = make_receivable(buyer, amount=100 + number, due=date(2026, 3, 1 + number))
        if number % 3:
            make_receipt(buyer, to={item: 10 * number})
        make_visit(buyer, purpose=name)
    return cast


def everything(client, name):
    """The file with every column of a list."""
    url = reverse(name)
    view = client.get(url).context["view"]
    columns = ",".join(view.get_table().all_columns())
    answer = client.get(url, {"format": "csv", "purpose": "test", "cols": columns})
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_both_ways_write_the_same_file(client, company, monkeypatch, name, language):
    client.force_login(company.mona)
    client.cookies["django_language"] = language
    by_database = everything(client, name)
    monkeypatch.setattr(export, "columns_of", lambda table, queryset: None)
    assert everything(client, name).decode() == by_database.decode()
    assert by_database.count(b"\n") > len(NAMES) - 4  # items without receipts are left out


def test_the_large_lists_are_written_by_the_database(client, company, monkeypatch):
    client.force_login(company.mona)

    def refuse(*args):
        raise AssertionError("rows went through Python")

    monkeypatch.setattr(export, "values", refuse)
    for name in LISTS:
        assert client.get(reverse(name), {"format": "csv", "purpose": "test"}).status_code == 200


def test_who_lost_the_right_while_the_file_was_written_gets_nothing(client, company, monkeypatch):
    written = export.write

    def write_and_leave(*args):
        User.objects.filter(pk=company.mona.pk).update(is_active=False)
        return written(*args)

    monkeypatch.setattr(export, "write", write_and_leave)
    client.force_login(company.mona)
    answer = client.get(reverse("orders:order_list"), {"format": "csv", "purpose": "test"})
    assert answer.status_code == 403 and b"Buyer" not in answer.content


def test_more_rows_than_the_limit_are_refused(client, company, monkeypatch):
    from orders.views.orders import OrderList

    monkeypatch.setattr(OrderList, "export_limit", 3)
    client.force_login(company.mona)
    assert client.get(reverse("orders:order_list"), {"format": "csv", "purpose": "x"}).status_code == 400
