"""Exports: exactly the filtered set, told to the audit, harmless in a spreadsheet, the same coming back."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops.catalog.models import Currency, Product
from salesops.core import events
from salesops.ui.events import ListExported
from salesops.ui.export import guard, unguard
from tests.salesops import ui_fixtures, ui_pages

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.salesops.ui_pages")]
open_policy, products = ui_fixtures.open_policy, ui_fixtures.products
LIST = "/t/products/"
NASTY = [
    "=cmd|'/c calc'!A1",
    "+1",
    "-1",
    "@sum",
    "\tx",
    "\rx",
    "  =1",
    '" =1',
    "＝1",
    "'=1",
    "''+2",
    "plain",
    "O'Neil",
]


@pytest.fixture
def told(monkeypatch):
    heard = []
    monkeypatch.setitem(events._handlers, ListExported, [heard.append])
    return heard


def read_csv(answer):
    raw = b"".join(answer.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def read_xlsx(answer):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return [list(row) for row in book.active.iter_rows()]


def test_a_csv_holds_exactly_the_filtered_rows_in_the_order_of_the_list(client, cast, products, told):
    client.force_login(cast.otto)
    answer = client.get(
        LIST, {"format": "csv", "category": "pumps", "sort": "-code", "cols": "code,list_price"}
    )
    rows = read_csv(answer)
    expected = sorted((p for p in products if p.category == "pumps"), key=lambda p: p.code, reverse=True)
    assert rows[0] == ["Code", "List price"]
    assert [row[0] for row in rows[1:]] == [p.code for p in expected]
    prices = [Decimal(row[1]) if row[1] else None for row in rows[1:]]
    assert prices == [p.list_price if p.list_price is None else Decimal(p.list_price) for p in expected]


def test_an_export_is_told_with_person_filters_and_number_of_rows(client, cast, products, told):
    client.force_login(cast.otto)
    client.get(LIST, {"format": "xlsx", "category": "pumps"})
    (fact,) = told
    assert (fact.actor, fact.model, fact.rows, fact.format) == (cast.otto, Product, 60, "xlsx")
    assert fact.filters == {"category": ["pumps"]}


def test_an_unknown_format_is_refused(client, cast, products, told):
    client.force_login(cast.otto)
    assert client.get(LIST, {"format": "exe"}).status_code == 400
    assert not told


def test_a_sensitive_list_asks_for_the_purpose_first(client, cast, products, told, monkeypatch):
    monkeypatch.setattr(ui_pages.ProductList, "sensitive", True)
    client.force_login(cast.otto)
    question = client.get(LIST, {"format": "csv"})
    assert "purpose" in question.content.decode() and not told
    client.get(LIST, {"format": "csv", "purpose": "tax audit"})
    assert told[0].purpose == "tax audit"


def test_more_rows_than_the_limit_are_refused_and_not_told(client, cast, products, told, monkeypatch):
    monkeypatch.setattr(ui_pages.ProductList, "export_limit", 100)
    client.force_login(cast.otto)
    assert client.get(LIST, {"format": "csv"}).status_code == 400
    assert not told


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_names_that_look_like_formulas_are_text_and_come_back_as_they_were(client, cast, told, kind):
    cny, _new = Currency.objects.get_or_create(code="CNY")
    Product.objects.bulk_create(Product(code=f"X{i:02}", name=n, currency=cny) for i, n in enumerate(NASTY))
    client.force_login(cast.otto)
    answer = client.get(LIST, {"format": kind, "cols": "code,name", "sort": "code"})
    if kind == "csv":
        names = [row[1] for row in read_csv(answer)[1:]]
        assert not any(n.lstrip(" \"'")[:1] in "=+-@" and not n.startswith("'") for n in names)
        names = [unguard(n) for n in names]
        assert names == NASTY
    else:
        cells = [row[1] for row in read_xlsx(answer)[1:]]
        assert all(cell.data_type == "s" for cell in cells)
        assert [c.value for c in cells] == [n.replace("\r", "\n") for n in NASTY]


def test_numbers_stay_numbers_in_a_sheet_and_long_ones_stay_exact(client, cast, told):
    cny, _new = Currency.objects.get_or_create(code="CNY")
    Product.objects.create(
        code="110101199003071234", name="n", currency=cny, list_price=Decimal("12345678901234.5678")
    )
    client.force_login(cast.otto)
    row = read_xlsx(client.get(LIST, {"format": "xlsx", "cols": "code,list_price"}))[1]
    assert row[0].value == "110101199003071234" and row[0].data_type == "s"
    assert row[1].value == "12345678901234.5678"


def test_the_file_name_is_safe_and_says_what_it_holds(client, cast, products, told):
    client.force_login(cast.otto)
    header = client.get(LIST, {"format": "csv"})["Content-Disposition"]
    assert header.startswith('attachment; filename="Products ') and "filename*=UTF-8''Products%20" in header


@given(st.text(alphabet=st.sampled_from("=+-@'\" \tab＝"), max_size=8))
def test_the_guard_never_piles_up_and_is_undone_exactly(text):
    assert unguard(guard(text)) == text
    assert not guard(text).lstrip("\"' ").startswith("=") or guard(text).startswith("'")
