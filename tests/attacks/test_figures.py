"""One amount along its whole way, seen from outside: order, receivable, receipt, ageing, export, figure, reminder."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal as D
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from orders.models import Order
from performance.choices import Dimension
from performance.selectors.figures import figure_table
from receivables.models import Receipt, Receivable, Reminder
from salesops.catalog.models import Currency, ExchangeRate
from salesops.core.periods import Period
from salesops.jobs.models import JobRun
from salesops.jobs.services.schedule import run_due_jobs
from tests.attacks.posts import order_form
from tests.attacks.walks.filling import filled
from tests.factories.catalog import make_product
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.factories.receivables import make_receivable

pytestmark = pytest.mark.django_db


def ask(*words):
    out = StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


def exported(client, name, **asked):
    answer = client.get(reverse(name), {"format": "csv", "purpose": "check", **asked})
    assert answer.status_code == 200, answer.content[-500:]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def go(client, name, row, **more):
    """Open a form, send it as it stands there with some changes; it must pass."""
    address = reverse(name, args=[row.pk])
    form = (client.get(address).context or {}).get("form")
    answer = client.post(address, {**(filled(form) if form is not None else {}), **more})
    assert answer.status_code == 302, (
        name,
        getattr(answer.context["form"], "errors", ""),
        answer.content[-900:],
    )


@pytest.mark.parametrize(
    ("code", "decimals", "rate", "net", "total"),
    [("JPY", 0, "0.05", "1001", "1101"), ("TWD", 2, "0.22", "1000.50", "1100.55")],
)
def test_an_amount_keeps_its_coins_from_the_order_to_the_report(cast, as_, code, decimals, rate, net, total):
    """3 x 333.50 and 10 % tax: whole yen on every paper, cents of a Taiwan dollar."""
    today = timezone.localdate()
    currency, _new = Currency.objects.get_or_create(code=code, defaults={"decimals": decimals})
    assert currency.decimals == decimals
    ExchangeRate.objects.create(currency=currency, date=today - timedelta(days=400), rate=D(rate))
    customer = make_customer(cast.alice, currency=currency, name="Coin Traders", region="Coast")
    product = make_product("COIN", currency=currency, list_price=D("333.50"), category="Boxes")
    form = order_form(
        customer,
        product,
        **{"currency": code, "lines-0-quantity": "3", "lines-0-price": "333.50", "lines-0-tax_rate": "10"},
    )
    assert as_(cast.alice).post(reverse("orders:order_create"), form).status_code == 302
    order = Order.objects.get()
    assert (order.net, order.total) == (D(net), D(total))
    go(as_(cast.alice), "orders:order_submit", order)
    go(as_(cast.bob), "orders:order_confirm", order)
    go(as_(cast.otto), "orders:order_ship", order)
    item = Receivable.objects.get()
    assert item.amount == order.total
    assert item.base_amount == order.base_total
    # No coin that does not exist gets in by hand either.
    client = as_(cast.dora)
    money = {
        "customer": customer.pk,
        "currency": code,
        "received_date": today.isoformat(),
        "method": "transfer",
    }
    odd = client.post(
        reverse("receivables:receipt_create"), {**money, "amount": "100.505" if decimals else "100.50"}
    )
    assert odd.status_code != 302
    assert not Receipt.objects.exists()
    part = client.post(
        reverse("receivables:receipt_create"), {**money, "amount": "400", f"item-{item.pk}": "400"}
    )
    assert part.status_code == 302
    item.refresh_from_db()
    left = order.total - 400
    assert item.outstanding == left
    shown = f"{left:.{decimals}f}"
    own = ask("ageing", "--by", "customer", "--currency", code)
    assert (own["total"]["outstanding"], own["rows"][0]["outstanding"]) == (shown, shown), own
    in_base = ask("ageing", "--by", "customer")
    open_base = D(in_base["total"]["outstanding"])
    assert abs(open_base - left * D(rate)) <= D("0.01")
    (row,) = exported(client, "receivables:receivable_list", cols="number,amount,outstanding")
    assert D(row["Amount"]) == order.total
    kpi = ask("kpi", "sal_amt", "--period", f"{today:%Y-%m}", "--by", "staff")
    assert kpi["total"]["value"] == f"{order.base_net:.2f}"
    assert ask("check_books")["ok"] is True


def test_a_figure_by_region_is_the_sum_of_its_categories(cast, as_):
    """Region x category: orders of two regions and two kinds of goods; both ways add up to the company's figure."""
    today = timezone.localdate()
    expected: dict[tuple[str, str], D] = {}
    for region, amount in (("North", "10.01"), ("South", "20.02"), ("", "0.97")):
        customer = make_customer(cast.alice, region=region)
        for category, factor in (("Pumps", 1), ("Hoses", 3)):
            product = make_product(category=category)
            make_order(
                customer, state="shipped", order_date=today, shipped_date=today, product=product,
                region=region, lines=((factor, amount),),
            )  # fmt: skip
            expected[region, category] = factor * D(amount)
    whole = sum(expected.values())
    period = Period.month_of(today)
    at = timezone.now()
    by_region = {f.key: f.num for f in figure_table("sal_amt", period, Dimension.REGION, at=at).figures}
    for region in ("North", "South", ""):
        wanted = sum(v for (r, _c), v in expected.items() if r == region)
        assert by_region.get(region or "") == wanted, by_region
    by_product = {f.key: f.num for f in figure_table("sal_amt", period, Dimension.PRODUCT, at=at).figures}
    assert sum(by_product.values()) == sum(by_region.values()) == whole
    company = figure_table("sal_amt", period, Dimension.COMPANY, at=at).figures
    assert [f.num for f in company] == [whole]
    document = ask("kpi", "sal_amt", "--period", period.code, "--by", "region")
    assert document["total"]["value"] == f"{whole:.2f}"


def test_reminders_of_missed_days_are_sent_once_each_and_in_order(cast):
    """Beat away for five days: every day has its run, each step of an item one reminder, none twice."""
    at = timezone.now().replace(hour=12)
    day = timezone.localdate(at)
    run_due_jobs(at=at - timedelta(days=6))
    soon = make_receivable(
        owner=cast.alice, issued=day - timedelta(days=40), due=day + timedelta(days=4), at=at
    )
    late = make_receivable(
        owner=cast.alice, issued=day - timedelta(days=40), due=day - timedelta(days=3), at=at
    )
    run_due_jobs(at=at)
    run_due_jobs(at=at + timedelta(minutes=5))
    runs = list(JobRun.objects.filter(job="send_reminders", state="done").order_by("business_date"))
    days = [run.business_date for run in runs]
    assert days[-6:] == [day - timedelta(days=n) for n in range(5, -1, -1)]
    assert len(days) == len(set(days))
    for item in (soon, late):
        steps = list(Reminder.objects.filter(receivable=item).values_list("kind", "recipient", "channel"))
        assert steps
        assert len(steps) == len(set(steps)), steps
