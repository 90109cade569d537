"""Ways around the second person that people try, and why none leads anywhere."""

import ast
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib import admin
from django.urls import reverse

from salesops.accounts.models import Delegation, RoleGrant, User
from salesops.accounts.services.delegations import set_delegation
from salesops.accounts.services.people import deactivate_person
from salesops.accounts.services.posts import grant_role
from salesops.approvals.formats import shown
from salesops.approvals.registry import document_types
from salesops.approvals.selectors import waiting_for
from salesops.approvals.services import approve, pass_up, reject
from salesops.approvals.services.clock import watch
from salesops.core.errors import NotAllowed
from salesops.jobs.services.runs import JobReport
from salesops.notifications.services.outsiders import link_purposes
from tests.factories.approvals import FINANCE, KIND, LEAD, MANAGER, ask, holders, make_flow, role, step
from tests.factories.customers import make_customer

AT = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)
DAY = date(2026, 5, 5)
LATER = AT + timedelta(minutes=5)
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.django_db


@pytest.fixture
def matter(cast):
    return make_customer(cast.alice, annual_revenue=Decimal("1000"), tax_number="91310000MA1K35N27X")


@pytest.fixture
def as_kind():
    """The tests' kind with other answers, put back afterwards."""
    kind = document_types[KIND]
    before = (kind.applicant, kind.own_people)

    def put(**answers):
        for name, answer in answers.items():
            object.__setattr__(kind, name, answer)

    yield put
    put(applicant=before[0], own_people=before[1])


@pytest.fixture
def for_alice(cast, as_kind):
    """Requests are made for Alice, whoever hands them in."""
    as_kind(applicant=lambda obj: cast.alice)


def test_who_hands_a_request_in_for_another_does_not_sign_it(cast, matter, for_alice):
    make_flow(LEAD, MANAGER)
    request = ask(matter, actor=cast.mona, at=AT)
    assert (request.applicant, request.created_by) == (cast.alice, cast.mona)
    request = approve(actor=cast.bob, at=LATER, request=request)
    assert holders(request) == ["gina"], "one level above Mona, who handed it in"
    with pytest.raises(NotAllowed, match="own"):
        approve(actor=cast.mona, at=LATER, request=request)
    assert approve(actor=cast.gina, at=LATER, request=request).state == "approved"


def test_where_nobody_else_is_left_who_handed_it_in_signs(cast, matter, for_alice):
    make_flow(step("Manager", role("manager"), on_missing="refuse"))
    request = ask(matter, actor=cast.mona, at=AT)
    assert holders(request) == ["mona"]
    assert approve(actor=cast.mona, at=LATER, request=request).state == "approved"


def test_ones_own_request_is_refused_even_where_nobody_else_is_left(cast):
    make_flow(step("Lead", role("lead"), on_missing="up"))
    own = make_customer(cast.bob)
    request = ask(own, actor=cast.bob, at=AT)
    assert holders(request) == ["mona"]


def test_who_comes_to_own_the_record_meanwhile_decides_no_more(cast, matter, as_kind):
    as_kind(own_people=lambda obj: (obj.owner_id,))
    make_flow(LEAD)
    request = ask(matter, actor=cast.alice, at=AT)
    assert holders(request) == ["bob"]
    type(matter).objects.filter(pk=matter.pk).update(owner=cast.bob)
    for act in (approve, reject):
        with pytest.raises(NotAllowed, match="own"):
            act(actor=cast.bob, at=LATER, request=request, comment="x")


def test_a_role_that_has_ended_signs_nothing(cast, matter):
    make_flow(FINANCE)
    request = ask(matter, actor=cast.alice, at=AT)
    assert holders(request) == ["dora"]
    RoleGrant.objects.filter(user=cast.dora, role="finance").update(to_date=DAY - timedelta(1))
    assert not waiting_for(cast.dora, on=DAY), "nor does it stand in the inbox"
    with pytest.raises(NotAllowed, match="not asked"):
        approve(actor=cast.dora, at=LATER, request=request)
    set_delegation(
        actor=cast.dora, at=AT, person=cast.dora, deputy=cast.carol, from_date=DAY, to_date=DAY + timedelta(1)
    )
    assert not waiting_for(cast.carol, on=DAY)
    with pytest.raises(NotAllowed, match="not asked"):
        approve(actor=cast.carol, at=LATER, request=request)


def test_a_leaver_decides_nothing_and_the_superior_is_asked_at_once(cast, matter):
    make_flow(FINANCE)
    request = ask(matter, actor=cast.alice, at=AT)
    deactivate_person(actor=cast.root, at=AT, person=cast.dora, left_date=DAY)
    cast.dora.refresh_from_db()
    with pytest.raises(NotAllowed):
        approve(actor=cast.dora, at=LATER, request=request)
    assert list(waiting_for(cast.gina, on=DAY)) == [request]
    assert approve(actor=cast.gina, at=LATER, request=request).state == "approved"


def test_nobody_makes_himself_the_deputy_of_somebody_else(cast):
    days = {"from_date": DAY, "to_date": DAY + timedelta(3)}
    for actor in (cast.hugo, cast.root):
        with pytest.raises(NotAllowed, match="himself"):
            set_delegation(actor=actor, at=AT, person=cast.mona, deputy=actor, **days)
    set_delegation(actor=cast.mona, at=AT, person=cast.bob, deputy=cast.mona, **days)


