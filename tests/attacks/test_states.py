"""States that are jumped over, and the second person who is the first (Z11, B16)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.attacks.posts import order_form

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def test_a_state_is_not_jumped_over(cast, house, mine, as_):
    """Z11: every act on a record whose state does not allow it answers with a refusal and changes nothing."""
    posts = [
        (cast.alice, "orders:order_submit", mine.orders["shipped"]),
        (cast.alice, "orders:order_ship", mine.orders["draft"]),
        (cast.alice, "orders:order_ship", mine.orders["submitted"]),
        (cast.alice, "orders:order_edit", mine.orders["confirmed"]),
        (cast.alice, "orders:order_edit", mine.orders["shipped"]),
        (cast.alice, "orders:order_record_return", mine.orders["confirmed"]),
        (cast.alice, "orders:order_cancel", mine.orders["shipped"]),
        (cast.bob, "orders:order_confirm", mine.orders["draft"]),
        (cast.bob, "orders:order_confirm", mine.orders["shipped"]),
        (cast.bob, "orders:order_return", mine.orders["shipped"]),
        (cast.bob, "contracts:contract_complete", mine.draft_contract),
        (cast.bob, "contracts:contract_activate", mine.contract),
        (cast.bob, "contracts:contract_edit", mine.contract),
        (cast.bob, "contracts:contract_void", mine.contract),
        (cast.alice, "customers:visit_log", mine.done),
        (cast.alice, "customers:visit_cancel", mine.done),
        (cast.alice, "customers:visit_replan", mine.done),
    ]
    today = TODAY().isoformat()
    full = {
        **order_form(mine.customer, house.product),
        "reason": "because",
        "shipped_date": today,
        "planned_date": today,
        "result": "z",
        "kind": "visit",
        "visited_at": f"{today}T00:01",
    }
    for person, name, row in posts:
        state = type(row).objects.get(pk=row.pk).state
        answer = as_(person).post(reverse(name, args=[row.pk]), full)
        assert answer.status_code in (200, 403, 404, 409, 422), (name, row.state, answer.status_code)
        assert type(row).objects.get(pk=row.pk).state == state, (name, state)


def test_nobody_confirms_the_own_order(cast, house, mine, as_):
    """Z11, B16: a lead who wrote and submitted an order does not confirm it."""
    from tests.factories.customers import make_customer
    from tests.factories.orders import make_order

    own = make_order(make_customer(cast.bob), state="submitted", submitted_by=cast.bob, number="BOBS")
    as_(cast.bob).post(reverse("orders:order_confirm", args=[own.pk]), {})
    own.refresh_from_db()
    assert own.state == "submitted"
