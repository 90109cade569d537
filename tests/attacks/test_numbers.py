"""Numbers and days that are none, through the forms that move money (I9, B6, B7)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.attacks.counting import counted
from tests.attacks.posts import order_form

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.mark.parametrize(
    "bad",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "9" * 19,
        "9" * 400,
        "-1",
        "-0.01",
        "1.005",
        "0x10",
        "1,5",
        "１e9",
        "--1",
    ],
)
def test_numbers_that_are_none_are_refused_in_every_form_with_money(cast, house, mine, as_, bad):
    """I9, B6: never a fault, never a float, never a negative amount."""
    before = counted()
    today = TODAY().isoformat()
    money = {"customer": mine.customer.pk, "amount": bad, "currency": "CNY"}
    posts = [
        (
            cast.dora,
            "receivables:receipt_create",
            [],
            {**money, "received_date": today, "method": "transfer"},
        ),
        (cast.dora, "receivables:receivable_create", [], {**money, "issue_date": today, "due_date": today}),
        (cast.dora, "receivables:creditnote_create", [], {**money, "date": today, "reason": "r"}),
        (cast.alice, "contracts:contract_create", [], {**money, "signed_date": today, "start_date": today}),
        (
            cast.dora,
            "receivables:receipt_allocate",
            [mine.receipt.pk],
            {"date": today, f"item-{mine.receivable.pk}": bad},
        ),
    ]
    for field in ("quantity", "discount", "freight", "price"):
        name = "freight" if field == "freight" else f"lines-0-{field}"
        if (field, bad) in {("price", "1.005"), ("quantity", "1.005"), ("discount", "1.005")}:
            continue  # prices and quantities have more decimals
        posts.append(
            (cast.alice, "orders:order_create", [], order_form(mine.customer, house.product, **{name: bad}))
        )
    for person, url, args, data in posts:
        answer = as_(person).post(reverse(url, args=args), data)
        assert answer.status_code in (200, 400, 409, 422), (url, answer.status_code)
        assert counted() == before, (url, data)


@pytest.mark.parametrize(
    "day", ["0001-01-01", "9999-12-31", "2026-02-30", "10000-01-01", "2099-01-01", "x", "-1"]
)
def test_days_that_cannot_be_are_refused(cast, house, mine, as_, day):
    """B7: year 1 and 9999, the 30th of February, the far future: a field error, nothing saved."""
    before = counted()
    money = {"customer": mine.customer.pk, "amount": "5.00", "currency": "CNY"}
    posts = [
        (cast.dora, "receivables:receipt_create", {**money, "received_date": day, "method": "transfer"}),
        (cast.dora, "receivables:receivable_create", {**money, "issue_date": day, "due_date": day}),
        (cast.dora, "receivables:creditnote_create", {**money, "date": day, "reason": "r"}),
        (cast.alice, "orders:order_create", order_form(mine.customer, house.product, order_date=day)),
        (
            cast.alice,
            "customers:visit_log_new",
            {"customer": mine.customer.pk, "kind": "visit", "visited_at": f"{day}T10:00", "result": "r"},
        ),
    ]
    for person, url, data in posts:
        answer = as_(person).post(reverse(url), data)
        assert answer.status_code in (200, 400, 409, 422), (url, answer.status_code)
        assert counted() == before, (url, day)
