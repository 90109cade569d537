"""Real order histories through mapping files, compared to the cent with independent sums over the same CSV."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal as D
from pathlib import Path

import openpyxl
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
from tests.salesops.exchange_files import run as run_any

pytestmark = pytest.mark.django_db
YES = {"是", "yes", "true", "1"}


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


# --- the same tables in the other shapes that people pass on -------------------------------------------

HEADS = "OrderID,CustomerID,EmployeeID,OrderDate,RequiredDate,ShippedDate,ShipVia,Freight,ShipCountry"


def people_goods_and_customers(folder: Path) -> None:
    staff = "employee_id,last_name,first_name,hire_date,reports_to"
    people = table(
        folder, "employees.csv", staff, "5,Buchanan,Steven,17-Oct-1993,N/A", "6,Suyama,Michael,-,5"
    )
    assert run("northwind", "employees", "staff", people)["created"] == 2
    buyers = table(folder, "customers.csv", "customer_id,company_name,city,country",
                   "VINET,Vins et alcools Chevalier,Reims,France", "TOMSP,Toms Spezialitäten,Münster,Germany",
                   encoding="cp1252")  # fmt: skip
    assert run("northwind", "customers", "customers", buyers)["created"] == 2
    goods = table(
        folder, "products.csv", "Product ID,Product Name,Unit Price", "11,Queso Cabrales,21", "14,Tofu,23.25"
    )
    assert run("northwind", "products", "products", goods)["created"] == 2


def test_heads_and_lines_in_one_table_that_names_the_number_twice(tmp_path):
    people_goods_and_customers(tmp_path)
    path = table(
        tmp_path, "orders.csv", HEADS + ",OrderID,ProductID,UnitPrice,Quantity,Discount",
        "10248,VINET,5,1996-07-04,1996-08-01,7/16/1996,3,32.38,France,10248,11,14,12,0",
        "10248,VINET,5,1996-07-04,1996-08-01,7/16/1996,3,32.38,France,10248,14,9.8,10,0.15",
        "10249,TOMSP,6,1996-07-05,1996-08-16,NaN,1,11.61,Germany,10249,14,18.6,9,0",
    )  # fmt: skip
    assert run("northwind", "orders", "orders", path)["created"] == 2
    first, second = Order.objects.order_by("number")
    assert (first.net, first.shipped_date.isoformat(), first.owner.name) == (
        D("251.30"), "1996-07-16", "Steven Buchanan",
    )  # fmt: skip
    assert second.shipped_date is None
    assert counts(run("northwind", "orders", "orders", path)) == (0, 0, 2)


def test_two_numbers_in_one_row_that_contradict_each_other(tmp_path):
    people_goods_and_customers(tmp_path)
    path = table(
        tmp_path, "orders.csv", HEADS + ",OrderID,ProductID,UnitPrice,Quantity,Discount",
        "10248,VINET,5,1996-07-04,,,3,1,France,10248,11,14,12,0",
        "10249,TOMSP,6,1996-07-05,,,1,1,Germany,10250,14,18.6,9,0",
    )  # fmt: skip
    answer = run_any("orders", path, mapping=MAPPINGS / "northwind" / "orders.toml", skip_bad=True)
    assert answer["created"] == 1
    assert [(entry["row"], entry["column"], entry["value"]) for entry in answer["rejected"]] == [
        (3, "number", "10249")
    ]


def test_a_broken_row_of_the_second_file_costs_only_its_order(tmp_path):
    people_goods_and_customers(tmp_path)
    table(
        tmp_path, "orders.csv", HEADS, "10248,VINET,5,1996-07-04,,,3,1,France",
        '10249,TOMSP,6,"1996-07-05,,,1,1,Germany',
    )  # fmt: skip
    path = table(
        tmp_path, "order_details.csv", "OrderID,ProductID,UnitPrice,Quantity,Discount",
        "10248,11,14,12,0", "10249,14,18.6,9,0",
    )  # fmt: skip
    mapping = MAPPINGS / "northwind" / "orders.toml"
    whole = run_any("orders", path, mapping=mapping)
    assert whole["exit"] == 1 and "orders.csv, line 3" in str(whole["rejected"])
    assert run_any("orders", path, mapping=mapping, skip_bad=True)["created"] == 1
    assert [order.number for order in Order.objects.all()] == ["10248"]


def test_a_retailer_s_file_with_other_headers_marks_and_discounts(tmp_path):
    path = table(
        tmp_path, "订单.csv",
        "\ufeff行ID,订单　ID,订单日期 ,发货日期,邮寄方式,客户ID,客户名称,细分,城市,省份,国家/地区,地区,产品ID,类别,子类别,"
        "产品名称,销售额,数量,折扣,利润",
        '1,US-2019-1,2019/4/27,2019/4/29,二级,曾惠-14485,曾惠,公司,杭州,浙江,中国,华东,P-1,办公用品,用品,"剪刀, 蓝色",'
        '"1,129.70",2,40%,-60.7',
        "2,CN-2019-2,2019年6月15日,-,标准级,许安-10165,许安,消费者,内江,四川,中国,西南,P-2,办公用品,信封,信封,¥125.44,2,8折,N/A",
        # A comma in the name that nobody quoted: every cell after it has moved.
        "3,CN-2019-3,2019/6/15,2019/6/19,标准级,许安-10165,许安,消费者,内江,四川,中国,西南,P-3,办公用品,信封,信封, 红色,31.92,2,0,1",
        "4,CN-2019-4,2019/6/15,2019/6/19,标准级,许安-10165,许安,消费者,内江,四川,中国,西南,P-2,办公用品,信封,信封,31.92,0.5折,0,1",
    )  # fmt: skip
    for mapping in ("customers", "products", "orders"):
        answer = run_any(mapping, path, mapping=MAPPINGS / "cn-superstore" / f"{mapping}.toml", skip_bad=True)
    assert answer["created"] == 2 and {entry["row"] for entry in answer["rejected"]} == {4, 5}
    first, second = OrderLine.objects.order_by("order__order_date")
    assert (first.net, first.discount, second.net, second.discount) == (
        D("1129.70"), D("0.4"), D("125.44"), D("0.2"),
    )  # fmt: skip
    assert (
        second.order.shipped_date is None and Customer.objects.get(code="曾惠-14485").address == "浙江 杭州"
    )


RAW = (
    "行 ID,订单 ID,订单日期,发货日期,邮寄方式,客户 ID,客户名称,细分,城市,省/自治区,国家/地区,地区,产品 ID,类别,子类别,产品名称,"
    "销售额,数量,折扣,利润"
)


def raw_line(number: int, order: str, product: str, amount: str, **other: str) -> list[str]:
    cells = dict(zip(RAW.split(","), [str(number), order, "2019年6月15日", "2019/6/19", "标准级", "许安-10165", "许安", "消费者", "内江", "四川",
             "中国", "西南", product, "办公用品", "信封", "信封，红色", amount, "2", "20%", "-60.7"], strict=True))  # fmt: skip
    return list((cells | other).values())


def superstore_book(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "订单"
    sheet.append(["示例超市"])
    sheet.append(RAW.split(","))
    for line in (
        raw_line(1, "CN-1", "P-1", "￥1,200.00"), raw_line(1, "CN-1", "P-1", "￥1,200.00"),
        raw_line(2, "CN-1", "P-2", "２５．５"), raw_line(3, "CN-2", "P-2", "10"), raw_line(4, "CN-3", "P-1", "5.25"),
        raw_line(4, "CN-4", "P-1", "7", 订单日期="2019/2/30"),
    ):  # fmt: skip
        sheet.append(line)
    back = book.create_sheet("退货")
    for line in (["退回", "订单 ID"], ["是", "CN-2"]):
        back.append(line)
    book.create_sheet("销售人员").append(["地区经理", "地区"])
    book.save(path)
    return path


def test_one_workbook_with_a_title_a_line_twice_and_returns_on_its_second_sheet(tmp_path):
    path = superstore_book(tmp_path / "示例 - 超市.xlsx")
    for name in ("customers", "products", "orders"):
        mapping = MAPPINGS / "cn-superstore" / f"{name}.toml"
        answer = run_any(name, path, mapping=mapping, skip_bad=True)
        assert answer["exit"] == 0, answer
    assert (answer["created"], answer["skipped"]) == (3, 1)
    assert [(e["row"], e["column"], e["value"]) for e in answer["rejected"]] == [
        (8, "order_date", "2019/2/30")
    ]
    assert dict(Order.objects.values_list("number", "net")) == {
        "CN-1": D("1225.50"), "CN-2": D("10.00"), "CN-3": D("5.25"),
    }  # fmt: skip
    assert run("cn-superstore", "returns", "returns", path)["rows"] == 1
    assert Return.objects.aggregate(Sum("net"))["net__sum"] == D("10.00")


def test_a_broken_raw_file_loses_only_its_broken_rows(tmp_path):
    lines = [",".join(f'"{cell}"' for cell in raw_line(n, f"CN-{n}", "P-1", "5")) for n in range(1, 7)]
    lines[1] = lines[1].replace('"信封，红色"', "信封, 红色")  # a comma that nobody quoted
    lines[2] = lines[2].replace('"许安"', '"许安')  # a mark that nobody closed
    text = "\n".join(["", RAW, *lines]).encode("gb18030")
    path = tmp_path / "订单.csv"
    path.write_bytes(
        text[:-40] + b"\n" + lines[3].replace("许安", "许\u20ac安").replace("CN-4", "CN-7").encode()
    )
    for name in ("customers", "products", "orders"):
        mapping = MAPPINGS / "cn-superstore" / f"{name}.toml"
        whole = run_any(name, path, mapping=mapping)
        assert whole["exit"] == 1 and whole["batch"] is None and whole["created"] == 0
        answer = run_any(name, path, mapping=mapping, skip_bad=True)
    assert sorted(Order.objects.values_list("number", flat=True)) == ["CN-1", "CN-4", "CN-5"]
    assert {entry["row"] for entry in answer["rejected"]} >= {4, 8, 9}
