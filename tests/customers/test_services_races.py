"""Two people at once."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from customers.models import Contact, Customer, CustomerMerge, CustomerOwnership, Lead, Opportunity, Visit
from customers.services import (
    assign_owner,
    create_customer,
    log_visit,
    make_pack,
    merge_customers,
    release,
    sign_items,
)
from customers.services.deal_steps import move_opportunity
from customers.services.lead_conversion import convert_lead
from customers.services.lead_pool import claim_lead
from salesops.core.errors import DomainError
from salesops.core.locking import lock_row
from tests.factories.accounts import make_cast, make_person
from tests.factories.customers import make_contact, make_currency, make_customer, make_visit
from tests.factories.deals import make_deal, make_lead

AT = timezone.make_aware(datetime(2026, 4, 1, 18))
TODAY = timezone.localdate(AT)


def at_once(acts):
    """Run the acts in threads that start together; returns what each gave or raised."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index, act):
        try:
            gate.wait(10)
            results[index] = act()
        except DomainError as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.fixture
def people(transactional_db):
    return make_cast()


def test_a_visit_logged_ten_times_at_once_is_one_record_with_one_next_plan(people):
    visit = make_visit(make_customer(people.alice), on=TODAY, done=False)
    act = lambda: log_visit(  # noqa: E731
        actor=people.alice, at=AT, visit=visit, visited_at=AT, result="ok", next_date=TODAY
    )
    results = at_once([act] * 10)
    assert sum(isinstance(r, Visit) for r in results) == 1
    assert Visit.objects.count() == 2


def test_hand_overs_at_once_leave_one_owner_a_day(people):
    customer = make_customer(people.alice)
    acts = [
        lambda owner=owner: assign_owner(actor=None, at=AT, customer=customer, owner=owner, from_date=TODAY)
        for owner in (people.bob, people.carol, people.bob, people.carol)
    ]
    results = at_once(acts)
    assert any(isinstance(r, CustomerOwnership) for r in results)
    customer.refresh_from_db()
    assert CustomerOwnership.objects.in_force(TODAY).get(customer=customer).owner == customer.owner


def test_numbers_have_neither_gap_nor_double(people):
    currency = make_currency()

    def act(name):
        return create_customer(actor=people.alice, owner=people.alice, at=AT, name=name, currency=currency)

    at_once([lambda name=f"Company {letter}": act(name) for letter in "abcdefgh"])
    codes = sorted(Customer.objects.values_list("code", flat=True))
    assert codes == [f"KH-2026-{number:05d}" for number in range(1, 9)]


def test_a_deal_moved_by_two_at_once_moves_once_and_the_other_is_told_who(people):
    deal = make_deal(people.alice, make_customer(people.alice), score=60)
    acts = [
        lambda who=who: move_opportunity(actor=who, at=AT, opportunity=deal, to="screened", seen="research")
        for who in (people.alice, people.bob) * 3
    ]
    results = at_once(acts)
    moved = [r for r in results if isinstance(r, Opportunity)]
    told = [str(r) for r in results if isinstance(r, DomainError)]
    assert len(moved) == 1
    assert deal.moves.count() == 2
    assert len(told) == 5
    assert all("has moved this opportunity to “Screened”" in text for text in told)


def test_of_two_who_take_a_lead_one_gets_it(people):
    lead = make_lead(None)
    results = at_once(
        [lambda who=who: claim_lead(actor=who, at=AT, lead=lead) for who in (people.alice, people.carol)]
    )
    winner = next(r for r in results if isinstance(r, Lead))
    other = next(r for r in results if isinstance(r, DomainError))
    assert str(winner.owner) in str(other)


def test_who_waited_for_a_customer_reads_the_owner_of_now(people):
    customer = make_customer(people.alice)
    seen = []

    def read():
        try:
            with transaction.atomic():
                seen.append(lock_row(Customer.objects.select_related("owner"), customer.pk).owner)
        finally:
            connection.close()

    other = threading.Thread(target=read)
    with transaction.atomic():
        assign_owner(actor=None, at=AT, customer=customer, owner=people.carol, from_date=TODAY)
        other.start()
        for _n in range(10_000):
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0]:
                    break
    other.join(60)
    assert seen == [people.carol]


def test_two_files_merged_into_each_other_at_once_become_one(people):
    one, two = make_customer(people.alice), make_customer(people.alice)
    acts = [
        lambda keep=keep, gone=gone: merge_customers(
            actor=people.mona, at=AT, keep=keep, merged=gone, reason="One company"
        )
        for keep, gone in ((one, two), (two, one)) * 2
    ]
    results = at_once(acts)
    assert sum(isinstance(r, CustomerMerge) for r in results) == 1
    assert Customer.objects.filter(merged_into__isnull=True).count() == 1


def test_a_lead_converted_twice_at_once_is_one_customer_and_one_deal(people):
    lead = make_lead(people.alice)
    act = lambda: convert_lead(  # noqa: E731
        actor=people.alice, at=AT, lead=lead, title="Flasks", next_step="Call", next_step_on=TODAY
    )
    results = at_once([act] * 4)
    assert sum(isinstance(r, Opportunity) for r in results) == 1
    assert (Customer.objects.count(), Opportunity.objects.count()) == (1, 1)


def test_a_customer_given_up_while_it_is_handed_over_belongs_to_one_or_to_nobody(people):
    customer = make_customer(people.alice)
    taker = make_person("nina", "rep", team=people.group_a)
    pack = make_pack(actor=people.bob, at=AT, giver=people.alice, taker=taker, reason="Moves")
    keys = list(pack.items.values_list("pk", flat=True))
    for who in (people.alice, taker):
        sign_items(actor=who, at=AT, pack=pack, items=keys)
    at_once(
        [
            lambda: sign_items(actor=people.bob, at=AT, pack=pack, items=keys),
            lambda: release(actor=people.bob, at=AT, customer=customer, reason="Too far"),
        ]
    )
    customer.refresh_from_db()
    held = CustomerOwnership.objects.in_force(TODAY).filter(customer=customer)
    assert [row.owner for row in held] == ([customer.owner] if customer.owner else [])
    assert bool(customer.owner) == (customer.pool_since is None)
    assert pack.items.get().state in ("handed", "moot")


def test_who_edits_a_contact_in_the_form_waits_for_the_customer_and_not_the_other_way_round(people, client):
    """Lock order (salesops/README.md): customer, then contact. Whoever holds the customer gets the contact."""
    customer = make_customer(people.alice)
    contact = make_contact(customer, name="Li")
    client.force_login(people.alice)
    data = {"name": "Li Na", "form_version": str(contact.version), "form_key": str(uuid.uuid4())}

    def edit():
        try:
            return client.post(reverse("customers:contact_edit", args=[contact.pk]), data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock_row(Customer.objects, customer.pk)
            sent = pool.submit(edit)
            for _n in range(10_000):
                with connection.cursor() as cursor:
                    cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                    if cursor.fetchone()[0]:
                        break
            assert list(Contact.objects.select_for_update(nowait=True).filter(pk=contact.pk)) == [contact]
        assert sent.result(60) == 302
    assert Contact.objects.get().name == "Li Na"
