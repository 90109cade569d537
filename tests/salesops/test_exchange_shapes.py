"""The same tables in the other shapes that people pass on: two in one, raw, broken, renamed."""

from __future__ import annotations

from decimal import Decimal as D
from pathlib import Path

import openpyxl
import pytest
from django.db.models import Sum

from customers.models import Customer
from orders.models import Order, OrderLine, Return
from tests.salesops.exchange_files import MAPPINGS, counts, good, table
from tests.salesops.exchange_files import run as run_any

pytestmark = pytest.mark.django_db


def run(folder: str, mapping: str, kind: str, path: Path, **options) -> dict:
    return good(kind, path, mapping=MAPPINGS / folder / f"{mapping}.toml", **options)


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