@pytest.mark.parametrize(
    ("kept", "read"),
    [("1075480.19 CNY", "1,075,480.19 CNY"), ("120000.00 USD", "120,000.00 USD"), ("X", "X")],
)
def test_money_with_its_currency_is_shown_in_groups(kept, read):
    assert shown(kept) == read


@pytest.fixture
def bobs(cast):
    """Bob, who leads the team, asks for himself; one level up Mona is asked."""
    make_flow(LEAD)
    return ask(make_customer(cast.bob), actor=cast.bob, at=AT)


def by_page(request, act, **data):
    return reverse(f"approvals:approvalrequest_{act}", args=[request.pk]), {
        "form_version": request.version,
        **data,
    }


def test_no_page_lets_anybody_decide_on_his_own_request(cast, bobs, client):
    """Inbox, bulk, the request's page and form, the address in a mail, and acts that bring somebody in."""
    client.force_login(cast.bob)
    inbox, page = reverse("approvals:approvalrequest_list"), by_page(bobs, "detail")[0]
    assert bobs.title not in client.get(inbox).content.decode()
    assert 'value="approve"' not in client.get(page).content.decode()
    rows = {"action": "approve", "ids": [bobs.pk], "seen": f"{bobs.pk}:1"}
    assert "own" in client.post(inbox, rows).content.decode()
    for action in ("approve", "return", "reject"):
        url, data = by_page(bobs, "decide", action=action, comment="x")
        assert client.post(url, data).status_code == 403, action
    for act in ("add_signer", "pass_up"):
        assert client.post(*by_page(bobs, act, person=cast.bob.pk)).status_code == 403, act
    client.force_login(cast.mona)
    url, data = by_page(bobs, "add_signer", person=cast.bob.pk)
    assert "may not decide" in client.post(url, data).content.decode()
    client.logout()
    url, data = by_page(bobs, "decide", action="approve")
    assert client.post(url, data).status_code == 302, "the link in a mail opens the door of the house first"
    bobs.refresh_from_db()
    assert (bobs.state, bobs.version) == ("pending", 1)


def test_no_deputy_role_or_superior_leads_back_to_the_applicant(cast, bobs):
    """As deputy, as deputy of the deputy, by a role given meanwhile, by passing up, by the deadline."""
    days = {"from_date": DAY, "to_date": DAY + timedelta(3)}
    deputy = set_delegation(actor=cast.mona, at=AT, person=cast.mona, deputy=cast.bob, **days)
    with pytest.raises(NotAllowed, match="own"):
        approve(actor=cast.bob, at=LATER, request=bobs)
    Delegation.objects.filter(pk=deputy.pk).update(deputy=cast.carol)
    Delegation.objects.create(person=cast.carol, deputy=cast.bob, set_by=cast.carol, **days)
    grant_role(actor=cast.root, at=AT, person=cast.bob, role="manager", team=cast.sales, from_date=DAY)
    for who in (cast.bob, User.objects.get(pk=cast.bob.pk)):
        with pytest.raises(NotAllowed, match="own"):
            approve(actor=who, at=LATER, request=bobs)
    assert not waiting_for(cast.bob, on=DAY)
    monas = ask(make_customer(cast.alice), actor=cast.mona, at=AT)
    assert holders(monas) == ["bob"]
    assert holders(pass_up(actor=cast.bob, at=LATER, request=monas)) == ["gina"], "Mona stands between"
    late = AT + timedelta(days=30)
    watch(JobReport(business_date=late.date(), actor=None, at=late, dry_run=False), at=late)
    for request, who in ((bobs, cast.bob), (monas, cast.mona)):
        assert who.username not in holders(request)


def test_countersigned_by_two_lines_that_both_lead_to_one_person_is_one_signature_of_hers(cast):
    """Neither line becomes the applicant's, who holds the role and leads the team."""
    lines = ({"kind": "team_head"}, role("manager"))
    make_flow(step("Both", *lines, mode="countersign"))
    own = ask(make_customer(cast.mona), actor=cast.mona, at=AT)
    assert "mona" not in holders(own)
    with pytest.raises(NotAllowed, match="own"):
        approve(actor=cast.mona, at=LATER, request=own)


def test_only_the_pages_of_approvals_decide(db):
    """No command, job, import, one-time link or admin page approves anything; the demo plays people's parts."""
    deciding = {"approve", "reject", "return_request", "decide", "deciding"}
    callers = set()
    for path in ROOT.glob("*/**/*.py"):
        if path.parts[len(ROOT.parts)] in ("tests", ".venv") or "approvals" not in (text := path.read_text()):
            continue
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.ImportFrom) or not str(node.module).startswith("salesops.approvals"):
                continue
            names = {alias.name for alias in node.names}
            if names & deciding or (node.module == "salesops.approvals" and "services" in names):
                callers.add(path.relative_to(ROOT).as_posix())
    views = {f"salesops/approvals/views/{name}.py" for name in ("acts", "requests")}
    callers = {path for path in callers if not path.startswith("performance/demo/")}
    assert callers == {*views, "salesops/approvals/services/__init__.py"}
    assert not [key for key, _purpose in link_purposes.items() if "approv" in key]
    assert not [model for model in admin.site._registry if model._meta.app_label == "approvals"]
