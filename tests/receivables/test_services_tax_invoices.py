"""A tax invoice is asked for with a complete title, approved, issued under its number, taken back in red, and never more
is invoiced than items and contract come to (domain §11)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from contracts.services import PlanLine, activate_contract, write_plan
from customers.handing import hand_kinds
from customers.models import TaxProfile
from receivables.models import Receivable, TaxInvoice
from receivables.selectors.tax_periods import period_of, period_words
from receivables.services.disputes import NewDispute, open_dispute
from receivables.services.tax_invoices import (
    InvoiceLine,
    NewTaxInvoice,
    hand_over_invoice,
    issue_invoice,
    request_invoice,
    request_red_letter,
    require_number,
    void_invoice,
    void_issued,
)
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.catalog.models import ExchangeRate
from salesops.core.errors import Conflict, Duplicate, InvalidInput, NotAllowed
from tests.factories.contracts import make_contract
from tests.factories.receivables import AT, make_customer, make_receivable, noon

pytestmark = pytest.mark.django_db
NUMBER = "24312000000012345678"
DAY = date(2026, 6, 30)


def ask(actor, customer, gross, *, kind="ordinary", item=None, contract=None):
    line = InvoiceLine("Hats", D(gross), D("0.13"), item)
    new = NewTaxInvoice(customer, kind, customer.currency, [line], contract=contract)
    return request_invoice(actor=actor, invoice=new, at=AT)


def issued(cast, invoice, number, on=DAY):
    approve(actor=cast.dora, at=AT, request=ApprovalRequest.objects.about(invoice).get())
    now = AT if on == DAY else timezone.now()
    return issue_invoice(actor=cast.dora, invoice=invoice, fapiao_no=number, issued_date=on, at=now)


def test_the_life_of_a_fapiao_from_request_to_its_red_letter(cast):
    customer = make_customer(owner=cast.alice)
    item = make_receivable(customer, amount="1130.01")
    first = ask(cast.alice, customer, "1000.01", item=item)
    assert (first.net, first.tax, first.state) == (D("884.96"), D("115.05"), "requested")
    with pytest.raises(Conflict, match="item comes to"):
        ask(cast.alice, customer, "130.01", item=item)
    dropped = ask(cast.alice, customer, "130.00", item=item)
    void_invoice(actor=cast.alice, invoice=dropped, reason="Typed twice", at=AT)
    second = ask(cast.alice, customer, "130.00", item=item)

    with pytest.raises(NotAllowed):
        issue_invoice(actor=cast.alice, invoice=first, fapiao_no=NUMBER, issued_date=DAY, at=AT)
    with pytest.raises(Conflict, match="Requested"):
        issue_invoice(actor=cast.dora, invoice=first, fapiao_no=NUMBER, issued_date=DAY, at=AT)
    first = issued(cast, first, NUMBER)
    with pytest.raises(Duplicate):
        issued(cast, second, NUMBER)
    hand_over_invoice(actor=cast.alice, invoice=first, delivered_date=DAY, delivered_by="By e-mail", at=AT)

    red = request_red_letter(actor=cast.dora, invoice=first, reason="Price cut", amount=D("113.00"), at=AT)
    assert (red.net, red.tax, red.amount) == (D("-100.00"), D("-13.00"), D("-113.00"))
    with pytest.raises(Conflict, match=r"887\.01 is left"):
        request_red_letter(actor=cast.dora, invoice=first, reason="More", amount=D("887.02"), at=AT)
    ask(cast.alice, customer, "113.00", item=item)  # what was taken back may be invoiced again


def test_a_title_is_complete_for_its_kind_and_a_number_has_its_form(cast):
    customer = make_customer(owner=cast.alice)
    for kind in ("special", "tw3"):
        with pytest.raises(InvalidInput, match="tax number"):
            ask(cast.alice, customer, "113.00", kind=kind)
    TaxProfile.objects.create(
        customer=customer, title="Full Ltd", tax_number="91350100M000100Y43", address="Road 1", phone="0591-1234567",
        bank_name="ICBC", bank_account="6222", from_date=date(2020, 1, 1), checked=True, is_default=True,
    )  # fmt: skip
    assert ask(cast.alice, customer, "113.00", kind="special").title == "Full Ltd"
    with pytest.raises(InvalidInput, match="tax number"):
        ask(cast.alice, customer, "105.00", kind="tw3")
    assert ask(cast.alice, customer, "105.00", kind="tw2").tax_number == ""
    for kind, code, number in (
        ("special", "", NUMBER),
        ("special", "0" * 12, "12345678"),
        ("tw2", "", "AB12345678"),
    ):
        require_number(kind, code, number)
    for kind, code, number in (
        ("special", "", "12345678"),
        ("tw3", "", NUMBER),
        ("export", "1" * 11, "12345678"),
    ):
        with pytest.raises(InvalidInput, match="no invoice number"):
            require_number(kind, code, number)


def test_a_contract_is_not_invoiced_beyond_and_its_instalments_by_invoice_are_billed(cast):
    contract = make_contract(make_customer(owner=cast.alice), amount=D("1000.00"), state="draft")
    write_plan(actor=cast.alice, contract=contract, lines=[PlanLine("invoice", D(100))], at=AT)
    activate_contract(actor=cast.bob, contract=contract, at=noon(date(2026, 6, 29)))
    part = ask(cast.alice, contract.customer, "400.00", contract=contract)
    with pytest.raises(Conflict, match="contract comes to"):
        ask(cast.alice, contract.customer, "600.01", contract=contract)
    issued(cast, part, NUMBER)
    assert [row.amount for row in Receivable.objects.filter(contract=contract)] == [D("400.00")]
    assert TaxInvoice.objects.filter(contract=contract).count() == 1


def test_of_taiwan_it_is_void_within_its_two_months_and_lowered_by_an_allowance_later(cast, client):
    customer = make_customer(owner=cast.alice, money="TWD")
    ExchangeRate.objects.create(currency_id="TWD", date=date(2026, 1, 1), rate=D("0.22"))
    day = timezone.localdate()
    first = issued(cast, ask(cast.alice, customer, "1050", kind="tw2"), "AB12345678", on=day)
    old = issued(cast, ask(cast.alice, customer, "2100", kind="tw2"), "AB12345679")
    assert period_of(date(2026, 12, 31)) == (date(2026, 11, 1), date(2026, 12, 31))
    assert period_words(DAY) == "115年05–06月"
    mainland = issued(cast, ask(cast.alice, make_customer(owner=cast.alice), "113.00"), NUMBER)
    for row, words in ((old, "period of .* ended"), (mainland, "not voided")):
        with pytest.raises(Conflict, match=words):
            void_issued(actor=cast.dora, invoice=row, reason="Wrong title", at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        TaxInvoice.objects.filter(pk=old.pk).update(state="void", voided_date=date(2026, 7, 1))
    client.force_login(cast.alice)
    page = client.get(reverse("receivables:taxinvoice_annul", args=[first.pk]))
    assert page.status_code == 403
    assert cast.dora.name in page.text and cast.gina.name not in page.text, "finance voids; finance is asked"
    client.force_login(cast.dora)
    page = client.get(reverse("receivables:taxinvoice_annul", args=[first.pk]))
    assert "two-month period" in page.text
    client.post(
        reverse("receivables:taxinvoice_annul", args=[first.pk]),
        {"reason": "Wrong title", "version": first.version},
    )
    first.refresh_from_db()
    assert (first.state, first.voided_date, first.fapiao_no) == ("void", day, "AB12345678")
    again = ask(cast.alice, customer, "1050", kind="tw2")
    with pytest.raises(Duplicate):
        issued(cast, again, "AB12345678")

    asked = client.get(reverse("receivables:taxinvoice_red", args=[old.pk])).text
    assert "Allowance" in asked and "2,100.00 TWD is left" in asked
    red = request_red_letter(actor=cast.dora, invoice=old, reason="Price cut", amount=D("105"), at=AT)
    listed = client.get(reverse("receivables:taxinvoice_list"))
    assert f"{(old.base_amount + mainland.base_amount):,.2f}" in listed.text, "the sum is of what is issued"
    with pytest.raises(NotAllowed):
        approve(actor=cast.dora, at=AT, request=ApprovalRequest.objects.about(red).get())
    approve(actor=cast.gina, at=AT, request=ApprovalRequest.objects.about(red).get())
    red = issue_invoice(actor=cast.dora, invoice=red, fapiao_no="ZR-2026-001", issued_date=DAY, at=AT)
    assert (red.accepted_by, red.state) == (cast.gina, "issued")
    paper = client.get(
        reverse("documents:print", args=["receivables.tax_invoice", red.pk]) + "?lang=zh-hant"
    ).text
    assert "新臺幣負壹佰零伍元整" in paper and "折讓" in paper and "中華民國115年6月30日" in paper
    chinese = client.get(
        reverse("documents:print", args=["receivables.tax_invoice", mainland.pk]) + "?lang=zh-hans"
    ).text
    assert "人民币壹佰壹拾叁元整" in chinese and NUMBER in chinese and "13.00" in chinese


def test_who_takes_over_the_work_of_a_colleague_follows_the_disputes_and_sees_what_is_to_be_handed_over(cast):
    item = make_receivable(make_customer(owner=cast.alice), amount="113.00")
    dispute = open_dispute(actor=cast.alice, receivable=item, dispute=NewDispute("Scratched"), at=AT)
    invoice = ask(cast.alice, item.customer, "113.00", item=item)
    kinds = {key: hand_kinds.get(key) for key in ("receivables.dispute", "receivables.tax_invoice")}
    assert list(kinds["receivables.dispute"].rows(cast.alice)) == [dispute]
    assert list(kinds["receivables.tax_invoice"].rows(cast.alice)) == [invoice]
    kinds["receivables.dispute"].hand(dispute, cast.asha, at=AT, reason="Alice leaves")
    dispute.refresh_from_db()
    assert dispute.follower == cast.asha
