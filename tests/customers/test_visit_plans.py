"""Rhythm of visits and visit plans: who is due, who is late, plans from draft to review (VIS-01, VIS-02)."""

from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.jobs.visits import look_at_visits
from customers.models import Customer, Visit, VisitPlan
from customers.selectors.rhythm import due_by, late, tour_due, with_due_date, without_plan
from customers.services.visit_plans import KEY, check_plan, review_plan, submit_plan
from customers.services.visits import log_visit
from salesops.approvals.selectors import open_request
from salesops.approvals.services import approve, return_request
from salesops.core.errors import Conflict, Duplicate, NotAllowed
from salesops.notifications.models import Notification
from tests.factories.customers import make_customer, make_visit
from tests.factories.rules import make_rule
from tests.factories.visits import make_plan

TODAY = date(2026, 6, 10)  # a Wednesday


def names(rows):
    return sorted(rows.values_list("name", flat=True))


def test_the_rhythm_of_a_class_says_who_is_due_and_who_is_late(cast):
    make_rule("customers.rhythm_important", 14)
    make_rule("customers.rhythm_general", 30)
    make_rule("customers.rhythm_potential", 0)
    old = TODAY - timedelta(days=300)
    for name, cls, days in (
        ("late", "important", 15), ("today", "important", 14), ("soon", "important", 10),
        ("general", "general", 15), ("never", "general", None), ("no rhythm", "potential", None),
    ):  # fmt: skip
        customer = make_customer(cast.alice, name=name, customer_class=cls, created_date=old)
        if days is not None:
            make_visit(customer, on=TODAY - timedelta(days=days), done=True)
    phoned = Customer.objects.get(name="late")
    make_visit(phoned, on=TODAY, done=True, kind="call")  # a call is no visit in person
    rows = Customer.objects.all()
    assert names(late(rows, on=TODAY)) == ["late", "never"]
    assert names(due_by(rows, TODAY, on=TODAY)) == ["late", "never", "today"]
    assert names(due_by(rows, TODAY + timedelta(days=4), on=TODAY)) == ["late", "never", "soon", "today"]
    dues = dict(with_due_date(rows, on=TODAY).values_list("name", "due_date"))
    assert dues["late"] == TODAY - timedelta(days=1) and dues["soon"] == TODAY + timedelta(days=4)
    assert dues["never"] == old + timedelta(days=30) and dues["no rhythm"] is None
    make_visit(phoned, on=TODAY + timedelta(days=2), done=False)
    assert names(without_plan(late(rows, on=TODAY), on=TODAY)) == ["never"]
    make_rule("customers.rhythm_counts", "any")
    assert names(late(rows, on=TODAY)) == ["never"]


def test_a_customer_with_a_plan_of_its_own_is_due_in_its_own_rhythm(cast):
    often, seldom = (make_customer(cast.alice, customer_class="general", visit_every=n) for n in (7, 700))
    for customer in (often, seldom):
        make_visit(customer, on=TODAY - timedelta(days=8))
    rows = Customer.objects.filter(pk__in=[often.pk, seldom.pk])
    assert list(due_by(rows, TODAY, on=TODAY)) == [often]
    assert list(late(rows, on=TODAY)) == [often]
    assert with_due_date(rows, on=TODAY).get(pk=often.pk).due_date == TODAY - timedelta(days=1)


def test_superiors_tour_important_customers(cast):
    old = TODAY - timedelta(days=300)
    for name, cls in (("A", "important"), ("B", "important"), ("C", "general")):
        make_customer(cast.alice, name=name, customer_class=cls, created_date=old)
    make_visit(Customer.objects.get(name="B"), on=TODAY - timedelta(days=20), done=True, kind="tour")
    assert names(tour_due(Customer.objects.all(), on=TODAY)) == ["A"]


@pytest.fixture
def plan(cast):
    return make_plan(
        cast.alice, make_customer(cast.alice, name="Acme"), make_customer(cast.alice, name="Bolt")
    )


