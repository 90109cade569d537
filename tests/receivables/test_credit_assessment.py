"""The credit assessment form (CUS-06, CUS-07): computed scores, rating, limit, approval, expiry and reviews."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from customers.models import Customer
from orders.services.checks import CONFIRM, ask
from receivables.models import CreditAssessment
from receivables.services import (
    edit_assessment,
    open_assessment,
    reverse_receipt,
    review_credit,
    submit_assessment,
)
from receivables.services.reviews import credit_reviews
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.seeds import seed_flows
from salesops.approvals.services import approve, return_request
from salesops.catalog.models import PaymentTerm
from salesops.core.errors import Duplicate, InvalidInput, NotAllowed
from salesops.notifications.models import Notification
from tests.factories.orders import make_order
from tests.factories.receivables import make_customer, make_receipt, make_receivable

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture
def buyer(cast):
    seed_flows()
    return make_customer(owner=cast.alice)


def filled(customer):
    customer.tax_number, customer.address, customer.phone, customer.industry = (
        "91350211M000100Y43",
        "A",
        "1",
        "Tools",
    )
    customer.legal_rep, customer.registered_capital, customer.founded_on = (
        "Li",
        D("60000000"),
        date(2001, 1, 1),
    )
    customer.bank_account, customer.employees, customer.grade = "1", 700, "A"
    customer.save()
    return customer


def sold(customer, months, each="1000.00"):
    """Shipped and paid in time, once in each of the last months."""
    for back in range(months):
        day = TODAY - timedelta(days=30 * back + 1)
        make_order(customer, state="shipped", order_date=day, shipped_date=day, lines=[("1", each)])
        item = make_receivable(customer, amount=each, issued=day - timedelta(days=40), due=day, at=NOW)
        make_receipt(customer, amount=each, received=day, to={item: each}, at=NOW, allocated=day)


def asked(row):
    return ApprovalRequest.objects.about(row).get()


def sign(row, cast, people):
    for name in people.split():
        approve(actor=getattr(cast, name), request=asked(row), at=NOW)
    row.refresh_from_db()
    row.customer.refresh_from_db()


def test_an_old_customer_gets_a_limit_from_the_months_with_shipments(buyer, cast):
    sold(filled(buyer), 4, "3000.00")
    row = open_assessment(actor=cast.alice, customer=buyer, at=NOW, requested_limit=D("9999.00"))
    scores = {line["code"]: line["score"] for line in row.lines}
    assert scores == {
        "payment": "100.00", "years": "100.00", "size": "100.00", "standing": "100.00", "regularity": "33.33",
        "completeness": "90.00",
    }  # fmt: skip
    parts = zip(scores.values(), (30, 15, 15, 10, 15, 15), strict=True)
    assert row.total == D("88.50") == round(sum(D(s) * w for s, w in parts) / 100, 2)
    assert (row.rating, row.sales_months, row.monthly_sales) == ("AA", 4, D("3000.00"))
    assert (
        row.limit_proposed == row.limit == D("6000.00")
    )  # 3,000 a month × 2 months × 100 %, less than requested


def test_a_new_customer_counts_with_expected_sales_and_is_not_above_a_without_special_approval(buyer, cast):
    sold(filled(buyer), 1)
    buyer.created_date = TODAY - timedelta(days=60)
    buyer.save()
    row = open_assessment(actor=cast.alice, customer=buyer, at=NOW, expected_monthly_sales=D("500.00"))
    high = {line["code"]: (D(100), "Known from another house") for line in row.lines}
    row = edit_assessment(actor=cast.alice, assessment=row, scores=high, at=NOW)
    assert (row.total, row.rating, row.limit_proposed) == (D(100), "A", D("800.00"))  # 500 × 2 × 80 %
    with pytest.raises(InvalidInput):
        edit_assessment(
            actor=cast.alice, assessment=row, scores=high, special=True, special_reason=" ", at=NOW
        )
    row = edit_assessment(
        actor=cast.alice,
        assessment=row,
        scores=high,
        special=True,
        special_reason="State owned",
        limit=None,
        at=NOW,
    )
    assert (row.rating, row.limit_proposed) == ("AAA", D("2000.00"))
    submit_assessment(actor=cast.alice, assessment=row, at=NOW)
    assert asked(row).route.name == "Rating above A"


def test_a_score_that_differs_has_a_reason_and_unknown_factors_share_out_their_weight(buyer, cast):
    row = open_assessment(actor=cast.alice, customer=buyer, at=NOW)
    assert row.line("payment")["score"] is None and row.line("size")["score"] is None
    known = [(line["weight"], D(line["score"])) for line in row.lines if line["score"]]
    assert row.total == round(sum(w * s for w, s in known) / sum(w for w, _s in known), 2)
    with pytest.raises(InvalidInput) as refused:
        edit_assessment(actor=cast.alice, assessment=row, scores={"payment": (D(70), "")}, at=NOW)
    assert refused.value.field == "reason_payment"
    with pytest.raises(InvalidInput):  # more than the computed limit
        edit_assessment(actor=cast.alice, assessment=row, scores={}, limit=D("1.00"), at=NOW)
    with pytest.raises(Duplicate):
        open_assessment(actor=cast.dora, customer=buyer, at=NOW)


@pytest.mark.parametrize(("limit", "people"), [("100000.00", "dora mona"), ("100000.01", "dora mona gina")])
def test_approved_by_finance_and_manager_above_the_limit_by_the_general_manager_it_sets_limit_and_terms(
    buyer, cast, limit, people
):
    term = PaymentTerm.objects.create(code="N45", days=45)
    row = open_assessment(
        actor=cast.alice,
        customer=buyer,
        at=NOW,
        limit=D(limit),
        limit_reason="Parent vouches",
        payment_term=term,
    )
    submit_assessment(actor=cast.alice, assessment=row, at=NOW)
    *first, last = people.split()
    sign(row, cast, " ".join(first))
    assert row.customer.credit_limit is None
    sign(row, cast, last)
    assert (row.state, row.valid_until) == ("approved", TODAY + timedelta(days=365))
    assert (row.customer.credit_limit, row.customer.payment_term) == (D(limit), term)
    request = asked(row)
    assert (
        request.payload["changes"]["credit_limit"]["new_text"] == limit
    )  # kept like any change of credit terms


def test_returned_it_is_mended_and_handed_in_again(buyer, cast):
    row = open_assessment(actor=cast.alice, customer=buyer, at=NOW, limit=D("100.00"), limit_reason="Small")
    submit_assessment(actor=cast.alice, assessment=row, at=NOW)
    return_request(actor=cast.dora, request=asked(row), at=NOW, comment="Too much")
    row.refresh_from_db()
    row = edit_assessment(actor=cast.alice, assessment=row, scores={}, limit=D("50.00"), at=NOW)
    submit_assessment(actor=cast.alice, assessment=row, at=NOW)
    sign(row, cast, "dora mona")
    assert row.customer.credit_limit == D("50.00")
    with pytest.raises(NotAllowed):
        open_assessment(actor=cast.otto, customer=buyer, at=NOW)


def test_the_next_review_is_opened_before_the_year_is_over_and_after_a_bounced_paper(buyer, cast):
    row = open_assessment(actor=cast.alice, customer=buyer, at=NOW, limit=D("50.00"), limit_reason="Small")
    submit_assessment(actor=cast.alice, assessment=row, at=NOW)
    sign(row, cast, "dora mona")
    end = row.valid_until
    order = make_order(buyer, order_date=TODAY, lines=[("1", "1.00")])
    for days, told in ((0, []), (1, ["receivables.assessment_expired"])):
        at = timezone.make_aware(datetime.combine(end + timedelta(days=days), time(9)))
        assert [a.clause for a in ask(order, CONFIRM, at=at)] == told
    for day, count in ((end - timedelta(days=31), 1), (end - timedelta(days=30), 2), (end, 2)):
        credit_reviews(day, actor=None, at=NOW, dry_run=False)
        assert CreditAssessment.objects.count() == count
    draft = CreditAssessment.objects.get(state="draft")
    assert draft.kind == "annual"
    assert Notification.objects.filter(recipient=cast.alice, kind="receivables.credit_review").count() == 1
    paper = make_receipt(buyer, amount="10.00", received=TODAY, method="draft", at=NOW)
    reverse_receipt(actor=cast.dora, receipt=paper, reason="No funds", at=NOW)
    draft.refresh_from_db()
    assert paper.number in draft.why_now
    with translation.override("zh-hans"):
        assert "Draft" not in draft.why_now and "was not honoured" not in draft.why_now
        told = Notification.objects.filter(kind="receivables.credit_review").latest("pk")
        assert paper.number in told.title and "not honoured" not in told.title
    review_credit(customer=buyer, why="Two broken promises", at=NOW)
    draft.refresh_from_db()
    assert "Two broken promises" in draft.note and CreditAssessment.objects.count() == 2


def test_the_whole_form_through_the_pages(client, buyer, cast):
    Customer.objects.filter(pk=buyer.pk).update(registered_capital=5_000_000)
    client.force_login(cast.alice)
    new = reverse("receivables:creditassessment_create")
    data = {"customer": buyer.pk, "kind": "first", "requested_limit": "900", "expected_monthly_sales": "1000"}
    page = client.post(new, data, follow=True)
    row = CreditAssessment.objects.get()
    assert "Completeness of the file" in page.content.decode()
    edit = reverse("receivables:creditassessment_edit", args=[row.pk])
    form = client.get(edit).content.decode()
    assert "Computed" in form and "score_standing" in form
    sent = {f"score_{line['code']}": line["score"] or "" for line in row.lines} | {
        "kind": "first", "requested_limit": "900", "expected_monthly_sales": "1000", "score_standing": "90",
        "form_version": row.version,
    }  # fmt: skip
    assert "why the score differs" in client.post(edit, sent).content.decode()
    client.post(edit, sent | {"reason_standing": "Market leader"})
    row.refresh_from_db()
    assert row.line("standing")["score"] == "90.00" and row.limit is not None
    client.post(reverse("receivables:creditassessment_submit", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "submitted"
    client.force_login(cast.dora)
    page = client.get(row_url(row)).content.decode()
    assert "Market leader" in page and "Capital 5,000,000.00" in page and "&lt;" not in page


def row_url(row):
    return reverse("receivables:creditassessment_detail", args=[row.pk])
