"""Who has a part of a customer keeps it when others come and go."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from customers.selectors import shares_on
from customers.services import invite, make_pack, open_claim, release, set_shares, sign_items
from customers.services.opportunities import create_opportunity
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.audit.selectors import timeline_of
from salesops.audit.services import record
from salesops.core.errors import NotAllowed
from tests.factories.accounts import make_person
from tests.factories.customers import make_customer, make_visit
from tests.factories.deals import make_deal

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2026, 5, 5, 10))
TODAY = timezone.localdate(AT)
D = Decimal


def divide(cast, customer, *shares):
    set_shares(actor=cast.mona, at=AT, customer=customer, shares=shares, from_date=TODAY, reason="Both")
    return Customer.objects.get(pk=customer.pk)


def parts(customer, on=TODAY):
    return {row.owner.username: row.share for row in shares_on(customer, on)}


def test_a_hand_over_passes_on_the_part_of_the_giver_and_no_more(cast):
    taker = make_person("nina", "rep", team=cast.group_a)
    mine = divide(cast, make_customer(cast.alice), (cast.alice, D("0.6")), (cast.carol, D("0.4")))
    theirs = divide(cast, make_customer(cast.carol), (cast.carol, D("0.7")), (cast.alice, D("0.3")))
    alone = make_customer(cast.alice)
    pack = make_pack(actor=cast.bob, at=AT, giver=cast.alice, taker=taker, reason="Leaves")
    keys = list(pack.items.values_list("pk", flat=True))
    assert len(keys) == 3
    later = AT + timedelta(days=1)
    for who in (cast.alice, taker, cast.bob):
        sign_items(actor=who, at=later, pack=pack, items=keys)
    day = timezone.localdate(later)
    assert parts(mine, day) == {"nina": D("0.6"), "carol": D("0.4")}
    assert parts(theirs, day) == {"nina": D("0.3"), "carol": D("0.7")}
    assert parts(alone, day) == {"nina": 1}
    assert Customer.objects.get(pk=mine.pk).protected_until > day, "given is protected, however it was given"
    assert parts(mine) == {"alice": D("0.6"), "carol": D("0.4")}, "what was stays"


def test_a_claim_that_is_accepted_takes_from_all_who_have_the_customer(cast):
    customer = divide(cast, make_customer(cast.alice), (cast.alice, D("0.6")), (cast.bob, D("0.4")))
    Customer.objects.filter(pk=customer.pk).update(protected_until=None)
    open_claim(actor=cast.carol, at=AT, customer=customer, wish="share", share=D("0.5"), reason="Met them")
    approve(actor=cast.mona, at=AT, request=ApprovalRequest.objects.get())
    assert parts(customer) == {"carol": D("0.5"), "alice": D("0.3"), "bob": D("0.2")}


def test_thirds_still_make_a_whole(cast):
    third = make_person("nina", "rep", team=cast.group_a)
    parted = ((cast.alice, D("0.3334")), (cast.bob, D("0.3333")), (third, D("0.3333")))
    customer = divide(cast, make_customer(cast.alice), *parted)
    Customer.objects.filter(pk=customer.pk).update(protected_until=None)
    open_claim(actor=cast.carol, at=AT, customer=customer, wish="share", share=D("0.0001"), reason="Met them")
    approve(actor=cast.mona, at=AT, request=ApprovalRequest.objects.get())
    assert sum(parts(customer).values()) == 1
    assert parts(customer)["carol"] == D("0.0001")


def test_a_day_that_was_missed_is_made_up_for_with_what_is_known_now(cast):
    from customers.models import PoolRule
    from customers.pooling import candidates

    customer = make_customer(cast.alice, since=date(2025, 1, 1))
    rule = PoolRule.objects.create(cause="contact", days=60, from_date=date(2026, 1, 1))
    set_shares(
        actor=cast.mona, at=AT, customer=customer, shares=[(cast.carol, D(1))], from_date=TODAY, reason="Hers"
    )
    Customer.objects.filter(pk=customer.pk).update(protected_until=None)
    assert not list(candidates([rule], on=TODAY - timedelta(days=2))), "she has had it for a day"


def test_who_is_only_invited_sees_no_deals_and_opens_none(cast, client):
    """The page that invites promises: contacts, addresses and visits, not the customer's money."""
    customer = make_customer(cast.alice, name="North Works")
    deal = make_deal(cast.alice, customer, title="Secret deal")
    today = timezone.localdate()
    invite(
        actor=cast.alice,
        at=timezone.now(),
        customer=customer,
        person=cast.carol,
        level="write",
        to_date=today,
    )
    record(
        "customers.deal_opened",
        customer,
        actor=cast.alice,
        at=AT,
        data={"deal": "SJ", "title": "Secret deal"},
    )
    client.force_login(cast.carol)
    page = client.get(customer.get_absolute_url()).content.decode()
    assert "North Works" in page and "Secret deal" not in page
    assert client.get(deal.get_absolute_url()).status_code == 404
    assert "North Works" not in client.get(reverse("customers:opportunity_create")).content.decode()
    with pytest.raises(NotAllowed):
        create_opportunity(
            actor=cast.carol, at=AT, title="Mine", customer=customer, owner=cast.carol, next_step="Call",
            next_step_on=TODAY,
        )  # fmt: skip
    divide(cast, customer, (cast.alice, D("0.6")), (cast.carol, D("0.4")))
    assert client.get(deal.get_absolute_url()).status_code == 200, "a co-owner has the deals"


def test_an_invitation_ends_when_the_customer_goes_to_the_pool(cast):
    customer = make_customer(cast.alice)
    today, now = timezone.localdate(), timezone.now()
    plan = make_visit(customer, on=today + timedelta(days=3), done=False)
    invite(actor=cast.alice, at=now, customer=customer, person=cast.carol, to_date=today)
    release(actor=cast.alice, at=now, customer=customer, reason="Too far")
    assert not Customer.objects.visible_to(cast.carol).exists(), "nobody has a start on the others"
    assert "called visit" in timeline_of(plan)[0].sentence, "the visit says who called it off"


def test_who_cannot_own_a_customer_claims_none(cast):
    with pytest.raises(NotAllowed):
        open_claim(
            actor=cast.asha,
            at=AT,
            customer=make_customer(cast.carol),
            wish="share",
            share=D("0.5"),
            reason="x",
        )
