"""The inbox, the page of a request, the administration of flows, deputies: as people use them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from salesops.accounts.models import Delegation
from salesops.approvals.choices import RequestState
from salesops.approvals.models import ApprovalFlow, ApprovalRequest
from salesops.approvals.registry import document_types
from salesops.approvals.services import approve, edit_request
from salesops.core.errors import DomainError, ReleaseOffer
from salesops.ui.views.base import refusal
from tests.factories.approvals import FINANCE, KIND, LEAD, ask, make_flow, role, step
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db
TAX = "91310000MA1K35N27X"


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def matter(cast):
    return make_customer(cast.alice, name="Harbour Trading", annual_revenue=Decimal("1000"), tax_number=TAX)


def open_page(client, person, name, *args, **query):
    client.force_login(person)
    answer = client.get(reverse(f"approvals:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_box_of_the_inbox_holds_what_it_says(cast, matter, at, client):
    make_flow(LEAD, FINANCE)
    request = ask(matter, actor=cast.alice, at=at, copies=[cast.lena])
    boxes = {"waiting": cast.bob, "mine": cast.alice, "copies": cast.lena}
    for box, person in boxes.items():
        for name in ("waiting", "mine", "copies", "decided"):
            page = open_page(client, person, "approvalrequest_list", box=name)
            assert ("Harbour Trading" in page) == (name == box), (person, name)
    assert "Harbour Trading" in open_page(client, cast.bob, "approvalrequest_list"), "the inbox comes first"
    approve(actor=cast.bob, at=at, request=request)
    assert "Harbour Trading" in open_page(client, cast.bob, "approvalrequest_list", box="decided")
    assert "Harbour Trading" in open_page(client, cast.dora, "approvalrequest_list")
    assert "Harbour Trading" in client.get("/").content.decode(), "the workbench tells, too"


def test_the_page_shows_who_decided_who_holds_it_and_who_is_next(cast, matter, at, client):
    make_flow(LEAD, step("Boss", role("manager")), FINANCE)
    request = approve(
        actor=cast.bob, at=at, request=ask(matter, actor=cast.alice, at=at), comment="Known firm"
    )
    page = open_page(client, cast.mona, "approvalrequest_detail", request.pk)
    for text in ("Known firm", "Mona", "Dora", "Boss", 'value="approve"', 'value="reject"'):
        assert text in page
    assert 'value="approve"' not in open_page(client, cast.alice, "approvalrequest_detail", request.pk)


def test_sensitive_facts_are_masked_for_those_who_do_not_see_the_record(cast, matter, at, client):
    make_flow(step("Legal", role("legal")))
    request = ask(matter, actor=cast.alice, at=at)
    page = open_page(client, cast.lena, "approvalrequest_detail", request.pk)
    assert TAX not in page
    assert "91**" in page
    assert TAX in open_page(client, cast.alice, "approvalrequest_detail", request.pk)


def together(client, action, requests, seen=None, **more):
    """Decide rows of the inbox as the page showed them."""
    versions = seen or [f"{r.pk}:{r.version}" for r in requests]
    data = {"action": action, "ids": [r.pk for r in requests], "seen": versions, **more}
    return client.post(reverse("approvals:approvalrequest_list"), data).content.decode()


def test_many_are_decided_together_and_each_row_is_told_its_result(cast, at, client):
    """What moved since the page was shown is refused and named; the rest is decided."""
    make_flow(LEAD)
    requests = [ask(make_customer(cast.alice), actor=cast.alice, at=at) for _n in range(5)]
    inbox = open_page(client, cast.bob, "approvalrequest_list")
    assert all(f'value="{r.pk}:1"' in inbox for r in requests), "the page keeps which version it showed"
    approve(actor=cast.bob, at=at, request=requests[0])
    edit_request(actor=cast.alice, at=at, request=requests[1], reason="It is ten times as much")
    seen = [f"{r.pk}:1" for r in requests[:4]]
    page = together(client, "approve", requests, seen)
    assert "Bob approved" in page
    assert "Alice changed the request" in page
    assert "not on the page" in page, "a row that was added to the form by hand"
    states = list(ApprovalRequest.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["approved", "pending", "approved", "approved", "pending"]
    why = together(client, "reject", [requests[1]], [f"{requests[1].pk}:2"])
    assert "textarea" in why
    assert f'value="{requests[1].pk}:2"' in why, "the version goes along"
    assert "Rejected" in together(client, "reject", [requests[1]], [f"{requests[1].pk}:2"], comment="No")


def test_nobody_decides_on_what_was_not_shown(cast, matter, at, client):
    make_flow(LEAD)
    request = ask(matter, actor=cast.alice, at=at)
    client.force_login(cast.bob)
    where = reverse("approvals:approvalrequest_decide", args=[request.pk])
    assert client.post(where, {"action": "approve"}).status_code == 409
    edit_request(actor=cast.alice, at=at, request=request, reason="More")
    answer = client.post(where, {"action": "approve", "form_version": "1"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Alice changed the request" in page
    assert "1,000" in page, "what is decided on now stands above the form"
    assert 'name="form_version" value="2"' in page


def test_who_may_not_decide_is_told_who_does_and_gets_no_form(cast, matter, at, client):
    make_flow(LEAD)
    request = ask(matter, actor=cast.alice, at=at)
    where = reverse("approvals:approvalrequest_decide", args=[request.pk])
    for person, words in (
        (cast.alice, "request of one&#x27;s own"),
        (cast.mona, "not asked for this request now"),
    ):
        client.force_login(person)
        answer = client.get(where)
        page = answer.content.decode()
        assert answer.status_code == 403 and "Asked now: Bob" in page, person
        assert words in page and 'name="action"' not in page, person
    client.force_login(cast.bob)
    assert 'name="action"' in client.get(where).content.decode()
    approve(actor=cast.bob, at=at, request=request)
    answer = client.get(where)
    assert answer.status_code == 409 and 'name="action"' not in answer.content.decode()


def test_a_comment_is_asked_for_where_one_says_no(cast, matter, at, client):
    make_flow(LEAD)
    request = ask(matter, actor=cast.alice, at=at)
    client.force_login(cast.bob)
    where = reverse("approvals:approvalrequest_decide", args=[request.pk])
    answer = client.post(where, {"action": "return", "comment": "", "form_version": "1"})
    assert answer.status_code == 400
    assert "Say why" in answer.content.decode()
    client.post(where, {"action": "return", "comment": "Which price?", "form_version": "1"})
    request.refresh_from_db()
    assert request.state == "returned"


def test_a_new_version_of_a_flow_is_written_tried_and_published(cast, client, at):
    flow = make_flow(LEAD)
    client.force_login(cast.root)
    client.post(reverse("approvals:approvalflow_new_version", args=[flow.pk]))
    draft = ApprovalFlow.objects.get(document_type=KIND, published_at__isnull=True)
    route = draft.routes.get()
    lines = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0"}
    condition = {"lines-0-field": "amount", "lines-0-operator": "gte", "lines-0-value": "5000"}
    where = reverse("approvals:flowroute_edit", args=[route.pk])
    answer = client.post(where, {"name": "Large", "position": "1", **lines, **condition})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    fields = {
        "name": "Finance",
        "position": "2",
        "mode": "countersign",
        "remind_after": "4",
        "deadline": "8",
        "unit": "hours",
        "on_missing": "up",
    }
    who = {
        "lines-0-kind": "role",
        "lines-0-role": "finance",
        "lines-0-scope": "company",
        "lines-0-level": "1",
    }
    unused = {"lines-1-kind": "", "lines-1-role": "", "lines-1-scope": "reach", "lines-1-level": "1"}
    two = {**lines, "lines-TOTAL_FORMS": "2"}
    answer = client.post(
        reverse("approvals:flowstep_create", args=[route.pk]), {**fields, **two, **who, **unused}
    )
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert route.steps.get(name="Finance").approvers.count() == 1, "an empty line says nothing"
    tried = {"applicant": cast.alice.pk, "fact_amount": "6000"}
    page = client.get(reverse("approvals:approvalflow_simulate", args=[draft.pk]), tried).content.decode()
    assert "Bob" in page
    assert "Dora" in page
    tried["fact_amount"] = "10"
    page = client.get(reverse("approvals:approvalflow_simulate", args=[draft.pk]), tried).content.decode()
    assert "Nobody has to approve" in page
    client.post(reverse("approvals:approvalflow_publish", args=[draft.pk]))
    assert ApprovalFlow.objects.in_force(KIND, timezone.localdate(at)) == draft
    assert client.get(reverse("approvals:flowroute_edit", args=[route.pk])).status_code == 403


def test_what_is_no_number_is_refused_and_not_taken_for_nobody_has_to_approve(cast, client):
    """“At least 5 thousand” would never hold, and the order would pass without anybody being asked."""
    flow = make_flow(LEAD)
    client.force_login(cast.root)
    client.post(reverse("approvals:approvalflow_new_version", args=[flow.pk]))
    draft = ApprovalFlow.objects.get(document_type=KIND, published_at__isnull=True)
    where = reverse("approvals:flowroute_edit", args=[draft.routes.get().pk])
    form = {"name": "Large", "position": "1", "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0"}
    condition = {"lines-0-field": "amount", "lines-0-operator": "gte"}
    for wrong in ({"lines-0-value": "5 thousand"}, {"lines-0-rule": "calendar.region"}):
        answer = client.post(where, {**form, **condition, **wrong})
        assert answer.status_code in (200, 400)
        assert "number" in answer.content.decode()
    assert client.post(where, {**form, **condition, "lines-0-value": "5,000"}).status_code == 302
    tried = {"applicant": cast.alice.pk, "fact_amount": "12abc"}
    page = client.get(reverse("approvals:approvalflow_simulate", args=[draft.pk]), tried).content.decode()
    assert "needs a number" in page
    assert "Nobody has to approve" not in page
    fields = {"name": "F", "position": "2", "mode": "sequence", "remind_after": "4", "deadline": "8", "unit": "hours",
              "on_missing": "up", "lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0"}  # fmt: skip
    step = client.post(reverse("approvals:flowstep_create", args=[draft.routes.get().pk]), fields)
    assert "Fill in at least 1 line." in step.content.decode()


def test_rejected_and_returned_are_two_words_in_chinese():
    for language in ("zh-hans", "zh-hant"):
        with override(language):
            assert str(RequestState.REJECTED.label) != "退回"
            assert len({str(label) for label in RequestState.labels}) == len(RequestState.labels)


def test_a_refusal_offers_the_request_that_lifts_it_and_names_who_can(cast, matter, rf):
    make_flow(LEAD, FINANCE)
    error = DomainError(
        "Too much", clause="approvals.split_days", release=ReleaseOffer(KIND, matter), amount=5
    )
    http = rf.get("/")
    http.user, http.htmx = cast.alice, True
    page = refusal(http, error).content.decode()
    assert reverse("approvals:approvalrequest_ask", args=[KIND, matter.pk]) in page
    for text in ("Team lead", "Finance", "A-1"):
        assert text in page
    request = ask(matter, actor=cast.alice, at=timezone.now())
    assert (
        reverse("approvals:approvalrequest_detail", args=[request.pk])
        in refusal(http, error).content.decode()
    )


def test_a_deputy_is_named_on_the_persons_page_and_ended_there(cast, client, at):
    today = timezone.localdate(at)
    client.force_login(cast.mona)
    data = {
        "deputy": cast.carol.pk,
        "kind": "leave",
        "from_date": today.isoformat(),
        "to_date": (today + timedelta(days=5)).isoformat(),
        "reason": "Wedding",
    }
    client.post(reverse("accounts:user_deputy", args=[cast.bob.pk]), data)
    row = Delegation.objects.get()
    client.force_login(cast.lena)
    page = client.get(reverse("accounts:user_detail", args=[cast.bob.pk])).content.decode()
    assert "Wedding" in page
    assert "Carol" in page
    client.force_login(cast.bob)
    client.post(reverse("accounts:delegation_end", args=[row.pk]))
    assert not Delegation.objects.exists(), "it began today, so it is gone"


def test_who_stands_in_is_told_wherever_the_person_is_asked(cast, matter, at, client):
    make_flow(LEAD)
    today = timezone.localdate(at)
    Delegation.objects.create(
        person=cast.bob,
        deputy=cast.carol,
        from_date=today,
        to_date=today + timedelta(days=2),
        set_by=cast.bob,
    )
    request = ask(matter, actor=cast.alice, at=at)
    assert "represented by Carol" in open_page(client, cast.alice, "approvalrequest_detail", request.pk)
    page = open_page(client, cast.carol, "approvalrequest_detail", request.pk)
    assert "You decide for Bob" in page


def test_every_route_and_step_that_a_company_starts_with_is_said_in_chinese():
    names = {
        name
        for kind in document_types
        for route in kind.flow
        for name in (route["name"], *(step["name"] for step in route["steps"]))
    }
    for language in ("zh-hans", "zh-hant"):
        with override(language):
            assert {name for name in names if gettext(name) == name and name.isascii()} == set()
