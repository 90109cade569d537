"""Five journeys of issue size: a rep on a phone, a lead, finance, a manager, an administrator."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from customers.models import Customer
from orders.models import Order
from receivables.models import Receipt, Receivable
from salesops.exchange.models import ImportBatch
from salesops.jobs.services.outbox import deliver_waiting
from tests.factories.catalog import make_product
from tests.factories.customers import make_contact, make_customer, make_visit
from tests.factories.orders import make_order
from tests.factories.receivables import make_receivable


def choose(page, name: str, text: str) -> None:
    """Pick in a searchable choice: type, wait for the answer, take it."""
    control = page.locator(f"[name={name}] ~ .ts-wrapper, .ts-wrapper:has(+ [name={name}])").first
    control.click()
    control.locator("input").fill(text)
    page.locator(".ts-dropdown .option", has_text=text).first.click()


def wait_until(true: Callable[[], bool], seconds: float = 15) -> None:
    """Wait for what the server does after a click."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def the_worker_catches_up() -> None:
    deliver_waiting(at=timezone.now() + timedelta(minutes=5))


@pytest.fixture
def customer(cast):
    customer = make_customer(cast.alice, name="苏州海川商贸有限公司", short_name="海川商贸", region="华东")
    make_contact(customer, name="胡经理", email="hu@customer.example", is_primary=True)
    return customer


@pytest.fixture
def product(cast):
    return make_product("HX-1", name="保温杯 Flask", list_price=Decimal("100.00"), tax_rate=Decimal("0.13"))


def test_a_rep_logs_a_visit_and_an_order_on_a_phone(visitor, cast, customer, product):
    visit = make_visit(customer, cast.alice, on=timezone.localdate(), done=False, purpose="新品介绍")
    rep = visitor(phone=True)
    rep.sign_in("alice")
    page = rep.page
    page.locator(f'a[href*="/customers/visits/{visit.pk}/log/"]').first.click()
    page.fill("[name=result]", "客户要 40 只样品。")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/customers/**")
    visit.refresh_from_db()
    assert (visit.state, visit.result) == ("done", "客户要 40 只样品。")

    rep.goto(f"/orders/orders/new/?customer={customer.pk}")
    choose(page, "lines-0-product", "HX-1")
    page.fill("[name=lines-0-quantity]", "40")
    page.locator("main form button[type=submit]:not([name])").last.click()
    page.wait_for_url(lambda url: url.rstrip("/").split("/")[-1].isdigit())
    order = Order.objects.get(customer=customer)
    assert (order.state, order.total) == ("draft", Decimal("4520.00"))
    assert rep.no_sideways_scroll()

    # The list shows each order as a card; its figures carry the names of their columns.
    rep.goto("/orders/orders/")
    total = page.locator("table.list td.num", has_text="4,520.00")
    assert total.get_attribute("data-name") == "Total"
    box = total.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    rep.goto(f"/orders/orders/{order.pk}/")

    page.locator(f'main a[href*="/orders/orders/{order.pk}/submit/"]').first.click()
    page.wait_for_url("**/submit/**")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(f"**/orders/orders/{order.pk}/")
    order.refresh_from_db()
    assert order.state == "submitted" and order.number
    assert order.number in page.locator("h1").inner_text()


def test_a_lead_reviews_the_day_of_the_team(visitor, cast, customer):
    today = timezone.localdate()
    at = timezone.now() - timedelta(minutes=5)
    make_visit(customer, cast.alice, on=today, visited_at=at, result="客户确认下月下单。")
    lead = visitor()
    lead.sign_in("bob")
    lead.goto("/performance/team-day/")
    assert lead.page.get_by_text("客户确认下月下单。").first.is_visible()
    assert lead.page.get_by_text("Alice").first.is_visible()
    lead.page.get_by_role("link", name="海川商贸").first.click()
    lead.page.wait_for_url(f"**/customers/customers/{customer.pk}/**")


