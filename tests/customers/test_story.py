"""One timeline over everything that concerns a customer, and what is to be done next (CUS-09)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Visit
from customers.services import merge_customers
from customers.story import Place, story_of
from salesops.core.policies import can
from salesops.work.services.comments import add_comment
from salesops.work.services.tasks import create_task
from tests.factories.customers import make_customer, make_visit
from tests.factories.deals import make_deal
from tests.factories.orders import make_order, make_return
from tests.factories.receivables import make_receipt, make_receivable

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)


def full(cast):
    """A customer of Alice with one of each."""
    customer = make_customer(cast.alice, name="Harbour Ltd.")
    make_visit(customer, on=date(2026, 3, 2), result="They want samples")
    make_order(customer, order_date=date(2026, 3, 20))
    make_receivable(customer, issued=date(2026, 4, 1), due=date(2026, 5, 1))
    make_receipt(customer, received=date(2026, 4, 20))
    make_deal(cast.alice, customer=customer, on=date(2026, 2, 1), title="New line")
    add_comment(actor=cast.alice, at=AT, subject=customer, text="Ask for Mrs. Lin")
    return customer


def keys_of(user, customer, **options):
    lines, _end = story_of(user, [customer.pk], **options)
    return [line.key for line in lines]


def test_one_timeline_over_all_kinds_newest_first(cast):
    customer = full(cast)
    assert keys_of(cast.alice, customer) == [
        "work.comment", "receivables.receipt", "receivables.receivable", "orders.order", "customers.visit",
        "customers.deal",
    ]  # fmt: skip


def test_each_row_is_shown_to_who_may_see_it(cast):
    customer = full(cast)
    make_visit(customer, cast.carol, on=date(2026, 3, 3))
    for person in (cast.alice, cast.bob, cast.dora, cast.sam, cast.otto, cast.hugo):
        lines, _end = story_of(person, [customer.pk])
        hidden = [line for line in lines if line.key != "work.comment" and not can(person, "view", line.obj)]
        assert not hidden, person
    assert "orders.order" in keys_of(cast.alice, customer)
    assert "receivables.receipt" not in keys_of(cast.hugo, customer)


def test_pages_by_key_show_every_event_once_and_cost_the_same(cast):
    customer = make_customer(cast.alice)
    day = date(2020, 1, 1)
    noon = timezone.make_aware(datetime(2020, 1, 1, 12))
    Visit.objects.bulk_create(
        Visit(
            number=f"BF-{n}", customer=customer, owner=cast.alice, visit_date=day + timedelta(days=n // 3),
            visited_at=noon, state="done", result=f"Event {n}",
        )
        for n in range(300)
    )  # fmt: skip
    make_order(customer, order_date=day + timedelta(days=50))
    seen, before, costs = [], None, []
    while True:
        with CaptureQueriesContext(connection) as queries:
            lines, before = story_of(cast.alice, [customer.pk], before=before)
        costs.append(len(queries))
        seen += [(line.key, line.obj.pk) for line in lines]
        if before is None:
            break
        assert Place.read(str(before)) == before
    assert len(seen) == len(set(seen)) == 301
    assert max(costs) <= 4  # whose customer it is, the page, and its records of each kind


def test_the_tab_narrows_by_kind_and_goes_on_where_it_ended(cast, client):
    customer = full(cast)
    for n in range(25):
        make_visit(customer, on=date(2026, 1, 1) + timedelta(days=n), result=f"Talk {n}")
    client.force_login(cast.alice)
    page = client.get(f"{customer.get_absolute_url()}?panel=customers.story").content.decode()
    assert "Harbour" in page
    assert "Ask for Mrs. Lin" in page
    assert "Talk 0" not in page
    visits = client.get(
        f"{customer.get_absolute_url()}?panel=customers.story&kind=customers.visit"
    ).content.decode()
    assert "They want samples" in visits
    assert "Ask for Mrs. Lin" not in visits
    end = story_of(cast.alice, [customer.pk])[1]
    older = client.get(
        f"{customer.get_absolute_url()}?panel=customers.story&before={end}", headers={"HX-Request": "true"}
    ).content.decode()
    assert "Talk 0" in older
    assert "story-kinds" not in older


def test_a_return_leads_to_its_order(cast, client):
    customer = full(cast)
    order = make_order(customer, state="shipped")
    make_return(order, net="10.00")
    client.force_login(cast.alice)
    page = client.get(f"{customer.get_absolute_url()}?panel=customers.story&kind=orders.return")
    assert f'href="/orders/orders/{order.pk}/"' in page.content.decode()


def test_a_wrong_place_begins_at_the_top(cast, client):
    customer = full(cast)
    client.force_login(cast.alice)
    for wrong in ("x", "2026-01-01", "2026-99-99.1.1", "2026-01-01.1.99999999999999999999"):
        answer = client.get(customer.get_absolute_url(), {"panel": "customers.story", "before": wrong})
        assert b"Ask for Mrs. Lin" in answer.content


def test_what_happened_with_a_merged_file_is_on_the_timeline(cast, client):
    customer, other = full(cast), make_customer(cast.alice)
    make_order(other, order_date=date(2026, 5, 1), customer_po="OTHER-77")
    merge_customers(actor=cast.mona, at=AT, keep=customer, merged=other, reason="One")
    client.force_login(cast.alice)
    page = client.get(f"{customer.get_absolute_url()}?panel=customers.story").content.decode()
    assert "OTHER-77" in page


def test_next_steps_put_the_most_urgent_first(cast, client):
    customer = make_customer(cast.alice)
    today = timezone.localdate()
    make_visit(customer, on=today + timedelta(days=3), done=False, purpose="Show the samples")
    make_deal(
        cast.alice,
        customer=customer,
        on=today,
        next_step="Send the offer",
        next_step_on=today + timedelta(days=1),
    )
    create_task(
        actor=cast.alice, at=timezone.now(), title="Call Mrs. Lin", owner=cast.alice, subject=customer,
        due_at=timezone.now() + timedelta(days=2),
    )  # fmt: skip
    make_receivable(
        customer, issued=today - timedelta(days=40), due=today - timedelta(days=10), at=timezone.now()
    )
    client.force_login(cast.alice)
    page = client.get(customer.get_absolute_url(), {"rest": "1"}).content.decode()
    steps = page[page.index("Next steps") :]
    places = [
        steps.index(text) for text in ("Payment due", "Send the offer", "Call Mrs. Lin", "Show the samples")
    ]
    assert places == sorted(places)
