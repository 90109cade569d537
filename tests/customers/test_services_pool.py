"""The public pool: who goes and why, taking exactly once, limits, the nightly job, the report."""

from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.errors import PoolRefused
from customers.jobs.pool import recycle_customers
from customers.models import Customer, CustomerOwnership, PoolCustomer, PoolMove, PoolRule
from customers.pooling import candidates
from customers.selectors import owner_on
from customers.services import (
    assign_owner,
    claim,
    end_rule,
    plan_visit,
    protect,
    release,
    save_contact,
    save_rule,
)
from customers.services.ownership import follow_owner
from salesops.audit.models import AuditEvent
from salesops.core.errors import Conflict, NotAllowed
from salesops.handbook.services import set_rule_value
from salesops.notifications.models import Notification
from tests.customers.test_services_races import at_once
from tests.factories.accounts import make_cast
from tests.factories.customers import make_contact, make_customer, make_visit
from tests.factories.orders import make_order

AT = timezone.make_aware(datetime(2026, 5, 5, 10))
TODAY = timezone.localdate(AT)
OLD = date(2025, 1, 1)


def make_rule(cause="contact", days=60, **fields):
    fields.setdefault("from_date", date(2026, 1, 1))
    return PoolRule.objects.create(cause=cause, days=days, **fields)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def going(rule, on=TODAY):
    return {c.customer.name: c.since for c in candidates([rule], on=on)}


@pytest.mark.django_db
def test_a_rule_takes_those_to_whom_nothing_happened_for_its_days_and_says_since_when(cast):
    make_visit(make_customer(cast.alice, name="Silent"), on=TODAY - timedelta(days=60))
    make_visit(make_customer(cast.alice, name="Fresh"), on=TODAY - timedelta(days=59))
    make_customer(cast.alice, name="Never")
    make_customer(cast.alice, name="New", since=TODAY - timedelta(days=10))
    make_customer(name="Nobody's")
    got = make_customer(cast.bob, name="Just got")
    assign_owner(actor=None, at=AT, customer=got, owner=cast.alice, from_date=TODAY - timedelta(days=5))
    safe = make_customer(cast.alice, name="Protected")
    protect(actor=cast.mona, at=AT, customer=safe, until=TODAY, reason="Fair")
    busy = make_customer(cast.alice, name="Busy")
    make_order(busy, state="submitted", owner=cast.alice, order_date=date(2025, 2, 1))
    assert going(make_rule()) == {"Silent": TODAY - timedelta(days=60), "Never": OLD}
    assert set(going(make_rule(spares_open=False))) == {"Silent", "Never", "Busy"}
    assert going(make_rule(customer_class="important")) == {}


@pytest.mark.django_db
def test_orders_and_deals_count_through_what_the_apps_above_say_and_a_merged_name_counts_too(cast):
    old, new = make_customer(cast.alice, name="Old buyer"), make_customer(cast.alice, name="New buyer")
    make_order(old, state="confirmed", order_date=date(2025, 6, 1), owner=cast.alice)
    make_order(new, state="confirmed", order_date=TODAY - timedelta(days=10), owner=cast.alice)
    rule = make_rule("order", 180, spares_open=False)
    assert going(rule) == {"Old buyer": date(2025, 6, 1)}
    assert going(make_rule("order", 180, spares_open=False, spares_buyers=True)) == {}
    Customer.objects.filter(pk=new.pk).update(merged_into=old)
    Customer.objects.filter(pk=old.pk).update(has_merged=True)
    assert going(rule) == {}


@pytest.mark.django_db
def test_the_nightly_job_warns_recycles_once_and_writes_why(cast):
    gone, soon = make_customer(cast.alice, name="Gone"), make_customer(cast.alice, name="Soon")
    make_visit(gone, on=TODAY - timedelta(days=61))
    make_visit(soon, on=TODAY - timedelta(days=55))
    plan = plan_visit(
        actor=cast.alice, at=AT, customer=gone, owner=cast.alice, planned_date=TODAY + timedelta(days=3)
    )
    make_rule()
    preview = recycle_customers(TODAY, actor=None, at=AT, dry_run=True)
    assert [(i.subject, i.reason) for i in preview.items] == [
        ("Gone", "customers.pool_contact"), ("Soon", "customers.pool_warned")]  # fmt: skip
    assert "no contact for 61 days" in preview.items[0].sentence and fresh(gone).owner == cast.alice
    run = recycle_customers(TODAY, actor=None, at=AT, dry_run=False)
    assert [i.reason for i in run.items] == [i.reason for i in preview.items]
    row = fresh(gone)
    assert (row.owner, row.team, row.pool_since) == (None, None, TODAY)
    assert owner_on(gone, TODAY) is None and owner_on(gone, TODAY - timedelta(days=1)).owner == cast.alice
    event = AuditEvent.objects.get(verb="customers.recycled_contact")
    assert event.data["days"] == 61 and event.data["old"] == "Alice"
    assert fresh(plan).state == "cancelled"
    told = Notification.objects.filter(kind="customers.pool_warning")
    assert {n.recipient for n in told} == {cast.alice, cast.bob} and told[0].data["customer"] == "Soon"
    assert recycle_customers(TODAY, actor=None, at=AT, dry_run=False).already
    recycle_customers(TODAY + timedelta(days=1), actor=None, at=AT + timedelta(days=1), dry_run=False)
    assert told.count() == 2, "warned once for one stretch of silence"


