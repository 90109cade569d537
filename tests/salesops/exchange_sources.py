"""Layouts of well-known order histories: where the real files lie, and small ones of the same make."""

from __future__ import annotations

import csv
import os
import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from tests.salesops.exchange_files import ROOT, table

CENT = Decimal("0.01")
REGIONS = ["华东", "华北", "中南", "西北"]
KINDS = ["办公用品", "技术", "家具"]


def real(name: str) -> Path:
    """The folder of real files, or a skip that says where they are looked for."""
    shared = Path(os.environ.get("SALESOPS_SHARED_DATA") or ROOT.parent / "shared" / "data")
    folder = shared / name
    if not folder.is_dir():
        pytest.skip(f"no real files in {folder}; set SALESOPS_SHARED_DATA to the folder that holds “{name}”")
    return folder


def find(folder: Path, *names: str) -> Path:
    """A file by one of its usual names, at the top of the folder or below it."""
    for name in names:
        if (folder / name).is_file():
            return folder / name
    for name in names:
        if found := sorted(folder.rglob(name)):
            return found[0]
    pytest.skip(f"{folder} has none of: {', '.join(names)}")


def read(path: Path) -> list[dict[str, str]]:
    """Rows with headers in lower case without blanks and underscores, read independently of the importer."""
    for encoding in ("utf-8-sig", "gb18030", "cp1252"):
        try:
            with path.open(encoding=encoding, newline="") as file:
                rows = list(csv.DictReader(file))
            break
        except UnicodeDecodeError:
            continue
    return [
        {(key or "").strip().lower().replace("_", "").replace(" ", ""): value for key, value in row.items()}
        for row in rows
    ]


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def day(text: str) -> date | None:
    text = text.strip().split(" ")[0].replace("/", "-")
    if text in ("", "NULL"):
        return None
    year, month, number = (int(part) for part in text.split("-"))
    return date(year, month, number)


def northwind(folder: Path, orders: int = 60) -> Path:
    """Files as Northwind has them: quoted addresses, NULL, times of day, discounts that were floats."""
    rng = random.Random(7)
    table(
        folder, "employees.csv", "employeeID,lastName,firstName,title,hireDate,homePhone,notes,reportsTo",
        '1,Davolio,Nancy,Sales Representative,1992-05-01 00:00:00.000,(206) 555-9857,"Holds a BA, and\nmore",2',
        "2,Fuller,Andrew,Vice President,1992-08-14 00:00:00.000,(206) 555-9482,,NULL",
        "3,Leverling,Janet,Sales Representative,1992-04-01 00:00:00.000,(206) 555-3412,,2",
    )  # fmt: skip
    table(
        folder, "customers.csv",
        "customerID,companyName,contactName,contactTitle,address,city,region,postalCode,country,phone",
        "ALFKI,Alfreds Futterkiste,Maria Anders,Owner,Obere Str. 57,Berlin,NULL,12209,Germany,030-0074321",
        'BLONP,"Blondel père, fils",Frédérique Citeaux,Manager,"24, place Kléber",Strasbourg,,67000,France,88.60',
    )  # fmt: skip
    table(
        folder, "categories.csv", "categoryID,categoryName,description", "1,Beverages,Tea", "2,Produce,Dried"
    )
    table(
        folder, "products.csv", "productID,productName,supplierID,categoryID,quantityPerUnit,unitPrice",
        *[f"{n},Product {n},1,{1 + n % 2},10 boxes x 20 bags,{n}.5" for n in range(1, 9)],
    )  # fmt: skip
    heads, details = [], []
    for number in range(10248, 10248 + orders):
        ordered = date(1996, 7, 4) + timedelta(days=rng.randint(0, 600))
        shipped = ordered + timedelta(days=rng.randint(1, 40))
        heads.append(
            f"{number},{rng.choice(['ALFKI', 'BLONP'])},{rng.randint(1, 3)},{ordered} 00:00:00.000,"
            f"{ordered + timedelta(days=28)} 00:00:00.000,"
            f"{'NULL' if rng.random() < 0.1 else f'{shipped} 00:00:00.000'},{rng.randint(1, 3)},"
            f'{rng.randint(1, 9999) / 100:.2f},"Ship, to",{rng.choice(["Germany", "France"])}'
        )
        for product in rng.sample(range(1, 9), rng.randint(1, 4)):
            discount = rng.choice(["0", "0", "0.05000000074505806", "0.15000000596046448", "0.25"])
            details.append(
                f"{number},{product},{rng.randint(100, 9999) / 100:.2f},{rng.randint(1, 60)},{discount}"
            )
    table(
        folder, "orders.csv",
        "orderID,customerID,employeeID,orderDate,requiredDate,shippedDate,shipVia,freight,shipName,shipCountry",
        *heads,
    )  # fmt: skip
    table(folder, "order_details.csv", "orderID,productID,unitPrice,quantity,discount", *details)
    return folder


