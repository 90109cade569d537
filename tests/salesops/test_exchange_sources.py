"""Real order histories through mapping files, compared to the cent with independent sums over the same CSV."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal as D
from pathlib import Path

import pytest
from django.db.models import F, Sum
from django.db.models.functions import ExtractQuarter, ExtractYear, TruncMonth
from django.utils import timezone

from customers.models import Customer
from orders.models import Order, OrderLine, Return
from performance.choices import Basis, Dimension
from performance.selectors.figures import figure_table
from performance.selectors.reach import Selection
from receivables.models import Receivable
from salesops.accounts.models import Membership, User
from salesops.core.periods import Period
from tests.salesops import exchange_sources as sources
from tests.salesops.exchange_files import MAPPINGS, counts, good, table

pytestmark = pytest.mark.django_db


def run(folder: str, mapping: str, kind: str, path: Path, **options) -> dict:
    return good(kind, path, mapping=MAPPINGS / folder / f"{mapping}.toml", **options)


# --- Northwind ----------------------------------------------------------------------------------------


def check_northwind(folder: Path) -> None:
    details = sources.find(folder, "order_details.csv", "order-details.csv", "orders_details.csv")
    heads_file = sources.find(details.parent, "orders.csv")
    run("northwind", "employees", "staff", sources.find(folder, "employees.csv"))
    run("northwind", "customers", "customers", sources.find(folder, "customers.csv"))
    run("northwind", "contacts", "contacts", sources.find(folder, "customers.csv"))
    run("northwind", "products", "products", sources.find(folder, "products.csv"))
    answer = run("northwind", "orders", "orders", details)
    heads = {row["orderid"]: row for row in sources.read(heads_file)}
    lines = sources.read(details)
    assert (answer["rows"], answer["created"]) == (len(lines), len({row["orderid"] for row in lines}))
    person: dict[tuple, D] = defaultdict(D)
    country: dict[tuple, D] = defaultdict(D)
    cells: dict[tuple, D] = defaultdict(D)
    goods = {
        row["productid"]: row["categoryid"] for row in sources.read(sources.find(folder, "products.csv"))
    }
    names = sources.read(sources.find(folder, "categories.csv"))
    category = {row["categoryid"]: row["categoryname"] for row in names}
    for row in lines:
        head = heads[row["orderid"]]
        on = sources.day(head["orderdate"])
        discount = D(row["discount"]).quantize(D("0.000001"))
        net = sources.cents(D(row["unitprice"]) * D(row["quantity"]) * (1 - discount))
        person[head["employeeid"], on.year, (on.month + 2) // 3] += net
        country[head["shipcountry"], on.year] += net
        cells[head["shipcountry"], category[goods[row["productid"]]], on.replace(day=1)] += net
    got = Order.objects.values_list(
        "owner__username", ExtractYear("order_date"), ExtractQuarter("order_date")
    )
    assert {row[:3]: row[3] for row in got.annotate(Sum("net"))} == dict(person)
    got = Order.objects.values_list("region", ExtractYear("order_date")).annotate(Sum("net"))
    assert {row[:2]: row[2] for row in got} == dict(country)
    check_cells(cells)
    shipped = [h for h in heads.values() if sources.day(h["shippeddate"]) and h["orderid"] in _ids(lines)]
    on_time = [h for h in shipped if sources.day(h["shippeddate"]) <= sources.day(h["requireddate"])]
    sent = Order.objects.filter(state="shipped")
    assert sent.count() == len(shipped)
    assert sent.filter(shipped_date__lte=F("required_date")).count() == len(on_time)
    freight = sum(D(heads[number]["freight"]) for number in _ids(lines))
    assert Order.objects.aggregate(Sum("freight"))["freight__sum"] == sources.cents(freight)
    assert counts(run("northwind", "orders", "orders", details)) == (0, 0, answer["created"])


def check_cells(cells: dict[tuple, D]) -> None:
    """``kpi sal_amt`` per region, category and month, by order date, against the sums of the file."""
    for place, (part, by) in enumerate((("region", "category"), ("category", "region"))):
        for month, name in sorted({(cell[2], cell[place]) for cell in cells}):
            table = figure_table(
                "sal_amt",
                Period.month_of(month),
                Dimension(by),
                at=timezone.now(),
                basis=Basis.ORDER,
                selection=Selection(**{part: name}),
            )
            wanted = {c[1 - place]: net for c, net in cells.items() if (c[2], c[place]) == (month, name)}
            assert {f.key: f.value for f in table.figures} == wanted, (by, month, name)


def _ids(lines: list[dict]) -> set[str]:
    return {row["orderid"] for row in lines}


def test_northwind_small(tmp_path):
    check_northwind(sources.northwind(tmp_path))
    nancy = User.objects.get(username="1")
    assert (nancy.name, nancy.superior.name) == ("Nancy Davolio", "Andrew Fuller")
    assert Customer.objects.get(code="BLONP").address == "24, place Kléber, Strasbourg, 67000"


SHAPES = {
    "OrderID; 7/4/1996 0:00; Order Details": (
        "{:%-m/%-d/%Y 0:00}",
        "utf-16",
        ",",
        "Order Details.csv",
        str.title,
    ),
    "ORDERID; 04.07.1996; order-details": ("{:%d.%m.%Y}", "cp1252", ";", "order-details.csv", str.upper),
    "orderid; Jul 04, 1996; orders_details": (
        "{:%b %d, %Y}",
        "utf-8-sig",
        "\t",
        "orders_details.csv",
        str.lower,
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_northwind_as_other_publishers_write_it(tmp_path, shape):
    pattern, encoding, delimiter, details, heads = SHAPES[shape]
    folder, other = sources.northwind(tmp_path / "a", orders=12), tmp_path / "b"
    other.mkdir()
    for path in folder.iterdir():
        with path.open(newline="") as file:
            rows = list(csv.reader(file))
        days = [n for n, name in enumerate(rows[0]) if name.endswith("Date")]
        for row in rows[1:]:
            for n in days:
                day = sources.day(row[n])
                row[n] = pattern.format(day) if day else ""
        rows[0] = [heads(name) for name in rows[0]]
        name = details if path.name == "order_details.csv" else path.name.title()
        with (other / name).open("w", newline="", encoding=encoding) as file:
            csv.writer(file, delimiter=delimiter).writerows([*rows, [], []])
    for mapping, kind, name in (
        ("employees", "staff", "Employees.Csv"), ("customers", "customers", "Customers.Csv"),
        ("products", "products", "Products.Csv"), ("orders", "orders", details),
    ):  # fmt: skip
        run("northwind", mapping, kind, other / name)
    lines = sources.read(folder / "order_details.csv")
    worth = sum(
        sources.cents(D(r["unitprice"]) * D(r["quantity"]) * (1 - D(r["discount"]).quantize(D("0.000001"))))
        for r in lines
    )
    assert Order.objects.aggregate(Sum("net"))["net__sum"] == worth
    dates = {h["orderid"]: sources.day(h["orderdate"]) for h in sources.read(folder / "orders.csv")}
    assert dict(Order.objects.values_list("number", "order_date")) == dates
    assert Customer.objects.get(code="BLONP").contacts.count() == 0
    assert Customer.objects.get(code="BLONP").address == "24, place Kléber, Strasbourg, 67000"


def test_northwind_real():
    check_northwind(sources.real("northwind"))


# --- a Chinese retailer -------------------------------------------------------------------------------


def check_superstore(folder: Path) -> None:
    path = sources.find(folder, "订单.csv", "orders.csv")
    for mapping in ("customers", "products", "orders"):
        answer = run("cn-superstore", mapping, mapping, path)
    lines = sources.read(path)
    assert answer["created"] == len({row["订单id"] for row in lines})
    month: dict[tuple, D] = defaultdict(D)
    for row in lines:
        on = sources.day(row["订单日期"])
        month[row["地区"], row["类别"], on.replace(day=1)] += sources.cents(D(row["销售额"]))
    got = OrderLine.objects.values_list("order__region", "product__category", TruncMonth("order__order_date"))
    assert {row[:3]: row[3] for row in got.annotate(Sum("net"))} == dict(month)
    check_cells(month)
    quantity = sum(D(row["数量"]) for row in lines)
    assert OrderLine.objects.aggregate(Sum("quantity"))["quantity__sum"] == quantity
    back = sources.find(folder, "退货.csv", "returns.csv")
    run("cn-superstore", "returns", "returns", back)
    gone = {row["订单id"] for row in sources.read(back)}
    worth = sum((sources.cents(D(row["销售额"])) for row in lines if row["订单id"] in gone), D(0))
    assert Return.objects.aggregate(Sum("net"))["net__sum"] == worth
    for row in lines:
        if (
            row["订单id"] in gone
        ):  # they count on the day they came back, for the region and category of the sale
            sent = sources.day(row["发货日期"])
            month[row["地区"], row["类别"], sent.replace(day=1)] -= sources.cents(D(row["销售额"]))
    check_cells(month)
    again = run("cn-superstore", "returns", "returns", back)
    assert again["created"] == again["updated"] == 0


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
def test_superstore_small(tmp_path, encoding):
    check_superstore(sources.superstore(tmp_path, encoding=encoding))


def test_superstore_real():
    check_superstore(sources.real("cn-superstore"))


# --- invoices with the day they were settled ----------------------------------------------------------


def test_invoices_become_receivables_and_receipts_and_are_all_settled(tmp_path):
    path = sources.invoices(tmp_path)
    rows = sources.read(path)
    assert run("receivables", "receivables", "receivables", path)["created"] == len(rows)
    total = sum(D(row["invoiceamount"]) for row in rows)
    assert Receivable.objects.aggregate(Sum("amount"))["amount__sum"] == total
    assert Receivable.objects.filter(disputed=True).count() == sum(r["disputed"] == "Yes" for r in rows)
    assert run("receivables", "receipts", "receipts", path)["created"] == len(rows)
    assert not Receivable.objects.filter(outstanding__gt=0).exists()
    late = sum(int(row["dayslate"]) > 0 for row in rows)
    assert Receivable.objects.filter(lines__date__gt=F("due_date")).count() == late
    assert counts(run("receivables", "receipts", "receipts", path)) == (0, 0, len(rows))


# --- accounts and teams of a CRM; lines of web orders -------------------------------------------------


def test_a_crm_s_accounts_products_and_teams(tmp_path):
    people = table(
        tmp_path,
        "sales_teams.csv",
        "sales_agent,manager,regional_office",
        "Anna Snelling,Dustin Brinkmann,Central",
        "Cecily Lampkin,Dustin Brinkmann,Central",
        "Hayden Neloms,Celia Rouche,West",
    )
    assert run("crm", "sales_teams", "staff", people)["created"] == 3
    assert Membership.objects.filter(team__code="Central").count() == 2
    assert User.objects.get(username="Hayden Neloms").superior.name == "Celia Rouche"
    accounts = table(
        tmp_path,
        "accounts.csv",
        "account,sector,year_established,revenue,employees,office_location,subsidiary_of",
        "Bluth Company,technolgy,1993,1242.32,3027,United States,Acme Corporation",
        "Acme Corporation,technolgy,1996,1100.04,2822,United States,",
    )
    assert run("crm", "accounts", "customers", accounts)["created"] == 2
    bluth = Customer.objects.get(code="Bluth Company")
    assert (bluth.annual_revenue, bluth.parent.code) == (D("1242320000.00"), "Acme Corporation")
    goods = table(
        tmp_path, "products.csv", "product,series,sales_price", "GTX Basic,GTX,550", "MG Special,MG,55"
    )
    assert run("crm", "products", "products", goods)["created"] == 2


def test_lines_of_web_orders_leave_cancellations_out(tmp_path):
    path = table(
        tmp_path,
        "retail.csv",
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
        "536365,85123A,WHITE \xa3 HOLDER,6,12/1/2010 8:26,2.55,17850.0,United Kingdom",
        "536365,71053,LANTERN,6,12/1/2010 8:26,3.39,17850.0,United Kingdom",
        "C536379,D,Discount,-1,12/1/2010 9:41,27.50,14527,United Kingdom",
        "536414,22139,,56,12/1/2010 11:52,0,,United Kingdom",
        "A563185,B,Adjust bad debt,1,8/12/2011 14:50,11062.06,,United Kingdom",
        encoding="cp1252",
    )
    answer = run("retail", "orders", "orders", path)
    assert (answer["rows"], answer["skipped"], answer["created"]) == (5, 2, 2)
    assert Order.objects.get(number="536365").net == D("35.64")
    assert Order.objects.get(number="536414").customer.code == "GUEST"
    assert Customer.objects.get(code="17850").created_date.isoformat() == "2010-12-01"
