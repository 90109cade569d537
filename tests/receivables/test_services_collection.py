"""The ladder of collection: a case per customer, one step at a time, each level really done before the next."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from receivables.choices import CaseState
from receivables.models import CollectionCase, CollectionPolicy, CollectionStep, Receipt
from receivables.services import mark_disputed, reverse_receipt
from receivables.services.collecting import preview, run_collection
from receivables.services.collection import assign_case, finish_step, pause_case, waiting_step
from receivables.services.ladders import change_level, new_version, set_override
from salesops.core.errors import Conflict, InvalidInput
from salesops.notifications.models import Notification
from salesops.work.models import Task
from tests.factories.receivables import make_credit_note, make_customer, make_receipt, noon
from tests.factories.receivables_collection import (
    DAY,
    collect,
    make_action,
    make_case,
    make_overdue,
    make_promise,
)

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=14)


def reasons(on):
    return {reason: count for reason, count, _total in preview(on).counts if reason}


def done(case, actor, on):
    """The waiting step is done, whatever its way."""
    return finish_step(waiting_step(case), actor=actor, at=noon(on), proof="done")


def test_a_case_is_opened_once_and_its_holder_is_given_a_call(cast):
    item = make_overdue(owner=cast.alice, days=5)
    make_overdue(item.customer, days=3)
    assert collect(DAY)["done"] == 1
    assert run_collection(DAY, actor=None, at=noon(DAY), dry_run=False).already
    case = CollectionCase.objects.get()
    assert (case.owner, case.items, case.overdue_base, case.level) == (cast.alice, 2, Decimal("2000.00"), 0)
    step = waiting_step(case)
    assert (step.level, step.channel, step.person) == (1, "call", cast.alice)
    assert step.items.count() == 2
    task = Task.objects.get(cause=f"collection-step:{step.pk}")
    assert task.owner == cast.alice and task.subject == case
    with translation.override("zh-hans"):
        assert str(task) == f"打电话：{item.customer}" and task.requirement_words.startswith("L1 ")
        assert "friendly" not in task.requirement_words
    assert Notification.objects.filter(recipient=cast.alice, kind="receivables.chase").count() == 1
    # the next day the step still waits: nothing is proposed twice
    assert collect(DAY + timedelta(days=1))["done"] == 0
    assert reasons(DAY + timedelta(days=1)) == {"step_waits": 2}


def test_a_level_is_reached_only_when_the_one_before_was_really_done(cast):
    make_overdue(owner=cast.alice, days=70)
    collect(DAY)
    case = CollectionCase.objects.get()
    assert waiting_step(case).level == 1  # 70 days overdue, but nobody has asked yet
    make_action(case, cast.alice, reached=False)
    assert waiting_step(case) is not None  # nobody answered: it is not done
    make_action(case, cast.alice)
    assert waiting_step(case) is None
    assert Task.objects.get().state == "cancelled"  # done with the step
    case.refresh_from_db()
    assert (case.level, case.last_contact) == (1, DAY)
    assert reasons(DAY + timedelta(days=1)) == {"too_soon": 1}
    day = DAY
    for level in (2, 3, 4, 5):
        day += timedelta(days=11)
        collect(day)
        step = waiting_step(case)
        assert step.level == level
        if level == 3:
            assert (step.channel, step.person) == ("visit", cast.bob)
        if level == 4:
            assert step.person == cast.mona
        if level == 5:
            assert step.person == cast.lena
        done(case, cast.dora, day)
    told = Notification.objects.filter(recipient=cast.bob, kind="receivables.chase_level")
    assert told.count() == 4  # from the first letter on


def test_unanswered_calls_count_at_the_third(cast):
    case = make_case(owner=cast.alice)
    collect(DAY)
    for _n in range(3):
        make_action(case, cast.alice, reached=False)
    assert waiting_step(case) is None


def test_friendly_reminders_come_again_until_the_letter_is_due(cast):
    case = make_case(owner=cast.alice, days=2)
    collect(DAY)
    make_action(case, cast.alice)
    assert collect(DAY + timedelta(days=3))["done"] == 0
    day = DAY + timedelta(days=6)
    assert collect(day)["done"] == 1
    assert waiting_step(case).level == 1


@pytest.mark.parametrize(
    ("change", "overdue", "level"),
    [
        ("nothing", "1500.00", 2),
        ("part", "1100.00", 2),
        ("all of the old", "500.00", 1),
        ("credit", "500.00", 1),
    ],
)
def test_money_and_credit_move_the_level_of_the_case(cast, change, overdue, level):
    customer = make_customer(owner=cast.alice)
    old = make_overdue(customer, days=40)
    collect(DAY)
    case = CollectionCase.objects.get()
    done(case, cast.alice, DAY)
    new = make_overdue(customer, days=1, amount="500.00", on=LATER)
    collect(LATER)
    step = waiting_step(case)
    assert {row.receivable_id: row.level for row in step.items.all()} == {old.pk: 2, new.pk: 1}
    done(case, cast.alice, LATER)  # one letter: each item reaches its own level by it
    if change == "part":
        make_receipt(customer, amount="400.00", received=LATER, to={old: "400.00"}, at=noon(LATER))
    elif change == "all of the old":
        make_receipt(customer, amount="1000.00", received=LATER, to={old: "1000.00"}, at=noon(LATER))
    elif change == "credit":
        make_credit_note(customer, amount="1000.00", on=LATER, receivable=old, at=noon(LATER))
    case.refresh_from_db()
    assert (case.overdue_base, case.level) == (Decimal(overdue), level)


def test_a_case_closes_by_itself_and_a_bounced_draft_opens_it_again_at_its_level(cast):
    customer = make_customer(owner=cast.alice)
    item = make_overdue(customer, days=20)
    collect(DAY)
    case = CollectionCase.objects.get()
    make_action(case, cast.alice)
    paid = make_receipt(customer, amount="1000.00", received=DAY, to={item: "1000.00"}, at=noon(DAY))
    case.refresh_from_db()
    assert (case.state, case.end, case.closed_date) == (CaseState.CLOSED, "paid", DAY)
    with pytest.raises(Conflict):
        make_action(case, cast.alice)
    reverse_receipt(actor=None, receipt=paid, reason="bounced", date=LATER, at=noon(LATER))
    case = CollectionCase.objects.get()
    assert (case.state, case.level, case.reopened) == (CaseState.OPEN, 1, 1)
    collect(LATER)
    assert waiting_step(case).level == 2


def test_who_is_left_out_and_why(cast):
    disputed = make_overdue(owner=cast.alice)
    mark_disputed(actor=None, receivable=disputed, reason="Wrong goods", at=noon(DAY))
    make_overdue(disputed.customer, days=4)
    assert collect(DAY)["done"] == 1
    assert [row.receivable_id for row in CollectionStep.objects.get().items.all()] != [disputed.pk]
    small = make_overdue(owner=cast.alice, amount="99.99")
    excluded = make_case(owner=cast.alice)
    set_override(actor=cast.bob, customer=excluded.customer, excluded=True, reason="Group", at=noon(DAY))
    paused = make_case(owner=cast.alice)
    pause_case(actor=cast.bob, case=paused, until=LATER, reason="New owner there", at=noon(DAY))
    waiting = make_case(owner=cast.alice)
    make_receipt(waiting.customer, amount="300.00", received=DAY, at=noon(DAY))
    promised = make_case(owner=cast.alice)
    make_promise(promised, cast.alice, due=LATER)
    found = reasons(DAY + timedelta(days=1))
    assert found == {
        "disputed": 1,
        "step_waits": 1,
        "under_tolerance": 1,
        "excluded": 1,
        "paused": 1,
        "money_unallocated": 1,
        "promised": 1,
    }
    assert not CollectionCase.objects.filter(customer=small.customer).exists()
    run = run_collection(DAY + timedelta(days=1), actor=None, at=noon(DAY), dry_run=True)
    assert {item.reason for item in run.items} >= {"receivables.chase_money_unallocated"}


def test_another_ladder_for_one_customer_and_a_version_from_a_day_on(cast):
    standard = CollectionPolicy.objects.get(code="STANDARD")
    gentle = new_version(
        actor=cast.dora,
        base=standard,
        code="gentle",
        by_choice=True,
        from_date=DAY,
        tolerance=Decimal(0),
        at=noon(DAY),
    )
    rung = gentle.levels.get(level=1)
    change_level(actor=cast.dora, level=rung, from_day=10, at=noon(DAY))
    with pytest.raises(InvalidInput, match="settings"):
        change_level(actor=cast.dora, level=rung, text_en="{settings}", at=noon(DAY))
    for never in (40, 0):  # the level after it begins earlier; nothing is overdue before its due day
        with pytest.raises(InvalidInput):
            change_level(actor=cast.dora, level=rung, from_day=never, at=noon(DAY))
    with pytest.raises(Conflict):
        change_level(actor=cast.dora, level=standard.levels.get(level=1), from_day=3, at=noon(DAY))
    case = make_case(owner=cast.alice)
    set_override(
        actor=cast.bob, customer=case.customer, policy_code="GENTLE", reason="Old friend", at=noon(DAY)
    )
    assert collect(DAY)["done"] == 0
    assert reasons(DAY) == {"not_yet": 1}


def test_promises_are_judged_by_allocated_money(cast):
    case = make_case(owner=cast.alice, days=20)
    customer = case.customer
    item = customer.receivables.get()
    due = DAY + timedelta(days=5)
    with pytest.raises(InvalidInput):
        make_promise(case, cast.alice, amount="1000.01", due=due)
    first = make_promise(case, cast.alice, amount="300.00", due=due)
    second = make_promise(case, cast.alice, amount="300.00", due=due + timedelta(days=1))
    third = make_promise(case, cast.alice, amount="100.00", due=due + timedelta(days=2))
    grace = due + timedelta(days=2)
    make_receipt(
        customer, amount="400.00", received=grace, to={item: "400.00"}, at=noon(grace), allocated=grace
    )
    collect(due + timedelta(days=9))
    for row in (first, second, third):
        row.refresh_from_db()
    # money counts once, for the promise that is due first, up to two days of grace
    assert [(row.state, row.paid) for row in (first, second, third)] == [
        ("kept", Decimal("300.00")),
        ("partly", Decimal("100.00")),
        ("broken", Decimal(0)),
    ]
    told = Notification.objects.filter(kind="receivables.promise_broken")
    assert {row.recipient for row in told} == {cast.alice, cast.bob} and told.count() == 4
    assert waiting_step(case).level == 1  # chased again
    from receivables.selectors.promises import kept_rate

    assert kept_rate([customer.pk], due + timedelta(days=9)) == {customer.pk: (1, 3)}
    assert Receipt.objects.count() == 1


def test_a_case_goes_to_another_holder_with_its_step(cast):
    case = make_case(owner=cast.alice)
    collect(DAY)
    assign_case(actor=cast.mona, case=case, owner=cast.carol, at=noon(DAY))
    assert waiting_step(case).person == cast.carol


def test_on_the_phone_a_case_and_one_tap(cast, client):
    today = date.today()
    case = make_case(owner=cast.alice, on=today)
    client.force_login(cast.alice)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "Nobody answered" in page and "1,000.00" in page
    answer = client.post(
        reverse("receivables:collectioncase_act", args=[case.pk, "log"]),
        {"channel": "phone", "said": "Pays in the next days", "reached": "on", "reason": "process"},
    )
    assert answer.status_code == 302
    action = case.actions.get()
    assert (action.by, action.reason, action.reached) == (cast.alice, "process", True)
    queue = client.get(reverse("receivables:collectioncase_list"), {"turn": "silent"})
    assert case.customer.name not in queue.content.decode()


def test_no_version_of_a_ladder_leaves_customers_of_other_classes_without_one(cast):
    base = CollectionPolicy.objects.get(code="STANDARD")
    shared = {"actor": cast.dora, "base": base, "from_date": DAY, "tolerance": Decimal(100), "at": noon(DAY)}
    with pytest.raises(InvalidInput, match="no ladder would hold"):
        new_version(customer_class="important", **shared)
    narrow = new_version(code="KEY", customer_class="important", **shared)
    assert narrow.levels.count() == base.levels.count()
