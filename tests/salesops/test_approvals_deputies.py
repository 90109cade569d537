"""Who decides while somebody is away: within the dates, the kinds and the limit of the deputy, and only once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from salesops.accounts.services.delegations import end_delegation, set_delegation
from salesops.accounts.services.posts import grant_role
from salesops.approvals.models import Decision
from salesops.approvals.selectors import waiting_for
from salesops.approvals.services import approve
from salesops.approvals.services.clock import approval_deadlines
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.notifications.models import Notification
from tests.factories.approvals import (
    KIND,
    LEAD,
    OTHER_KIND,
    ask,
    holders,
    make_flow,
    role,
    step,
)
from tests.factories.customers import make_customer

AT = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)  # Tuesday, ten in the morning in Shanghai
DAY = date(2026, 5, 5)
LATER = AT + timedelta(minutes=5)

pytestmark = pytest.mark.django_db


@pytest.fixture
def matter(cast):
    return make_customer(cast.alice, annual_revenue=Decimal("1000"), tax_number="91310000MA1K35N27X")


def test_nobody_decides_on_his_own_request_as_deputy_either(cast, matter):
    """Bob is away and Alice, the applicant, stands in: she is skipped and Mona is asked."""
    make_flow(LEAD)
    delegation = set_delegation(
        actor=cast.bob, at=AT, person=cast.bob, deputy=cast.alice, from_date=DAY, to_date=DAY + timedelta(3)
    )
    request = ask(matter, actor=cast.alice, at=AT)
    assert holders(request) == ["bob", "mona"]
    assert not waiting_for(cast.alice, on=DAY)
    with pytest.raises(NotAllowed, match="own"):
        approve(actor=cast.alice, at=LATER, request=request)
    assert delegation.is_away
    approve(actor=cast.mona, at=LATER, request=request)


def test_an_absence_entered_later_asks_the_superior_at_once_where_the_deputy_may_not_decide(cast, matter):
    make_flow(LEAD)
    request = ask(matter, actor=cast.alice, at=AT)
    other = ask(make_customer(cast.carol, annual_revenue=Decimal("900")), actor=cast.carol, at=AT)
    before = holders(other)
    away = {"actor": cast.bob, "person": cast.bob, "from_date": DAY, "to_date": DAY + timedelta(3)}
    assert holders(request) == ["bob"]
    set_delegation(at=LATER, deputy=cast.alice, **away)
    assert holders(request) == ["bob", "mona"] and holders(other) == before
    told = Notification.objects.filter(recipient=cast.mona, kind="approvals.asked")
    assert told.filter(url=f"/approvals/requests/{request.pk}/").count() == 1
    approve(actor=cast.mona, at=LATER, request=request)


def test_an_absence_entered_ahead_asks_the_superior_on_its_first_day(cast, matter):
    make_flow(LEAD)
    request = ask(matter, actor=cast.alice, at=AT)
    first = DAY + timedelta(1)
    set_delegation(
        actor=cast.bob, at=LATER, person=cast.bob, deputy=cast.alice, from_date=first, to_date=first
    )
    approval_deadlines(DAY, actor=None, at=LATER, dry_run=False)
    assert holders(request) == ["bob"]
    for _again in range(2):
        approval_deadlines(first, actor=None, at=AT + timedelta(1), dry_run=False)
    assert holders(request) == ["bob", "mona"]


def test_an_absence_entered_later_with_a_deputy_who_may_decide_asks_nobody_above(cast, matter):
    make_flow(LEAD)
    request = ask(matter, actor=cast.alice, at=AT)
    set_delegation(
        actor=cast.bob,
        at=LATER,
        person=cast.bob,
        deputy=cast.carol,
        from_date=DAY,
        to_date=DAY + timedelta(1),
    )
    assert holders(request) == ["bob"]


def test_a_deputy_decides_for_the_person_absent_within_the_dates_only(cast, matter):
    make_flow(LEAD)
    set_delegation(
        actor=cast.bob, at=AT, person=cast.bob, deputy=cast.carol, from_date=DAY, to_date=DAY + timedelta(1)
    )
    request = ask(matter, actor=cast.alice, at=AT)
    assert list(waiting_for(cast.carol, on=DAY)) == [request]
    assert not waiting_for(cast.carol, on=DAY + timedelta(2))
    assert not waiting_for(cast.carol, on=DAY - timedelta(1))
    with pytest.raises(NotAllowed, match="not asked"):
        approve(actor=cast.carol, at=AT + timedelta(days=2), request=request)
    approve(actor=cast.carol, at=LATER, request=request)
    line = Decision.objects.get(request=request, action="approved")
    assert (line.who, line.actor, line.for_person) == ("Carol for Bob", cast.carol, cast.bob)


def test_a_delegation_reaches_only_the_kinds_it_names(cast, matter):
    make_flow(LEAD)
    days = {"from_date": DAY, "to_date": DAY + timedelta(3)}
    row = set_delegation(
        actor=cast.bob, at=AT, person=cast.bob, deputy=cast.carol, document_types=[OTHER_KIND], **days
    )
    request = ask(matter, actor=cast.alice, at=AT)
    assert not waiting_for(cast.carol, on=DAY)
    with pytest.raises(NotAllowed):
        approve(actor=cast.carol, at=LATER, request=request)
    end_delegation(actor=cast.bob, at=LATER, delegation=row)
    set_delegation(actor=cast.mona, at=AT, person=cast.bob, deputy=cast.carol, document_types=[KIND], **days)
    approve(actor=cast.carol, at=LATER, request=request)


def test_a_deputys_deputy_is_never_asked(cast, matter):
    make_flow(LEAD)
    days = {"from_date": DAY, "to_date": DAY + timedelta(3)}
    set_delegation(actor=cast.carol, at=AT, person=cast.carol, deputy=cast.dora, kind="present", **days)
    set_delegation(actor=cast.bob, at=AT, person=cast.bob, deputy=cast.carol, **days)
    request = ask(matter, actor=cast.alice, at=AT)
    assert list(waiting_for(cast.carol, on=DAY)) == [request]
    assert not waiting_for(cast.dora, on=DAY)
    with pytest.raises(NotAllowed, match="not asked"):
        approve(actor=cast.dora, at=LATER, request=request)


def test_somebody_who_is_away_is_not_made_a_deputy(cast):
    days = {"from_date": DAY, "to_date": DAY + timedelta(3)}
    set_delegation(actor=cast.carol, at=AT, person=cast.carol, deputy=cast.dora, **days)
    with pytest.raises(InvalidInput, match="away"):
        set_delegation(actor=cast.bob, at=AT, person=cast.bob, deputy=cast.carol, **days)
    with pytest.raises(NotAllowed):
        set_delegation(actor=cast.alice, at=AT, person=cast.mona, deputy=cast.dora, **days)


def test_the_deputys_own_limit_holds(cast, matter):
    make_flow(LEAD)
    matter.annual_revenue = Decimal("50000")
    matter.save()
    grant_role(
        actor=cast.hugo, at=AT, person=cast.carol, role="rep", from_date=DAY, amount_limit=Decimal("9000")
    )
    set_delegation(
        actor=cast.bob, at=AT, person=cast.bob, deputy=cast.carol, from_date=DAY, to_date=DAY + timedelta(3)
    )
    request = ask(matter, actor=cast.alice, at=AT)
    assert holders(request) == ["bob", "mona"], "the deputy may not, so the superior is asked, too"
    with pytest.raises(NotAllowed, match="limit") as refused:
        approve(actor=cast.carol, at=LATER, request=request)
    assert refused.value.figures["limit"] == Decimal("9000.00")
    approve(actor=cast.bob, at=LATER, request=request)


def test_a_superior_who_stands_in_is_not_sent_to_herself(cast, matter):
    """Gina stands in for Mona: beyond the deputies' amount it would be passed up to nobody else than Gina."""
    make_flow(step("Manager", role("manager")))
    set_delegation(actor=cast.mona, at=AT, person=cast.mona, deputy=cast.gina, from_date=DAY, to_date=DAY)
    matter.annual_revenue = Decimal("900000")
    matter.save()
    request = ask(matter, actor=cast.alice, at=AT)
    approve(actor=cast.gina, at=LATER, request=request)
    assert str(Decision.objects.get(action="approved").for_person) == str(cast.mona)


def test_one_person_never_signs_twice_as_himself_and_as_deputy(cast, matter):
    """Two signatures of one person under two names are one signature (B16)."""
    make_flow(step("Both", role("lead"), role("finance"), mode="countersign"))
    set_delegation(
        actor=cast.dora, at=AT, person=cast.dora, deputy=cast.bob, from_date=DAY, to_date=DAY + timedelta(3)
    )
    request = ask(matter, actor=cast.alice, at=AT)
    assert holders(request) == ["bob", "dora"]
    request = approve(actor=cast.bob, at=LATER, request=request)
    assert request.state == "pending"
    with pytest.raises(NotAllowed):
        approve(actor=cast.bob, at=LATER, request=request)
    assert approve(actor=cast.dora, at=LATER, request=request).state == "approved"
