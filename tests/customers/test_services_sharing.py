"""No two reps on one customer: shares, invitations, protection, claims (ORG-12)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from customers.models import Collaborator, Customer, CustomerOwnership, OwnershipClaim
from customers.selectors import owner_on, owners_on, shares_on
from customers.services import (
    assign_owner,
    end_invitation,
    invite,
    open_claim,
    protect,
    set_shares,
    update_customer,
    withdraw_claim,
)
from customers.services.claims import customer_of, token_for
from orders.models import Order
from performance.choices import Dimension
from performance.selectors.figures import figure_table
from performance.selectors.rows import figure_rows
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve, reject
from salesops.approvals.showing import brief_data, in_brief
from salesops.core.errors import Conflict, Duplicate, InvalidInput, NotAllowed
from salesops.core.periods import Period
from salesops.core.policies import can
from tests.factories.customers import make_contact, make_customer
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2026, 5, 5, 10))
TODAY = timezone.localdate(AT)
D = Decimal


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def divide(cast, customer, *shares, on=TODAY, actor=None):
    return set_shares(
        actor=actor or cast.mona,
        at=AT,
        customer=customer,
        shares=shares,
        from_date=on,
        reason="Both worked on it",
    )


def test_shares_are_dated_and_come_to_one(cast):
    customer = make_customer(cast.alice)
    divide(cast, customer, (cast.carol, D("0.3")), (cast.alice, D("0.7")))
    assert [(row.owner, row.share) for row in shares_on(customer, TODAY)] == [
        (cast.alice, D("0.7")),
        (cast.carol, D("0.3")),
    ]
    assert owner_on(customer, TODAY).owner == owners_on([customer.pk], TODAY)[customer.pk].owner == cast.alice
    assert owner_on(customer, TODAY - timedelta(days=1)).share == 1, "what was before stays"
    divide(cast, fresh(customer), (cast.carol, D("0.5")), (cast.alice, D("0.5")))
    assert fresh(customer).owner == cast.alice, "among equals the owner of now"
    for wrong in ([(cast.alice, D("0.7"))], [(cast.alice, D("0.33333")), (cast.carol, D("0.66667"))], []):
        with pytest.raises(InvalidInput):
            divide(cast, customer, *wrong)
    with pytest.raises(NotAllowed):
        divide(cast, customer, (cast.alice, D(1)), actor=cast.alice)
    with pytest.raises(IntegrityError, match="more than one"), transaction.atomic():
        CustomerOwnership.objects.create(customer=customer, owner=cast.bob, share=D("0.1"), from_date=TODAY)
    assign_owner(actor=cast.mona, at=AT, customer=customer, owner=cast.carol, from_date=TODAY)
    assert [(row.owner, row.share) for row in shares_on(customer, TODAY)] == [(cast.carol, D(1))]


def test_money_of_a_shared_customer_counts_for_each_with_the_share_of_its_day(cast):
    customer = make_customer(cast.alice)

    def sell(day, amount, owner):
        make_order(
            customer, state="shipped", order_date=day, shipped_date=day, lines=[("1", amount)], owner=owner
        )

    sell(date(2026, 4, 30), "100.00", cast.alice)
    divide(cast, customer, (cast.alice, D("0.6667")), (cast.carol, D("0.3333")))
    sell(TODAY, "100.01", cast.alice)
    sell(TODAY, "40.00", cast.bob)

    def sums(code, period, by=Dimension.STAFF):
        table = figure_table(code, Period.parse(period), by, at=AT)
        return {figure.key: figure.value for figure in table.figures}

    assert sums("sal_amt", "2026-04") == {"alice": D(100)}
    may = sums("sal_amt", "2026-05")
    assert may == {"alice": D("66.676667"), "carol": D("33.333333"), "bob": D(40)}
    assert sum(may.values()) == sums("sal_amt", "2026-05", Dimension.COMPANY)["company"] == D("140.01")
    assert sums("sal_amt", "2026-05", Dimension.TEAM) == {"A": D("106.676667"), "B": D("33.333333")}
    page = figure_rows("sal_amt", Period.parse("2026-05"), Dimension.STAFF, "carol", at=AT)
    assert [row.num for row in page.rows] == [D("33.333333")]
    assert sums("ord_cnt", "2026-05") == {"alice": 1, "bob": 1}, "an order is one order, of the owner on it"


def test_a_co_owner_has_the_file_and_its_documents_and_who_is_invited_only_the_file(cast):
    customer = make_customer(cast.alice)
    order = make_order(customer, owner=cast.alice)
    assert not Customer.objects.visible_to(cast.carol).exists()
    invite(actor=cast.alice, at=timezone.now(), customer=customer, person=cast.carol, level="read",
           to_date=timezone.localdate(), reason="Trade fair")  # fmt: skip
    assert Customer.objects.visible_to(cast.carol).get() == customer
    assert not can(cast.carol, "edit", fresh(customer)) and not can(cast.carol, "invite", fresh(customer))
    assert make_contact(customer) in type(make_contact(customer)).objects.visible_to(cast.carol)
    assert order not in Order.objects.visible_to(cast.carol)
    with pytest.raises(NotAllowed):
        update_customer(actor=cast.carol, at=AT, customer=fresh(customer), industry="Steel")
    invite(actor=cast.alice, at=timezone.now(), customer=customer, person=cast.carol, level="write",
           to_date=timezone.localdate())  # fmt: skip
    update_customer(actor=cast.carol, at=AT, customer=fresh(customer), industry="Steel")
    end_invitation(actor=cast.alice, at=timezone.now(), collaborator=Collaborator.objects.get())
    assert not Customer.objects.visible_to(cast.carol).exists()
    assert not can(cast.carol, "view", fresh(customer))
    set_shares(actor=cast.mona, at=timezone.now(), customer=customer, from_date=timezone.localdate(), reason="x",
               shares=[(cast.alice, D("0.5")), (cast.carol, D("0.5"))])  # fmt: skip
    assert can(cast.carol, "edit", fresh(customer)) and can(cast.carol, "view", order)
    assert order in Order.objects.visible_to(cast.carol)


def test_an_invitation_needs_a_last_day_within_the_handbooks_time(cast):
    customer = make_customer(cast.alice)
    for last in (TODAY - timedelta(days=1), TODAY + timedelta(days=367)):
        with pytest.raises(InvalidInput):
            invite(actor=cast.alice, at=AT, customer=customer, person=cast.carol, to_date=last)


def claim(cast, customer, **fields):
    values = {"wish": "share", "share": D("0.4"), "reason": "I sold to them at the fair"} | fields
    return open_claim(actor=cast.carol, at=AT, customer=customer, **values)


def test_the_manager_of_both_decides_a_claim(cast):
    customer = make_customer(cast.alice, name="Canary Trading")
    found = claim(cast, customer)
    request = ApprovalRequest.objects.about(found).get()
    assert [p.person for ask in request.asks.all() for p in ask.people.all()] == [cast.mona]
    with pytest.raises(Duplicate):
        claim(cast, customer)
    with pytest.raises(NotAllowed):
        approve(actor=cast.alice, at=AT, request=request)
    approve(actor=cast.mona, at=AT, request=request)
    assert fresh(found).state == "accepted"
    assert [(row.owner, row.share) for row in shares_on(customer, TODAY)] == [
        (cast.alice, D("0.6")),
        (cast.carol, D("0.4")),
    ]


def test_a_claim_written_in_chinese_is_decided_in_english(cast):
    """What was asked for is the same in every language, and each reads it in the own one."""
    with override("zh-hans"):
        found = claim(cast, make_customer(cast.alice, name="Canary Trading"))
    request = ApprovalRequest.objects.about(found).get()
    read = in_brief(brief_data(request))
    assert "40" in read
    with override("zh-hans"):
        assert in_brief(brief_data(request)) != read
    assert approve(actor=cast.mona, at=AT, request=request).state == "approved"
    assert fresh(found).state == "accepted"


def test_a_refused_claim_leaves_the_customer_and_one_taken_back_asks_nobody(cast):
    customer = make_customer(cast.alice)
    first = claim(cast, customer, wish="take")
    reject(
        actor=cast.mona, at=AT, request=ApprovalRequest.objects.about(first).get(), comment="Alice works well"
    )
    assert (fresh(first).state, fresh(customer).owner) == ("refused", cast.alice)
    second = claim(cast, customer)
    withdraw_claim(actor=cast.carol, at=AT, claim=second)
    assert fresh(second).state == "withdrawn"
    assert not ApprovalRequest.objects.about(second).filter(state="pending").exists()


def test_a_protected_customer_is_not_claimed(cast):
    customer = make_customer(cast.bob)
    assign_owner(actor=cast.mona, at=AT, customer=customer, owner=cast.alice, from_date=TODAY)
    assert fresh(customer).protected_until == TODAY + timedelta(days=90)
    with pytest.raises(Conflict, match="protected") as error:
        claim(cast, fresh(customer))
    assert error.value.clause == "customers.protection_days"
    protect(actor=cast.mona, at=AT, customer=customer, until=None, reason="Alice is away")
    assert claim(cast, fresh(customer)).state == "open"


def test_the_duplicate_check_offers_a_claim_without_telling_the_file(cast, client):
    customer = make_customer(cast.alice, name="Canary Trading Ltd.", tax_number="91350100M000100Y43")
    client.force_login(cast.carol)
    page = client.post(reverse("customers:customer_duplicates"), {"name": "ｃａｎａｒｙ　Trading Co., Ltd."})
    text = page.content.decode()
    assert "ask Alice" in text and customer.code not in text and f"/{customer.pk}/" not in text
    about = text.split("?about=")[1].split('"')[0]
    asked = client.get(reverse("customers:ownershipclaim_create"), {"about": about})
    assert asked.status_code == 200 and customer.code not in asked.content.decode()
    answer = client.post(
        reverse("customers:ownershipclaim_create"),
        {"about": about, "wish": "share", "percent": "30", "reason": "Met them in Canton"},
    )
    assert answer.status_code == 302 and OwnershipClaim.objects.get().share == D("0.3")
    shown = client.get(answer.url).content.decode()
    assert "Canary Trading" in shown and "91350100M000100Y43" not in shown
    assert customer_of(token_for(customer, cast.carol), cast.alice) is None, "a token is of one person"
    assert client.get(reverse("customers:ownershipclaim_create"), {"about": "1"}).status_code == 404


def test_the_form_divides_a_customer(cast, client):
    customer = make_customer(cast.alice)
    client.force_login(cast.mona)
    url = reverse("customers:customer_shares", args=[customer.pk])
    assert client.get(url).status_code == 200
    lines = {"lines-TOTAL_FORMS": "2", "lines-INITIAL_FORMS": "0", "lines-0-person": cast.alice.pk,
             "lines-0-percent": "66.67", "lines-1-person": cast.carol.pk, "lines-1-percent": "33.33"}  # fmt: skip
    data = {"from_date": timezone.localdate().isoformat(), "reason": "Together", **lines}
    assert client.post(url, data | {"lines-1-percent": "30"}).status_code == 400
    assert client.post(url, data).status_code == 302
    page = client.get(customer.get_absolute_url()).content.decode()
    assert "33.33 %" in page and "66.67 %" in page
