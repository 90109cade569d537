"""Ways around the second person that people try, and why none leads anywhere."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from salesops.accounts.models import RoleGrant
from salesops.accounts.services.delegations import set_delegation
from salesops.accounts.services.people import deactivate_person
from salesops.approvals.formats import shown
from salesops.approvals.registry import document_types
from salesops.approvals.selectors import waiting_for
from salesops.approvals.services import approve, reject
from salesops.core.errors import NotAllowed
from tests.factories.approvals import FINANCE, KIND, LEAD, MANAGER, ask, make_flow, role, step
from tests.factories.customers import make_customer

AT = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)
DAY = date(2026, 5, 5)
LATER = AT + timedelta(minutes=5)

pytestmark = pytest.mark.django_db


@pytest.fixture
def matter(cast):
    return make_customer(cast.alice, annual_revenue=Decimal("1000"), tax_number="91310000MA1K35N27X")


def holders(request):
    asks = request.asks.filter(state="open")
    return sorted(p.person.username for a in asks for p in a.people.select_related("person"))


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
