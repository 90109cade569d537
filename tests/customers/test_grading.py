"""Grades A to D and classes: computed by a model with dates, decided about by leads, reviewed each period (CUS-03, CUS-04)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.jobs.grading import is_review_day, review
from customers.models import CustomerGrading, GradeModel, model_in_force
from customers.services.grading import decide_grading, grade_now, propose_grades, save_model
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.work.models import Task
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.factories.receivables import make_receipt, make_receivable

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2026, 5, 5, 10))
TODAY = date(2026, 5, 5)


def plan(cast, **fields):
    """Only turnover and punctuality count, half each, from today."""
    factors = [
        {
            "factor": "orders.turnover",
            "weight": Decimal("0.5"),
            "steps": [["0", "0"], ["1000", "60"], ["5000", "100"]],
        },
        {"factor": "receivables.punctuality", "weight": Decimal("0.5"), "steps": [["0", "0"], ["90", "100"]]},
    ]
    values = {"from_date": TODAY, "a_from": Decimal(80), "b_from": Decimal(60), "c_from": Decimal(40),
              "factors": factors} | fields  # fmt: skip
    return save_model(actor=cast.mona, at=AT, **values)


def only(cast, customer):
    return propose_grades(on=TODAY, at=AT, customers=[customer.pk])[0]


def test_turnover_and_punctuality_give_points_by_weight(cast):
    plan(cast)
    customer = make_customer(cast.alice)
    make_order(customer, lines=[("1", "1000")], order_date=date(2026, 4, 1))
    item = make_receivable(customer, amount="200", issued=date(2026, 3, 1), due=date(2026, 4, 1))
    make_receipt(
        customer, amount="200", received=date(2026, 3, 30), to={item: "200"}, allocated=date(2026, 3, 30)
    )
    found = only(cast, customer)
    assert (found.score, found.proposed_grade) == (Decimal("80.00"), "A"), "half of 60 and half of 100"


def test_a_late_payment_earns_nothing_and_what_is_unknown_gives_its_weight_away(cast):
    plan(cast)
    customer = make_customer(cast.alice)
    make_order(customer, lines=[("1", "1000")], order_date=date(2026, 4, 1))
    assert only(cast, customer).score == Decimal("60.00"), "nothing was due: turnover counts alone"
    item = make_receivable(customer, amount="200", issued=date(2026, 3, 1), due=date(2026, 4, 1))
    make_receipt(
        customer, amount="200", received=date(2026, 4, 2), to={item: "200"}, allocated=date(2026, 4, 2)
    )
    assert only(cast, customer).score == Decimal("30.00"), "a day late"


def test_a_lead_accepts_and_the_grade_holds_from_that_day(cast):
    plan(cast)
    customer = make_customer(cast.alice)
    found = grade_now(actor=cast.alice, at=AT, customer=customer)
    with pytest.raises(NotAllowed):
        decide_grading(actor=cast.alice, at=AT, grading=found)
    decide_grading(actor=cast.bob, at=AT, grading=found)
    customer.refresh_from_db()
    assert (customer.grade, customer.grade_since) == ("D", TODAY)
    with pytest.raises(Conflict):
        decide_grading(actor=cast.mona, at=AT, grading=found)


def test_another_grade_needs_a_reason_and_both_stay_in_the_history(cast):
    plan(cast)
    customer = make_customer(cast.alice)
    found = only(cast, customer)
    with pytest.raises(InvalidInput, match="why"):
        decide_grading(actor=cast.bob, at=AT, grading=found, grade="B")
    decide_grading(actor=cast.bob, at=AT, grading=found, grade="B", reason="A tender is near")
    row = CustomerGrading.objects.get(customer=customer)
    assert (row.proposed_grade, row.grade, row.state, row.reason) == (
        "D",
        "B",
        "overridden",
        "A tender is near",
    )
    again = only(cast, customer)
    assert again.old_grade == "B"


def test_a_newer_computation_replaces_what_nobody_decided_about(cast):
    plan(cast)
    customer = make_customer(cast.alice)
    first, second = only(cast, customer), only(cast, customer)
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "proposed")


def test_the_class_follows_value_and_potential(cast):
    plan(cast)
    buyers = [make_customer(cast.alice, name=f"Buyer {n}") for n in range(5)]
    for n, customer in enumerate(buyers):
        make_order(customer, lines=[("1", str(1000 * (n + 1)))], order_date=date(2026, 4, 1))
    idle = make_customer(cast.alice, name="Idle")
    made = propose_grades(on=TODAY, at=AT)
    classes = {row.customer.name: row.proposed_class for row in made}
    assert classes["Buyer 4"] == "important", "the best of five is the best fifth"
    assert classes["Buyer 3"] == "general"
    assert classes[idle.name] == "potential"


def test_a_model_has_dates_and_its_weights_come_to_one(cast):
    before = model_in_force(TODAY)
    with pytest.raises(NotAllowed):
        save_model(actor=cast.bob, at=AT, from_date=TODAY, a_from=80, b_from=60, c_from=40, factors=[])
    with pytest.raises(InvalidInput, match="50 %"):
        plan(cast, factors=[{"factor": "orders.turnover", "weight": Decimal("0.5"), "steps": [["0", "0"]]}])
    with pytest.raises(InvalidInput, match="today or later"):
        plan(cast, from_date=TODAY - timedelta(days=1))
    made = plan(cast, from_date=TODAY + timedelta(days=10))
    assert model_in_force(TODAY) == before
    assert model_in_force(TODAY + timedelta(days=10)) == made
    before.refresh_from_db()
    assert before.to_date == TODAY + timedelta(days=9)


def test_the_review_of_a_period_computes_all_and_gives_heads_a_task(cast):
    plan(cast, from_date=date(2026, 5, 5))
    make_customer(cast.alice)
    make_customer(cast.carol)
    day = next(d for n in range(1, 32) if is_review_day(d := date(2026, 7, n)))
    for _n in range(2):
        review(day, actor=None, at=AT, dry_run=False)
    tasks = list(Task.objects.filter(cause__startswith="customers.grades"))
    assert {task.owner for task in tasks} >= {cast.bob}
    assert len(tasks) == len({task.owner for task in tasks}), "one each, however often the day is done"
    assert CustomerGrading.objects.filter(state="proposed").count() == 2
    assert not is_review_day(day + timedelta(days=1))


def test_the_lead_accepts_several_on_the_list_and_the_customers_are_found_by_grade(cast, client):
    plan(cast)
    mine, other = make_customer(cast.alice, name="Mine Works"), make_customer(cast.carol, name="Other Works")
    propose_grades(on=TODAY, at=AT)
    client.force_login(cast.bob)
    url = reverse("customers:customergrading_list")
    page = client.get(url).content.decode()
    assert "Mine Works" in page
    assert "Other Works" not in page
    row = CustomerGrading.objects.get(customer=mine)
    client.post(url, {"act": "accept", "chosen": [row.pk], "bulk": "accept", "pk": [row.pk]})
    client.post(
        reverse("customers:customergrading_decide", args=[row.pk]),
        {"grade": "D", "customer_class": "potential"},
    )
    found = client.get(reverse("customers:customer_list"), {"grade": "D"}).content.decode()
    assert "Mine Works" in found
    page = client.get(f"{mine.get_absolute_url()}?rest=1").content.decode()
    assert "Grade and its history" in page
    assert other.grade == ""


def test_a_grading_tells_how_it_came_about(cast, client):
    plan(cast)
    customer = make_customer(cast.alice)
    make_order(customer, lines=[("1", "1234.50")], order_date=date(2026, 4, 1))
    found = only(cast, customer)
    client.force_login(cast.alice)
    page = client.get(found.get_absolute_url()).content.decode()
    assert "Bought in 12 months" in page
    assert "1,234.50" in page
    assert "nothing known" in page


def test_a_manager_writes_a_new_model_on_the_page(cast, client):
    client.force_login(cast.mona)
    url = reverse("customers:grademodel_create")
    assert "0:0 20000:30" in client.get(url).content.decode(), "it begins with the factors in force"
    today = timezone.localdate()
    fields = {"from_date": today.isoformat(), "a_from": "85", "b_from": "60", "c_from": "40",
              "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-MIN_NUM_FORMS": "1",
              "lines-MAX_NUM_FORMS": "12", "lines-0-factor": "orders.turnover", "lines-0-weight": "100",
              "lines-0-steps": "0:0 5000"}  # fmt: skip
    assert "value:points" in client.post(url, fields).content.decode()
    client.post(url, fields | {"lines-0-steps": "0:0 5000:100"})
    made = GradeModel.objects.order_by("-from_date").first()
    assert (made.a_from, made.factors.get().steps) == (Decimal("85.00"), [["0", "0"], ["5000", "100"]])
