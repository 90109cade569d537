"""All or nothing, bad rows that come back corrected, and what a mapping file can say."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal as D

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from customers.models import Customer
from orders.models import Order
from receivables.models import Receivable
from salesops.audit.models import AuditEvent
from salesops.catalog.models import Product
from salesops.core.errors import InvalidInput
from salesops.exchange.models import ImportBatch
from salesops.exchange.registry import Column
from salesops.exchange.services.badrows import write_bad_rows
from salesops.exchange.values import parser_for
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


# --- all or nothing -----------------------------------------------------------------------------------


def test_one_bad_row_and_nothing_is_imported(tmp_path):
    path = table(tmp_path, "p.csv", PRODUCTS, "P1,Lamp,1", "P2,,2", "P3,Chair,x")
    answer = run("products", path)
    assert answer["exit"] == 1 and answer["created"] == 0 and answer["batch"] is None
    assert reasons(answer) == [(3, "name"), (4, "list_price")]
    assert "p.csv, 4, list_price" in answer["said"]
    assert (
        not Product.objects.exists() and not ImportBatch.objects.exists() and not AuditEvent.objects.exists()
    )


def test_skip_bad_loads_the_others_and_the_bad_ones_come_back_corrected(tmp_path):
    path = table(tmp_path, "p.csv", PRODUCTS, "P1,Lamp,1", "P2,,2", "P3,Chair,x")
    assert run("products", path, skip_bad=True)["created"] == 1
    errors = tmp_path / "p.csv.errors.csv"
    bad = rows_of(errors)
    assert [row["code"] for row in bad] == ["P2", "P3"] and "required" in bad[0]["reason"]
    text = errors.read_text(encoding="utf-8-sig").replace("P2,,", "P2,Desk,").replace(",x,", ",3,")
    again = good("products", write(tmp_path, "again.csv", text))
    assert again["created"] == 2


def test_an_order_with_one_bad_row_is_rejected_whole(tmp_path):
    good("products", table(tmp_path, "p.csv", "code,name", "P1,Lamp"))
    good("customers", table(tmp_path, "c.csv", "code,name", "C1,One"))
    header = "number,customer,order_date,line_product,line_quantity,line_price"
    path = table(
        tmp_path, "o.csv", header,
        "A,C1,2024-01-01,P1,1,5", "B,C1,2024-01-01,P1,1,5", "A,C1,2024-01-01,P1,0,5", "B,C1,2024-01-01,P1,2,5",
        "D,C1,2024-01-01,P1,1,5", "D,C1,2024-01-02,P1,1,5", "E,C1,2024-01-01,P1,x,5", "E,C1,2024-01-01,P1,1,5",
    )  # fmt: skip
    answer = run("orders", path, skip_bad=True)
    assert list(Order.objects.values_list("number", "net")) == [("B", D("15.00"))]
    assert reasons(answer) == [
        (2, ""),
        (4, "line_quantity"),
        (6, ""),
        (7, "order_date"),
        (8, "line_quantity"),
        (9, ""),
    ]
    assert "row 4" in answer["rejected"][0]["reason"]


def test_a_dry_run_says_what_would_happen_and_changes_nothing(tmp_path):
    path = table(tmp_path, "p.csv", PRODUCTS, "P1,Lamp,1", "P2,Desk,2")
    answer = run("products", path, dry_run=True)
    assert (answer["created"], answer["batch"], answer["exit"]) == (2, None, 0)
    assert not Product.objects.exists()


def test_same_key_twice_in_a_file(tmp_path):
    path = table(tmp_path, "p.csv", PRODUCTS, "P1,Lamp,1", "P1,Lamp,1", "P1,Light,1")
    assert reasons(run("products", path)) == [(4, "name")]
    for rule, name in (("first", "Lamp"), ("last", "Light")):
        text = f'[file]\nduplicates = "{rule}"\n[columns]\ncode = "code"\nname = "name"\n'
        good("products", path, mapping=mapping(tmp_path, text))
        assert Product.objects.get().name == name
        assert counts(good("products", path, mapping=mapping(tmp_path, text))) == (0, 0, 1)


def test_the_answer_has_exactly_the_promised_keys_and_one_line(tmp_path):
    out = io.StringIO()
    path = table(tmp_path, "p.csv", PRODUCTS, "P1,Lamp,1")
    call_command("import_records", "products", str(path), json=True, stdout=out, stderr=io.StringIO())
    assert len(out.getvalue().strip().splitlines()) == 1
    keys = set(run("products", path)) - {"exit", "said", "skipped"}
    assert keys == {"kind", "rows", "created", "updated", "unchanged", "rejected", "batch"}


def test_wrong_usage_ends_with_two_and_an_actor_brings_their_rights(tmp_path, cast):
    path = table(tmp_path, "p.csv", PRODUCTS, "P1,Lamp,1")
    with pytest.raises(CommandError) as error:
        call_command("import_records", "nonsense", str(path))
    assert error.value.returncode == 2
    assert "may not import" in run("products", path, actor="alice")["said"]
    assert "no active person" in run("products", path, actor="leo")["said"]
    assert run("products", path, actor="root")["created"] == 1
    event = AuditEvent.objects.get(verb="exchange.records_imported")
    assert event.actor == cast.root and event.data["created"] == 1


# --- mappings -----------------------------------------------------------------------------------------


def test_the_mapping_of_the_handbook_example(tmp_path):
    path = table(
        tmp_path, "i.csv", "invoiceNumber,customerID,InvoiceDate,DueDate,InvoiceAmount,Disputed",
        "611365,0379-NEVHP,1/2/2013,2/1/2013,\"1,055.94\",No", "7900770,8976-AMJEO,1/26/2013,2/25/2013,61.74,Yes",
        "1,8976-AMJEO,1/26/2013,2/25/2013,0,Yes", "2,8976-AMJEO,1/26/2013,2/25/2013,,Yes",
    )  # fmt: skip
    text = """[columns]