def pooled(cast, name="Canary", owner=None):
    customer = make_customer(owner or cast.alice, name=name)
    release(actor=cast.mona, at=AT, customer=customer, reason="No time")
    return fresh(customer)


@pytest.mark.django_db
def test_taking_has_a_quota_a_cap_and_a_cool_down(cast):
    for key, value in (("pool_quota", 2), ("pool_holding_cap", 3)):
        set_rule_value(
            actor=None,
            key=f"customers.{key}",
            value=value,
            from_date=TODAY,
            reason="t",
            at=AT,
        )
    first, second, third = (pooled(cast, f"C{n}") for n in range(3))
    with pytest.raises(PoolRefused, match="was yours") as error:
        claim(actor=cast.alice, at=AT, customer=first)
    assert error.value.clause == "customers.pool_cool_down_days"
    move = claim(actor=cast.carol, at=AT, customer=first)
    assert (fresh(first).owner, fresh(first).team, move.former) == (cast.carol, cast.group_b, cast.alice)
    assert fresh(first).protected_until == TODAY + timedelta(days=90)
    with pytest.raises(Conflict, match="Carol has taken"):
        claim(actor=cast.bob, at=AT, customer=first)
    claim(actor=cast.carol, at=AT, customer=second)
    with pytest.raises(PoolRefused, match="quota"):
        claim(actor=cast.carol, at=AT, customer=third)
    make_customer(cast.carol)
    with pytest.raises(PoolRefused, match="nobody takes more"):
        claim(actor=cast.carol, at=AT + timedelta(days=1), customer=third)
    claim(actor=cast.alice, at=AT + timedelta(days=60), customer=third)
    with pytest.raises(NotAllowed):
        claim(actor=cast.dora, at=AT, customer=pooled(cast, "More"))
    with pytest.raises(NotAllowed):
        release(actor=cast.carol, at=AT, customer=make_customer(cast.alice), reason="x")


def test_two_click_at_once_and_exactly_one_gets_the_customer(transactional_db):
    cast = make_cast()
    set_rule_value(actor=None, key="customers.pool_quota", value=100, from_date=TODAY, reason="t", at=AT)
    for number in range(12):
        customer = pooled(cast, f"Race {number}", owner=cast.mona)
        acts = [lambda p=p, c=customer: claim(actor=p, at=AT, customer=c) for p in (cast.carol, cast.bob)]
        results = at_once(acts)
        won = [r for r in results if isinstance(r, PoolMove)]
        lost = [r for r in results if isinstance(r, Conflict)]
        assert (len(won), len(lost)) == (1, 1), results
        assert fresh(customer).owner == won[0].owner
        assert CustomerOwnership.objects.in_force(TODAY).get(customer=customer).owner == won[0].owner


@pytest.mark.django_db
def test_one_person_with_two_windows_stays_within_the_quota(cast):
    set_rule_value(actor=None, key="customers.pool_quota", value=1, from_date=TODAY, reason="t", at=AT)
    claim(actor=cast.carol, at=AT, customer=pooled(cast, "One"))
    with pytest.raises(PoolRefused):
        claim(actor=cast.carol, at=AT, customer=pooled(cast, "Two"))


@pytest.mark.django_db
def test_the_pool_hides_people_and_numbers_until_the_customer_is_taken(cast, client):
    customer = make_customer(cast.alice, name="Canary Mills", phone="+8613977770001")
    make_contact(customer, name="Ann Canary")
    release(actor=cast.alice, at=timezone.now(), customer=customer, reason="Too far")
    client.force_login(cast.carol)
    for name, args in (("poolcustomer_list", []), ("poolcustomer_detail", [customer.pk])):
        page = client.get(reverse(f"customers:{name}", args=args)).content.decode()
        assert "Canary Mills" in page and "Ann Canary" not in page and "7777" not in page
    assert client.get(customer.get_absolute_url()).status_code == 404
    answer = client.post(reverse("customers:poolcustomer_claim", args=[customer.pk]))
    assert answer.url == customer.get_absolute_url()
    page = client.get(answer.url + "?rest=1").content.decode()
    assert "Ann Canary" in page and "Taken from the public pool" in page
    assert not PoolCustomer.objects.visible_to(cast.carol).exists()


