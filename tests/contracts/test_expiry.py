"""Contracts about to end: told step by step, each once; renewed by a contract of its own (CTR-09)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contracts import services
from contracts.jobs import look_at_expiry
from contracts.models import Contract
from contracts.selectors import expiring
from salesops.core.errors import InvalidInput
from salesops.notifications.models import Notification
from tests.factories.contracts import make_contract
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db
END = date(2026, 9, 30)


@pytest.fixture
def contract(cast):
    return make_contract(make_customer(cast.alice), end_date=END)


def run(days_left):
    day = END - timedelta(days=days_left)
    at = timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 8))
    return look_at_expiry(day, actor=None, at=at, dry_run=False)


def told():
    rows = Notification.objects.filter(kind__startswith="contracts.").order_by("pk")
    return [(row.kind.removeprefix("contracts.contract_"), row.recipient.username) for row in rows]


def test_owner_then_superior_then_both_hear_of_the_end_each_once(cast, contract):
    run(61)
    assert told() == []
    for days in (60, 59, 31):
        run(days)
    assert told() == [("ending", "alice")]
    for days in (30, 1, 0):
        run(days)
    assert told()[1:] == [("ending_late", "alice"), ("ending_late", "bob")]
    for days in (-1, -2):
        run(days)
    assert told()[3:] == [("over", "alice"), ("over", "bob")]


def test_a_missed_run_is_made_up_for(cast, contract):
    run(12)
    assert told() == [("ending_late", "alice"), ("ending_late", "bob")]


def test_what_is_renewed_in_force_is_no_longer_told(cast, contract):
    at = timezone.now()
    old = make_contract(contract.customer, end_date=timezone.localdate() + timedelta(days=20))
    data = services.ContractInput(
        customer=old.customer, amount=old.amount, signed_date=timezone.localdate(at), renews=old
    )
    new = services.create_contract(actor=cast.alice, data=data, at=at)
    assert old in expiring(on=timezone.localdate(at))
    services.activate_contract(actor=cast.bob, contract=new, at=at)
    assert old not in expiring(on=timezone.localdate(at)) and list(old.renewals.all()) == [new]


def test_only_a_contract_of_the_same_customer_is_renewed(cast, contract):
    other = make_customer(cast.alice)
    data = services.ContractInput(customer=other, amount=contract.amount, renews=contract)
    with pytest.raises(InvalidInput):
        services.create_contract(actor=cast.alice, data=data, at=timezone.now())


def test_the_page_fills_the_renewal_in_and_links_both(client, cast, contract):
    client.force_login(cast.alice)
    page = client.get(reverse("contracts:contract_detail", args=[contract.pk])).content.decode()
    url = f"{reverse('contracts:contract_create')}?renews={contract.pk}"
    assert url in page
    form = client.get(url)
    assert form.context["form"].initial["start_date"] == date(2026, 10, 1)
    data = {
        "form_key": form.context["form_key"], "customer": contract.customer_id, "kind": "sale", "amount": "500",
        "currency": contract.currency_id, "start_date": "2026-10-01",
    }  # fmt: skip
    answer = client.post(url, data)
    assert answer.status_code == 302
    new = Contract.objects.get(renews=contract)
    assert str(new) in client.get(reverse("contracts:contract_detail", args=[contract.pk])).content.decode()