number = "invoiceNumber"
customer = "customerID"
issue_date = {column = "InvoiceDate", format = "%m/%d/%Y"}
due_date = {column = "DueDate", format = "%m/%d/%Y"}
amount = {column = "InvoiceAmount", decimal = ".", thousands = ","}
disputed = {column = "Disputed", values = {Yes = true, No = false}}
[constants]
currency = "CNY"
[lookups]
customer = "create"
[skip]
amount = ["", "0"]
"""
    answer = good("receivables", path, mapping=mapping(tmp_path, text))
    assert (answer["rows"], answer["skipped"], answer["created"]) == (4, 2, 2)
    assert Receivable.objects.get(number="611365").amount == D("1055.94")
    assert Receivable.objects.get(disputed=True).due_date == date(2013, 2, 25)
    assert Customer.objects.get(code="0379-NEVHP").created_date == date(2013, 1, 2)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[columns\n", "cannot be read"), ('[colums]\ncode = "a"\n', "does not know “colums”"),
        ('[columns]\nsize = "a"\n', "no column “size”"), ('[columns]\ncode = {col = "a"}\n', "does not know “col”"),
        ('[lookups]\ncode = "make"\n', "either"), ('[columns]\ncode = "a"\nname = "zzz"\n', "no column “zzz”"),
        ('[columns]\ncode = "code"\nname = "name"\n[constants]\nlist_price = "x"\n', "cannot be used"),
        ('[join.x]\nfile = "y.csv"\n', "lacks “left”"), ('[file]\nencoding = "klingon"\n', "not an encoding"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_refused_in_a_sentence(tmp_path, text, says):
    path = table(tmp_path, "p.csv", "code,name,a", "P1,Lamp,1")
    answer = run("products", path, mapping=mapping(tmp_path, text))
    assert answer["exit"] == 1 and says in answer["said"]


def test_columns_are_joined_glued_and_chosen_by_spelling(tmp_path):
    table(tmp_path, "cat.csv", "id,label", "1,Light", "2,Seat")
    path = table(
        tmp_path, "p.csv", "no,first,second,cat,eur", "1,Big,Lamp,1,1.200", "2,Chair,NULL,2,30", "3,X,,9,1"
    )
    text = """[columns]
