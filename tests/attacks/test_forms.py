"""Forms that name what belongs to others: foreign keys, lines of other orders, endless lines (Z6, Z7, Z17)."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.models import Order
from receivables.models import SettlementLine
from tests.attacks.counting import counted
from tests.attacks.posts import foreign_posts, money_of, order_form

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def test_a_form_that_names_a_foreign_record_saves_nothing(cast, house, prey, mine, as_):
    """Z6, Z7: customer, contract, contact, parent of another team, by every form that has such a field."""
    client = as_(cast.alice)
    for name, args, data in foreign_posts(mine, prey, house):
        before = counted()
        answer = client.post(reverse(name, args=args), data)
        assert answer.status_code in (200, 400, 404, 409, 422), (name, data, answer.status_code)
        assert counted() == before, (name, data)
    mine.customer.refresh_from_db()
    mine.orders["draft"].refresh_from_db()
    assert mine.customer.name == "Ownword Trading"
    assert mine.customer.parent is None
    assert mine.orders["draft"].customer == mine.customer


def test_money_of_one_customer_never_settles_what_another_owes(cast, house, prey, mine, as_):
    """Z6, Z7: receipt, credit note and allocation across customers, through finance's own forms."""
    client = as_(cast.dora)
    today = TODAY().isoformat()
    posts = [
        ("receivables:receipt_allocate", [mine.receipt.pk], {"date": today, **money_of(prey.receivable)}),
        (
            "receivables:creditnote_allocate",
            [mine.credit_note.pk],
            {"date": today, **money_of(prey.receivable)},
        ),
        (
            "receivables:creditnote_create",
            [],
            {
                "customer": mine.customer.pk,
                "receivable": prey.receivable.pk,
                "date": today,
                "amount": "1.00",
                "currency": "CNY",
                "reason": "r",
            },
        ),
        (
            "receivables:receipt_create",
            [],
            {
                "customer": mine.customer.pk,
                "received_date": today,
                "amount": "1.00",
                "currency": "CNY",
                "method": "transfer",
                **money_of(prey.receivable),
            },
        ),
    ]
    for name, args, data in posts:
        client.post(reverse(name, args=args), data)
        assert SettlementLine.objects.filter(receivable=prey.receivable).count() == 1, name
        prey.receivable.refresh_from_db()
        assert prey.receivable.settled == Decimal("10.00"), name


@pytest.mark.parametrize("total", ["100000", "-1", "abc", "1e9", "9" * 400])
def test_lines_have_a_limit_and_never_a_fault(cast, house, mine, as_, total):
    """Z17: TOTAL_FORMS beyond reason; nothing is saved."""
    before = Order.objects.count()
    data = order_form(mine.customer, house.product) | {"lines-TOTAL_FORMS": total}
    for name, args in (("orders:order_create", []), ("orders:order_preview", [])):
        answer = as_(cast.alice).post(reverse(name, args=args), data)
        assert answer.status_code in (200, 400, 422), (name, answer.status_code)
    assert Order.objects.count() == before


def test_a_line_of_another_order_cannot_be_named(cast, house, prey, mine, as_):
    """Z17: ids of lines in the form, and the line of a foreign order for a return."""
    foreign = prey.orders["shipped"].lines.get()
    as_(cast.alice).post(
        reverse("orders:order_record_return", args=[mine.orders["shipped"].pk]),
        {"line": foreign.pk, "return_date": TODAY().isoformat(), "quantity": "1", "net": "1", "reason": "r"},
    )
    assert foreign.returns.count() == 0
    as_(cast.alice).post(
        reverse("orders:order_edit", args=[mine.orders["draft"].pk]),
        order_form(mine.customer, house.product, **{"lines-0-id": foreign.pk, "lines-0-DELETE": ""}),
    )
    foreign.refresh_from_db()
    assert foreign.order == prey.orders["shipped"]
