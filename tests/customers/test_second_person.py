"""Tax number, bank account and credit terms wait for a second person; the old value holds until then (DAT-03)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from customers.services import create_customer, update_customer
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve, propose_change, reject, return_request
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.handbook.services import set_rule_value
from tests.factories.customers import make_customer
from tests.salesops.exchange_files import good, run

AT = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)
TAX = "91350100M000100Y43"

pytestmark = pytest.mark.django_db


def fresh(customer):
    customer.refresh_from_db()
    return customer


def waiting(customer):
    return {row.document_type: row for row in ApprovalRequest.objects.about(customer).filter(state="pending")}


def test_a_new_tax_number_waits_while_the_rest_is_saved(cast):
    customer = make_customer(cast.alice, tax_number="")
    update_customer(
        actor=cast.alice, at=AT, customer=customer, industry="Steel", tax_number=f" {TAX.lower()} "
    )
    assert (fresh(customer).industry, customer.tax_number) == ("Steel", "")
    request = waiting(customer)["customers.tax"]
    assert request.payload["changes"]["tax_number"]["new"] == TAX, "tidied before it is proposed"
    with pytest.raises(NotAllowed, match="own"):
        approve(actor=cast.alice, at=LATER, request=request)
    approve(actor=cast.dora, at=LATER, request=request)
    assert fresh(customer).tax_number == TAX


def test_a_rejected_change_leaves_the_old_value(cast):
    customer = make_customer(cast.alice, bank_account="6222000011112222")
    update_customer(actor=cast.alice, at=AT, customer=customer, bank_account="6222999988887777")
    request = waiting(customer)["customers.bank"]
    reject(actor=cast.dora, at=LATER, request=request, comment="Call them first")
    assert fresh(customer).bank_account == "6222000011112222"


def test_credit_terms_need_manager_and_finance_and_above_a_limit_the_general_manager(cast):
    customer = make_customer(cast.alice)
    update_customer(actor=cast.dora, at=AT, customer=customer, credit_limit=Decimal("100000"))
    request = waiting(customer)["customers.credit"]
    names = sorted(p.person.username for ask in request.asks.all() for p in ask.people.all())
    assert names == ["gina", "mona"], "Dora proposed, so the one above her signs for finance"
    request = approve(actor=cast.mona, at=LATER, request=request)
    assert fresh(customer).credit_limit is None
    approve(actor=cast.gina, at=LATER, request=request)
    assert fresh(customer).credit_limit == 100000
    update_customer(actor=cast.mona, at=LATER, customer=customer, credit_limit=Decimal("100000.01"))
    assert waiting(customer)["customers.credit"].route.steps.count() == 2


def test_a_value_that_moved_meanwhile_is_not_overwritten(cast):
    customer = make_customer(cast.alice, tax_number="")
    update_customer(actor=cast.alice, at=AT, customer=customer, tax_number=TAX)
    request = waiting(customer)["customers.tax"]
    type(customer).objects.filter(pk=customer.pk).update(tax_number="OTHER")
    done = approve(actor=cast.dora, at=LATER, request=request)
    assert (done.state, fresh(customer).tax_number) == ("void", "OTHER")
    assert "OT" in done.decisions.last().comment


def test_a_second_change_waits_for_the_first(cast):
    customer = make_customer(cast.alice, bank_account="1")
    update_customer(actor=cast.alice, at=AT, customer=customer, bank_account="22")
    with pytest.raises(Conflict, match="already"):
        update_customer(actor=cast.bob, at=AT, customer=customer, bank_account="33")


def test_a_returned_change_is_mended_in_the_form_and_handed_in_again(cast):
    customer = make_customer(cast.alice, bank_account="1")
    update_customer(actor=cast.alice, at=AT, customer=customer, bank_account="22")
    request = waiting(customer)["customers.bank"]
    return_request(actor=cast.dora, at=LATER, request=request, comment="A digit is missing")
    update_customer(actor=cast.alice, at=LATER, customer=customer, bank_account="222")
    approve(actor=cast.dora, at=LATER, request=waiting(customer)["customers.bank"])
    assert fresh(customer).bank_account == "222"
    assert ApprovalRequest.objects.count() == 1


def test_the_handbook_switches_a_field_off_from_a_day_on(cast):
    day = date(2026, 5, 5)
    set_rule_value("customers.second_person_tax", False, day, "Trial", actor=cast.root, at=AT)
    customer = make_customer(cast.alice, tax_number="")
    update_customer(actor=cast.alice, at=AT, customer=customer, tax_number=TAX)
    assert fresh(customer).tax_number == TAX
    with pytest.raises(InvalidInput):
        propose_change(actor=cast.alice, obj=customer, changes={"tax_number": ""}, at=AT)


def test_nobody_proposes_for_a_customer_of_another_team(cast):
    with pytest.raises(NotAllowed):
        propose_change(actor=cast.carol, obj=make_customer(cast.alice), changes={"bank_account": "1"}, at=AT)


def test_the_page_shows_old_and_new_side_by_side_masked_for_those_without_the_right(cast, client):
    customer = make_customer(cast.alice, bank_account="6222000011112222")
    client.force_login(cast.alice)
    page = client.get(reverse("customers:customer_edit", args=[customer.pk]))
    data = {k: v for k, v in page.context["form"].initial.items() if v is not None}
    data |= {"bank_account": "6222999988887777", "currency": "CNY"}
    answer = client.post(reverse("customers:customer_edit", args=[customer.pk]), data, follow=True)
    text = answer.content.decode()
    assert "wait for a second person" in text
    assert "6222000011112222" in text
    assert "6222999988887777" in text
    for reader in (cast.aida, cast.gina):
        client.force_login(reader)
        text = client.get(reverse("customers:customer_detail", args=[customer.pk])).content.decode()
        assert ("6222999988887777" in text) == (reader == cast.gina), "the auditor sees it masked"
        assert "7777" in text


def test_who_does_not_see_credit_terms_does_not_see_them_waiting(cast, client):
    customer = make_customer(cast.alice, credit_limit=Decimal("123456"))
    update_customer(actor=cast.dora, at=AT, customer=customer, credit_limit=Decimal("777888"))
    request = waiting(customer)["customers.credit"]
    for reader, sees in ((cast.alice, True), (cast.sam, False)):
        client.force_login(reader)
        text = client.get(reverse("customers:customer_detail", args=[customer.pk])).content.decode()
        assert ("777,888" in text) == sees
        page = client.get(reverse("approvals:approvalrequest_detail", args=[request.pk]))
        assert page.status_code == (200 if sees else 404)


def test_opening_a_file_does_not_set_credit_terms_alone(cast):
    customer = create_customer(
        actor=cast.mona, at=AT, name="New Co", currency=make_customer(cast.alice).currency, owner=cast.alice,
        credit_limit=Decimal("9000000"),
    )  # fmt: skip
    assert fresh(customer).credit_limit is None
    request = waiting(customer)["customers.credit"]
    assert request.facts["credit_limit"] == "9000000"
    with pytest.raises(NotAllowed, match="own"):
        approve(actor=cast.mona, at=LATER, request=request)


def test_an_import_replaces_no_tax_number_and_no_credit_terms(cast, tmp_path):
    """The file waits for a second person as the form does; the same file again asks no second time."""
    customer = make_customer(cast.alice, tax_number="", credit_limit=Decimal(10))
    path = tmp_path / "customers.csv"
    path.write_text(
        f"code,name,industry,tax_number,credit_limit\n{customer.code},Renamed,Steel,{TAX},500000\n"
    )
    for _time in (1, 2):
        good("customers", path, actor="mona")
        fresh(customer)
        assert (customer.name, customer.industry) == ("Renamed", "Steel")
        assert (customer.tax_number, customer.credit_limit) == ("", 10)
        assert sorted(waiting(customer)) == ["customers.credit", "customers.tax"]
    approve(actor=cast.dora, at=timezone.now(), request=waiting(customer)["customers.tax"])
    assert fresh(customer).tax_number == TAX


def test_a_row_that_is_refused_leaves_no_proposal_behind(cast, tmp_path):
    """The group it names is not there: the row is refused, and so is what it would have asked for."""
    customer, other = make_customer(cast.alice, tax_number=""), make_customer(cast.alice, tax_number="")
    path = tmp_path / "customers.csv"
    path.write_text(
        f"code,name,tax_number,parent\n{customer.code},{customer.name},{TAX},NOBODY\n{other.code},{other.name},{TAX},\n"
    )
    run("customers", path, actor="mona", skip_bad=True)
    assert not waiting(customer)
    assert sorted(waiting(other)) == ["customers.tax"]


def test_an_import_opens_no_file_with_credit_terms_that_one_person_set(cast, tmp_path):
    """As by the form; only who moves the whole company in writes them as they are."""
    path = tmp_path / "customers.csv"
    path.write_text("code,name,owner,credit_limit\nNEW-1,New Ltd,alice,500000\n")
    good("customers", path, actor="mona")
    opened = Customer.objects.get(code="NEW-1")
    request = waiting(opened)["customers.credit"]
    assert opened.credit_limit is None and request.created_by == cast.mona
    with pytest.raises(NotAllowed, match="own"):
        approve(actor=cast.mona, at=timezone.now(), request=request)
    for person in (cast.dora, cast.gina):
        request = approve(actor=person, at=timezone.now(), request=request)
    assert (request.state, fresh(opened).credit_limit) == ("approved", 500000)
    path.write_text("code,name,owner,credit_limit\nNEW-2,Old Ltd,alice,500000\n")
    good("customers", path, actor="root")
    assert Customer.objects.get(code="NEW-2").credit_limit == 500000
