"""The account of a customer on one page, and my receivables with the next step."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from receivables.services import mark_disputed
from tests.factories.receivables import make_customer, make_receipt, make_receivable, noon
from tests.factories.receivables_statements import make_statement

pytestmark = pytest.mark.django_db


def test_one_page_shows_the_run_of_the_balance_and_asks_little(cast, client, django_assert_max_num_queries):
    customer = make_customer(owner=cast.alice, name="Whole Ltd")
    statement = make_statement(customer, actor=cast.dora)
    day = timezone.localdate() - timedelta(days=2)
    receipt = make_receipt(customer, amount="30.00", received=day, at=noon(timezone.localdate()))
    client.force_login(cast.dora)
    place = reverse("receivables:account", args=[customer.pk])
    client.get(place)
    with django_assert_max_num_queries(22):
        page = client.get(place)
    text = page.content.decode()
    assert statement.number in text and receipt.number in text and "70.00" in text
    [(account, ages)] = page.context["accounts"]
    assert account.closing == sum(amount for _label, amount in ages) - 30


def test_mine_say_what_to_do_next(cast, client):
    customer = make_customer(owner=cast.bob)
    today = timezone.localdate()
    late = make_receivable(
        customer, issued=today - timedelta(days=40), due=today - timedelta(days=20), at=noon(today)
    )
    disputed = make_receivable(customer, issued=date(2026, 1, 1), due=date(2026, 2, 1))
    mark_disputed(actor=None, receivable=disputed, reason="Broken", at=noon(today))
    client.force_login(cast.bob)
    text = client.get(reverse("receivables:my_receivables")).content.decode()
    assert late.number in text and "Visit, and agree on a date" in text and "Settle the dispute" in text
