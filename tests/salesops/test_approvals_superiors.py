"""Another superior decides what waits: at once, from a day to come, and when a role or a post ends (ORG-03)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from salesops.accounts.models import RoleGrant
from salesops.accounts.services.delegations import set_delegation
from salesops.accounts.services.people import edit_person
from salesops.accounts.services.posts import end_role, grant_role
from salesops.accounts.services.superiors import change_superior
from salesops.approvals.choices import ApproverKind
from salesops.approvals.services import approve, pass_up
from salesops.approvals.services.clock import approval_deadlines
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.notifications.models import Notification
from tests.factories.approvals import FINANCE, ask, holders, make_flow, step
from tests.factories.customers import make_customer

AT = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)
DAY = date(2026, 5, 5)
LATER = AT + timedelta(minutes=5)
NEXT = AT + timedelta(1)
SUPERIOR = step("Superior", {"kind": ApproverKind.SUPERIOR})
ABOVE = step("Superior of the superior", {"kind": ApproverKind.SUPERIOR, "level": 2})

pytestmark = pytest.mark.django_db


@pytest.fixture
def matter(cast):
    return make_customer(cast.alice, annual_revenue=Decimal("1000"), tax_number="91310000MA1K35N27X")


def test_another_superior_is_asked_at_once_and_the_one_before_no_more(cast, matter):
    make_flow(SUPERIOR)
    request = ask(matter, actor=cast.alice, at=AT)
    assert holders(request) == ["bob"]
    edit_person(actor=cast.hugo, at=LATER, person=cast.alice, superior=cast.mona)
    assert holders(request) == ["mona"]
    with pytest.raises(NotAllowed, match="not asked"):
        approve(actor=cast.bob, at=LATER, request=request)
    told = {(n.recipient.username, n.kind) for n in Notification.objects.all()}
    assert {("bob", "approvals.rerouted"), ("mona", "approvals.asked")} <= told
    line = request.decisions.get(action="rerouted")
    assert line.to_person == cast.mona
    assert approve(actor=cast.mona, at=LATER, request=request).state == "approved"


def test_a_change_of_superior_from_a_day_on_waits_for_that_day(cast, matter, client):
    make_flow(SUPERIOR, ABOVE)
    request = ask(matter, actor=cast.alice, at=AT)
    change_superior(
        actor=cast.hugo, at=LATER, person=cast.alice, superior=cast.mona, from_date=DAY + timedelta(1)
    )
    approval_deadlines(DAY, actor=None, at=LATER, dry_run=False)
    cast.alice.refresh_from_db()
    assert (cast.alice.superior, holders(request)) == (cast.bob, ["bob"])
    client.force_login(cast.alice)
    page = client.get(reverse("accounts:user_detail", args=[cast.alice.pk])).content.decode()
    assert "Superior from 2026-05-06 on" in page
    for _again in range(2):
        approval_deadlines(DAY + timedelta(1), actor=None, at=NEXT, dry_run=False)
    cast.alice.refresh_from_db()
    assert (cast.alice.superior, holders(request)) == (cast.mona, ["mona"])
    request = approve(actor=cast.mona, at=NEXT, request=request)
    assert holders(request) == ["gina"], "the next step follows the new line, too"


def test_a_change_is_refused_for_the_past_for_leavers_and_in_circles(cast):
    for superior, day in (
        (cast.mona, DAY - timedelta(1)),
        (cast.alice, DAY),
        (cast.leo, DAY),
        (cast.mona, DAY),
    ):
        with pytest.raises(InvalidInput):
            change_superior(actor=cast.hugo, at=AT, person=cast.bob, superior=superior, from_date=day)
    with pytest.raises(NotAllowed):
        change_superior(actor=cast.bob, at=AT, person=cast.alice, superior=cast.mona, from_date=DAY)


def test_what_was_passed_up_stays_with_the_one_above(cast, matter):
    make_flow(SUPERIOR)
    request = ask(matter, actor=cast.alice, at=AT)
    pass_up(actor=cast.bob, at=LATER, request=request)
    assert holders(request) == ["mona"]
    edit_person(actor=cast.hugo, at=LATER, person=cast.bob, superior=cast.gina)
    assert holders(request) == ["gina"], "Bob passed it on: his own superior of today has it"


def test_where_a_role_ended_the_holders_of_today_are_asked(cast, matter):
    make_flow(FINANCE)
    request = ask(matter, actor=cast.alice, at=AT)
    assert holders(request) == ["dora"]
    grant_role(actor=cast.root, at=LATER, person=cast.hugo, role="finance", from_date=DAY)
    end_role(
        actor=cast.root, at=LATER, grant=RoleGrant.objects.get(user=cast.dora, role="finance"), last_day=DAY
    )
    assert holders(request) == ["dora", "hugo"]
    approval_deadlines(DAY + timedelta(1), actor=None, at=NEXT, dry_run=False)
    assert holders(request) == ["hugo"]


def test_a_deputy_hears_on_the_first_day_of_an_absence_entered_ahead(cast, matter):
    make_flow(SUPERIOR)
    request = ask(matter, actor=cast.alice, at=AT)
    first = DAY + timedelta(1)
    set_delegation(
        actor=cast.bob, at=LATER, person=cast.bob, deputy=cast.carol, from_date=first, to_date=first
    )
    carol = Notification.objects.filter(recipient=cast.carol)
    approval_deadlines(DAY, actor=None, at=LATER, dry_run=False)
    assert not carol.exists()
    for _again in range(2):
        approval_deadlines(first, actor=None, at=NEXT, dry_run=False)
    assert sorted(n.kind for n in carol) == ["approvals.asked_as_deputy", "approvals.stands_in"]
    approve(actor=cast.carol, at=NEXT, request=request)


def test_the_print_of_a_request_says_who_signed_in_whose_place(cast, matter, client):
    make_flow(SUPERIOR)
    request = ask(matter, actor=cast.alice, at=AT)
    set_delegation(actor=cast.bob, at=AT, person=cast.bob, deputy=cast.carol, from_date=DAY, to_date=DAY)
    approve(actor=cast.carol, at=LATER, request=request, comment="Seen")
    client.force_login(cast.alice)
    url = reverse("documents:print", args=["approvals.request", request.pk])
    assert url in client.get(reverse("approvals:approvalrequest_detail", args=[request.pk])).content.decode()
    page = client.get(url).content.decode()
    assert page.count("Carol for Bob") == 2 and "Seen" in page and request.title in page
    assert "Carol 代 Bob" in client.get(url, {"lang": "zh-hans"}).content.decode()
    client.force_login(cast.otto)
    assert client.get(url).status_code == 404, "only who may read the request prints it"
