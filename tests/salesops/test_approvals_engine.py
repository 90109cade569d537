"""One engine for all approvals: who is asked, who may decide, what happens to the request."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from salesops.accounts.services.posts import grant_role
from salesops.approvals import services
from salesops.approvals.models import ApprovalFlow, ApprovalRequest
from salesops.approvals.registry import document_types
from salesops.approvals.seeds import seed_flows
from salesops.approvals.selectors import waiting_for
from salesops.approvals.services import approve, reject, resubmit, return_request, withdraw
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.policies import can
from salesops.notifications.models import Notification
from tests.factories.approvals import (
    CALLS,
    FINANCE,
    KIND,
    LEAD,
    MANAGER,
    ask,
    holders,
    make_flow,
    make_routes,
    role,
    route,
    step,
    when,
)
from tests.factories.customers import make_customer

AT = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)  # Tuesday, ten in the morning in Shanghai
DAY = date(2026, 5, 5)
LATER = AT + timedelta(minutes=5)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_calls():
    CALLS.clear()


@pytest.fixture
def matter(cast):
    return make_customer(cast.alice, annual_revenue=Decimal("1000"), tax_number="91310000MA1K35N27X")


def test_steps_are_asked_one_after_the_other_and_the_app_acts_at_the_end(cast, matter):
    make_flow(LEAD, MANAGER)
    request = ask(matter, actor=cast.alice, at=AT, reason="Long relation")
    assert holders(request) == ["bob"]
    assert list(waiting_for(cast.bob, on=DAY)) == [request]
    assert not waiting_for(cast.mona, on=DAY)
    request = approve(actor=cast.bob, at=LATER, request=request)
    assert (request.state, holders(request), CALLS) == ("pending", ["mona"], [])
    request = approve(actor=cast.mona, at=LATER, request=request, comment="Fine")
    assert request.state == "approved"
    assert request.decided_at == LATER
    assert [("approved", str(matter), "Mona")] == CALLS
    assert not waiting_for(cast.mona, on=DAY)
    told = Notification.objects.filter(recipient=cast.alice, kind="approvals.approved")
    assert told.count() == 1


def test_nobody_decides_on_his_own_request(cast):
    """Bob leads the team and asks for himself: the question goes one level up."""
    make_flow(step("Superior", {"kind": "team_head"}))
    own = make_customer(cast.bob)
    request = ask(own, actor=cast.bob, at=AT)
    assert holders(request) == ["mona"]
    for act in (approve, reject, return_request):
        with pytest.raises(NotAllowed, match="own"):
            act(actor=cast.bob, at=LATER, request=request, comment="x")
    with pytest.raises(NotAllowed, match="not asked"):
        approve(actor=cast.dora, at=LATER, request=request)


def test_who_has_approved_is_not_asked_again(cast, matter):
    make_flow(LEAD, step("Head", {"kind": "team_head"}), MANAGER)
    request = ask(matter, actor=cast.alice, at=AT)
    request = approve(actor=cast.bob, at=LATER, request=request)
    assert holders(request) == ["mona"]
    assert [d.action for d in request.decisions.all()] == ["requested", "approved", "counted"]


def test_who_has_approved_is_asked_again_where_the_flow_says_so(cast, matter):
    flow = make_flow(LEAD, step("Head", {"kind": "team_head"}))
    ApprovalFlow.objects.filter(pk=flow.pk).update(repeated="ask")
    request = approve(actor=cast.bob, at=LATER, request=ask(matter, actor=cast.alice, at=AT))
    assert holders(request) == ["bob"]
    assert approve(actor=cast.bob, at=LATER, request=request).state == "approved"


@pytest.mark.parametrize(
    ("mode", "first", "after"),
    [("sequence", ["mona"], ["dora"]), ("countersign", ["dora", "mona"], ["dora"])],
)
def test_modes_of_a_step(cast, matter, mode, first, after):
    make_flow(step("Two", role("manager"), role("finance"), mode=mode))
    request = ask(matter, actor=cast.alice, at=AT)
    assert holders(request) == first
    request = approve(actor=cast.mona, at=LATER, request=request)
    assert (request.state, holders(request)) == ("pending", after)
    assert approve(actor=cast.dora, at=LATER, request=request).state == "approved"


def test_any_one_of_them_is_enough(cast, matter):
    make_flow(step("Any", role("manager"), role("finance"), mode="any_one"))
    request = ask(matter, actor=cast.alice, at=AT)
    request = approve(actor=cast.dora, at=LATER, request=request)
    assert request.state == "approved"
    with pytest.raises(Conflict, match="Dora approved"):
        approve(actor=cast.mona, at=LATER, request=request)


def test_approvers_by_superior_head_role_and_person(cast, matter):
    make_flow(
        step(
            "All",
            {"kind": "superior", "level": 2},
            {"kind": "department_head"},
            {"kind": "person", "person_id": cast.lena.pk},
            {"kind": "team_head"},
            role("gm"),
            mode="countersign",
        )
    )
    request = ask(matter, actor=cast.alice, at=AT)
    named = [[p.person.username for p in a.people.all()] for a in request.asks.order_by("position")]
    assert named == [["mona"], ["mona"], ["lena"], ["bob"], ["gina"]]
    request = approve(actor=cast.mona, at=LATER, request=request)
    assert holders(request) == ["bob", "gina", "lena"], "one signature of Mona serves both lines"


def test_a_role_with_reach_is_asked_where_its_unit_includes_the_team(cast, matter):
    make_flow(LEAD)
    other = make_customer(cast.carol)
    assert holders(ask(matter, actor=cast.alice, at=AT)) == ["bob"]
    # Group B has no lead: one level up
    assert holders(ask(other, actor=cast.carol, at=AT)) == ["mona"]


@pytest.mark.parametrize(
    ("missing", "asked"),
    [({"on_missing": "up"}, ["mona"]), ({"on_missing": "role", "fallback_role": "finance"}, ["dora"])],
)
def test_what_happens_when_nobody_is_found(cast, missing, asked):
    make_flow(step("Lead", role("lead"), **missing))
    assert holders(ask(make_customer(cast.carol), actor=cast.carol, at=AT)) == asked


def test_a_step_that_refuses_names_itself_and_leaves_nothing_behind(cast):
    make_flow(step("Lead of the group", role("lead"), on_missing="refuse"))
    with pytest.raises(Conflict, match="Lead of the group"):
        ask(make_customer(cast.carol), actor=cast.carol, at=AT)
    assert not ApprovalRequest.objects.exists()


def test_conditions_choose_the_route(cast, matter):
    make_routes(
        route("Large", [when("amount", "gte", "100000"), when("class", "ne", "general")], [MANAGER, FINANCE]),
        route("Flagged", [when("flag", "yes")], [FINANCE]),
        route("Small", [when("amount", "lt", "100000")], [LEAD]),
    )
    assert ask(matter, actor=cast.alice, at=AT).route.name == "Small"
    flagged = make_customer(cast.alice, remarks="!", annual_revenue=Decimal(1))
    assert ask(flagged, actor=cast.alice, at=AT).route.name == "Flagged"
    large = make_customer(cast.alice, annual_revenue=Decimal("100000"))
    assert ask(large, actor=cast.alice, at=AT).route.name == "Large"


def test_what_nobody_has_to_approve_is_refused(cast, matter):
    make_flow(LEAD, conditions=[when("amount", "gt", "5000")])
    with pytest.raises(Conflict, match="Nobody has to approve"):
        ask(matter, actor=cast.alice, at=AT)


def test_splitting_does_not_help(cast, matter):
    """Same customer, same day: the sum is tested; the next day it counts anew."""
    make_routes(route("Large", [when("amount", "gt", "1500")], [MANAGER]), route("Small", [], [LEAD]))
    part = make_customer(cast.alice, annual_revenue=Decimal("1000"), parent=matter)
    assert ask(matter, actor=cast.alice, at=AT).route.name == "Small"
    request = ask(part, actor=cast.alice, at=LATER)
    assert (request.route.name, request.amount, request.tested_amount) == (
        "Large",
        Decimal(1000),
        Decimal(2000),
    )
    next_day = make_customer(cast.alice, annual_revenue=Decimal("1000"), parent=matter)
    assert ask(next_day, actor=cast.alice, at=AT + timedelta(days=1)).route.name == "Small"


def test_a_running_request_keeps_its_version_of_the_flow(cast, matter):
    make_flow(LEAD)
    request = ask(matter, actor=cast.alice, at=AT)
    old = request.flow
    ApprovalFlow.objects.filter(pk=old.pk).update(number=7, from_date=date(1999, 1, 1))
    new = make_flow(FINANCE, since=DAY)
    other = ask(make_customer(cast.alice), actor=cast.alice, at=AT)
    assert (request.flow, other.flow) == (old, new)
    request = approve(actor=cast.bob, at=LATER, request=request)
    assert request.state == "approved"


def test_returned_edited_and_handed_in_again_goes_on_where_it_was(cast, matter):
    make_flow(LEAD, MANAGER)
    request = approve(actor=cast.bob, at=AT, request=ask(matter, actor=cast.alice, at=AT))
    with pytest.raises(InvalidInput, match="why"):
        return_request(actor=cast.mona, at=LATER, request=request, comment=" ")
    request = return_request(actor=cast.mona, at=LATER, request=request, comment="Explain the price")
    assert (request.state, holders(request)) == ("returned", [])
    with pytest.raises(NotAllowed):
        resubmit(actor=cast.carol, at=LATER, request=request)
    matter.annual_revenue = Decimal("900")
    matter.save()
    request = resubmit(actor=cast.alice, at=LATER, request=request, comment="Done")
    assert (request.state, holders(request), request.facts["amount"]) == ("pending", ["mona"], "900")
    assert approve(actor=cast.mona, at=LATER, request=request).state == "approved"


def test_handed_in_again_with_a_higher_amount_it_begins_anew(cast, matter):
    """Bob signed for 1,000; Mona gave it back; for 2,000 Bob is asked again, although the route is the same."""
    make_flow(LEAD, MANAGER)
    request = approve(actor=cast.bob, at=AT, request=ask(matter, actor=cast.alice, at=AT))
    request = return_request(actor=cast.mona, at=LATER, request=request, comment="Explain the price")
    matter.annual_revenue = Decimal("2000")
    matter.save()
    request = resubmit(actor=cast.alice, at=LATER, request=request)
    assert (request.state, request.step, holders(request)) == ("pending", 1, ["bob"])
    request = approve(actor=cast.bob, at=LATER, request=request)
    assert holders(request) == ["mona"]


def test_handed_in_again_with_another_fact_that_the_flow_tests_it_begins_anew(cast, matter):
    """The class decides whom the flow asks; who signed for a general customer did not sign for an important one."""
    make_routes(route("Any", [when("class", "in", "potential, general, important")], [LEAD, MANAGER]))
    request = approve(actor=cast.bob, at=AT, request=ask(matter, actor=cast.alice, at=AT))
    request = return_request(actor=cast.mona, at=LATER, request=request, comment="Is it not more than that?")
    matter.customer_class = "important"
    matter.save()
    assert holders(resubmit(actor=cast.alice, at=LATER, request=request)) == ["bob"]


def test_rejected_is_final(cast, matter):
    make_flow(LEAD)
    request = ask(matter, actor=cast.alice, at=AT)
    with pytest.raises(InvalidInput):
        reject(actor=cast.bob, at=LATER, request=request, comment="")
    request = reject(actor=cast.bob, at=LATER, request=request, comment="Too cheap")
    assert (request.state, CALLS) == ("rejected", [("rejected", str(matter), "Bob")])
    for act in (resubmit, withdraw, approve):
        with pytest.raises(Conflict, match="Bob rejected it"):
            act(actor=cast.alice, at=LATER, request=request)
    assert ask(matter, actor=cast.alice, at=LATER).state == "pending", "but a new one may be made"


def test_withdrawn_only_before_the_first_decision(cast, matter):
    make_flow(LEAD, MANAGER)
    request = ask(matter, actor=cast.alice, at=AT)
    with pytest.raises(NotAllowed):
        withdraw(actor=cast.bob, at=LATER, request=request)
    assert withdraw(actor=cast.alice, at=LATER, request=request).state == "withdrawn"
    second = approve(actor=cast.bob, at=LATER, request=ask(matter, actor=cast.alice, at=LATER))
    with pytest.raises(Conflict, match="Bob approved"):
        withdraw(actor=cast.alice, at=LATER, request=second)


def test_one_open_request_of_a_kind_for_a_record(cast, matter):
    make_flow(LEAD)
    ask(matter, actor=cast.alice, at=AT)
    with pytest.raises(Conflict, match="already"):
        ask(matter, actor=cast.bob, at=AT)


def test_a_record_that_changed_is_not_approved(cast, matter):
    make_flow(LEAD)
    request = ask(matter, actor=cast.alice, at=AT)
    matter.annual_revenue = Decimal("999999")
    matter.save()
    request = approve(actor=cast.bob, at=LATER, request=request)
    assert (request.state, CALLS) == ("void", [("ended", str(matter), "Bob")])
    assert "Amount" in request.decisions.last().comment
    assert Notification.objects.filter(recipient=cast.alice, kind="approvals.void").exists()


def test_an_app_that_tells_of_a_change_makes_the_request_void_at_once(cast, matter):
    make_flow(LEAD)
    request = ask(matter, actor=cast.alice, at=AT)
    assert services.subject_changed(matter, actor=cast.alice, at=LATER) == 0
    matter.annual_revenue = Decimal("2")
    matter.save()
    assert services.subject_changed(matter, actor=cast.alice, at=LATER) == 1
    request.refresh_from_db()
    assert request.state == "void"


def test_one_more_signer(cast, matter):
    make_flow(LEAD)
    request = ask(matter, actor=cast.alice, at=AT)
    with pytest.raises(InvalidInput):
        services.add_signer(actor=cast.bob, at=LATER, request=request, person=cast.alice)
    request = services.add_signer(
        actor=cast.bob, at=LATER, request=request, person=cast.lena, comment="Check"
    )
    request = approve(actor=cast.bob, at=LATER, request=request)
    assert (request.state, holders(request)) == ("pending", ["lena"])
    assert can(cast.lena, "view", request), "whoever is asked may read the request"
    assert approve(actor=cast.lena, at=LATER, request=request).state == "approved"


def test_a_matter_beyond_ones_authority_is_passed_up_in_one_act(cast, matter):
    make_flow(LEAD)
    grant_role(
        actor=cast.hugo, at=AT, person=cast.bob, role="lead", from_date=DAY, amount_limit=Decimal("500")
    )
    request = ask(matter, actor=cast.alice, at=AT)
    with pytest.raises(NotAllowed, match="limit") as refused:
        approve(actor=cast.bob, at=LATER, request=request)
    assert "Mona" in str(refused.value.way_out)
    request = services.pass_up(actor=cast.bob, at=LATER, request=request, comment="Above my limit")
    assert holders(request) == ["mona"]
    assert [d.action for d in request.decisions.all()] == ["requested", "passed_up"]
    approve(actor=cast.mona, at=LATER, request=request)


def test_copies_let_people_read_and_nothing_else(cast, matter):
    make_flow(LEAD)
    request = ask(matter, actor=cast.alice, at=AT, copies=[cast.lena])
    assert can(cast.lena, "view", request)
    assert not can(cast.lena, "decide", request)
    with pytest.raises(NotAllowed):
        services.send_copy(actor=cast.carol, at=AT, request=request, person=cast.otto)
    assert Notification.objects.filter(recipient=cast.lena, kind="approvals.copied").count() == 1


def test_who_sees_a_request(cast, matter):
    make_flow(FINANCE)
    request = ask(matter, actor=cast.alice, at=AT)
    seen = {name for name, p in vars(cast).items() if hasattr(p, "username") and can(p, "view", request)}
    listed = {
        name
        for name, p in vars(cast).items()
        if hasattr(p, "username") and ApprovalRequest.objects.visible_to(p).exists()
    }
    # Alice asked, Dora is asked; the others see the customer
    assert seen == listed == {"alice", "asha", "bob", "mona", "dora", "gina", "aida", "sam"}


def test_those_asked_outside_their_rows_see_the_request_and_not_the_record(cast, matter):
    make_flow(step("Legal", role("legal")))
    request = ask(matter, actor=cast.alice, at=AT)
    assert can(cast.lena, "view", request)
    assert not can(cast.lena, "view", matter)


def test_a_version_read_earlier_is_refused_and_names_who_was_faster(cast, matter):
    make_flow(step("Any", role("manager"), role("lead"), mode="any_one"))
    request = ask(matter, actor=cast.alice, at=AT)
    services.edit_request(actor=cast.alice, at=LATER, request=request, reason="Better words", version=1)
    with pytest.raises(Conflict, match="Alice changed the request"):
        approve(actor=cast.bob, at=LATER, request=request, version=1)
    approve(actor=cast.bob, at=LATER, request=request, version=2)


def test_a_new_kind_brings_its_first_flow_and_nobody_elses_is_touched(cast, matter, monkeypatch):
    """``migrate`` writes the flow that the program names, once; what administrators published stays."""
    kind = document_types[KIND]
    monkeypatch.setitem(kind.__dict__, "flow", (route("All", [], [MANAGER]),))
    assert seed_flows() == [KIND]
    assert seed_flows() == []
    assert holders(ask(matter, actor=cast.alice, at=AT)) == ["mona"]
