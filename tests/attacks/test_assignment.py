"""Fields that no form offers, and people who only look (Z9, Z10)."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from orders.models import Order
from receivables.models import Receipt, Receivable
from tests.access.table import OK, all_rows
from tests.attacks.counting import counted
from tests.attacks.posts import order_form
from tests.attacks.world import addresses

pytestmark = pytest.mark.django_db
DOMAIN = {"customers", "contracts", "orders", "receivables", "performance", "catalog", "exchange", "handbook"}
TODAY = timezone.localdate


def test_fields_that_no_form_offers_change_nothing(cast, house, mine, as_):
    """Z9: owner, team, state, number, totals, id and dates of making, on every edit and create form."""
    extra = {
        "owner": cast.carol.pk,
        "owner_id": cast.carol.pk,
        "team": cast.group_b.pk,
        "team_id": cast.group_b.pk,
        "state": "shipped",
        "number": "FORGED-1",
        "code": "FORGED-1",
        "total": "0.01",
        "net": "0.01",
        "base_net": "0.01",
        "base_total": "0.01",
        "paid": "1",
        "settled": "1",
        "used": "0",
        "id": mine.customer.pk,
        "pk": mine.customer.pk,
        "created_at": "2001-01-01",
        "created_by": cast.root.pk,
        "version": "99",
        "is_staff": "on",
        "is_superuser": "on",
        "confirmed_date": "2001-01-01",
        "credit_limit": "99999999",
        "base_rate": "0.0001",
    }
    client = as_(cast.alice)
    answer = client.post(reverse("orders:order_create"), order_form(mine.customer, house.product, **extra))
    made = Order.objects.latest("pk")
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    assert (made.owner, made.team, made.state, made.total) == (
        cast.alice,
        cast.group_a,
        "draft",
        Decimal("22.60"),
    )
    assert made.number != "FORGED-1"
    assert made.pk != mine.customer.pk or made.created_at.year > 2001
    assert made.created_by == cast.alice
    client.post(
        reverse("customers:customer_edit", args=[mine.customer.pk]),
        {"name": "Ownword Trading", "kind": "company", **{k: v for k, v in extra.items() if k != "code"}},
    )
    row = Customer.objects.get(pk=mine.customer.pk)
    assert (row.owner, row.team, row.credit_limit) == (cast.alice, cast.group_a, None)
    assert row.created_at.year > 2001
    client.post(reverse("accounts:profile"), {"phone": "1", "language": "en", "theme": "", **extra})
    person = type(cast.alice).objects.get(pk=cast.alice.pk)
    assert not person.is_staff
    assert not person.is_superuser


def test_finance_forges_no_ledger_fields(cast, house, mine, as_):
    """Z9: caches, owner, rate and number of ledger documents come from the services alone."""
    client = as_(cast.dora)
    today = TODAY().isoformat()
    extra = {
        "owner": cast.carol.pk,
        "team": cast.group_b.pk,
        "number": "FORGED",
        "used": "-5",
        "settled": "1",
        "base_rate": "9",
        "base_amount": "900",
        "reversed": "on",
        "order": mine.order.pk,
        "created_by": cast.root.pk,
    }
    data = {"customer": mine.customer.pk, "amount": "10.00", "currency": "CNY", **extra}
    client.post(reverse("receivables:receipt_create"), {**data, "received_date": today, "method": "transfer"})
    made = Receipt.objects.latest("pk")
    assert (made.owner, made.base_amount, made.amount) == (cast.alice, Decimal("10.00"), Decimal("10.00"))
    assert made.number != "FORGED"
    client.post(
        reverse("receivables:receivable_create"),
        {**data, "issue_date": today, "due_date": today, "order": ""},
    )
    item = Receivable.objects.latest("pk")
    assert (item.owner, item.settled, item.base_amount) == (cast.alice, 0, Decimal("10.00"))


def test_who_only_looks_posts_nothing(cast, house, prey, as_):
    """Z10: the auditor, and the general manager on what is not hers, at every address of the product."""
    wrong = []
    open_to_all = {
        "accounts:login",
        "accounts:logout",
        "accounts:profile",
        "accounts:password_change",
        "accounts:password_forgotten",
        "accounts:password_reset_confirm",
        "ui:preferences",
        "ui:savedview_create",
        "notifications:notification_read_all",
        "audit:integrity",
        "handbook:acknowledge",
        "notifications:one_time_link",
        "customers:calendarfeed_make",  # one's own calendar, with one's own visits
        "customers:calendarfeed_end",
    }
    # In the kernel the access table says what everybody has: tasks, comments, the own account.
    open_to_all |= {
        row.url
        for row in all_rows()
        if row.post and row.expected("post", "aida") == OK and row.url.partition(":")[0] not in DOMAIN
    }
    client = as_(cast.aida)
    every = addresses(prey, house, cast)
    before = counted()
    for name, places in every.items():
        if name in open_to_all:
            continue
        for place in places:
            status = client.post(place, {}).status_code
            read_only_bulk = name.endswith("_list") and status == 400
            if status not in (403, 404, 405) and not read_only_bulk:
                wrong.append(f"{name}: {status}")
    assert not wrong, "\n".join(wrong)
    assert counted() == before
