"""Pages of the catalog and the calendar, through the browser's door; cost stays hidden (Z19)."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from salesops.calendar.models import CalendarDay, WorkRegime
from salesops.calendar.services import fill_year
from salesops.catalog.models import ExchangeRate, PaymentTerm, PriceEntry, Product
from salesops.catalog.selectors import price_on, tax_rate_on
from tests.factories.catalog import make_price_list, make_product

TODAY = timezone.localdate()


@pytest.fixture
def visit(client, cast):
    def go(who, name, *args, query="", status=200):
        client.force_login(getattr(cast, who))
        answer = client.get(reverse(name, args=args) + query)
        assert answer.status_code == status, answer.content[:600]
        return b"".join(answer).decode("utf-8", "replace")

    return go


@pytest.fixture
def send(client, cast):
    def go(who, name, *args, data=None, status=302):
        client.force_login(getattr(cast, who))
        answer = client.post(reverse(name, args=args), data or {})
        assert answer.status_code == status, answer.content.decode()[-3000:]
        return answer

    return go


PAGES = [
    "catalog:product_list", "catalog:product_create", "catalog:pricelist_list", "catalog:pricelist_create",
    "catalog:currency_list", "catalog:currency_create", "catalog:exchangerate_list",
    "catalog:exchangerate_create", "catalog:taxrate_list", "catalog:taxrate_create",
    "catalog:paymentterm_list", "catalog:paymentterm_create", "calendar:calendar_month",
    "calendar:calendarday_list", "calendar:calendarday_create", "calendar:workregime_list",
    "calendar:workregime_create",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_an_administrator_opens_every_page(visit, page):
    assert "<h1>" in visit("root", page)


def test_operations_create_and_change_a_product(visit, send):
    data = {
        "code": "P-1",
        "name": "Lamp",
        "currency": "CNY",
        "list_price": "120",
        "tax_rate": "13",
        "is_active": "on",
    }
    send(
        "otto",
        "catalog:product_create",
        data={**data, "cost_price": "40", "carton_length": "50", "carton_width": "45", "carton_height": "35"},
    )
    product = Product.objects.get()
    assert (product.tax_rate, product.cost_price, product.cbm) == (D("0.13"), D(40), D("0.07875"))
    page = visit("otto", "catalog:product_detail", product.pk)
    assert "0.079" in page
    assert "2.78" in page
    send("otto", "catalog:product_edit", product.pk, data={**data, "name": "Lamp 2", "cost_price": "40"})
    product.refresh_from_db()
    assert product.name == "Lamp 2"
    answer = send("otto", "catalog:product_create", data=data, status=200)
    assert "already" in answer.content.decode()
    send("alice", "catalog:product_edit", product.pk, data=data, status=403)


def test_cost_and_floor_price_are_absent_where_a_rep_looks(visit, cast):
    product = make_product(cost_price=D("41.17"), floor_price=D("77.31"))
    columns = "?cols=code,cost_price,floor_price"
    for page in (
        visit("alice", "catalog:product_detail", product.pk),
        visit("alice", "catalog:product_list", query=columns),
        visit("alice", "catalog:product_list", query=f"{columns}&sort=cost_price"),
        visit("alice", "catalog:product_list", query=f"{columns}&format=csv"),
        visit("root", "catalog:product_edit", product.pk),
    ):
        assert "41.17" not in page
        assert "77.31" not in page
    assert "41.17" in visit("dora", "catalog:product_detail", product.pk)
    assert "41.17" in visit("dora", "catalog:product_list", query=columns)


def test_an_administrator_without_sight_of_cost_does_not_wipe_it(send):
    product = make_product(cost_price=D("41.17"))
    send(
        "root",
        "catalog:product_edit",
        product.pk,
        data={"code": product.code, "name": "N", "currency": "CNY", "is_active": "on"},
    )
    product.refresh_from_db()
    assert (product.name, product.cost_price) == ("N", D("41.17"))


def test_a_price_is_set_on_a_list(visit, send):
    product, price_list = make_product(name="Lamp"), make_price_list()
    data = {"product": product.pk, "price": "99.5", "from_date": "2026-01-01"}
    send("otto", "catalog:pricelist_price", price_list.pk, data=data)
    send(
        "otto",
        "catalog:pricelist_price",
        price_list.pk,
        data={**data, "price": "95", "from_date": "2026-03-01"},
    )
    assert price_on(product, price_list, date(2026, 2, 28)) == D("99.5")
    assert PriceEntry.objects.count() == 2
    assert "Lamp" in visit("alice", "catalog:pricelist_detail", price_list.pk)
    assert "99.5" in visit("alice", "catalog:product_detail", product.pk)


def test_finance_sets_rates_and_taxes(visit, send):
    send("dora", "catalog:exchangerate_create", data={"currency": "USD", "date": "2026-05-01", "rate": "7.1"})
    row = ExchangeRate.objects.get()
    assert "1 USD = 7.1 CNY" in visit("alice", "catalog:exchangerate_detail", row.pk)
    send("dora", "catalog:exchangerate_create", data={"currency": "USD", "date": "2026-05-01", "rate": "7.2"})
    send("dora", "catalog:exchangerate_edit", row.pk, data={"rate": "7.3"})
    assert ExchangeRate.objects.get().rate == D("7.3")
    send("dora", "catalog:taxrate_create", data={"code": "CN-13", "rate": "12", "from_date": "2027-01-01"})
    assert tax_rate_on("CN-13", on=date(2027, 1, 1)) == D("0.12")
    send("otto", "catalog:exchangerate_create", data={}, status=403)


def test_a_payment_term_shows_its_due_date(visit, send):
    send(
        "dora",
        "catalog:paymentterm_create",
        data={
            "code": "EOM-30-25",
            "base": "end_of_month",
            "days": "30",
            "fixed_day": "25",
            "grace_days": "0",
            "is_active": "on",
        },
    )
    term = PaymentTerm.objects.get(code="EOM-30-25")
    assert "EOM-30-25" in visit("alice", "catalog:paymentterm_list", query="?q=EOM-30-25")
    page = visit("alice", "catalog:paymentterm_detail", term.pk, query="?on=2026-03-10")
    assert f"= {date_format(date(2026, 5, 25))}" in page


def test_the_month_shows_days_off_make_up_days_and_the_warning(visit):
    page = visit("alice", "calendar:calendar_month", query="?region=CN&month=2026-10")
    assert "not known yet" in page
    fill_year("CN", 2026, actor=None, at=timezone.now())
    page = visit("alice", "calendar:calendar_month", query="?region=CN&month=2026-10")
    assert "not known yet" not in page
    assert "National Day" in page
    assert "18 working days this month, 248 in 2026" in page
    assert visit("alice", "calendar:calendar_month", query="?month=nonsense&region=XX")


def test_days_are_entered_changed_and_removed(visit, send):
    data = {"region": "CN", "date": "2026-10-12", "is_workday": "no", "name": "Moving"}
    send("root", "calendar:calendarday_create", data=data)
    day = CalendarDay.objects.get()
    assert "Moving" in visit("alice", "calendar:calendarday_list")
    assert "Moving" in visit("alice", "calendar:calendarday_detail", day.pk)
    send("alice", "calendar:calendarday_create", data=data, status=403)
    send("root", "calendar:calendarday_remove", day.pk)
    assert not CalendarDay.objects.exists()
    send("root", "calendar:calendar_fill", "CN", 2026)
    assert CalendarDay.objects.filter(region="CN").count() > 20
    send("alice", "calendar:calendar_fill", "CN", 2026, status=403)


def test_working_hours_are_typed_as_people_write_them(visit, send):
    data = {
        "name": "Fair",
        "region": "CN",
        "from_date": "2026-07-01",
        "to_date": "2026-07-09",
        "blocks": "9:00-12:00，13:00–16:00",
    }
    send("hugo", "calendar:workregime_create", data=data)
    row = WorkRegime.objects.get()
    assert row.blocks == [["09:00", "12:00"], ["13:00", "16:00"]]
    assert "09:00–12:00, 13:00–16:00" in visit("alice", "calendar:workregime_detail", row.pk)
    send("hugo", "calendar:workregime_edit", row.pk, data={**data, "blocks": "mornings"}, status=200)
    send("hugo", "calendar:workregime_edit", row.pk, data={**data, "blocks": "09:00–12:00"})
    row.refresh_from_db()
    assert row.hours == "09:00–12:00"
