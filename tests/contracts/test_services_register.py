"""The register of contracts: entered, put in force, ended; refused where the paper would be wrong."""

from datetime import date, datetime
from decimal import Decimal as D
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from contracts import services
from contracts.events import ContractEffective
from contracts.models import Contract
from contracts.selectors import expiring
from salesops.core import events
from salesops.core.errors import Conflict, Duplicate, InvalidInput, NotAllowed
from tests.factories.contracts import make_contract
from tests.factories.customers import make_customer
from tests.factories.orders import make_currency, make_order

AT = datetime(2026, 6, 15, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SIGNED = date(2026, 6, 1)


@pytest.fixture
def buyer(cast):
    return make_customer(cast.alice)


def draft(cast, buyer, **more):
    fields = {"signed_date": SIGNED, "amount": D("1000.00"), **more}
    return services.create_contract(
        actor=cast.alice, data=services.ContractInput(customer=buyer, **fields), at=AT
    )


def test_a_contract_takes_its_number_when_it_takes_effect(cast, buyer, monkeypatch):
    heard = []
    monkeypatch.setitem(events._handlers, ContractEffective, [heard.append])
    contract = draft(cast, buyer)
    assert (contract.number, contract.owner, contract.team) == (None, cast.alice, cast.group_a)
    contract = services.activate_contract(actor=cast.bob, contract=contract, at=AT)
    assert (contract.number, contract.state, contract.start_date) == ("HT-2026-00001", "effective", SIGNED)
    assert heard == [ContractEffective(contract.pk, AT)]


def test_the_paper_may_bring_its_own_number_once(cast, buyer):
    assert (
        services.activate_contract(
            actor=cast.bob, contract=draft(cast, buyer, number=" 2026/A-7 "), at=AT
        ).number
        == "2026/A-7"
    )
    with pytest.raises(Duplicate) as refusal:
        draft(cast, buyer, number="2026/A-7")
    assert refusal.value.field == "number"


def test_the_rate_is_that_of_the_signing_day(cast):
    usd = make_currency("USD")
    usd.rates.create(date=SIGNED, rate=D("7.1"))
    usd.rates.create(date=date(2026, 6, 2), rate=D("9"))
    contract = draft(cast, make_customer(cast.alice, currency=usd))
    assert (contract.base_rate, contract.base_amount) == (D("7.1"), D("7100.00"))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"signed_date": date(2026, 6, 16)}, "signed_date"),
        ({"signed_date": date(1, 1, 1)}, "signed_date"),
        ({"end_date": date(9999, 12, 31)}, "end_date"),
        ({"start_date": date(2026, 7, 2), "end_date": date(2026, 7, 1)}, "end_date"),
        ({"amount": D("-1")}, "amount"),
        ({"amount": D("NaN")}, "amount"),
        ({"amount": D("0.001")}, "amount"),
        ({"amount": D("1e20")}, "amount"),
    ],
)
def test_a_contract_that_cannot_be_is_refused(cast, buyer, fields, field):
    with pytest.raises(InvalidInput) as refusal:
        draft(cast, buyer, **fields)
    assert refusal.value.field == field


def test_only_a_framework_contract_goes_without_an_amount(cast, buyer):
    with pytest.raises(InvalidInput) as refusal:
        services.activate_contract(actor=cast.bob, contract=draft(cast, buyer, amount=D("0")), at=AT)
    assert refusal.value.field == "amount"
    frame = draft(cast, buyer, amount=D("0"), kind="framework")
    assert services.activate_contract(actor=cast.bob, contract=frame, at=AT).state == "effective"


def test_an_unsigned_contract_does_not_take_effect(cast, buyer):
    with pytest.raises(InvalidInput) as refusal:
        services.activate_contract(actor=cast.bob, contract=draft(cast, buyer, signed_date=None), at=AT)
    assert refusal.value.field == "signed_date"


@pytest.mark.parametrize("person", ["alice", "asha", "carol", "otto", "aida", "sam"])
def test_putting_in_force_takes_the_approve_level(cast, buyer, person):
    with pytest.raises(NotAllowed):
        services.activate_contract(actor=getattr(cast, person), contract=draft(cast, buyer), at=AT)


def test_anothers_customer_is_refused(cast):
    with pytest.raises(InvalidInput) as refusal:
        draft(cast, make_customer(cast.carol))
    assert refusal.value.field == "customer"