def test_finance_records_a_receipt_and_allocates_it_to_two_items(visitor, cast, customer):
    first = make_receivable(customer, amount="300.00", due=date(2026, 2, 1))
    second = make_receivable(customer, amount="200.00", due=date(2026, 3, 1))
    finance = visitor()
    finance.sign_in("dora")
    page = finance.page
    finance.goto(f"/receivables/receipts/new/?customer={customer.pk}")
    page.fill("[name=amount]", "450.00")
    page.fill("[name=bank_reference]", "B-1")
    page.wait_for_selector(f"text={first.number}")

    def fill(item, part: str) -> None:
        page.locator("tr", has_text=item.number).locator("input[type=text], input[type=number]").first.fill(
            part
        )

    def save() -> None:
        page.locator("main form button[type=submit]:not([name])").last.click()

    def refused_beside(name: str) -> str:
        return page.locator(
            f".form-cell:has([name={name}]) .invalid-feedback, td:has([name={name}]) .invalid-feedback"
        ).first.inner_text()

    fill(first, "300.00")
    fill(second, "200.00")
    save()
    assert "500.00" in refused_beside("amount")
    fill(first, "249.00")
    fill(second, "200.01")
    save()
    assert "200.00 CNY" in refused_beside(f"item-{second.pk}")
    assert not Receipt.objects.exists()
    assert page.input_value("[name=bank_reference]") == "B-1", "nothing typed is lost"
    fill(first, "300.00")
    fill(second, "150.00")
    save()
    page.wait_for_url(lambda url: url.rstrip("/").split("/")[-1].isdigit())
    assert Receipt.objects.get().unallocated == 0
    assert [r.outstanding for r in Receivable.objects.order_by("pk")] == [Decimal("0.00"), Decimal("50.00")]


def test_a_manager_opens_the_rows_of_a_figure_and_they_add_up(visitor, cast, customer, product):
    day = timezone.localdate().replace(day=1)
    for quantity in ("10", "5"):
        make_order(
            customer,
            lines=((quantity, "100.00"),),
            state="shipped",
            order_date=day,
            shipped_date=day,
            product=product,
        )
    manager = visitor()
    manager.sign_in("mona")
    manager.goto("/dashboards/team/")
    link = manager.page.locator('main a[href*="code=sal_amt"]').first
    assert "1,500" in link.inner_text() or "1,500" in manager.page.locator("main").inner_text()
    manager.page.goto(link.get_attribute("href"))
    text = manager.page.locator("main").inner_text()
    assert "1,000.00" in text and "500.00" in text and "1,500.00" in text
    for order in Order.objects.all():
        assert order.number in text


def test_an_administrator_imports_a_file_and_undoes_it(visitor, cast, tmp_path):
    file = tmp_path / "customers.csv"
    file.write_text("code,name,region\nN1,Nordlicht GmbH,Europe\nN2,蓝港贸易,华东\n", encoding="utf-8")
    administrator = visitor()
    administrator.sign_in("root")
    page = administrator.page
    administrator.goto("/exchange/imports/new/")
    page.set_input_files("input[type=file]", str(file))
    page.select_option("select[name=kind]", "customers")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/exchange/imports/\d+/$"))
    assert page.locator("main td", has_text="Nordlicht GmbH").first.is_visible()
    here = page.url

    page.get_by_role("button", name="Check all rows").click()
    wait_until(lambda: ImportBatch.objects.get().state == "checking")
    the_worker_catches_up()
    page.goto(here)
    assert not Customer.objects.exists(), "a check writes nothing"
    page.get_by_role("link", name="Import now").click()
    page.wait_for_url("**/run/")
    page.locator("main form button[type=submit]").last.click()
    wait_until(lambda: ImportBatch.objects.get().state == "running")
    the_worker_catches_up()
    page.goto(here)
    page.get_by_role("link", name="Undo this import").wait_for()
    assert set(Customer.objects.values_list("code", flat=True)) == {"N1", "N2"}
    assert administrator.axe() == []

    page.get_by_role("link", name="Undo this import").click()
    page.wait_for_url("**/undo/")
    page.locator("main form button[type=submit]").last.click()
    wait_until(lambda: ImportBatch.objects.get().state == "undone")
    assert not Customer.objects.exists()


def test_a_list_is_walked_by_keyboard(visitor, cast, customer):
    rep = visitor()
    page = rep.page
    page.goto("/accounts/sign-in/")
    page.locator("input[name=username]").focus()
    page.keyboard.type("alice")
    page.keyboard.press("Tab")
    page.keyboard.type("correct horse battery")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    rep.goto("/customers/customers/")
    page.keyboard.press("j")
    page.locator("tr.here", has_text="海川商贸").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/customers/customers/{customer.pk}/")
    rep.goto("/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "topq"
    page.keyboard.type("海川")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/customers/customers/{customer.pk}/")  # the only one found is opened at once
