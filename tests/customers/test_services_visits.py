"""Visits: planned, logged, moved, called off; plan against done."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from customers.choices import VisitState
from customers.models import Customer, Visit
from customers.selectors import PlannedDone, stale, visits_planned_done
from customers.services import assign_owner, cancel_visit, log_visit, plan_visit, replan_visit, update_visit
from salesops.audit.models import AuditEvent
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.periods import Period
from salesops.core.policies import can
from tests.factories.customers import make_contact, make_customer, make_visit

AT = timezone.make_aware(datetime(2026, 4, 1, 18))
TODAY = date(2026, 4, 1)


@pytest.fixture
def customer(cast):
    return make_customer(cast.alice)


def plan(cast, customer, **given):
    given = {"actor": cast.alice, "owner": cast.alice, "at": AT, "planned_date": TODAY} | given
    return plan_visit(customer=customer, **given)


def test_a_plan_becomes_a_record_and_the_next_step_the_next_plan(cast, customer):
    contact = make_contact(customer)
    planned = plan(cast, customer, purpose="Show samples", contacts=[contact])
    assert (planned.number, planned.state, planned.team) == ("BF-2026-00001", "planned", cast.group_a)
    done = log_visit(
        actor=cast.alice,
        at=AT,
        visit=planned,
        visited_at=AT - timedelta(hours=3),
        result="Likes the blue one",
        next_step="Send a quotation",
        next_date=date(2026, 4, 8),
    )
    assert (done.pk, done.state, done.visit_date) == (planned.pk, "done", TODAY)
    following = done.followed_by
    assert (following.planned_date, following.purpose) == (date(2026, 4, 8), "Send a quotation")
    assert list(following.contacts.all()) == [contact]
    verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["customers.visit_planned", "customers.visit_logged", "customers.visit_planned"]


def test_a_visit_is_logged_once(cast, customer):
    planned = plan(cast, customer)
    log_visit(actor=cast.alice, at=AT, visit=planned, visited_at=AT, result="ok", next_date=date(2026, 4, 8))
    with pytest.raises(Conflict):
        log_visit(
            actor=cast.alice, at=AT, visit=planned, visited_at=AT, result="ok", next_date=date(2026, 4, 8)
        )
    assert Visit.objects.count() == 2


def test_an_unplanned_contact_is_logged_without_a_plan(cast, customer):
    visit = log_visit(
        actor=cast.alice,
        at=AT,
        customer=customer,
        owner=cast.alice,
        kind="call",
        visited_at=AT,
        result="Called",
    )
    assert (visit.state, visit.planned_date, visit.kind) == ("done", None, "call")
    assert not hasattr(visit, "followed_by")


def test_the_tick_for_the_next_plan_may_be_taken_away(cast, customer):
    log_visit(
        actor=cast.alice, at=AT, customer=customer, owner=cast.alice, visited_at=AT, result="ok",
        next_date=date(2026, 4, 9), plan_next=False,
    )  # fmt: skip
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"visited_at": AT + timedelta(minutes=1)}, "visited_at"),
        ({"visited_at": AT - timedelta(days=15)}, "visited_at"),
        ({"next_date": date(2026, 3, 31)}, "next_date"),
        ({"result": " "}, "result"),
    ],
)
def test_what_cannot_be_is_refused(cast, customer, given, field):
    given = {"visited_at": AT, "result": "ok"} | given
    with pytest.raises(InvalidInput) as error:
        log_visit(actor=cast.alice, at=AT, customer=customer, owner=cast.alice, **given)
    assert error.value.field == field


def test_imports_may_be_late(cast, customer):
    visit = log_visit(
        actor=None, at=AT, customer=customer, owner=cast.alice, visited_at=AT - timedelta(days=400),
        planned_date=date(2025, 2, 20), historical=True,
    )  # fmt: skip
    assert (visit.visit_date, visit.planned_date) == (date(2025, 2, 25), date(2025, 2, 20))


def test_contacts_of_another_customer_are_refused(cast, customer):
    stranger = make_contact(make_customer(cast.carol))
    with pytest.raises(InvalidInput):
        plan(cast, customer, contacts=[stranger])
    assert not Visit.objects.exists()


def test_only_ones_own_customers_are_visited(cast, customer):
    with pytest.raises(NotAllowed):
        plan(cast, make_customer(cast.carol))
    with pytest.raises(NotAllowed):
        plan(cast, customer, owner=cast.carol)
    with pytest.raises(NotAllowed):
        plan(cast, customer, actor=cast.dora)
    assert plan(cast, customer, actor=cast.asha).owner == cast.alice
    assert plan(cast, customer, actor=cast.mona, owner=cast.mona, kind="tour").team == cast.sales


def test_a_plan_for_the_past_is_refused(cast, customer):
    with pytest.raises(InvalidInput):
        plan(cast, customer, planned_date=date(2026, 3, 31))


def test_plans_move_and_are_called_off_with_a_reason(cast, customer):
    planned = plan(cast, customer)
    moved = replan_visit(actor=cast.alice, at=AT, visit=planned, planned_date=date(2026, 4, 3))
    assert (moved.planned_date, moved.visit_date) == (date(2026, 4, 3), date(2026, 4, 3))
    with pytest.raises(InvalidInput):
        cancel_visit(actor=cast.alice, at=AT, visit=planned, reason=" ")
    cancelled = cancel_visit(actor=cast.alice, at=AT, visit=planned, reason="Holiday")
    assert cancelled.state == VisitState.CANCELLED
    with pytest.raises(Conflict):
        log_visit(actor=cast.alice, at=AT, visit=planned, visited_at=AT, result="ok")
    again = replan_visit(actor=cast.alice, at=AT, visit=planned, planned_date=date(2026, 4, 5))
    assert (again.state, again.cancel_reason) == ("planned", "")


def test_what_is_done_does_not_move(cast, customer):
    done = make_visit(customer, on=TODAY)
    with pytest.raises(Conflict):
        replan_visit(actor=cast.alice, at=AT, visit=done, planned_date=TODAY)
    with pytest.raises(Conflict):
        cancel_visit(actor=cast.alice, at=AT, visit=done, reason="x")
    update_visit(actor=cast.alice, at=AT, visit=done, version=1, result="Better words")
    with pytest.raises(Conflict):
        update_visit(actor=cast.bob, at=AT, visit=done, version=1, result="Other words")


def test_the_new_owner_reads_old_visits_and_changes_none(cast, customer):
    old = make_visit(customer)
    assign_owner(actor=cast.mona, at=AT, customer=customer, owner=cast.carol, from_date=TODAY)
    old = Visit.objects.get(pk=old.pk)
    assert can(cast.carol, "view", old) and not can(cast.carol, "edit", old)
    assert can(cast.alice, "view", old)
    assert old in Visit.objects.visible_to(cast.carol)


def test_the_database_holds_the_states(cast, customer):
    for broken in (
        {"state": "done", "visited_at": None},
        {"state": "planned", "planned_date": None, "visited_at": None},
        {"state": "cancelled", "visited_at": None, "cancel_reason": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_visit(customer, **broken)


def test_plan_against_done(cast, customer):
    march = Period.parse("2026-03")
    make_visit(customer, on=date(2026, 3, 3), planned_date=date(2026, 3, 2))
    make_visit(customer, on=date(2026, 4, 1), planned_date=date(2026, 3, 31))
    make_visit(customer, on=date(2026, 3, 9))
    make_visit(customer, on=date(2026, 3, 20), done=False)
    make_visit(customer, on=date(2026, 3, 21), done=False, state="cancelled", cancel_reason="ill")
    make_visit(make_customer(cast.carol), on=date(2026, 3, 31))
    assert {row.key: row for row in visits_planned_done(march)} == {
        cast.alice.pk: PlannedDone(cast.alice.pk, planned=3, kept=2, done=2, unplanned=1),
        cast.carol.pk: PlannedDone(cast.carol.pk, planned=0, kept=0, done=1, unplanned=1),
    }
    by_team = {row.key: row.done for row in visits_planned_done(march, "team")}
    assert by_team == {cast.group_a.pk: 2, cast.group_b.pk: 1}


def test_who_was_not_contacted_for_long(cast, customer):
    fresh = make_customer(cast.alice)
    make_visit(fresh, on=TODAY - timedelta(days=3))
    planned = make_customer(cast.alice)
    make_visit(planned, on=TODAY + timedelta(days=3), done=False)
    make_customer(cast.alice, since=TODAY - timedelta(days=2))
    assert set(stale(Customer.objects.all(), on=TODAY)) == {customer, planned}
