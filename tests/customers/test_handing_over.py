"""Handing a customer over: what becomes of co-owners, of closed figures, of claims to a merged file (ORG-12)."""

from datetime import date, datetime, timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer, OwnershipClaim
from customers.selectors import shares_on
from customers.services import assign_owner, log_visit, merge_customers, open_claim, set_shares
from performance.services.closing import close_month
from salesops.approvals.models import ApprovalRequest
from salesops.audit.models import AuditEvent
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.periods import Period
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2026, 5, 5, 10))
TODAY = timezone.localdate(AT)


@pytest.fixture
def shared(cast):
    """Alice has 70 %, Carol 30 % since the first of April."""
    customer = make_customer(cast.alice, since=date(2026, 1, 1))
    parts = [(cast.alice, D("0.7")), (cast.carol, D("0.3"))]
    set_shares(
        actor=cast.mona, at=AT, customer=customer, shares=parts, from_date=date(2026, 4, 1), reason="Both"
    )
    return Customer.objects.get(pk=customer.pk)


def parts_of(customer, on=TODAY):
    return [(row.owner.username, row.share) for row in shares_on(customer, on)]


def hand_over(cast, customer, **more):
    given = {"owner": cast.bob, "from_date": TODAY} | more
    return assign_owner(actor=cast.mona, at=AT, customer=customer, **given)


def test_who_hands_over_a_shared_customer_says_what_becomes_of_the_others(cast, shared):
    with pytest.raises(InvalidInput, match="Carol") as refused:
        hand_over(cast, shared)
    assert refused.value.field == "co_owners"
    assert parts_of(shared) == [("alice", D("0.7")), ("carol", D("0.3"))], "nothing ends by silence"
    hand_over(cast, shared, co_owners="keep")
    assert parts_of(shared) == [("bob", D("0.7")), ("carol", D("0.3"))]
    assert parts_of(shared, TODAY - timedelta(days=1)) == [("alice", D("0.7")), ("carol", D("0.3"))]
    assert Customer.objects.get(pk=shared.pk).owner == cast.bob
    assert AuditEvent.objects.get(verb="customers.co_owners_kept").data["people"] == cast.carol.name


def test_the_parts_of_others_end_where_that_is_chosen_and_the_timeline_says_so(cast, shared, client):
    client.force_login(cast.mona)
    url = reverse("customers:customer_assign", args=[shared.pk])
    page = client.get(url).content.decode()
    assert "Their parts end" in page and cast.carol.name in page
    today = timezone.localdate()
    data = {"owner": cast.bob.pk, "from_date": today.isoformat(), "reason": "Region"}
    assert cast.carol.name in client.post(url, data).content.decode(), (
        "asked, with the name, before anything ends"
    )
    assert client.post(url, data | {"co_owners": "end"}).status_code == 302
    assert parts_of(shared, today) == [("bob", D(1))]
    assert f"ended the parts of {cast.carol.name}" in client.get(shared.get_absolute_url()).content.decode()


def test_a_co_owner_who_becomes_the_owner_has_both_parts(cast, shared):
    hand_over(cast, shared, owner=cast.carol)
    assert parts_of(shared) == [("carol", D(1))]


def test_nobody_becomes_owner_of_days_whose_figures_are_closed(cast):
    customer = make_customer(cast.alice, since=date(2026, 1, 1))
    close_month(actor=None, at=AT, period=Period.parse("2026-03"))
    close_month(actor=None, at=AT, period=Period.parse("2026-04"))
    for act in (
        lambda: hand_over(cast, customer, from_date=date(2026, 4, 30)),
        lambda: set_shares(
            actor=cast.mona, at=AT, customer=customer, shares=[(cast.bob, D(1))], from_date=date(2026, 2, 1)
        ),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.clause == "performance.close_automatically"
        assert refused.value.figures["earliest"] == date(2026, 5, 1)
        assert "restatement" in str(refused.value)
    hand_over(cast, customer, from_date=date(2026, 5, 1))
    assert parts_of(customer, date(2026, 4, 30)) == [("alice", D(1))]


def test_a_claim_to_a_file_that_is_merged_ends_and_asks_nobody_any_more(cast):
    kept, gone = make_customer(cast.alice, name="Kept"), make_customer(cast.alice, name="Gone")
    claim = open_claim(
        actor=cast.carol, at=AT, customer=gone, wish="take", reason="I sold to them at the fair"
    )
    merge_customers(actor=cast.mona, at=AT, keep=kept, merged=gone, reason="One company")
    assert OwnershipClaim.objects.get(pk=claim.pk).state == "withdrawn"
    assert not ApprovalRequest.objects.about(claim).filter(state="pending").exists()
    assert Customer.objects.get(pk=kept.pk).owner == cast.alice


def test_a_former_owner_still_writes_down_visits_of_the_own_days_and_of_no_later_ones(cast):
    """domain §14.6: what happened in somebody's days stays with him."""
    customer = make_customer(cast.alice, since=date(2026, 1, 1))
    hand_over(cast, customer, owner=cast.carol, from_date=date(2026, 5, 4))
    own, later = (timezone.make_aware(datetime(2026, 5, day, 9)) for day in (2, 5))
    told = {
        "actor": cast.alice,
        "at": AT,
        "customer": Customer.objects.get(pk=customer.pk),
        "owner": cast.alice,
        "result": "Samples shown",
    }
    assert log_visit(visited_at=own, **told).team == cast.group_a
    with pytest.raises(NotAllowed, match="only to your own customers"):
        log_visit(visited_at=later, **told)
