"""Files that may be out of date (CUS-05) and customers who may leave (CUS-14)."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.errors import CustomerBlocked
from customers.flags import flagged, flags_in_order, signs_of
from customers.models import Customer
from customers.services import block
from customers.services.confirming import confirm_data
from customers.services.deal_steps import move_opportunity
from customers.services.grading import decide_grading, propose_grades
from tests.factories.customers import make_contact, make_customer, make_visit
from tests.factories.deals import make_deal
from tests.factories.orders import make_order
from tests.factories.rules import make_rule

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2026, 5, 5, 10))
TODAY = date(2026, 5, 5)


def signs(customer, on=TODAY):
    """By the page of one customer; the list says the same."""
    found = [key for key, _flag in signs_of([customer.pk], on=on).get(customer.pk, [])]
    for key, _flag in flags_in_order():
        assert flagged(Customer.objects.filter(pk=customer.pk), [key], on=on).exists() == (key in found), key
    return found


def test_a_file_that_is_whole_and_fresh_shows_no_sign(cast):
    customer = make_customer(cast.alice, since=date(2026, 4, 1), phone="+8613800001111")
    make_contact(customer)
    assert signs(customer) == []


def test_what_is_missing_or_old_is_named(cast):
    customer = make_customer(cast.alice, since=date(2024, 1, 1), lifecycle="active", tax_number="")
    make_contact(customer, left=True)
    assert signs(customer) == [
        "customers.contact", "customers.confirmed", "customers.person", "customers.reach", "customers.tax",
    ]  # fmt: skip
    make_visit(customer, on=date(2026, 5, 1))
    make_contact(customer)
    confirm_data(actor=cast.alice, at=AT, customer=customer)
    assert signs(customer) == ["customers.tax"]
    assert "customers.confirmed" in signs(customer, on=TODAY + timedelta(days=366))


def bought(customer, *days, price="100"):
    for day in days:
        make_order(customer, lines=[("1", price)], order_date=TODAY - timedelta(days=day))


def test_who_buys_less_than_half_of_the_half_year_before_stands_on_the_watch_list(cast):
    falls, holds = (make_customer(cast.alice, since=date(2026, 4, 1)) for _n in range(2))
    bought(falls, 200, 250, 300)
    bought(falls, 20)
    bought(holds, 200, 250)
    bought(holds, 20)
    assert "orders.falling" in signs(falls), "100 after 300"
    assert "orders.falling" not in signs(holds), "100 after 200 is the half"


def test_who_is_silent_for_twice_the_usual_time_stands_on_the_watch_list(cast):
    silent, regular = (make_customer(cast.alice, since=date(2026, 4, 1)) for _n in range(2))
    bought(silent, 61, 91, 121, 151)
    bought(regular, 60, 90, 120, 150)
    assert "orders.rhythm" in signs(silent), "every 30 days, and now 61 days nothing"
    assert "orders.rhythm" not in signs(regular)


def test_a_fallen_grade_is_a_sign(cast):
    customer = make_customer(cast.alice, since=date(2026, 4, 1))
    for grade in ("B", "C"):
        found = propose_grades(on=TODAY, at=AT, customers=[customer.pk])[0]
        decide_grading(actor=cast.bob, at=AT, grading=found, grade=grade, reason="x")
    assert "customers.grade" in signs(customer)


def test_watch_list_page_and_filter_show_own_customers_with_their_signs(cast, client):
    mine, other = (
        make_customer(cast.alice, name="Mine", lifecycle="dormant"),
        make_customer(cast.carol, lifecycle="dormant"),
    )
    calm = make_customer(cast.alice, name="Calm Works")
    client.force_login(cast.alice)
    page = client.get(reverse("customers:customer_watch")).content.decode()
    assert "Mine" in page
    assert "Has stopped ordering" in page
    assert other.name not in page
    assert calm.name not in page
    page = client.get(reverse("customers:customer_list"), {"flag": "customers.dormant"}).content.decode()
    assert "Mine" in page
    assert calm.name not in page
    page = client.get(f"{mine.get_absolute_url()}?rest=1").content.decode()
    assert "Needs attention" in page
    client.post(reverse("customers:customer_confirm", args=[mine.pk]), {})


def test_a_customer_blocked_for_quotations_gets_no_offer(cast):
    for gate in ("screened", "first_visit", "needs", "proposal"):
        make_rule(f"customers.deal_needs_{gate}", "none")
    customer = make_customer(cast.alice)
    deal = make_deal(cast.alice, customer, stage="needs")

    def offer():
        return move_opportunity(actor=cast.alice, at=AT, opportunity=deal, to="proposal")

    block(actor=cast.mona, at=AT, customer=customer, scope="quotes", reason="Two bounced drafts")
    with pytest.raises(CustomerBlocked, match="Two bounced drafts") as refused:
        offer()
    assert refused.value.clause == "customers.block_stops_quotes"
    assert "manager" in str(refused.value.way_out)
    block(actor=cast.mona, at=AT, customer=customer, scope="orders", reason="Two bounced drafts")
    assert offer().stage == "proposal", "blocked for orders only"