def superstore(folder: Path, orders: int = 50, encoding: str = "gb18030") -> Path:
    """Order lines and returns of a Chinese retailer, in the encoding such files come in."""
    rng = random.Random(11)
    lines, numbers, row = [], [], 0
    for n in range(orders):
        number = f"CN-2018-{1000000 + n}"
        numbers.append(number)
        person = rng.randint(1, 9)
        ordered = date(2018, 1, 1) + timedelta(days=rng.randint(0, 700))
        shipped = ordered + timedelta(days=rng.randint(0, 7))
        for product in rng.sample(range(1, 12), rng.randint(1, 4)):
            row += 1
            quantity, discount = rng.randint(1, 14), rng.choice(["0", "0.4", "0.25", "0.8"])
            sales = Decimal(rng.randint(100, 99999)) / 100 * quantity * (1 - Decimal(discount))
            lines.append(
                f"{row},{number},{ordered:%Y/%-m/%-d},{shipped:%Y/%-m/%-d},二级,客户{person}-1448{person},"
                f"客户{person},公司,杭州,浙江,中国,{REGIONS[person % 4]},P-{product},{KINDS[product % 3]},标签,"
                f'"产品 {product}, 红色",{sales},{quantity},{discount},1.5'
            )
    table(
        folder, "订单.csv",
        "行 ID,订单 ID,订单日期,发货日期,邮寄方式,客户 ID,客户名称,细分,城市,省/自治区,国家,地区,产品 ID,类别,子类别,"
        "产品名称,销售额,数量,折扣,利润",
        *lines, encoding=encoding, newline="\r\n",
    )  # fmt: skip
    back = rng.sample(numbers, 6)
    table(
        folder,
        "退货.csv",
        "退回,订单 ID",
        *[f"是,{number}" for number in [*back, back[0]]],
        encoding=encoding,
    )
    return folder


def invoices(folder: Path, count: int = 40) -> Path:
    rng = random.Random(5)
    rows = []
    for n in range(count):
        issued = date(2012, 1, 5) + timedelta(days=rng.randint(0, 500))
        due = issued + timedelta(days=30)
        paid = issued + timedelta(days=rng.randint(5, 60))
        late = max((paid - due).days, 0)
        rows.append(
            f"{rng.choice([391, 406, 770])},{1000 + n % 7}-ABCDE,4/6/2013,{600000 + n},{issued:%-m/%-d/%Y},"
            f"{due:%-m/%-d/%Y},{rng.randint(500, 9999) / 100:.2f},{rng.choice(['Yes', 'No'])},{paid:%-m/%-d/%Y},"
            f"Paper,{(paid - issued).days},{late}"
        )
    return table(
        folder, "invoices.csv",
        "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate,"
        "PaperlessBill,DaysToSettle,DaysLate",
        *rows,
    )  # fmt: skip
