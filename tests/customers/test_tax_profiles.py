"""Several invoice titles, usual addresses, and people with their part in decisions (CUS-01, DAT-03)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from customers.errors import InvalidTaxNumber
from customers.models import Address
from customers.selectors import bill_to, duplicate_hits
from customers.services import (
    end_tax_profile,
    merge_customers,
    save_address,
    save_contact,
    save_tax_profile,
    undo_merge,
)
from customers.services.checkins import set_place
from orders.models import Order
from orders.services import LineInput, OrderInput, create_order
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve, reject
from salesops.approvals.showing import brief_data, in_brief
from salesops.audit.models import AccessLog
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from tests.factories.customers import make_contact, make_customer
from tests.factories.orders import make_order, make_product

AT = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)
DAY = date(2026, 5, 5)
TAX = "91350100M000100Y43"
OTHER = "9144030071526726XG"

pytestmark = pytest.mark.django_db


def asked(profile):
    return ApprovalRequest.objects.about(profile).get(state="pending")


def titled(cast, customer, **fields):
    """A title that finance has accepted."""
    row = save_tax_profile(actor=cast.alice, at=AT, customer=customer, **fields)
    approve(actor=cast.dora, at=LATER, request=asked(row))
    row.refresh_from_db()
    return row


def test_without_a_title_the_file_itself_is_invoiced(cast):
    customer = make_customer(cast.alice, name="Harbour Ltd.", tax_number=TAX, bank_account="6222000011112222")
    found = bill_to(customer, on=DAY)
    assert (found.title, found.tax_number, found.bank_account) == ("Harbour Ltd.", TAX, "6222000011112222")


def test_who_is_asked_reads_yes_and_no(cast):
    """Lists, notices and mails of a title said “False → True”."""
    row = save_tax_profile(
        actor=cast.alice, at=AT, customer=make_customer(cast.alice, tax_number=TAX), title="Branch"
    )
    with override("zh-hans"):
        read = in_brief(brief_data(asked(row)))
    assert "否 → 是" in read
    assert "True" not in read


def test_a_new_title_is_used_once_a_second_person_accepted_it(cast):
    customer = make_customer(cast.alice, tax_number=TAX)
    row = save_tax_profile(
        actor=cast.alice, at=AT, customer=customer, title="Harbour Trading", tax_number=OTHER.lower()
    )
    assert (row.checked, bill_to(customer, on=DAY).title) == (False, customer.name)
    with pytest.raises(NotAllowed, match="own"):
        approve(actor=cast.alice, at=LATER, request=asked(row))
    with pytest.raises(Conflict, match="waits for a second person"):
        save_tax_profile(actor=cast.alice, at=LATER, customer=customer, profile=row, title="Quick Change")
    approve(actor=cast.dora, at=LATER, request=asked(row))
    found = bill_to(customer, on=DAY)
    assert (found.title, found.tax_number) == ("Harbour Trading", OTHER), (
        "the first accepted one is the usual one"
    )


def test_what_finance_refused_is_never_used_and_can_be_put_right(cast):
    customer = make_customer(cast.alice)
    row = save_tax_profile(actor=cast.alice, at=AT, customer=customer, title="Wrong Name", tax_number=TAX)
    reject(actor=cast.dora, at=LATER, request=asked(row), comment="Not their name")
    assert bill_to(customer, on=DAY).title == customer.name
    save_tax_profile(actor=cast.alice, at=LATER, customer=customer, profile=row, title="Right Name")
    approve(actor=cast.dora, at=LATER, request=asked(row))
    assert bill_to(customer, on=DAY).title == "Right Name"


def test_bank_and_number_of_a_title_in_use_wait_while_the_rest_is_saved(cast):
    customer = make_customer(cast.alice)
    row = titled(cast, customer, title="Harbour Trading", tax_number=TAX, bank_account="1111222233334444")
    save_tax_profile(
        actor=cast.alice,
        at=LATER,
        customer=customer,
        profile=row,
        bank_account="9999",
        email="inv@harbour.cn",
    )
    found = bill_to(customer, on=DAY)
    assert (found.bank_account, found.email) == ("1111222233334444", "inv@harbour.cn")
    approve(actor=cast.dora, at=LATER, request=asked(row))
    assert bill_to(customer, on=DAY).bank_account == "9999"


def test_titles_have_days_and_one_is_usual(cast):
    customer = make_customer(cast.alice)
    old = titled(cast, customer, title="Old Name", from_date=date(2026, 1, 1))
    new = titled(cast, customer, title="New Name", from_date=date(2026, 5, 1), is_default=True)
    old.refresh_from_db()
    assert (old.is_default, new.is_default) == (False, True)
    assert bill_to(customer, on=date(2026, 2, 1)).title == customer.name, (
        "the new name does not hold in February"
    )
    end_tax_profile(actor=cast.alice, at=LATER, profile=new, last=DAY)
    assert bill_to(customer, on=date(2026, 5, 6)).title == customer.name


def test_a_wrong_number_needs_a_reason_by_the_rule_of_its_country(cast):
    customer = make_customer(cast.alice)
    with pytest.raises(InvalidTaxNumber, match="Taiwan"):
        save_tax_profile(
            actor=cast.alice, at=AT, customer=customer, kind="taiwan", title="T", tax_number="00501502"
        )
    row = save_tax_profile(
        actor=cast.alice, at=AT, customer=customer, kind="taiwan", title="T", tax_number="04595257"
    )
    assert row.tax_number == "04595257"
    abroad = save_tax_profile(
        actor=cast.alice, at=AT, customer=customer, kind="foreign", title="F", tax_number="DE 1234"
    )
    assert abroad.tax_number == "DE1234"


def test_a_number_of_a_title_is_a_duplicate_like_that_of_a_file(cast):
    customer = make_customer(cast.alice, name="One")
    titled(cast, customer, title="Other", tax_number=TAX)
    hits = duplicate_hits(user=cast.alice, on=DAY, name="Quite different", tax_number=TAX)
    assert [hit.customer for hit in hits] == [customer]


def test_the_order_on_paper_names_the_title_of_its_day(cast, client):
    customer = make_customer(cast.alice)
    titled(cast, customer, title="Harbour Trading", tax_number=TAX, from_date=date(2026, 1, 1))
    order = make_order(customer, order_date=DAY)
    client.force_login(cast.alice)
    page = client.get(reverse("documents:print", args=["orders.confirmation", order.pk])).content
    assert b"Harbour Trading" in page
    assert TAX.encode() in page


def test_a_rep_enters_a_title_on_the_page_and_finance_reads_it_masked(cast, client):
    customer = make_customer(cast.alice, name="Harbour Ltd.")
    client.force_login(cast.alice)
    url = reverse("customers:taxprofile_create", args=[customer.pk])
    assert b"Harbour Ltd." in client.get(url).content, "the first title is proposed from the file"
    fields = {"kind": "prc", "title": "Harbour Trading", "tax_number": TAX, "from_date": "2026-01-01",
              "bank_name": "ICBC", "bank_account": "6222000011112222"}  # fmt: skip
    answer = client.post(url, fields, follow=True)
    assert b"second person" in answer.content
    page = client.get(f"{customer.get_absolute_url()}?rest=1").content.decode()
    assert "Harbour Trading" in page
    assert "waits for a second person" in page
    assert "6222000011112222" not in page
    client.force_login(cast.dora)
    row = customer.tax_profiles.get()
    answer = client.post(
        reverse("audit:unmask", args=["customers", "taxprofile", row.pk, "bank_account"]),
        {"purpose": "Checking"},
    )
    assert b"6222000011112222" in answer.content
    assert AccessLog.objects.filter(actor=cast.dora, purpose="Checking").exists()


def test_one_address_of_each_kind_is_the_usual_one(cast):
    customer = make_customer(cast.alice)
    first = save_address(actor=cast.alice, at=AT, customer=customer, kind="ship", text="Gate 1")
    bill = save_address(actor=cast.alice, at=AT, customer=customer, kind="bill", text="Office 9")
    second = save_address(
        actor=cast.alice, at=AT, customer=customer, kind="ship", text="Gate 2", is_default=True
    )
    first.refresh_from_db()
    assert (first.is_default, second.is_default, bill.is_default) == (False, True, True)


def test_a_merged_place_becomes_an_address_of_the_kept_file_and_goes_back(cast):
    keep = make_customer(cast.alice, address="Main Street 1")
    gone = make_customer(cast.alice, address="Harbour Road 7")
    for file, latitude in ((keep, "31.1"), (gone, "32.2")):
        set_place(actor=cast.alice, at=AT, customer=file, latitude=dec(latitude), longitude=dec("121"))
    merge = merge_customers(actor=cast.mona, at=AT, keep=keep, merged=gone, reason="One company")
    places = {(str(p.address or ""), str(p.latitude)) for p in keep.places.select_related("address")}
    assert places == {("", "31.100000"), ("Harbour Road 7", "32.200000")}
    undo_merge(actor=cast.mona, at=LATER, merge=merge)
    assert [(p.address, str(p.latitude)) for p in gone.places.all()] == [(None, "32.200000")]
    assert not Address.objects.filter(text="Harbour Road 7").exists()


def test_the_usual_title_of_a_merged_file_is_used_only_without_one_of_the_kept_file(cast):
    keep, gone = make_customer(cast.alice), make_customer(cast.alice)
    titled(cast, gone, title="Other Name", tax_number=TAX)
    merge_customers(actor=cast.mona, at=LATER, keep=keep, merged=gone, reason="One company")
    keep.refresh_from_db()
    assert bill_to(keep, on=DAY).title == "Other Name"
    titled(cast, keep, title="Own Name", tax_number=OTHER)
    assert bill_to(keep, on=DAY).title == "Own Name"


def test_a_contact_has_a_part_in_decisions_and_further_ways_to_be_reached(cast, client):
    customer = make_customer(cast.alice)
    made = save_contact(
        actor=cast.alice, at=AT, customer=customer, name="Mrs. Lin", part="gatekeeper", second_phone="13900001111",
        chat="lin-wechat", channel="chat", habits="Calls after five",
    )  # fmt: skip
    make_contact(customer, name="Mr. Wu", part="decides")
    client.force_login(cast.alice)
    page = client.get(customer.get_absolute_url()).content.decode()
    assert "Opens or closes the door" in page
    assert "lin-wechat" in page
    client.force_login(cast.bob)
    page = client.get(customer.get_absolute_url()).content.decode()
    assert "lin-wechat" not in page
    assert "13900001111" not in page.replace(" ", "")
    found = client.get(reverse("customers:contact_list"), {"part": "decides"}).content.decode()
    assert "Mr. Wu" in found
    assert made.name not in found


def dec(text):
    from decimal import Decimal

    return Decimal(text)


def test_an_order_names_another_title_of_the_customer_and_no_title_of_others(cast, client):
    customer, stranger = make_customer(cast.alice, name="Harbour"), make_customer(cast.alice, name="Else")
    usual = titled(cast, customer, title="Harbour Trading", from_date=date(2026, 1, 1))
    branch = titled(cast, customer, title="Harbour Branch", from_date=date(2026, 1, 1))
    others = titled(cast, stranger, title="Not Theirs", from_date=date(2026, 1, 1))
    assert bill_to(customer, on=DAY).profile == usual
    client.force_login(cast.alice)
    url = f"{reverse('orders:order_create')}?customer={customer.pk}"
    page = client.get(url).content.decode()
    assert "Harbour Branch" in page and "Not Theirs" not in page
    data = {"customer": customer.pk, "order_date": timezone.localdate().isoformat(), "lines-TOTAL_FORMS": 1,
            "lines-INITIAL_FORMS": 0, "lines-0-product": make_product().pk, "lines-0-quantity": "1",
            "lines-0-price": "10"}  # fmt: skip
    assert client.post(url, data | {"tax_profile": others.pk}).status_code == 200
    assert not Order.objects.exists()
    assert client.post(url, data | {"tax_profile": branch.pk}).status_code == 302
    order = Order.objects.get()
    printed = client.get(reverse("documents:print", args=["orders.confirmation", order.pk])).content.decode()
    assert "Harbour Branch" in printed and "Harbour Trading" not in printed
    assert "Harbour Branch" in client.get(reverse("orders:order_detail", args=[order.pk])).content.decode()
    assert "Harbour Branch" in client.get(reverse("orders:order_edit", args=[order.pk])).content.decode()
    with pytest.raises(InvalidInput) as refused:
        create_order(
            actor=cast.alice,
            at=timezone.now(),
            data=OrderInput(customer=customer, order_date=timezone.localdate(), tax_profile=others),
            lines=[LineInput(make_product(), Decimal(1), Decimal(10))],
        )
    assert refused.value.field == "tax_profile"
