"""The newest day of contact that is kept for each customer is that of its visits, whatever is done to them."""

import random
from datetime import date, datetime, timedelta

import pytest
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone

from customers.choices import IN_PERSON, VisitKind
from customers.models import Customer, LastContact, Visit
from customers.selectors.rhythm import due_by, with_due_date
from customers.services.merge import merge_customers
from receivables.checks import run_checks
from tests.factories.customers import make_customer, make_visit
from tests.factories.rules import make_rule

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)
TODAY = timezone.localdate()


def counted():
    """What the visits themselves say: customer to the newest day of any contact and of a meeting."""
    done = Q(visits__state="done")
    rows = Customer.objects.annotate(
        any=Max("visits__visit_date", filter=done),
        met=Max("visits__visit_date", filter=done & Q(visits__kind__in=IN_PERSON)),
    )
    return {row.pk: (row.any, row.met) for row in rows}


def kept():
    return {row.customer_id: (row.contact_date, row.meeting_date) for row in LastContact.objects.all()}


def at(day):
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


@pytest.mark.parametrize("kind", VisitKind.values)
def test_each_kind_of_contact_counts_and_only_those_in_person_as_a_meeting(cast, kind):
    customer = make_customer(cast.alice)
    make_visit(customer, on=DAY, done=True, kind=kind)
    assert kept() == {customer.pk: (DAY, DAY if kind in IN_PERSON else None)}


def test_whatever_happens_to_visits_the_newest_day_is_theirs(cast):
    chance = random.Random(20261122)
    customers = [make_customer(cast.alice) for _n in range(4)]
    for step in range(120):
        some = list(Visit.objects.order_by("?").values_list("pk", flat=True)[: chance.randint(1, 3)])
        rows, day = Visit.objects.filter(pk__in=some), DAY + timedelta(days=chance.randint(0, 60))
        act = chance.choice(["new", "new", "plan", "take place", "undo", "kind", "day", "move", "delete"])
        if act in ("new", "plan") or not some:
            kind = chance.choice(VisitKind.values)
            make_visit(chance.choice(customers), on=day, done=act != "plan", kind=kind)
        elif act == "take place":
            rows.update(state="done", visit_date=day, visited_at=at(day))
        elif act == "undo":
            rows.update(state="planned", planned_date=day, visited_at=None)
        elif act == "kind":
            rows.update(kind=chance.choice(VisitKind.values))
        elif act == "day":
            rows.update(visit_date=day)
        elif act == "move":
            rows.update(customer=chance.choice(customers))
        else:
            rows.delete()
        assert kept() == counted(), f"after step {step}: {act}"
    Visit.objects.all().delete()
    assert kept() == counted() == {customer.pk: (None, None) for customer in customers}


def test_visits_written_in_bulk_and_moved_by_a_merging_count(cast):
    left, right = make_customer(cast.alice, name="Left"), make_customer(cast.alice, name="Right")
    make_visit(left, on=DAY, done=True)
    make_visit(right, on=DAY + timedelta(days=5), done=True)
    merge_customers(actor=cast.mona, at=timezone.now(), keep=left, merged=right, reason="One company")
    later = DAY + timedelta(days=5)
    assert kept() == counted() == {left.pk: (later, later), right.pk: (None, None)}


def test_the_rhythm_runs_from_the_day_of_the_file_until_the_first_visit(cast):
    customer = make_customer(cast.alice, created_date=DAY)
    row = LastContact.objects.get(customer=customer)
    assert (row.contact_since, row.met_since) == (DAY, DAY)
    Customer.objects.filter(pk=customer.pk).update(created_date=DAY - timedelta(days=9))
    make_visit(customer, on=DAY + timedelta(days=1), done=True, kind="call")
    Customer.objects.filter(pk=customer.pk).update(customer_class="potential")
    row.refresh_from_db()
    assert row.customer_class == "potential"
    assert (row.contact_since, row.met_since) == (DAY + timedelta(days=1), DAY - timedelta(days=9))


def test_the_check_of_the_books_tells_a_day_that_is_not_that_of_the_visits(cast):
    right, wrong = make_customer(cast.alice), make_customer(cast.alice)
    make_visit(right, on=DAY, done=True)
    found = {result.name: result for result in run_checks()}["performance.last_contacts"]
    assert found.violations == 0
    LastContact.objects.filter(customer=wrong).update(meeting_date=DAY)
    found = {result.name: result for result in run_checks()}["performance.last_contacts"]
    assert found.violations == 1 and found.sample[0].startswith(wrong.code)


def test_it_leaves_with_its_file(cast):
    customer = make_customer(cast.alice)
    customer.ownerships.all().delete()
    customer.delete()
    assert not LastContact.objects.exists()


def test_the_list_by_due_date_is_that_of_sorting_everybody(cast, client):
    """Each class in the order of an index, heads put together: the same rows in the same order, page by page."""
    chance = random.Random(7)
    for n in range(90):
        customer = make_customer(
            cast.alice,
            customer_class=chance.choice(["important", "general", "potential"]),
            created_date=TODAY - timedelta(days=chance.randint(0, 400)),
            visit_every=chance.choice([None, None, None, 10, 90]),
        )
        for _visit in range(n % 3):
            day = TODAY - timedelta(days=chance.randint(1, 200))
            make_visit(customer, on=day, done=True, kind=chance.choice(["visit", "call"]))
    client.force_login(cast.mona)
    for kinds in ("in person", "any contact"):
        if kinds == "any contact":
            make_rule("customers.rhythm_counts", "any")
        for sign in ("", "-"):
            page = client.get(f"{reverse('customers:visit_due')}?sort={sign}due_date").context["page"]
            seen = list(page.rows)
            while page.next:
                url = f"{reverse('customers:visit_due')}?sort={sign}due_date&at={page.next}"
                page = client.get(url).context["page"]
                seen += page.rows
            due = due_by(Customer.objects.all(), TODAY + timedelta(days=7), on=TODAY)
            whole = with_due_date(due, on=TODAY).order_by(f"{sign}due_date", f"{sign}pk")
            assert seen == list(whole) and len(seen) > 50
