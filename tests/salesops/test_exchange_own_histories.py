"""Two order histories as other companies keep them come in through mapping files alone, exact to the cent."""

import csv
import io
from datetime import date
from decimal import Decimal as D

import pytest
from django.db.models import Sum

from orders.models import Order, Return
from tests.salesops.exchange_files import run, write

pytestmark = pytest.mark.django_db

# Titles above the header, Windows-1252, semicolons, decimal commas, a line twice, what came back as a negative line.
GERMAN = """Auftragsliste 2025 – Müller & Söhne

Beleg-Nr.;Debitor;Belegdatum;Artikel;Menge;Einzelpreis;Rabatt %;MwSt %;Geliefert am;Verkäufer;Bezug
A-1001;70001;03.02.2025;S-10;1.200;2,35;5;19;10.02.2025;Jürgen Weiß;
A-1001;70001;03.02.2025;S-20;50;1,999;;19;10.02.2025;Jürgen Weiß;
A-1002;70002;04.02.2025;S-10;10;2,35;0;19;;Jürgen Weiß;
A-1002;70002;04.02.2025;S-10;10;2,35;0;19;;Jürgen Weiß;
A-1003;70001;28.02.2025;S-20;-5;1,999;0;19;28.02.2025;Anna Öz;A-1001
A-1004;70003;31.12.2025;S-30;1;1.049,90;10;7;02.01.2026;Anna Öz;
"""
GERMAN_ORDERS = """[columns]
number = "Beleg-Nr."
customer = {column = "Debitor", prefix = "D"}
owner = "Verkäufer"
order_date = {column = "Belegdatum", format = "%d.%m.%Y"}
line_product = "Artikel"
line_quantity = {column = "Menge", decimal = ",", thousands = "."}
line_price = {column = "Einzelpreis", decimal = ",", thousands = "."}
line_discount = {column = "Rabatt %", scale = "0.01", default = "0"}
line_tax_rate = {column = "MwSt %", scale = "0.01"}
shipped_date = {column = "Geliefert am", format = "%d.%m.%Y"}
[constants]
currency = "EUR"
base_rate = "7.8"
[lookups]
customer = "create"
owner = "create"
line_product = "create"
currency = "create"
[skip]
line_quantity = {less_than = 0}
"""
GERMAN_RETURNS = """[columns]
order = "Bezug"
return_date = {column = "Belegdatum", format = "%d.%m.%Y"}
line_product = "Artikel"
line_quantity = {column = "Menge", decimal = ",", thousands = ".", scale = "-1"}
[skip]
line_quantity = {less_than = 0}
"""
# Big5, tabs, dates with slashes, discounts as Chinese shops say them, returned and void lines by their state.
TAIWAN = """訂單編號,客戶名稱,業務,下單日,品名,數量,單價,折扣,出貨日,狀態
TW-9001,大同百貨,陳雅婷,2025/3/5,保溫杯,20,350,9折,2025/3/12,已出貨
TW-9001,大同百貨,陳雅婷,2025/3/5,餐盤,15,80,,2025/3/12,已出貨
TW-9002,立山超市,林志豪,2025/3/9,保溫杯,(3),350,,2025/3/9,退貨
TW-9003,立山超市,林志豪,2025/4/1,保溫杯,5,350,8折,,作廢
TW-9004,大同百貨,陳雅婷,2025/4/2,餐盤,40,80,95折,2025/4/9,已出貨
""".replace(",", "\t")
TAIWAN_ORDERS = """[columns]
number = "訂單編號"
customer = "客戶名稱"
owner = "業務"
order_date = "下單日"
line_product = "品名"
line_quantity = "數量"
line_price = "單價"
line_discount = {column = "折扣", default = "0"}
shipped_date = "出貨日"
[constants]
currency = "TWD"
base_rate = "0.22"
[lookups]
customer = "create"
owner = "create"
line_product = "create"
currency = "create"
[skip]
state = {column = "狀態", equals = ["退貨", "作廢"]}
"""


def cents(value):
    return value.quantize(D("0.01"), rounding="ROUND_HALF_UP")


def number(text):
    return D(text.replace(".", "").replace(",", ".") or "0")


def test_a_german_list_with_its_returns(tmp_path):
    file = write(tmp_path, "deutsch.csv", GERMAN, encoding="cp1252", newline="\r\n")
    orders, returns = (
        write(tmp_path, f"{n}.toml", t) for n, t in (("o", GERMAN_ORDERS), ("r", GERMAN_RETURNS))
    )
    for created in (3, 0):  # the same file twice changes nothing
        answer = run("orders", file, mapping=orders)
        assert (answer["created"], answer["skipped"], answer["rejected"]) == (created, 1, []), answer
    assert run("returns", file, mapping=returns)["created"] == 1
    assert run("returns", file, mapping=returns)["unchanged"] == 1
    nets: dict[str, D] = {}
    for row in csv.DictReader(io.StringIO(GERMAN.split("\n\n")[1]), delimiter=";"):
        net = cents(number(row["Menge"]) * number(row["Einzelpreis"]) * (1 - number(row["Rabatt %"]) / 100))
        if net > 0:
            nets[row["Beleg-Nr."]] = nets.get(row["Beleg-Nr."], D(0)) + net
    assert dict(Order.objects.values_list("number", "net")) == nets
    assert Order.objects.get(number="A-1001").owner.name == "Jürgen Weiß"
    back = Return.objects.get()
    assert (back.order.number, back.quantity, back.net) == ("A-1001", D(5), D("10.00"))
    assert back.return_date == date(2025, 2, 28)


def test_a_list_from_taiwan_in_big5(tmp_path):
    file = write(tmp_path, "taiwan.txt", TAIWAN, encoding="big5")
    answer = run("orders", file, mapping=write(tmp_path, "tw.toml", TAIWAN_ORDERS))
    assert (answer["created"], answer["skipped"], answer["rejected"]) == (2, 2, []), answer
    first = D(20) * 350 * D("0.9") + 15 * 80
    second = D(40) * 80 * D("0.95")
    assert dict(Order.objects.values_list("number", "net")) == {"TW-9001": first, "TW-9004": second}
    base = Order.objects.filter(customer__name="大同百貨").aggregate(sum=Sum("base_net"))["sum"]
    assert base == cents((first + second) * D("0.22"))
