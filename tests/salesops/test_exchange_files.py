"""Files as they really come: encodings, delimiters, breakage, bombs; mappings; all or nothing."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal as D

import openpyxl
import pytest
from django.core.management import call_command

from customers.models import Customer
from orders.models import Order
from salesops.catalog.models import Product
from salesops.exchange.reading.encoding import detect_encoding
from salesops.exchange.registry import Column
from salesops.exchange.values import BadValue, parser_for
from tests.salesops.exchange_files import counts, good, reasons, rows_of, run, table, write

pytestmark = pytest.mark.django_db
PRODUCTS = "code,name,list_price"


def mapping(folder, text, name="m.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(column_type, text, **options):
    places = options.pop("places", 2)
    return parser_for(Column("x", column_type, places=places), options)(text)


# --- values -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.345", "12.35"), ("0.005", "0.01"), ("-0", "0.00"), ("１２３．５", "123.50"), (" 7 ", "7.00"),
        ("¥1234.5", "1234.50"), ("+5", "5.00"), (".5", "0.50"), ("2.", "2.00"), ("1234567890123456.78", None),
    ],
)  # fmt: skip
def test_numbers_are_exact_or_refused(text, value):
    assert read("decimal", text) == D(value or text)


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "1e400", "1e5", "1,5", "1,234.50", "abc", "9" * 19, "--1"]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(BadValue):
        read("decimal", text)


def test_thousands_and_decimal_signs_are_as_the_mapping_says():
    assert read("decimal", "1.234,50", decimal=",", thousands=".") == D("1234.50")
    assert read("decimal", "1,234.5", thousands=",") == D("1234.50")
    with pytest.raises(BadValue):
        read("decimal", "1.5", decimal=",")


def test_a_discount_that_was_a_float_is_rounded_half_up():
    assert read("fraction", "0.15000000596046448", places=6) == D("0.150000")
    assert read("fraction", "15%", places=6) == D("0.15")
    assert read("fraction", "15", places=6, scale="0.01") == D("0.15")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-02-29", date(2024, 2, 29)), ("1996-07-04 00:00:00.000", date(1996, 7, 4)),
        ("2018/1/5", date(2018, 1, 5)), ("2018年1月5日", date(2018, 1, 5)), ("20180105", date(2018, 1, 5)),
        ("2018-01-05T23:30:00Z", date(2018, 1, 6)),
    ],
)  # fmt: skip
def test_dates_that_begin_with_the_year_are_read(text, value):
    assert read("date", text) == value


@pytest.mark.parametrize("text", ["3/4/2020", "2023-02-29", "0001-01-01", "9999-12-31", "yesterday", "45000"])
def test_dates_that_could_be_two_days_or_none_are_refused(text):
    with pytest.raises(BadValue):
        read("date", text)


def test_a_format_makes_other_dates_readable():
    assert read("date", "12/1/2010 8:26", format="%m/%d/%Y") == date(2010, 12, 1)
    assert read("date", "31.12.2010", formats=["%m/%d/%Y", "%d.%m.%Y"]) == date(2010, 12, 31)
    assert read("date", "45000", format="excel") == date(2023, 3, 15)


def test_empty_null_and_constants_of_a_cell():
    assert read("text", "NULL") is None and read("decimal", " ") is None
    assert read("text", "", default="X") == "X" and read("text", "a1", prefix="R-", suffix="!") == "R-a1!"
    assert read("text", "'=1+1") == "=1+1" and read("text", "'n sync") == "'n sync"


# --- files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters_are_found_out(tmp_path, encoding, delimiter):
    text = "code,name,list_price\nP1,灯具,1.5\nP2,椅子,2\n".replace(",", delimiter)
    assert good("products", write(tmp_path, "p.csv", text, encoding=encoding))["created"] == 2
    assert Product.objects.get(code="P1").name == "灯具"


def test_western_letters_are_not_taken_for_chinese(tmp_path):
    path = write(tmp_path, "p.csv", "code,name\nP1,Blondel père\nP2,Snabbköp £5\n", encoding="cp1252")
    assert detect_encoding(path) == "cp1252"
    good("products", path)
    assert Product.objects.get(code="P1").name == "Blondel père"


def test_headers_match_without_case_blanks_and_width(tmp_path):
    good("products", write(tmp_path, "p.csv", " ＣＯＤＥ , Na me ,LIST_PRICE\nP1,Lamp,3\n"))
    assert Product.objects.get().list_price == D("3")


def test_broken_rows_cost_only_themselves(tmp_path):
    text = (
        'code,name,list_price\nP1,Lamp,1\nP2,"open quote,2\nP3,Chair,3\nP4,short\nP5,too,4,long\nP6,nul\0,5\n\n'
        'P7,"two\nlines",7\nP8,ab"c,8\nP9,"x"y,9\n'
    )
    answer = run("products", write(tmp_path, "p.csv", text), skip_bad=True)
    assert [entry["row"] for entry in answer["rejected"]] == [3, 5, 6, 7, 12]
    assert sorted(Product.objects.values_list("code", flat=True)) == ["P1", "P3", "P7", "P8"]
    assert answer["rows"] == 9 and Product.objects.get(code="P7").name == "two\nlines"


def test_rows_of_another_encoding_are_rejected_one_by_one(tmp_path):
    lines = [b"code,name", *[f"P{n},灯具".encode() for n in range(5)], "P9,椅子".encode("gb18030")]
    path = tmp_path / "p.csv"
    path.write_bytes(b"\n".join(lines) + b"\n")
    answer = run("products", path, skip_bad=True)
    assert (answer["created"], reasons(answer)) == (5, [(7, "name")])
    assert "encoding" in answer["rejected"][0]["reason"]
    json_safe = answer["rejected"][0]["value"].encode("utf-8", "replace")
    assert json_safe.startswith(b"?") or json_safe


def test_a_file_that_is_not_there_or_empty_or_old_is_said_so(tmp_path):
    assert "no file" in run("products", tmp_path / "none.csv")["said"]
    assert "empty" in run("products", write(tmp_path, "e.csv", ""))["said"]
    old = tmp_path / "o.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100)
    assert "old XLS" in run("products", old)["said"]
    lacking = run("products", write(tmp_path, "l.csv", "name,other\nx,y\n"))
    assert "lacks" in lacking["said"] and lacking["exit"] == 1


def workbook(path, rows, title="Sheet1", more=()):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for name, extra in more:
        other = book.create_sheet(name)
        for row in extra:
            other.append(row)
    book.save(path)
    return path


def test_a_workbook_gives_values_dates_and_exact_numbers(tmp_path):
    good("products", table(tmp_path, "p.csv", "code,name", "1001,Lamp"))
    path = workbook(
        tmp_path / "o.xlsx",
        [
            [
                "number",
                "customer",
                "order_date",
                "line_product",
                "line_quantity",
                "line_price",
                "line_discount",
            ],
            [5001, "C1", datetime(2024, 5, 6, 10, 30), 1001, 3, 0.1, 0.15],
            [],
            ["5002", "C1", "2024-05-07", 1001.0, 2, 19.99, None],
        ],
        title="订单",
    )
    columns = "\n".join(
        f'{n} = "{n}"'
        for n in (
            "number",
            "customer",
            "order_date",
            "line_product",
            "line_quantity",
            "line_price",
            "line_discount",
        )
    )
    text = f'[file]\nsheet = "订单"\n[columns]\n{columns}\n[lookups]\ncustomer = "create"\n'
    assert good("orders", path, mapping=mapping(tmp_path, text))["created"] == 2
    order = Order.objects.get(number="5001")
    assert (order.net, order.order_date) == (D("0.26"), date(2024, 5, 6))
    missing = run("orders", path, mapping=mapping(tmp_path, text.replace('"订单"', '"退货"')))
    assert "no sheet" in missing["said"]


def test_bombs_and_entities_in_a_workbook_are_refused_before_unpacking(tmp_path):
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<x/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * (60 << 20))
    assert bomb.stat().st_size < 100_000
    assert "larger" in run("products", bomb)["said"]
    good_one = workbook(tmp_path / "w.xlsx", [["code", "name"], ["P1", "Lamp"]])
    evil = tmp_path / "evil.xlsx"
    with zipfile.ZipFile(good_one) as source, zipfile.ZipFile(evil, "w") as target:
        for part in source.infolist():
            data = source.read(part)
            if part.filename == "xl/workbook.xml":
                data = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + data
            target.writestr(part.filename, data)
    assert "definitions" in run("products", evil)["said"]
    fake = tmp_path / "fake.xlsx"
    fake.write_bytes(b"PK\x03\x04 and nothing")
    assert "cannot" in run("products", fake)["said"] or "not a workbook" in run("products", fake)["said"]
    assert not Product.objects.exists()


def test_too_many_columns_and_endless_cells_are_refused(tmp_path):
    wide = write(tmp_path, "w.csv", ",".join(f"c{n}" for n in range(600)) + "\n")
    assert "600 columns" in run("products", wide)["said"]
    long = write(tmp_path, "l.csv", f"code,name\nP1,{'x' * 150_000}\nP2,ok\n")
    answer = run("products", long, skip_bad=True)
    assert answer["created"] == 1 and answer["rejected"][0]["row"] == 2


def test_formulas_stay_texts_on_both_ways(tmp_path):
    path = table(tmp_path, "p.csv", "code,name", "P1,=cmd|x", "P2,'=1+1", "P3,-5 off", "P4,@you")
    good("products", path)
    assert list(Product.objects.order_by("code").values_list("name", flat=True)) == [
        "=cmd|x",
        "=1+1",
        "-5 off",
        "@you",
    ]
    for _round in range(3):
        out = tmp_path / "out.csv"
        call_command("export_records", "products", out=str(out), stderr=io.StringIO())
        assert rows_of(out)[0]["name"] == "'=cmd|x"
        assert counts(good("products", out)) == (0, 0, 4)


@pytest.mark.parametrize("text", ["12,50", "1,2345", ",500", "1,23,4", "1.234,5"])
def test_a_thousands_sign_in_the_wrong_place_is_no_guess(text):
    with pytest.raises(BadValue):
        read("decimal", text, thousands=",")


def test_amounts_as_accountants_write_them():
    assert read("decimal", "$1,234.50", thousands=",") == D("1234.50")
    assert read("decimal", "(60.70)") == D("-60.70")
    assert read("decimal", "60.70-") == D("-60.70")
    assert read("decimal", "12,34,567.50", thousands=",") == D("1234567.50")
    assert read("decimal", "￥１，２００．００", thousands=",") == D("1200.00")


# --- what people really send --------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["big5", "cp950"])
def test_big5_is_not_read_as_rare_characters_of_gb18030(tmp_path, encoding):
    text = "客戶編號,客戶名稱,地區\nT1,臺灣電子股份有限公司,臺北\nT2,大成貿易行,高雄\n"
    assert good("customers", write(tmp_path, "c.csv", text, encoding=encoding))["created"] == 2
    assert Customer.objects.get(code="T1").name == "臺灣電子股份有限公司"


@pytest.mark.parametrize("text", ["上海电子有限公司", "臺灣電子公司", "深圳市龙华区", "㐀䶮龘鸿蒙"])
def test_gb18030_is_still_gb18030(tmp_path, text):
    path = write(tmp_path, "c.csv", f"客户编号,客户名称,地区\nC1,{text},华东\n", encoding="gb18030")
    assert detect_encoding(path) == "gb18030"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_without_a_mark_are_read(tmp_path, encoding):
    path = write(tmp_path, "c.csv", "code,name\nC1,上海电子\n", encoding=encoding)
    good("products", path)
    assert Product.objects.get().name == "上海电子"


def book_of(path, *rows, hidden=(), merge=""):
    book = openpyxl.Workbook()
    sheet = book.active
    if hidden:
        sheet.append(hidden)
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet("Data")
        book.active = 1
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    book.save(path)
    return path


HEAD = ("code", "name", "list_price")


def test_a_formula_nobody_reckoned_is_named_not_read_as_empty(tmp_path):
    path = book_of(tmp_path / "p.xlsx", HEAD, ("P1", "Lamp", "=1+1"), ("P2", "Desk", 3))
    answer = run("products", path, skip_bad=True)
    assert answer["created"] == 1 and "C2" in answer["rejected"][0]["reason"]
    wrong = table(tmp_path, "w.csv", "code,name", "P3,#REF!")
    assert "went wrong" in run("products", wrong)["rejected"][0]["reason"]


def test_an_empty_text_is_a_result_of_a_formula(tmp_path):
    path = book_of(tmp_path / "p.xlsx", HEAD, ("P1", "Lamp", 2), ("P2", '=IF(A1="","","x")', 2))
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    sheet = re.sub(r'<c r="B3"[^>]*>.*?</c>', '<c r="B3" t="str"><f>"Desk"</f><v>Desk</v></c>', sheet)
    sheet = re.sub(r'<c r="C3"[^>]*>.*?</c>', '<c r="C3" t="str"><f>""</f><v></v></c>', sheet)
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, sheet if name.endswith("sheet1.xml") else data)
    good("products", path)
    assert Product.objects.get(code="P2").name == "Desk"


def test_titles_above_the_header_and_hidden_sheets_are_passed_over(tmp_path):
    titled = book_of(tmp_path / "t.xlsx", ("Price list 2026",), HEAD, ("P1", "Lamp", 2), merge="A1:C1")
    assert good("products", titled)["created"] == 1
    shown = book_of(tmp_path / "h.xlsx", HEAD, ("P2", "Desk", 2), hidden=("x", "y"))
    assert good("products", shown)["created"] == 1
    text = write(tmp_path, "s.csv", "sep=;\ncode;name\nP3;Chair\nP4;\n")
    assert run("products", text, skip_bad=True)["created"] == 1
    assert (tmp_path / "s.csv.errors.csv").read_text("utf-8-sig").startswith("code;name;reason\nP4")


def test_day_numbers_web_pages_and_columns_nobody_asked_for_are_told(tmp_path):
    path = table(tmp_path, "c.csv", "code,name,created_date,colour", "C1,x,45293,red")
    answer = run("customers", path)
    assert "day number" in answer["rejected"][0]["reason"] and "colour" in answer["said"]
    page = write(tmp_path, "report.xls", "<html><table><tr><td>code</td></tr></table></html>")
    assert "web page" in run("customers", page)["said"]


def test_commas_of_a_chinese_keyboard_part_columns(tmp_path):
    good("products", write(tmp_path, "p.csv", "code，name\nP1，灯具, 红色\n"))
    assert Product.objects.get().name == "灯具, 红色"


@pytest.mark.parametrize(
    ("encoding", "text", "found"),
    [
        ("shift_jis", "東京ハイテク株式会社", "cp932"),
        ("cp932", "日本精密工業", "cp932"),
        ("gb18030", "東京國際貿易公司", "gb18030"),
        ("cp950", "臺北國際貿易公司", "cp950"),
    ],
)
def test_shift_jis_is_told_from_the_chinese_encodings(tmp_path, encoding, text, found):
    path = write(tmp_path, "c.csv", f"code,name\nJ1,{text}\nJ2,{text}\n", encoding=encoding)
    assert detect_encoding(path) == found
    assert path.read_text(encoding=detect_encoding(path)).count(text) == 2