@pytest.mark.django_db
def test_a_rule_is_tried_before_it_is_saved(cast, client):
    make_customer(cast.alice, name="Silent Works")
    client.force_login(cast.mona)
    url = reverse("customers:poolrule_create")
    data = {"cause": "contact", "days": "60", "warn_days": "7", "from_date": timezone.localdate().isoformat()}
    page = client.post(url, data | {"try": "1"}).content.decode()
    assert "1 customer would go to the pool" in page and "Silent Works" in page and "2025-01-01" in page
    assert not PoolRule.objects.exists() and Customer.objects.get().owner == cast.alice
    assert client.post(url, data).status_code == 302
    changed = save_rule(actor=cast.mona, at=timezone.now() + timedelta(days=3), pool_rule=PoolRule.objects.get(),
                        cause="contact", days=90, from_date=timezone.localdate() + timedelta(days=3))  # fmt: skip
    old = PoolRule.objects.exclude(pk=changed.pk).get()
    assert (old.days, old.to_date) == (60, timezone.localdate() + timedelta(days=2)), (
        "what was in force stays written"
    )


@pytest.mark.django_db
def test_the_report_shows_who_goes_who_took_and_friends_and_its_numbers_open_rows(cast, client):
    now = timezone.now()
    today = timezone.localdate()
    make_rule(from_date=today - timedelta(days=1))
    make_customer(cast.alice, name="Going Soon", since=today - timedelta(days=55))
    for number in range(3):
        customer = make_customer(cast.alice, name=f"Friend {number}", since=today)
        release(actor=cast.mona, at=now, customer=customer, reason="x")
        claim(actor=cast.carol, at=now, customer=customer)
    client.force_login(cast.mona)
    page = client.get(reverse("customers:pool_report")).content.decode()
    assert "Going Soon" in page and "1 customer goes to the pool within 7 days" in page
    links = [
        part.split('"')[0].replace("&amp;", "&") for part in page.split('href="') if "kind=claimed" in part
    ]
    friends = [link for link in links if parse_qs(urlsplit(link).query).get("former") == [str(cast.alice.pk)]]
    assert len(friends) == 1
    rows = client.get(friends[0]).content.decode()
    assert all(f"Friend {number}" in rows for number in range(3))
    client.force_login(cast.alice)
    assert client.get(reverse("customers:pool_report")).status_code == 403


@pytest.mark.django_db
def test_a_rule_that_has_ended_stays_as_it_was(cast):
    ended = make_rule(to_date=date(2026, 2, 1))
    values = {"cause": "contact", "days": 90, "customer_class": "", "warn_days": 1, "from_date": TODAY,
              "to_date": None, "spares_open": True, "spares_buyers": False}  # fmt: skip
    with pytest.raises(Conflict, match="ended"):
        end_rule(actor=cast.mona, at=AT, pool_rule=ended)
    with pytest.raises(Conflict, match="ended"):
        save_rule(actor=cast.mona, at=AT, pool_rule=ended, **values)
    assert fresh(ended).to_date == date(2026, 2, 1)
    soon = make_rule(to_date=TODAY + timedelta(days=1))
    save_rule(actor=cast.mona, at=AT, pool_rule=soon, **values | {"from_date": TODAY + timedelta(days=30)})
    assert fresh(soon).to_date == TODAY + timedelta(days=1), "it does not run longer than it would have"


@pytest.mark.django_db
def test_a_move_to_another_team_does_not_begin_the_silence_anew(cast):
    customer = make_customer(cast.alice)
    follow_owner(owner=cast.alice, team=cast.group_b, from_date=TODAY - timedelta(days=5), at=AT)
    assert going(make_rule())[customer.name] == OLD


@pytest.mark.django_db
def test_the_page_of_the_pool_names_no_people_of_the_customer(cast, client):
    customer = make_customer(cast.alice)
    save_contact(actor=cast.alice, at=AT, customer=customer, name="Hidden Person")
    release(actor=cast.alice, at=AT, customer=customer, reason="Too far")
    client.force_login(cast.carol)
    page = client.get(reverse("customers:poolcustomer_detail", args=[customer.pk])).content.decode()
    assert customer.name in page and "Hidden Person" not in page
    older = reverse("audit:timeline", args=["customers", "poolcustomer", customer.pk])
    assert "Hidden Person" not in client.get(older).content.decode()