def test_in_force_only_remarks_and_the_place_of_the_original_change(cast, buyer):
    contract = make_contract(buyer)
    with pytest.raises(Conflict):
        services.update_contract(
            actor=cast.bob, contract=contract, version=1, data=services.ContractInput(customer=buyer), at=AT
        )
    services.annotate_contract(
        actor=cast.alice, contract=contract, remarks="call", original_place="safe 3", at=AT
    )
    contract.refresh_from_db()
    assert (contract.remarks, contract.original_place) == ("call", "safe 3")
    for change in ({"amount": D("1")}, {"customer": make_customer(cast.alice)}, {"number": "other"}):
        with pytest.raises(IntegrityError, match="contracts_contract_immutable"), transaction.atomic():
            Contract.objects.filter(pk=contract.pk).update(**change)
    with pytest.raises(IntegrityError, match="no_delete"), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).delete()
    with pytest.raises(IntegrityError, match="illegal_move"), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(state="draft")


def test_the_ways_out(cast, buyer):
    done = services.complete_contract(actor=cast.bob, contract=make_contract(buyer), at=AT)
    assert done.state == "completed"
    ended = services.terminate_contract(
        actor=cast.lena, contract=make_contract(buyer), end_date=date(2026, 6, 30), reason="broken off", at=AT
    )
    assert (ended.state, ended.end_date, ended.end_reason) == ("terminated", date(2026, 6, 30), "broken off")
    with pytest.raises(InvalidInput):
        services.terminate_contract(
            actor=cast.bob, contract=make_contract(buyer), end_date=date(2025, 1, 1), reason="x", at=AT
        )
    gone = services.void_contract(actor=cast.alice, contract=draft(cast, buyer), reason="no deal", at=AT)
    assert gone.state == "void"
    with pytest.raises(Conflict):
        services.complete_contract(actor=cast.bob, contract=done, at=AT)
    with pytest.raises(InvalidInput):
        services.void_contract(actor=cast.alice, contract=draft(cast, buyer), reason=" ", at=AT)


def test_a_stale_edit_is_told(cast, buyer):
    contract = draft(cast, buyer)
    change = {"contract": contract, "data": services.ContractInput(customer=buyer, amount=D("5")), "at": AT}
    services.update_contract(actor=cast.alice, version=1, **change)
    with pytest.raises(Conflict):
        services.update_contract(actor=cast.bob, version=1, **change)


def test_contracts_about_to_end_are_those_within_the_handbooks_notice(cast, buyer):
    soon = make_contract(buyer, end_date=date(2026, 8, 14))
    over = make_contract(buyer, end_date=date(2026, 6, 1))
    make_contract(buyer, end_date=date(2026, 8, 15))
    make_contract(buyer)
    make_contract(buyer, state="completed", end_date=date(2026, 7, 1))
    assert list(expiring(on=date(2026, 6, 15))) == [over, soon]


def test_the_pages_of_the_register(client, cast, buyer):
    client.force_login(cast.alice)
    data = {
        "customer": buyer.pk,
        "kind": "sale",
        "subject": "Pumps",
        "amount": "1200.50",
        "signed_date": timezone.localdate().isoformat(),
        "state": "effective",
        "owner": cast.carol.pk,
    }
    answer = client.post(reverse("contracts:contract_create"), data)
    contract = Contract.objects.get()
    assert answer.headers["Location"] == reverse("contracts:contract_detail", args=[contract.pk])
    assert (contract.state, contract.owner, contract.amount) == ("draft", cast.alice, D("1200.50"))
    client.force_login(cast.bob)
    url = reverse("contracts:contract_activate", args=[contract.pk])
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 302
    contract.refresh_from_db()
    order = make_order(buyer, contract=contract, lines=[("1", "200")])
    page = client.get(reverse("contracts:contract_detail", args=[contract.pk])).content.decode()
    assert order.number in page
    assert "1,000.50" in page


def test_foreign_customers_are_no_choice_in_the_form(client, cast):
    client.force_login(cast.alice)
    answer = client.post(
        reverse("contracts:contract_create"), {"customer": make_customer(cast.carol).pk, "kind": "sale"}
    )
    assert "customer" in answer.context["form"].errors
    assert not Contract.objects.exists()


def test_filters_and_warning_card(client, cast, buyer):
    ending = make_contract(buyer, end_date=timezone.localdate(), subject="Valves")
    other = make_contract(buyer, subject="Pumps")
    client.force_login(cast.bob)
    for query in ("within=5", "q=valves", f"end_date_after={timezone.localdate()}"):
        rows = client.get(f"/contracts/contracts/?{query}").context["page"].rows
        assert rows == [ending], query
    assert client.get("/contracts/contracts/?state=draft").context["page"].rows == []
    assert 'hx-get="?card=contracts.ending"' in client.get("/").content.decode()
    page = client.get("/?card=contracts.ending").content.decode()
    assert ending.number in page
    assert other.number not in page
    client.force_login(cast.carol)
    assert not client.get("/?card=contracts.ending").content.strip(), "of others' contracts there is no card"
    client.force_login(cast.root)
    assert "contracts.ending" not in client.get("/").content.decode()
