"""Customer files: opened, changed, handed over."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from customers.errors import InvalidPhone, InvalidTaxNumber, LikelyDuplicate
from customers.events import CustomerCreated, CustomerOwnerChanged
from customers.models import Customer, CustomerOwnership
from customers.selectors import duplicate_hits, owner_on, owners_on
from customers.services import assign_owner, create_customer, save_address, save_contact, update_customer
from salesops.audit.models import AuditEvent
from salesops.core import events
from salesops.core.errors import Conflict, Duplicate, InvalidInput, NotAllowed
from salesops.handbook.services import set_rule_value
from tests.factories.customers import make_contact, make_currency, make_customer

AT = timezone.make_aware(datetime(2026, 4, 1, 9))
TODAY = date(2026, 4, 1)


def new(cast, **given):
    given = {"actor": cast.alice, "owner": cast.alice, "at": AT, "name": "Acme Ltd"} | given
    return create_customer(currency=make_currency(), **given)


def test_a_rep_opens_a_file_and_has_it_from_that_day(cast):
    customer = new(cast)
    assert customer.code == "KH-2026-00001"
    assert (customer.owner, customer.team) == (cast.alice, cast.group_a)
    row = CustomerOwnership.objects.get(customer=customer)
    assert (row.owner, row.team, row.from_date, row.to_date) == (cast.alice, cast.group_a, TODAY, None)
    assert AuditEvent.objects.get(verb="customers.customer_created").actor == cast.alice


def test_a_given_code_is_kept_and_a_taken_one_refused(cast):
    assert new(cast, code=" X-1 ").code == "X-1"
    with pytest.raises(Duplicate) as error:
        new(cast, code="X-1", name="Something Else")
    assert error.value.field == "code"
    assert Customer.objects.count() == 1


def test_opening_publishes_who_has_it(cast, monkeypatch):
    seen = []
    monkeypatch.setitem(events._handlers, CustomerCreated, [seen.append])
    monkeypatch.setitem(events._handlers, CustomerOwnerChanged, [seen.append])
    customer = new(cast)
    assert seen == [
        CustomerCreated(customer.pk, AT),
        CustomerOwnerChanged(customer.pk, None, cast.alice.pk, TODAY),
    ]


def test_a_rep_cannot_open_a_file_for_another_team(cast):
    with pytest.raises(NotAllowed):
        new(cast, owner=cast.carol)
    assert not Customer.objects.exists()
    assert new(cast, actor=cast.bob).owner == cast.alice


def test_a_viewer_cannot_open_a_file(cast):
    for person in (cast.dora, cast.gina, cast.aida, cast.otto, cast.root):
        with pytest.raises(NotAllowed):
            new(cast, actor=person)


def test_a_wrong_tax_number_needs_a_reason(cast):
    with pytest.raises(InvalidTaxNumber) as error:
        new(cast, tax_number="91350100M000100Y4Z")
    assert error.value.field == "tax_number"
    customer = new(cast, tax_number="91350100M000100Y4Z", tax_override_reason="Seen on the paper licence")
    assert customer.tax_override_reason


def test_a_right_tax_number_is_normalised_and_needs_no_reason(cast):
    customer = new(cast, tax_number="９1350100m000100y43", tax_override_reason="not needed")
    assert (customer.tax_number, customer.tax_override_reason) == ("91350100M000100Y43", "")


def test_a_taiwan_customer_is_checked_by_the_taiwan_rule(cast):
    assert new(cast, country="台灣", tax_number="6214 0097").tax_number == "62140097"
    with pytest.raises(InvalidTaxNumber):
        new(cast, name="Other", country="Taiwan", tax_number="00501502")


def test_an_overseas_customer_without_country_is_not_measured_by_home_rules(cast):
    assert new(cast, kind="overseas", tax_number="GB 123").tax_number == "GB123"


def test_telephones_are_read_for_the_country(cast):
    assert new(cast, phone="138 1234 5678").phone == "+8613812345678"
    with pytest.raises(InvalidPhone):
        new(cast, name="Other", phone="12")


def test_an_import_keeps_what_does_not_fit(cast):
    customer = new(cast, actor=None, phone="(5) 555", tax_number="abc", lenient=True)
    assert (customer.phone, customer.tax_number) == ("(5) 555", "ABC")


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "上海东方贸易有限公司"},
        {"name": "Other", "tax_number": "91350100M000100Y43"},
        {"name": "Other", "phone": "13812345678"},
    ],
)
def test_a_likely_duplicate_must_be_confirmed(cast, typed):
    first = new(cast, name="上海東方貿易股份有限公司", tax_number="91350100M000100Y43", phone="138-1234-5678")
    with pytest.raises(LikelyDuplicate) as error:
        new(cast, **typed)
    assert error.value.field == "other_company"
    assert first.code in str(error.value)
    assert new(cast, other_company=True, **typed).pk != first.pk


def test_a_duplicate_of_another_team_is_told_without_leaking_it(cast):
    secret = make_customer(cast.carol, name="CANARY Trading Ltd", code="CANARY-1")
    with pytest.raises(LikelyDuplicate) as error:
        new(cast, name="canary trading")
    assert "Carol" in str(error.value)
    assert secret.code not in str(error.value)
    assert error.value.figures["hits"][0].customer is None


def test_a_contacts_telephone_counts_as_the_customers(cast):
    make_contact(make_customer(cast.alice), phone="+8613900001111")
    hits = duplicate_hits(user=cast.alice, on=TODAY, phone="+8613900001111")
    assert [hit.reason for hit in hits] == ["phone"]


def test_names_that_begin_alike_are_shown_but_do_not_stop(cast):
    make_customer(cast.alice, name="Northwind Traders Ltd")
    hits = duplicate_hits(user=cast.alice, on=TODAY, name="Northwind")
    assert [(hit.reason, hit.is_likely) for hit in hits] == [("like", False)]
    hits = duplicate_hits(user=cast.alice, on=TODAY, name="Northwind Traders Shanghai")
    assert [hit.reason for hit in hits] == ["like"]
    assert new(cast, name="Northwind").pk


def test_changes_are_written_once_and_the_slower_editor_is_told(cast):
    customer = new(cast)
    update_customer(actor=cast.alice, at=AT, customer=customer, version=1, industry="Steel")
    with pytest.raises(Conflict):
        update_customer(actor=cast.bob, at=AT, customer=customer, version=1, industry="Paper")
    customer.refresh_from_db()
    assert (customer.industry, customer.version) == ("Steel", 2)
    assert AuditEvent.objects.get(verb="customers.customer_changed").data == {"fields": ["industry"]}


def test_a_new_name_gets_a_new_key(cast):
    customer = new(cast)
    update_customer(actor=cast.alice, at=AT, customer=customer, name="Beta GmbH")
    customer.refresh_from_db()
    assert customer.name_key == "beta"


def test_credit_is_set_by_finance_and_manager_only(cast):
    customer = new(cast)
    for person in (cast.alice, cast.bob, cast.asha):
        with pytest.raises(NotAllowed):
            update_customer(actor=person, at=AT, customer=customer, credit_limit=100)
    set_rule_value("customers.second_person_credit", False, TODAY, "One is enough here", actor=None, at=AT)
    for person, limit in ((cast.dora, 500), (cast.mona, 600)):
        update_customer(actor=person, at=AT, customer=customer, credit_limit=limit)
    customer.refresh_from_db()
    assert customer.credit_limit == 600
    with pytest.raises(NotAllowed):
        update_customer(actor=cast.dora, at=AT, customer=customer, name="Finance Was Here")
    with pytest.raises(NotAllowed):
        new(cast, name="Credit at birth", credit_limit=5)


def test_strangers_change_nothing(cast):
    customer = new(cast)
    for person in (cast.carol, cast.sam, cast.gina, cast.aida, cast.hugo):
        with pytest.raises(NotAllowed):
            update_customer(actor=person, at=AT, customer=customer, remarks="x")


def test_fields_that_are_no_fields_are_a_programming_error(cast):
    with pytest.raises(TypeError):
        update_customer(actor=cast.alice, at=AT, customer=new(cast), owner=cast.carol)


def test_a_lead_hands_over_and_history_stays(cast):
    customer = make_customer(cast.alice, since=date(2026, 1, 1))
    assign_owner(
        actor=cast.mona,
        at=AT,
        customer=customer,
        owner=cast.carol,
        from_date=date(2026, 3, 1),
        reason="Region",
    )
    customer.refresh_from_db()
    assert (customer.owner, customer.team) == (cast.carol, cast.group_b)
    assert owner_on(customer, date(2026, 2, 28)).owner == cast.alice
    assert owner_on(customer, date(2026, 3, 1)).owner == cast.carol
    assert owner_on(customer, date(2025, 12, 31)) is None
    other = make_customer(cast.bob)
    assert {k: v.owner for k, v in owners_on([customer.pk, other.pk], TODAY).items()} == {
        customer.pk: cast.carol,
        other.pk: cast.bob,
    }


def test_hand_over_is_refused_to_the_wrong_people(cast):
    customer = make_customer(cast.alice)
    with pytest.raises(NotAllowed):
        assign_owner(actor=cast.alice, at=AT, customer=customer, owner=cast.bob, from_date=TODAY)
    with pytest.raises(NotAllowed):
        assign_owner(actor=cast.bob, at=AT, customer=customer, owner=cast.carol, from_date=TODAY)
    assign_owner(actor=cast.bob, at=AT, customer=customer, owner=cast.bob, from_date=TODAY)
    with pytest.raises(InvalidInput):
        assign_owner(actor=cast.mona, at=AT, customer=customer, owner=cast.bob, from_date=TODAY)
    with pytest.raises(InvalidInput):
        assign_owner(actor=cast.mona, at=AT, customer=customer, owner=cast.leo, from_date=TODAY)
    with pytest.raises(InvalidInput):
        tomorrow = TODAY + timedelta(days=1)
        assign_owner(actor=cast.mona, at=AT, customer=customer, owner=cast.carol, from_date=tomorrow)
    with pytest.raises(InvalidInput):
        assign_owner(actor=cast.mona, at=AT, customer=customer, owner=cast.carol, from_date=date(2020, 1, 1))


def test_the_database_refuses_two_owners_on_one_day(cast):
    customer = make_customer(cast.alice)
    with pytest.raises(IntegrityError, match="shares_up_to_one"), transaction.atomic():
        CustomerOwnership.objects.create(customer=customer, owner=cast.bob, from_date=TODAY)


def test_handing_over_twice_on_one_day_keeps_the_last(cast):
    customer = make_customer(cast.alice, since=date(2026, 1, 1))
    assign_owner(actor=cast.mona, at=AT, customer=customer, owner=cast.carol, from_date=TODAY)
    assign_owner(actor=cast.mona, at=AT, customer=customer, owner=cast.bob, from_date=TODAY)
    assert owner_on(customer, TODAY).owner == cast.bob
    assert CustomerOwnership.objects.filter(customer=customer).count() == 2


def test_one_main_contact_at_a_time(cast):
    customer = make_customer(cast.alice)
    first = save_contact(actor=cast.alice, at=AT, customer=customer, name="Li Lei", phone="13812345678")
    assert first.is_primary and first.phone == "+8613812345678"
    second = save_contact(actor=cast.alice, at=AT, customer=customer, name="Han Meimei", is_primary=True)
    first.refresh_from_db()
    assert second.is_primary and not first.is_primary
    save_contact(actor=cast.alice, at=AT, customer=customer, contact=second, left=True)
    assert not customer.contacts.filter(is_primary=True).exists()
    with pytest.raises(NotAllowed):
        save_contact(actor=cast.carol, at=AT, customer=customer, name="X")


def test_addresses_are_kept_in_step(cast):
    customer = make_customer(cast.alice)
    address = save_address(actor=cast.alice, at=AT, customer=customer, text="1 Bund", phone="021-62345678")
    assert address.phone == "+862162345678"
    with pytest.raises(Conflict):
        save_address(actor=cast.alice, at=AT, customer=customer, address=address, version=9, text="x")
    with pytest.raises(InvalidInput):
        save_address(actor=cast.alice, at=AT, customer=customer, text="  ")


def test_no_group_belongs_to_itself_by_way_of_others(cast):
    top, middle, low = (make_customer(cast.alice) for _ in range(3))
    for customer, parent in ((middle, top), (low, middle)):
        update_customer(actor=cast.alice, at=AT, customer=customer, parent=parent)
    with pytest.raises(InvalidInput) as error:
        update_customer(actor=cast.alice, at=AT, customer=top, parent=low)
    assert error.value.field == "parent"
    top.refresh_from_db()
    assert top.parent is None