code = {column = "no", prefix = "P-"}
name = {concat = ["first", "second"], separator = " / "}
category = "c.label"
list_price = {column = ["price", "EUR"], thousands = ".", scale = 2}
[join.c]
file = ["categories.csv", "cat.csv"]
left = "cat"
right = "id"
"""
    good("products", path, mapping=mapping(tmp_path, text))
    rows = Product.objects.order_by("code").values_list("code", "name", "category", "list_price")
    assert list(rows) == [
        ("P-1", "Big / Lamp", "Light", D("2400")),
        ("P-2", "Chair", "Seat", D("60")),
        ("P-3", "X", "", D("2")),
    ]


def test_rejected_rows_keep_their_source_columns_when_files_are_joined(tmp_path):
    path = write(tmp_path, "p.csv", "code;name\nP1;x\n")
    with pytest.raises(InvalidInput):
        write_bad_rows(
            tmp_path / "none.csv", __import__("salesops.exchange.mapping").exchange.mapping.Mapping(), []
        )
    assert list(csv.reader(path.open(), delimiter=";"))[1] == ["P1", "x"]


def test_a_customer_file_updates_only_what_it_names(tmp_path):
    good("customers", table(tmp_path, "a.csv", "code,name,region,industry", "C1,One,East,Tools"))
    answer = good("customers", table(tmp_path, "b.csv", "code,name,region", "C1,One Ltd,"))
    assert counts(answer) == (0, 1, 0)
    row = Customer.objects.get()
    assert (row.name, row.region, row.industry, row.version) == ("One Ltd", "East", "Tools", 2)


def test_rows_are_left_out_by_a_column_that_is_none_of_ours(tmp_path):
    path = table(tmp_path, "p.csv", "code,name,state,stock", "P1,Lamp,on,4", "P2,Desk,off,9", "P3,Chair,on,0")
    text = '[columns]\ncode = "code"\nname = "name"\n[skip]\n'
    rules = 'a = {column = ["Status", "State"], equals = ["off"]}\nb = {column = "stock", less_than = 1}\n'
    answer = good("products", path, mapping=mapping(tmp_path, text + rules))
    assert (answer["rows"], answer["skipped"], answer["created"]) == (3, 2, 1)
    wrong = run("products", path, mapping=mapping(tmp_path, text + 'a = {column = "nix", equals = ["x"]}'))
    assert wrong["exit"] == 1 and "no column “nix”" in wrong["said"]
    wrong = run("products", path, mapping=mapping(tmp_path, text + 'state = ["off"]'))
    assert wrong["exit"] == 1 and "no column “state”" in wrong["said"]


def test_two_sheets_of_one_workbook_are_joined(tmp_path):
    book = openpyxl.Workbook()
    first = book.active
    for row in (["id", "name", "cat"], ["P1", "Lamp", 1], ["P2", "Desk", 2]):
        first.append(row)
    second = book.create_sheet("Groups")
    for row in (["id", "label"], [1, "Light"], [2, "Office"]):
        second.append(row)
    path = tmp_path / "book.xlsx"
    book.save(path)
    text = """[columns]
code = "id"
name = "name"
category = "g.label"
[join.g]
file = "Book.XLSX"
sheet = "Groups"
left = "cat"
right = "id"
"""
    good("products", path, mapping=mapping(tmp_path, text))
    assert dict(Product.objects.values_list("code", "category")) == {"P1": "Light", "P2": "Office"}
