"""A second sales history by mapping files alone: lines add up to receivables, payments settle the oldest first."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal as D
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Sum

from customers.models import Customer
from orders.models import Order
from receivables.models import Receipt, Receivable
from salesops.accounts.models import User
from tests.salesops import exchange_sources as sources
from tests.salesops.exchange_files import MAPPINGS, counts, good, run, table

pytestmark = pytest.mark.django_db
KINDS = [
    ("teams", "offices"), ("staff", "employees"), ("customers", "customers"), ("contacts", "customers"),
    ("products", "products"), ("orders", "orderdetails"), ("receivables", "orderdetails"), ("receipts", "payments"),
]  # fmt: skip


def load(folder: Path, kind: str, name: str, **options) -> dict:
    options |= {"allocate": "oldest"} if kind == "receipts" else {}
    return good(kind, folder / f"{name}.csv", mapping=MAPPINGS / "classicmodels" / f"{kind}.toml", **options)


def invented(folder: Path) -> Path:
    table(folder, "offices.csv", "officeCode,city,phone", "1,Boston,+1", "2,Paris,+33")
    table(
        folder, "employees.csv", "employeeNumber,lastName,firstName,extension,email,officeCode,reportsTo,jobTitle",
        "1002,Moss,Ada,x1,ada@example.com,1,,President", "1056,Reed,Ben,x2,ben@example.com,1,1002,VP Sales",
        "1188,Lane,Cy,x3,cy@example.com,2,1056,Sales Rep",
    )  # fmt: skip
    table(
        folder, "customers.csv",
        "customerNumber,customerName,contactLastName,contactFirstName,phone,addressLine1,addressLine2,city,state,"
        "postalCode,country,salesRepEmployeeNumber,creditLimit",
        '103,Atelier Bleu,Sch,"Ina ",40.32,"54, rue",,Nantes,,44000,France,1188,21000',
        "112,Signal Shop,King,Jo,702,84 St,,Vegas,NV,83030,USA,,0",
    )  # fmt: skip
    table(
        folder, "products.csv", "productCode,productName,productLine,buyPrice,MSRP",
        "S1,Motor,Bikes,48.81,95.7", "S2,Plane,Planes,10,20.5",
    )  # fmt: skip
    table(
        folder, "orders.csv", "orderNumber,orderDate,requiredDate,shippedDate,status,comments,customerNumber",
        "10100,2003-01-06,2003-01-13,2003-01-10,Shipped,,103", "10101,2003-02-09,2003-02-18,2003-02-11,Disputed,late?,103",
        "10102,2003-03-01,2003-03-09,2003-03-02,Resolved,,112", "10103,2003-03-05,2003-03-09,,Cancelled,,112",
        "10104,2003-04-05,2003-04-09,,On Hold,,103", "10105,2003-02-05,2003-02-19,2003-02-15,Shipped,,103",
    )  # fmt: skip
    table(
        folder, "orderdetails.csv", "orderNumber,productCode,quantityOrdered,priceEach,orderLineNumber",
        "10100,S1,30,136.05,2", "10100,S2,50,55.09,1", "10101,S1,25,108.06,1", "10102,S2,26,167.06,1",
        "10102,S1,26,167.06,2", "10103,S1,1,1,1", "10104,S2,5,20.5,1", "10105,S2,40,12.35,1",
    )  # fmt: skip
    table(
        folder, "payments.csv", "customerNumber,checkNumber,paymentDate,amount",
        "103,HQ3,2003-02-20,7000.00", "112,BO8,2003-01-05,100.00", "112,BO9,2003-04-17,9000.50",
    )  # fmt: skip
    return folder


def expected(folder: Path, as_of: date) -> dict[str, tuple[D, D]]:
    """Overdue and outstanding by customer, reckoned from the files: oldest due first, of what was issued by then."""
    heads = {row["ordernumber"]: row for row in sources.read(folder / "orders.csv")}
    worth: dict[str, D] = defaultdict(D)
    for row in sources.read(folder / "orderdetails.csv"):
        worth[row["ordernumber"]] += D(row["quantityordered"]) * D(row["priceeach"])
    items = []
    for number, amount in worth.items():
        head = heads[number]
        if head["status"] in ("Shipped", "Resolved", "Disputed"):
            sent = sources.day(head["shippeddate"])
            due = sent + timedelta(days=30)
            items.append([head["customernumber"], sent, due, amount, head["status"] == "Disputed"])
    items.sort(key=lambda item: item[2])
    for paid in sorted(sources.read(folder / "payments.csv"), key=lambda row: row["paymentdate"]):
        left, day = D(paid["amount"]), sources.day(paid["paymentdate"])
        for item in items:
            if (
                item[0] == paid["customernumber"]
                and item[1] <= day <= as_of
                and not item[4]
                and (part := min(left, item[3]))
            ):
                item[3], left = item[3] - part, left - part
    answer: dict[str, tuple[D, D]] = {}
    for customer, sent, due, amount, _disputed in items:
        if sent <= as_of and amount:
            late, whole = answer.get(customer, (D(0), D(0)))
            answer[customer] = (late + (amount if due < as_of else 0), whole + amount)
    return answer


def ageing(as_of: date) -> dict[str, tuple[D, D]]:
    out = io.StringIO()
    call_command("ageing", as_of=str(as_of), by="customer", json=True, stdout=out)
    rows = json.loads(out.getvalue())["rows"]
    found = {r["key"]: (D(r["outstanding"]) - D(r["not_due"]), D(r["outstanding"])) for r in rows}
    return {key: pair for key, pair in found.items() if pair[1]}


def check(folder: Path, *days: date) -> None:
    for kind, name in KINDS:
        load(folder, kind, name)
    lines, heads = sources.read(folder / "orderdetails.csv"), sources.read(folder / "orders.csv")
    gone = {row["ordernumber"] for row in heads if row["status"] == "Cancelled"}
    sold: dict[str, D] = defaultdict(D)
    for row in lines:
        if row["ordernumber"] not in gone:
            sold[row["ordernumber"]] += D(row["quantityordered"]) * D(row["priceeach"])
    assert dict(Order.objects.values_list("number", "net")) == dict(sold)
    staff = {
        row["employeenumber"]: row["reportsto"] or None for row in sources.read(folder / "employees.csv")
    }
    people = User.objects.filter(username__in=staff).values_list("username", "superior__username")
    assert dict(people) == staff
    owners = {
        row["customernumber"]: row["salesrepemployeenumber"] or None
        for row in sources.read(folder / "customers.csv")
    }
    assert dict(Customer.objects.values_list("code", "owner__username")) == owners
    for day in days:
        assert ageing(day) == expected(folder, day), day
    paid = sum(D(row["amount"]) for row in sources.read(folder / "payments.csv"))
    assert Receipt.objects.aggregate(Sum("amount"))["amount__sum"] == paid
    call_command("check_books", json=True, stdout=io.StringIO())
    for kind, name in KINDS:
        assert counts(load(folder, kind, name))[:2] == (0, 0), kind


def test_a_second_history_ages_as_its_files_say(tmp_path):
    check(invented(tmp_path), date(2003, 2, 28), date(2003, 3, 31), date(2003, 6, 30))
    assert Receivable.objects.get(number="INV-10101").disputed


def test_the_real_one():
    check(sources.real("classicmodels"), date(2004, 6, 30), date(2005, 3, 31), date(2005, 6, 30))


def test_rows_that_are_added_up_must_agree_in_the_rest(tmp_path):
    folder = invented(tmp_path)
    for kind, name in KINDS[:6]:
        load(folder, kind, name)
    table(
        folder, "orderdetails.csv", "orderNumber,productCode,quantityOrdered,priceEach,due",
        "10100,S1,30,136.05,2003-02-01", "10100,S2,50,55.09,2003-02-02", "10105,S2,40,12.35,2003-03-01",
        "10102,S2,26,1x,2003-03-01", "10102,S1,26,167.06,2003-03-01",
    )  # fmt: skip
    text = (MAPPINGS / "classicmodels" / "receivables.toml").read_text()
    path = tmp_path / "m.toml"
    path.write_text(text.replace("[constants]", 'due_date = "due"\n[constants]'))
    answer = run("receivables", folder / "orderdetails.csv", mapping=path, skip_bad=True)
    assert [(e["row"], e["column"]) for e in answer["rejected"]] == [
        (2, ""), (3, "due_date"), (5, "amount"), (6, ""),
    ]  # fmt: skip
    assert answer["rejected"][2]["value"] == "26 x 1x"
    assert list(Receivable.objects.values_list("number", "amount")) == [("INV-10105", D("494.00"))]
