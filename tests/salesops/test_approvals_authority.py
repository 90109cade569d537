"""One page says per process step who does it, who decides, up to which amount and since when (ORG-04)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from salesops.accounts.models import RoleGrant
from salesops.approvals.authority import all_steps, authority
from salesops.approvals.models import ApprovalFlow
from salesops.approvals.registry import document_types
from salesops.approvals.seeds import role, route, step, when, write_flow
from salesops.core.choices import Role
from salesops.core.policies import can
from salesops.handbook.services import set_rule_value

pytestmark = pytest.mark.django_db
ROLES = {
    "alice": Role.REP,
    "asha": Role.ASSISTANT,
    "bob": Role.LEAD,
    "mona": Role.MANAGER,
    "gina": Role.GM,
    "dora": Role.FINANCE,
    "lena": Role.LEGAL,
    "otto": Role.OPERATIONS,
    "sam": Role.SERVICE,
    "hugo": Role.HR,
    "aida": Role.AUDITOR,
    "root": Role.ADMINISTRATOR,
}


def lines(**more):
    today = timezone.localdate()
    return {line.key: line for line in authority(**{"on": today, "today": today, **more})}


def test_who_may_do_a_step_is_what_the_program_lets_them(cast):
    """Each role's own person, at the same question the services ask."""
    shown = lines()
    for key, entry in all_steps():
        model = apps.get_model(entry.model)
        told = {doer.role for doer in shown[key].doers}
        may = {held for name, held in ROLES.items() if can(getattr(cast, name), entry.verb, model)}
        assert told == may, key


def test_every_kind_of_request_stands_on_the_page_once(cast):
    kinds = [decision.kind.key for line in lines().values() for decision in line.decisions]
    assert sorted(kinds) == sorted(kind.key for kind in document_types)


def test_the_deciders_and_the_limit_come_from_the_flow_and_the_rule_of_the_day(cast):
    """A new version of the flow and a new value are on the page from their day on, and not before."""
    today = timezone.localdate()
    before = lines()["orders.order.confirm"]
    (old,) = before.decisions
    assert {clause.words for clause in before.clauses} >= {"1,000,000.00 CNY"}
    start = today + timedelta(days=10)
    first = ApprovalFlow.objects.filter(document_type="orders.order").order_by("-number").first()
    over = route(
        "Dear", [when("amount", "gte", rule="orders.approval_limit")], [step("Legal", role("legal"))]
    )
    write_flow(apps, "orders.tmp", [over], since=start)
    ApprovalFlow.objects.filter(document_type="orders.tmp").update(
        document_type="orders.order", number=first.number + 1
    )
    set_rule_value(
        "orders.approval_limit", "750000.00", start, "Prices fell", actor=cast.root, at=timezone.now()
    )
    now = lines()["orders.order.confirm"]
    assert now.decisions[0].flow == old.flow
    then = lines(on=start)["orders.order.confirm"]
    assert then.decisions[0].flow.from_date == start
    assert [str(a) for r in then.decisions[0].routes for s in r["steps"] for a in s.approvers.all()] == [
        "Legal"
    ]
    assert (
        next(c for c in then.clauses if c.parameter.key == "orders.approval_limit").words == "750,000.00 CNY"
    )


def test_the_administrator_reaches_each_form_and_others_read(cast, client):
    url = reverse("approvals:authority")
    flow = ApprovalFlow.objects.in_force("orders.order", timezone.localdate())
    forms = [
        reverse("approvals:approvalflow_new_version", args=[flow.pk]),
        reverse("handbook:value_set", args=["orders.approval_limit"]),
        reverse("accounts:user_list") + "?role=lead",
    ]
    client.force_login(cast.root)
    page = client.get(url).content.decode()
    for form in forms:
        assert form in page
        assert client.get(form).status_code == 200
    client.force_login(cast.alice)
    page = client.get(url, {"q": "confirm an order"}).content.decode()
    assert "Confirm an order" in page
    assert "Ship an order" not in page
    assert not any(form in page for form in forms)


def test_a_persons_page_shows_what_he_decides_up_to_which_amount_since_when(cast, client):
    today = timezone.localdate()
    since = today - timedelta(days=3)
    RoleGrant.objects.filter(user=cast.mona, role=Role.MANAGER).update(
        amount_limit=Decimal("800000"), from_date=since
    )
    client.force_login(cast.mona)
    address = reverse("accounts:user_detail", args=[cast.mona.pk])
    shown = client.get(address, {"rest": "1"}).content.decode()
    assert "In the processes" in shown
    assert "800,000.00" in shown
    assert "Order above the limit" in shown
    assert "Confirm an order" in shown
    assert date.isoformat(since) in shown or since.strftime("%b") in shown
