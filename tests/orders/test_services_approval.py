"""Orders above a limit wait for approval, and the engine confirms them (requirements §H.1, §H.2)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from orders.errors import OrderRefused
from orders.services import cancel_order, confirm_or_ask, confirm_order, return_order_to_draft, submit_order
from orders.services.approving import ask_for_approval
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve, reject, resubmit, return_request
from salesops.audit.models import AuditEvent
from salesops.catalog.models import PaymentTerm
from salesops.core.errors import Conflict, NotAllowed
from salesops.handbook.services import set_rule_value
from salesops.notifications.models import Notification
from salesops.notifications.registry import words_of
from tests.factories.customers import make_customer
from tests.factories.orders import make_order, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def limit(at, cast):
    set_rule_value("orders.approval_limit", "50.00", timezone.localdate(at), "Small", actor=cast.root, at=at)
    set_rule_value("orders.approval_limit_top", "5000", timezone.localdate(at), "Top", actor=cast.root, at=at)


def submitted(cast, at, customer=None, **fields):
    order = make_order(
        customer or make_customer(cast.alice), state="draft", order_date=timezone.localdate(at), **fields
    )
    return submit_order(actor=cast.alice, order=order, at=at)


def fresh(order):
    order.refresh_from_db()
    return order


def test_below_the_limit_an_order_is_confirmed_at_once(cast, at):
    order = submitted(cast, at)
    assert confirm_or_ask(actor=cast.mona, order=order, at=at).state == "confirmed"


def test_above_the_limit_it_waits_and_the_last_signature_confirms_it(cast, at, limit):
    order = submitted(cast, at)
    assert Decimal(50) <= order.base_total < 5000
    request = confirm_or_ask(actor=cast.mona, order=order, at=at)
    assert isinstance(request, ApprovalRequest)
    assert (fresh(order).state, request.applicant, request.created_by) == ("submitted", cast.alice, cast.mona)
    with pytest.raises(NotAllowed, match="own"):
        approve(actor=cast.alice, at=at, request=request)
    request = approve(actor=cast.bob, at=at, request=request)
    assert fresh(order).state == "submitted"
    with pytest.raises(NotAllowed, match="own"):
        approve(actor=cast.mona, at=at, request=request)
    request = approve(actor=cast.gina, at=at, request=request)
    assert (request.state, fresh(order).state) == ("approved", "confirmed")
    event = AuditEvent.objects.get(verb="orders.order_confirmed_by_approval")
    assert (event.actor, event.data["approval"]) == (cast.gina, request.pk)


def test_every_other_door_refuses_and_offers_the_request(cast, at, limit):
    order = submitted(cast, at)
    with pytest.raises(OrderRefused) as refused:
        confirm_order(actor=cast.mona, order=order, at=at)
    error = refused.value
    assert (error.clause, error.release.document_type) == ("orders.approval_limit", "orders.order")
    assert (error.figures["amount"], error.figures["limit"]) == (order.base_total, Decimal("50.00"))


def test_two_small_orders_of_a_day_are_one_large_one(cast, at):
    day = timezone.localdate(at)
    customer = make_customer(cast.alice)
    first, second = submitted(cast, at, customer), submitted(cast, at, customer)
    total = first.base_total + second.base_total
    set_rule_value("orders.approval_limit", str(total), day, "Sum", actor=cast.root, at=at)
    request = confirm_or_ask(actor=cast.mona, order=first, at=at)
    assert (request.amount, request.tested_amount) == (first.base_total, total)


def test_above_the_upper_limit_finance_and_the_general_manager_sign_too(cast, at, limit):
    set_rule_value("orders.approval_limit_top", "60", timezone.localdate(at), "Low", actor=cast.root, at=at)
    order = submitted(cast, at)
    request = ask_for_approval(actor=cast.alice, order=order, at=at)
    for person in (cast.bob, cast.mona, cast.dora, cast.gina):
        assert fresh(order).state == "submitted"
        request = approve(actor=person, at=at, request=request)
    assert fresh(order).state == "confirmed"


def test_returned_mended_and_handed_in_again(cast, at, limit):
    order = submitted(cast, at)
    request = confirm_or_ask(actor=cast.mona, order=order, at=at)
    request = return_request(actor=cast.bob, at=at, request=request, comment="Discount?")
    order = return_order_to_draft(actor=cast.alice, order=order, reason="Mend it", at=at)
    with pytest.raises(Conflict, match="submit"):
        resubmit(actor=cast.alice, at=at, request=request)
    submit_order(actor=cast.alice, order=order, at=at)
    request = resubmit(actor=cast.alice, at=at, request=request)
    approve(actor=cast.bob, at=at, request=request)
    approve(actor=cast.gina, at=at, request=request)
    assert fresh(order).state == "confirmed"


def test_a_cancelled_order_leaves_nothing_to_approve(cast, at, limit):
    order = submitted(cast, at)
    request = confirm_or_ask(actor=cast.mona, order=order, at=at)
    cancel_order(actor=cast.alice, order=order, reason="Customer withdrew", at=at)
    request.refresh_from_db()
    assert request.state == "void"
    with pytest.raises(Conflict):
        approve(actor=cast.bob, at=at, request=request)


def test_a_rejected_order_stays_submitted_and_may_be_asked_for_anew(cast, at, limit):
    order = submitted(cast, at)
    reject(actor=cast.bob, at=at, request=confirm_or_ask(actor=cast.mona, order=order, at=at), comment="No")
    assert fresh(order).state == "submitted"
    assert confirm_or_ask(actor=cast.mona, order=order, at=at + timedelta(minutes=1)).state == "pending"


def test_the_pages(cast, at, limit, client):
    order = submitted(cast, at)
    client.force_login(cast.alice)
    page = client.get(reverse("orders:order_detail", args=[order.pk])).content.decode()
    ask = reverse("approvals:approvalrequest_ask", args=["orders.order", order.pk])
    assert ask in page
    text = client.get(ask).content.decode()
    assert "Team lead" in text
    answer = client.post(ask, {"reason": "Good customer"}, follow=True)
    request = ApprovalRequest.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("approvals:approvalrequest_detail", args=[request.pk])
    client.force_login(cast.bob)
    inbox = client.get(reverse("approvals:approvalrequest_list")).content.decode()
    assert order.number in inbox
    decide = reverse("approvals:approvalrequest_decide", args=[request.pk])
    answer = client.post(decide, {"action": "approve", "comment": "", "form_version": "1"}, follow=True)
    assert answer.status_code == 200
    client.force_login(cast.mona)
    answer = client.post(decide, {"action": "approve", "comment": "", "form_version": "1"})
    assert answer.status_code == 409
    assert "Bob" in answer.content.decode()
    rows = {"action": "approve", "ids": [request.pk], "seen": f"{request.pk}:2"}
    answer = client.post(reverse("approvals:approvalrequest_list"), rows).content.decode()
    assert order.number in answer
    assert fresh(order).state == "confirmed"


def test_who_decides_reads_facts_in_words_everywhere(cast, at, limit, client):
    """Discount in percent, money with its currency, class and terms by name: page, inbox, card, notice, three languages."""
    term = PaymentTerm.objects.create(code="N45", days=45)  # no name: its rule in words
    customer = make_customer(cast.alice, name="Harbour Trading", customer_class="important")
    small = submitted(cast, at, customer)
    order = submitted(cast, at, customer, lines=(("10", "10.00", "0.125"),), payment_term=term)
    with override("zh-hans"):
        request = ask_for_approval(actor=cast.alice, order=order, at=at)
    words = {
        "en": ("12.5 %", "Important", "CNY", "45 days"),
        "zh-hans": ("12.5 %", "重要", "CNY", "45 天"),
        "zh-hant": ("12.5 %", "重要", "CNY", "45 天"),
    }
    notice = Notification.objects.get(recipient=cast.bob, kind="approvals.asked")
    for language, expected in words.items():
        cast.bob.language = language
        cast.bob.save()
        client.force_login(cast.bob)
        page = client.get(reverse("approvals:approvalrequest_detail", args=[request.pk])).content.decode()
        for text in expected:
            assert text in page, (language, text)
        for dead in ("0.125", ">important<"):
            assert dead not in page, (language, dead)
        assert small.number in page, "what counts together can be opened"
        with override(language):
            told = words_of(notice.kind, notice.data)[1]
        for where in (client.get(reverse("approvals:approvalrequest_list")), client.get("/")):
            assert "12.5 %" in where.content.decode(), language
        assert "12.5 %" in told
        assert "CNY" in told
    assert approve(actor=cast.bob, at=at, request=request).state == "pending", "the language changes no fact"


def test_a_refusal_shows_clause_figures_and_who_releases_it_beside_the_form(cast, at, client):
    """An order dated too far back and a discount above the most: the page says by which clause and what to do."""
    product = make_product()
    customer = make_customer(cast.alice)
    client.force_login(cast.alice)
    day = timezone.localdate(at)
    data = {
        "customer": customer.pk, "order_date": day.isoformat(), "currency": "CNY",
        "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-MIN_NUM_FORMS": "0",
        "lines-MAX_NUM_FORMS": "200", "lines-0-product": product.pk, "lines-0-quantity": "1",
        "lines-0-price": "10", "lines-0-discount": "45", "lines-0-tax_rate": "13",
    }  # fmt: skip
    page = client.post(reverse("orders:order_create"), data).content.decode()
    for text in ("45 %", "30 %", "O-1 Largest discount", "Lower the discount", "This clause is set by: Root"):
        assert text in page, text
    old = {**data, "order_date": (day - timedelta(days=800)).isoformat(), "lines-0-discount": "0"}
    page = client.post(reverse("orders:order_create"), old).content.decode()
    for text in ("O-4 ", "Earliest day", "Date it later", "Root"):
        assert text in page, text


def test_a_refused_confirmation_offers_its_request(cast, at, limit, client):
    """By every door: who may confirm but only after approval reads clause and figures, and opens the request."""
    order = submitted(cast, at)
    confirm_or_ask(actor=cast.mona, order=order, at=at)
    client.force_login(cast.mona)
    page = client.post(reverse("orders:order_confirm", args=[order.pk]), follow=True).content.decode()
    request = ApprovalRequest.objects.get()
    for text in (
        "O-5 ",
        "50.00",
        "Open the request",
        reverse("approvals:approvalrequest_detail", args=[request.pk]),
    ):
        assert text in page, text
