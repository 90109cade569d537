"""Credit before an order is confirmed and before it is shipped (ORD-14): figures, block, release, two orders at once."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from contracts.services import PlanLine, activate_contract, write_plan
from orders.errors import OrderRefused
from orders.services import confirm_order, ship_order, submit_order
from orders.services.checks import CONFIRM, SHIP, ask
from receivables.credit import KEY, check_credit
from receivables.models import Receipt
from receivables.selectors.exposure import exposure_of
from receivables.services import allocate_receipt, mark_disputed
from receivables.standing import credit_standing
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.seeds import seed_flows
from salesops.approvals.services import approve, start
from salesops.audit.models import AuditEvent
from salesops.handbook.services import set_rule_value
from salesops.notifications.models import Notification
from tests.factories.contracts import make_contract
from tests.factories.deals import make_deal
from tests.factories.orders import make_order, make_return
from tests.factories.receivables import make_customer, make_receipt, make_receivable

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture
def buyer(cast):
    customer = make_customer(owner=cast.alice)
    customer.credit_limit = D("1000.00")
    customer.save()
    return customer


def order_of(buyer, amount, state="submitted", **more):
    return make_order(buyer, state=state, order_date=TODAY, lines=[("1", amount)], **more)


def owed(buyer, amount, late=0):
    return make_receivable(
        buyer, amount=amount, issued=TODAY - timedelta(days=100), due=TODAY - timedelta(days=late), at=NOW
    )


def order_request(order):
    return ApprovalRequest.objects.about(order).get(document_type=KEY)


def answer(order, stage=CONFIRM):
    return check_credit(order, stage, at=NOW, act=True)


def test_the_exposure_adds_up_what_is_and_will_be_owed(buyer):
    owed(buyer, "100.00")
    order_of(buyer, "20.00", state="confirmed")
    gone = order_of(buyer, "10.00", state="shipped")
    make_return(gone, net="4.00", quantity=0, on=TODAY)
    billed = order_of(buyer, "500.00", state="shipped")
    make_receivable(buyer, amount="500.00", issued=TODAY, due=TODAY, order=billed, at=NOW)
    make_receipt(buyer, amount="30.00", received=TODAY, at=NOW)
    order = order_of(buyer, "1.00")
    order_of(buyer, "7777.00")  # handed in, binds nobody yet
    found = exposure_of(buyer, on=TODAY, order=order.pk)
    parts = (found.items, found.confirmed, found.unbilled, found.this_order, found.unallocated)
    assert parts == (D("600.00"), D("20.00"), D("6.00"), D("1.00"), D("30.00"))
    assert (found.total, found.limit, found.over) == (D("597.00"), D("1000.00"), D(0))


def test_an_advance_of_a_payment_plan_is_owed_once_not_with_the_order_again(buyer, cast):
    """Contract 1,000, advance 300 billed: the order over all of it makes 1,000 owed, however much of it is shipped."""
    contract = make_contract(buyer, amount=D("1000.00"), state="draft")
    write_plan(
        actor=cast.alice,
        contract=contract,
        lines=[PlanLine("sign", D(30)), PlanLine("deliver", D(70))],
        at=NOW,
    )
    activate_contract(actor=cast.bob, contract=contract, at=NOW)
    first = order_of(buyer, "400.00", state="confirmed", contract=contract)
    order = order_of(buyer, "600.00", contract=contract)

    def parts():
        found = exposure_of(buyer, on=TODAY, order=order.pk)
        return found.items, found.unbilled, found.confirmed, found.this_order, found.total

    assert parts() == (D("300.00"), D(0), D("100.00"), D("600.00"), D("1000.00"))
    ship_order(actor=cast.otto, order=first, shipped_date=TODAY, at=NOW)
    assert parts() == (D("580.00"), D(0), D(0), D("420.00"), D("1000.00")), "280 fell due by the delivery"
    order_of(buyer, "50.00", state="confirmed")  # under no contract: owed in full
    assert parts()[-1] == D("1050.00")


def test_within_the_limit_nothing_is_said_near_it_a_warning_beyond_it_a_block(buyer):
    assert answer(order_of(buyer, "799.99")) is None
    near = answer(order_of(buyer, "800.00"))
    assert near.result == "warn" and near.clause == "receivables.credit_warn_share"
    assert answer(order_of(buyer, "1000.00")).result == "warn"
    beyond = answer(order_of(buyer, "1000.01"))
    assert beyond.result == "block" and beyond.clause == "receivables.credit_check"
    assert beyond.figures == {"exposure": D("1000.01"), "order_total": D("1000.01"), "limit": D("1000.00")}


def test_an_order_is_asked_again_before_it_is_shipped(buyer, cast):
    order = order_of(buyer, "900.00", state="confirmed")
    owed(buyer, "200.00")
    with pytest.raises(OrderRefused) as refusal:
        ship_order(actor=cast.otto, order=order, shipped_date=TODAY, at=NOW)
    assert refusal.value.figures["exposure"] == D("1100.00") and refusal.value.release.document_type == KEY
    make_receipt(buyer, amount="100.00", received=TODAY, at=NOW)
    assert ship_order(actor=cast.otto, order=order, shipped_date=TODAY, at=NOW).state == "shipped"


def test_a_deposit_lets_a_customer_without_credit_buy(buyer):
    buyer.credit_limit = D("0.00")
    buyer.save()
    order = order_of(buyer, "50.00")
    assert answer(order).result == "block"
    make_receipt(buyer, amount="50.00", received=TODAY, at=NOW)
    assert answer(order) is None


def test_who_owes_for_too_long_is_not_supplied_unless_it_is_disputed(buyer, cast):
    owed(buyer, "5.00", late=30)
    order = order_of(buyer, "1.00")
    assert answer(order) is None
    older = owed(buyer, "5.00", late=31)
    said = answer(order)
    assert said.result == "block" and said.clause == "receivables.credit_overdue_days"
    assert said.figures["overdue_days"] == 31 and "31" in said.message
    mark_disputed(actor=cast.dora, receivable=older, reason="Broken", at=NOW)
    assert answer(order) is None


def test_two_orders_are_added_even_when_each_alone_would_fit(buyer, cast):
    first, second = order_of(buyer, "600.00"), order_of(buyer, "600.00")
    confirm_order(actor=cast.mona, order=first, at=NOW)
    with pytest.raises(OrderRefused):
        confirm_order(actor=cast.mona, order=second, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone()[0] >= 1  # the credit of the customer is held until the act is over


def test_a_release_by_finance_and_manager_holds_for_its_days_and_its_amount(buyer, cast):
    seed_flows()
    draft = order_of(buyer, "1500.00", state="draft")
    order = submit_order(actor=cast.alice, order=draft, at=NOW)
    request = start(actor=cast.alice, at=NOW, obj=order, document_type=KEY, reason="Paid on Friday")
    assert answer(order).release is None  # asked for already
    for person in (cast.dora, cast.mona):
        approve(actor=person, request=request, at=NOW)
    said = answer(order)
    assert said.result == "warn" and "Paid on Friday" in said.message
    late = NOW + timedelta(days=7)
    assert [a.result for a in ask(order, SHIP, at=late)] == ["block"]
    owed(buyer, "0.01")
    assert answer(order).result == "block"  # more than was signed
    make_receipt(buyer, amount="0.01", received=TODAY, at=NOW)
    confirm_order(actor=cast.bob, order=order, at=NOW)
    told = AuditEvent.objects.get(verb="orders.order_confirmed").data["warnings"]
    assert told[0]["clause"] == "receivables.credit_check" and "Paid on Friday" in told[0]["message"]


def test_the_release_is_asked_for_by_the_button_of_the_refusal_and_the_order_goes_on(client, buyer, cast):
    seed_flows()
    order = submit_order(actor=cast.alice, order=order_of(buyer, "1500.00", state="draft"), at=NOW)
    page = reverse("orders:order_detail", args=[order.pk])
    asking = reverse("approvals:approvalrequest_ask", args=[KEY, order.pk])
    client.force_login(cast.alice)
    assert asking in client.get(page).content.decode()
    assert "1,500.00" in client.get(asking).content.decode()
    sent = client.post(asking, {"reason": "Paid on Friday"}, follow=True)
    request = order_request(order)
    assert sent.redirect_chain[-1][0] == reverse("approvals:approvalrequest_detail", args=[request.pk])
    for person, version in ((cast.dora, 1), (cast.mona, 2)):
        client.force_login(person)
        decide = reverse("approvals:approvalrequest_decide", args=[request.pk])
        said = client.post(decide, {"action": "approve", "comment": "", "form_version": version}, follow=True)
        assert said.status_code == 200
    confirm_order(actor=cast.bob, order=order, at=timezone.now())
    order.refresh_from_db()
    assert order.state == "confirmed"


def test_the_handbook_may_warn_only_or_look_away(buyer, cast):
    order = order_of(buyer, "5000.00")
    for mode, result in (("warn", "warn"), ("off", None)):
        set_rule_value("receivables.credit_check", mode, TODAY, "trial", actor=cast.root, at=NOW)
        said = answer(order)
        assert (said.result if said else None) == result


def test_the_page_of_the_customer_shows_the_credit_and_opens_its_rows(client, buyer, cast):
    owed(buyer, "1200.00")
    client.force_login(cast.dora)
    url = reverse("customers:customer_detail", args=[buyer.pk])
    page = client.get(url + "?panel=receivables.credit", headers={"HX-Request": "true"}).content.decode()
    assert "1,200.00" in page and "200.00" in page and "beyond the limit" in page
    client.force_login(cast.alice)
    order = order_of(buyer, "10.00")
    text = client.get(reverse("orders:order_detail", args=[order.pk])).content.decode()
    assert "beyond the credit limit" in text


def test_what_is_shipped_and_not_billed_opens_the_orders_that_make_it_up(client, buyer, cast):
    gone = order_of(buyer, "10.00", state="shipped")
    make_return(gone, net="4.00", quantity=0, on=TODAY)
    billed = order_of(buyer, "500.00", state="shipped")
    make_receivable(buyer, amount="500.00", issued=TODAY, due=TODAY, order=billed, at=NOW)
    waits = order_of(buyer, "20.00", state="confirmed")
    client.force_login(cast.dora)
    url = reverse("customers:customer_detail", args=[buyer.pk]) + "?panel=receivables.credit"
    panel = client.get(url, headers={"HX-Request": "true"}).content.decode()
    for part, order, figure in (("shipped", gone, "6.00"), ("confirmed", waits, "20.00")):
        rows = reverse("receivables:credit_rows", args=[buyer.pk, part])
        assert rows in panel
        page = client.get(rows)
        assert [found.pk for found, _row in page.context["rows"]] == [order.pk]
        assert page.context["total"] == D(figure) == page.context["rows"][0][1].left_over
    assert client.get(reverse("receivables:credit_rows", args=[buyer.pk, "draft"])).status_code == 404


def set_rule(key, value, cast):
    set_rule_value(f"receivables.{key}", value, TODAY, "trial", actor=cast.root, at=NOW)


def test_a_small_amount_beyond_the_limit_and_the_mode_of_a_class_are_rules(buyer, cast):
    order = order_of(buyer, "1000.50")
    set_rule("credit_tolerance", D("0.50"), cast)
    assert answer(order).result == "warn"  # near, not beyond
    set_rule("credit_tolerance", D("0.49"), cast)
    assert answer(order).result == "block"
    set_rule("credit_check_important", "warn", cast)
    assert answer(order).result == "block"
    buyer.customer_class = "important"
    buyer.save()
    order.customer.refresh_from_db()
    assert answer(order).result == "warn"


def test_an_order_paid_in_advance_passes_although_something_is_overdue(buyer, cast):
    owed(buyer, "5.00", late=99)
    order = order_of(buyer, "50.00")
    assert answer(order).result == "block"
    make_receipt(buyer, amount="50.00", received=TODAY, at=NOW)
    assert (answer(order).result, answer(order).clause) == ("warn", "receivables.credit_prepaid")
    order_of(buyer, "1.00", state="confirmed")  # the same money is not counted for two
    assert answer(order).result == "block"


def test_a_group_stays_within_the_limit_of_the_parent_where_the_handbook_says_so(buyer, cast):
    child = make_customer(owner=cast.alice)
    child.parent, child.credit_limit = buyer, D("900.00")
    child.save()
    owed(buyer, "400.00")
    order = order_of(child, "700.00")
    assert not [a for a in ask(order, CONFIRM, at=NOW) if a.result == "block"]
    set_rule("credit_group", True, cast)
    (said,) = [a for a in ask(order, CONFIRM, at=NOW) if a.result == "block"]
    assert (said.clause, said.figures["exposure"]) == ("receivables.credit_group", D("1100.00"))
    seed_flows()
    request = start(actor=cast.alice, at=NOW, obj=order, document_type=KEY, reason="Parent pays")
    for person in (cast.dora, cast.mona):
        approve(actor=person, request=request, at=NOW)
    assert not [a for a in ask(order, CONFIRM, at=NOW) if a.result == "block"]


@pytest.mark.parametrize("why", ["beyond", "late"])
def test_money_lets_the_order_go_on_its_owner_hears_it_and_the_request_ends(buyer, cast, why):
    seed_flows()
    old = owed(buyer, "600.00", late=45 if why == "late" else 0)
    order = order_of(buyer, "500.00" if why == "beyond" else "50.00")
    request = start(actor=cast.alice, at=NOW, obj=order, document_type=KEY, reason="Urgent")
    told = Notification.objects.filter(recipient=cast.alice, kind="receivables.credit_free")
    make_receipt(buyer, amount="50.00", received=TODAY, at=NOW)
    assert not told.exists()
    make_receipt(buyer, amount="550.00", received=TODAY, at=NOW)
    if why == "late":  # prepaid orders pass; so allocate the rest, too
        allocate_receipt(actor=cast.dora, receipt=Receipt.objects.first(), oldest_first=True, at=NOW)
    request.refresh_from_db()
    assert told.count() == 1 and request.state == "void"
    assert old.pk and confirm_order(actor=cast.mona, order=order, at=NOW).state == "confirmed"


def test_why_blocked_shows_formula_figures_clause_who_releases_and_the_button(client, buyer, cast):
    seed_flows()
    owed(buyer, "600.00", late=5)
    order = order_of(buyer, "500.00")
    client.force_login(cast.alice)
    text = client.get(reverse("receivables:why_blocked", args=[order.pk])).content.decode()
    asking = reverse("approvals:approvalrequest_ask", args=[KEY, order.pk])
    for part in ("600.00", "500.00", "1,100.00", "1,000.00", "100.00", "R-16", asking, "Finance and manager"):
        assert part in text, part
    request = start(actor=cast.alice, at=NOW, obj=order, document_type=KEY, reason="Paid on Friday")
    for person in (cast.dora, cast.mona):
        approve(actor=person, request=request, at=NOW)
    page = client.get(reverse("receivables:credit_overrides") + "?standing=now").content.decode()
    assert "Paid on Friday" in page and "1,100.00" in page


def test_a_deal_and_a_contract_warn_before_the_work_is_done(client, buyer, cast):
    owed(buyer, "700.00")
    standing = credit_standing(buyer, TODAY, D("400.00"))
    assert (standing.result, standing.total) == ("block", D("1100.00"))
    assert [r.clause for r in credit_standing(buyer, TODAY, D("100.00")).remarks] == [
        "receivables.credit_warn_share"
    ]
    assert credit_standing(buyer, TODAY).result == "ok"
    deal = make_deal(cast.alice, customer=buyer, amount=D("400.00"))
    client.force_login(cast.alice)
    page = client.get(
        deal.get_absolute_url() + "?panel=receivables.standing_deal", headers={"HX-Request": "true"}
    )
    assert "1,100.00" in page.content.decode()
