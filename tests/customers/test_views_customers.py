"""Customer pages as people use them."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Contact, Customer, CustomerOwnership
from salesops.approvals.models import ApprovalRequest
from salesops.audit.models import AccessLog
from tests.factories.customers import make_contact, make_currency, make_customer, make_visit


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def typed(cast, **given):
    return {
        "name": "Acme Ltd",
        "customer_class": "potential",
        "kind": "company",
        "currency": make_currency().pk,
        "owner": cast.alice.pk,
    } | given


def test_a_file_is_opened_with_its_main_contact(cast, as_):
    data = typed(cast, contact_name="Li Lei", contact_phone="138 1234 5678", country="中国")
    answer = as_(cast.alice).post(reverse("customers:customer_create"), data)
    customer = Customer.objects.get()
    assert answer["Location"] == customer.get_absolute_url()
    assert customer.contacts.get().phone == "+8613812345678"
    assert customer.owner == cast.alice


def test_a_form_sent_twice_opens_one_file(cast, as_):
    data = typed(cast, form_key=str(uuid.uuid4()))
    client = as_(cast.alice)
    first = client.post(reverse("customers:customer_create"), data)
    second = client.post(reverse("customers:customer_create"), data)
    assert first["Location"] == second["Location"]
    assert Customer.objects.count() == 1


def test_fields_that_are_not_on_the_form_are_ignored(cast, as_):
    data = typed(cast, credit_limit="999999", team=cast.group_b.pk, version="7", created_by=cast.gina.pk)
    as_(cast.alice).post(reverse("customers:customer_create"), data)
    customer = Customer.objects.get()
    assert (customer.credit_limit, customer.team, customer.version) == (None, cast.group_a, 1)
    assert customer.created_by == cast.alice


def test_a_file_for_somebody_out_of_reach_is_a_field_error(cast, as_):
    answer = as_(cast.alice).post(reverse("customers:customer_create"), typed(cast, owner=cast.carol.pk))
    assert answer.status_code == 200
    assert "owner" in answer.context["form"].errors
    assert not Customer.objects.exists()


def test_a_group_of_another_team_cannot_be_named(cast, as_):
    foreign = make_customer(cast.carol)
    answer = as_(cast.alice).post(reverse("customers:customer_create"), typed(cast, parent=foreign.pk))
    assert "parent" in answer.context["form"].errors
    assert Customer.objects.count() == 1


def test_a_duplicate_is_asked_for_and_then_confirmed(cast, as_):
    make_customer(cast.alice, name="ACME Co., Ltd.")
    client = as_(cast.alice)
    answer = client.post(reverse("customers:customer_create"), typed(cast))
    assert answer.status_code == 409
    assert "other_company" in answer.context["form"].errors
    assert b'name="other_company"' in answer.content
    assert (
        client.post(reverse("customers:customer_create"), typed(cast, other_company="on")).status_code == 302
    )
    assert Customer.objects.count() == 2


def test_a_wrong_tax_number_asks_for_a_reason(cast, as_):
    client = as_(cast.alice)
    data = typed(cast, tax_number="91350100M000100Y4Z")
    answer = client.post(reverse("customers:customer_create"), data)
    assert "tax_number" in answer.context["form"].errors
    assert b'name="tax_override_reason"' in answer.content
    answer = client.post(
        reverse("customers:customer_create"), data | {"tax_override_reason": "On the licence"}
    )
    assert answer.status_code == 302
    assert "On the licence" in client.get(answer["Location"]).content.decode()


def test_the_warning_while_typing_does_not_leak(cast, as_):
    make_customer(cast.carol, name="Canary Trading Ltd", code="CANARY-1")
    url = reverse("customers:customer_duplicates")
    told = as_(cast.alice).post(url, {"name": "canary trading"}).content.decode()
    assert "Carol" in told and "CANARY" not in told and "Canary" not in told
    assert "CANARY-1" in as_(cast.mona).post(url, {"name": "canary trading"}).content.decode()
    assert as_(cast.alice).post(url, {"name": "nobody like this"}).content.strip() == b""


def test_the_slower_editor_is_told(cast, as_):
    customer = make_customer(cast.alice, name="Acme Ltd")
    url = reverse("customers:customer_edit", args=[customer.pk])
    data = typed(cast, form_version="1") | {"name": "Acme Ltd"}
    assert as_(cast.alice).post(url, data | {"industry": "Steel"}).status_code == 302
    answer = as_(cast.bob).post(url, data | {"industry": "Paper"})
    assert answer.status_code == 409
    assert "Steel" in answer.content.decode()
    customer.refresh_from_db()
    assert customer.industry == "Steel"


def test_credit_is_seen_by_the_rep_set_by_finance_and_hidden_from_service(cast, as_):
    customer = make_customer(cast.alice, credit_limit="123456.00")
    page = customer.get_absolute_url()
    assert "123,456.00" in as_(cast.alice).get(page).content.decode()
    assert "123,456.00" not in as_(cast.sam).get(page).content.decode()
    url = reverse("customers:customer_credit", args=[customer.pk])
    assert as_(cast.alice).post(url, {"credit_limit": "1"}).status_code == 403
    assert as_(cast.dora).post(url, {"credit_limit": "777"}).status_code == 302
    customer.refresh_from_db()
    assert customer.credit_limit == Decimal("123456.00"), "the new limit waits for a second person"
    waiting = ApprovalRequest.objects.about(customer).get(document_type="customers.credit")
    assert waiting.payload["changes"]["credit_limit"]["new"] == "777"
    form = as_(cast.alice).get(reverse("customers:customer_edit", args=[customer.pk])).context["form"]
    assert "credit_limit" not in form.fields
    form = as_(cast.mona).get(reverse("customers:customer_edit", args=[customer.pk])).context["form"]
    assert "credit_limit" in form.fields


def test_telephones_are_plain_for_the_owner_and_masked_for_others(cast, as_):
    customer = make_customer(cast.alice)
    contact = make_contact(customer, phone="+8613812345678", email="li.lei@example.com")
    page = customer.get_absolute_url()
    assert "+86 138 1234 5678" in as_(cast.alice).get(page).content.decode()
    for person in (cast.bob, cast.mona, cast.aida, cast.dora):
        text = as_(person).get(page).content.decode()
        assert "138****5678" in text and "12345678" not in text and "li.lei@" not in text
    listed = as_(cast.alice).get(reverse("customers:contact_list")).content.decode()
    assert "138****5678" in listed and "12345678" not in listed
    url = reverse("customers:contact_reveal", args=[contact.pk])
    shown = as_(cast.bob).post(url, {"purpose": "Call back about the claim"}).content.decode()
    assert "+86 138 1234 5678" in shown
    log = AccessLog.objects.get(kind="unmask")
    assert (log.actor, log.object_id, log.purpose) == (cast.bob, contact.pk, "Call back about the claim")
    assert as_(cast.bob).post(url, {"purpose": ""}).status_code == 200
    assert AccessLog.objects.filter(kind="unmask").count() == 1


def test_the_export_masks_too(cast, as_):
    customer = make_customer(cast.alice, phone="+8613812345678")
    answer = as_(cast.alice).get(
        reverse("customers:customer_list"), {"format": "csv", "cols": "code,phone", "purpose": "visit list"}
    )
    text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode("utf-8-sig")
    assert customer.code in text and "138****5678" in text and "12345678" not in text


def test_a_lead_hands_a_customer_over(cast, as_):
    customer = make_customer(cast.alice)
    today = timezone.localdate()
    url = reverse("customers:customer_assign", args=[customer.pk])
    form = as_(cast.bob).get(url).context["form"]
    assert cast.carol not in form.fields["owner"].queryset
    data = {"owner": cast.bob.pk, "from_date": today.isoformat(), "reason": "Alice is ill"}
    assert as_(cast.bob).post(url, data).status_code == 302
    customer.refresh_from_db()
    assert customer.owner == cast.bob
    closed = CustomerOwnership.objects.get(customer=customer, owner=cast.alice)
    assert closed.to_date == today - timedelta(days=1)


def test_a_rep_sees_own_customers_and_the_manager_all(cast, as_):
    mine, other = make_customer(cast.alice, name="Mine"), make_customer(cast.carol, name="Canary Other")
    text = as_(cast.alice).get(reverse("customers:customer_list")).content.decode()
    assert mine.name in text and other.name not in text
    text = as_(cast.mona).get(reverse("customers:customer_list")).content.decode()
    assert mine.name in text and other.name in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "東方"}, {"上海东方贸易"}),
        ({"q": "13812345678"}, {"上海东方贸易"}),
        ({"customer_class": "important"}, {"Beta Ltd"}),
        ({"region": "North"}, {"Beta Ltd"}),
        ({"stale": "on"}, {"Beta Ltd"}),
        ({"q": "%"}, set()),
    ],
)
def test_the_list_is_narrowed(cast, as_, query, names):
    first = make_customer(cast.alice, name="上海东方贸易")
    make_contact(first, phone="+8613812345678")
    make_visit(first, on=timezone.localdate())
    make_customer(cast.alice, name="Beta Ltd", region="North", customer_class="important")
    make_customer(cast.carol, name="Canary 東方", region="North")
    answer = as_(cast.alice).get(reverse("customers:customer_list"), query)
    shown = {row.name for row in answer.context["page"].rows}
    assert shown == names


def test_filter_choices_hold_only_what_one_sees(cast, as_):
    make_customer(cast.alice, region="North")
    make_customer(cast.carol, region="Canary Region")
    text = as_(cast.alice).get(reverse("customers:customer_list"), {"part": "filters"}).content.decode()
    assert "North" in text and "Canary Region" not in text


def test_pages_cost_the_same_for_few_and_many_rows(cast, as_, django_assert_max_num_queries):
    customer = make_customer(cast.alice)
    for _step in range(3):
        make_contact(make_customer(cast.alice))
        make_contact(customer)
        make_visit(customer)
    client = as_(cast.mona)
    client.get(reverse("customers:customer_list"))
    with django_assert_max_num_queries(12):
        client.get(reverse("customers:customer_list"))
    with django_assert_max_num_queries(12):
        client.get(reverse("customers:visit_list"))
    with django_assert_max_num_queries(12):
        client.get(reverse("customers:contact_list"))
    assert Contact.objects.count() == 6


def test_a_text_of_a_rep_is_shown_as_typed(cast, as_):
    evil = '<script>alert(1)</script>{{7*7}}"><img src=x onerror=alert(1)>'
    customer = make_customer(cast.alice, name=evil, remarks=evil, region=evil[:100])
    contact = make_contact(customer, name=evil)
    visit = make_visit(customer, purpose=evil, result=evil, contacts=[contact])
    client = as_(cast.mona)
    for url in (
        customer.get_absolute_url(),
        visit.get_absolute_url(),
        reverse("customers:customer_list"),
        reverse("customers:visit_list"),
        reverse("customers:visit_calendar") + "?period=2026-03",
        reverse("customers:contact_list"),
    ):
        text = client.get(url).content.decode()
        assert "<script>alert(1)" not in text and "<img src=x" not in text


def test_who_does_not_own_the_file_edits_it_without_seeing_what_is_masked(client, cast):
    customer = make_customer(cast.alice, phone="+8613812345678")
    contact = make_contact(customer, phone="+8613987654321", email="mary.long@example.com")
    client.force_login(cast.bob)
    page = client.get(reverse("customers:customer_edit", args=[customer.pk])).content.decode()
    assert "138****5678" in page and "138 1234 5678" not in page and "13812345678" not in page
    url = reverse("customers:contact_edit", args=[contact.pk])
    page = client.get(url).content.decode()
    assert "8765" not in page.replace("139****4321", "") and "mary.long@" not in page
    assert client.post(url, {"name": "Mary", "title": "Buyer"}).status_code == 302
    contact.refresh_from_db()
    assert (contact.title, contact.phone, contact.email) == (
        "Buyer",
        "+8613987654321",
        "mary.long@example.com",
    )
    assert client.post(url, {"name": "Mary", "phone": "13700001111"}).status_code == 302
    contact.refresh_from_db()
    assert contact.phone == "+8613700001111"
    client.force_login(cast.alice)
    assert "mary.long@example.com" in client.get(url).content.decode()