def test_a_plan_is_accepted_by_the_superior_and_becomes_visits(cast, plan):
    at = timezone.now()
    made = make_visit(plan.lines.first().customer, on=plan.from_date, done=False)  # planned by hand before
    submit_plan(actor=cast.alice, at=at, plan=plan)
    request = open_request(plan, KEY)
    assert [asked.person for asked in request.asks.get().people.all()] == [cast.bob]
    assert not Visit.objects.exclude(pk=made.pk).exists(), "nothing is planned before it is accepted"
    approve(actor=cast.bob, at=at, request=request)
    plan.refresh_from_db()
    assert plan.state == "accepted"
    visits = [line.visit for line in plan.lines.select_related("visit")]
    assert visits[0] == made, "what was planned already is not planned twice"
    assert visits[1].planned_date == plan.from_date + timedelta(days=1)
    assert visits[1].owner == cast.alice and visits[1].state == "planned"


def test_a_returned_plan_is_written_anew_and_handed_in_again(cast, plan, client):
    at = timezone.now()
    submit_plan(actor=cast.alice, at=at, plan=plan)
    return_request(actor=cast.bob, at=at, request=open_request(plan, KEY), comment="More new customers")
    plan.refresh_from_db()
    assert plan.state == "returned"
    client.force_login(cast.alice)
    url = reverse("customers:visitplan_edit", args=[plan.pk])
    line = plan.lines.first()
    data = {
        "note": "", "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-MIN_NUM_FORMS": "0",
        "lines-MAX_NUM_FORMS": "200", "lines-0-customer": line.customer_id, "lines-0-kind": "first_visit",
        "lines-0-date": (plan.from_date + timedelta(days=3)).isoformat(), "lines-0-purpose": "Show samples",
    }  # fmt: skip
    assert client.get(url).status_code == 200
    assert client.post(url, data).status_code == 302
    assert client.post(reverse("customers:visitplan_submit", args=[plan.pk])).status_code == 302
    approve(actor=cast.bob, at=timezone.now(), request=open_request(plan, KEY))
    assert list(Visit.objects.values_list("purpose", "kind")) == [("Show samples", "first_visit")]
    assert client.get(plan.get_absolute_url()).status_code == 200


def test_an_accepted_plan_is_carried_out_looked_back_on_and_reviewed(cast, plan):
    at = timezone.now()
    with pytest.raises(Conflict):
        check_plan(actor=cast.alice, at=at, plan=plan, self_check="early")
    submit_plan(actor=cast.alice, at=at, plan=plan)
    approve(actor=cast.bob, at=at, request=open_request(plan, KEY))
    run = look_at_visits(plan.from_date, actor=cast.root, at=at, dry_run=False)
    assert any(item.reason == "customers.plans_began" for item in run.items)
    later = timezone.make_aware(datetime.combine(plan.to_date, time(18)))
    visit = plan.lines.first().visit
    log_visit(
        actor=cast.alice, at=later, visit=visit, visited_at=later - timedelta(hours=3), result="Ordered"
    )
    check_plan(actor=cast.alice, at=later, plan=plan, self_check="One of two")
    with pytest.raises(NotAllowed):
        review_plan(actor=cast.alice, at=later, plan=plan, review="Well done, me")
    review_plan(actor=cast.bob, at=later, plan=plan, review="See Bolt next week")
    plan.refresh_from_db()
    assert (plan.state, plan.reviewed_by) == ("reviewed", cast.bob)


def test_one_plan_a_person_and_span_and_only_for_customers_in_reach(cast, plan):
    with pytest.raises(Duplicate):
        make_plan(cast.alice, Customer.objects.first())
    with pytest.raises(NotAllowed):
        make_plan(cast.alice, make_customer(cast.carol), span="month")
    assert VisitPlan.objects.count() == 1


def test_the_form_proposes_who_is_due(cast, client):
    due = make_customer(cast.alice, customer_class="important", created_date=date(2020, 1, 1))
    make_customer(cast.alice, customer_class="important", created_date=timezone.localdate())
    client.force_login(cast.alice)
    form = client.get(reverse("customers:visitplan_create")).context["form"]
    assert [line.initial.get("customer") for line in form.lines.initial_forms][:1] == [due.pk]
    page = client.get(reverse("customers:visit_due"), {"due": "late"}).content.decode()
    assert due.name in page


def test_late_visits_reach_the_owner_once_and_the_superior_when_very_late(cast):
    make_rule("customers.rhythm_general", 30)
    for days, name in ((31, "just late"), (45, "very late"), (100, "long known")):
        make_customer(
            cast.alice, name=name, created_date=TODAY - timedelta(days=days), customer_class="general"
        )
    at = timezone.make_aware(datetime.combine(TODAY, time(8)))
    for _twice in range(2):
        look_at_visits(TODAY, actor=cast.root, at=at, dry_run=False)
    told = [(n.recipient, n.kind, n.data["first"]) for n in Notification.objects.order_by("pk")]
    assert told == [
        (cast.alice, "customers.visit_late", "just late"),
        (cast.bob, "customers.visit_very_late", "very late"),
    ]


def test_the_plans_of_month_and_week_mean_one_visit_and_both_count_it(cast, plan, client):
    at = timezone.now()
    month = make_plan(cast.alice, plan.lines.first().customer, span="month")
    for row in (month, plan):
        submit_plan(actor=cast.alice, at=at, plan=row)
        approve(actor=cast.bob, at=at, request=open_request(row, KEY))
    assert Visit.objects.count() == 2, "two customers on two days, not a third visit"
    visit = Visit.objects.order_by("planned_date").first()
    later = timezone.now() + timedelta(days=9)
    log_visit(actor=cast.alice, at=later, visited_at=later, visit=visit, result="Fine")
    client.force_login(cast.alice)
    for row in (month, plan):
        assert client.get(row.get_absolute_url()).context["done"] == 1
    page = client.get(visit.get_absolute_url()).content.decode()
    assert month.get_absolute_url() in page and plan.get_absolute_url() in page


def test_a_visit_of_a_plan_still_written_is_moved_by_drag_key_or_form(cast, client):
    first, second = (make_customer(cast.alice, name=name) for name in ("First", "Second"))
    plan = make_plan(cast.alice, first, second)
    line = plan.lines.get(customer=first)
    last = plan.to_date
    url = reverse("customers:visitplan_move", args=[plan.pk])
    client.force_login(cast.alice)
    page = client.get(plan.get_absolute_url()).content.decode()
    assert f'action="{url}"' in page and "Day of the visit to First" in page
    values = {"day": last.isoformat(), "version": line.date.isoformat()}
    month = client.get(reverse("customers:visit_calendar"), {"period": f"{line.date:%Y-%m}"}).content.decode()
    assert f'data-move="{url}?line={line.pk}" data-version="{line.date}"' in month
    answer = client.post(f"{url}?line={line.pk}", values, headers={"Accept": "application/json"})
    assert answer.status_code == 200 and answer.json()["version"] == last.isoformat()
    assert [row.customer for row in plan.lines.order_by("position")][-1] == first, "in order of days"
    stale = client.post(f"{url}?line={line.pk}", values, headers={"Accept": "application/json"})
    assert stale.status_code == 409 and "meanwhile" in stale.json()["message"]
    beyond = {"line": line.pk, "day": (last + timedelta(days=1)).isoformat()}
    assert "outside of the plan" in client.post(url, beyond).content.decode()
    client.force_login(cast.carol)
    assert client.post(url, {"line": line.pk, "day": last.isoformat()}).status_code == 404
    submit_plan(actor=cast.alice, at=timezone.now(), plan=VisitPlan.objects.get(pk=plan.pk))
    client.force_login(cast.alice)
    client.post(url, {"line": line.pk, "day": plan.from_date.isoformat()})
    assert plan.lines.get(pk=line.pk).date == last, "what was handed in stays"
