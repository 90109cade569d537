"""An old file of visit plans, read again after the visits were logged, brings nothing twice (interfaces §3)."""

from datetime import timedelta

from django.utils import timezone

from customers.models import Visit
from customers.services import cancel_visit, log_visit, replan_visit
from tests.factories.customers import make_customer, make_visit
from tests.salesops.exchange_files import good, table


def test_plans_that_took_place_meanwhile_are_not_planned_anew(cast, tmp_path):
    make_customer(cast.alice, code="NORTH")
    day = timezone.localdate() + timedelta(days=1)
    path = table(
        tmp_path,
        "visits.csv",
        "customer,owner,planned_date,kind,purpose",
        f"NORTH,alice,{day},visit,Samples",
    )
    assert good("visits", path)["created"] == 1
    later = timezone.now() + timedelta(days=1)
    log_visit(
        actor=cast.alice, at=later, visited_at=later, visit=Visit.objects.get(), result="Fine", kind="tour"
    )
    assert (good("visits", path)["created"], Visit.objects.count()) == (0, 1)


def test_a_plan_that_was_moved_is_not_planned_for_its_old_day_again(cast, tmp_path):
    make_customer(cast.alice, code="NORTH")
    at, today = timezone.now(), timezone.localdate()
    days = [today + timedelta(days=n) for n in (1, 2, 3)]
    head = "customer,owner,planned_date,visited_at,kind,purpose,result"
    path = table(tmp_path, "visits.csv", head, f"NORTH,alice,{days[0]},,visit,Samples,")
    good("visits", path)
    for day in days[1:]:
        replan_visit(actor=cast.alice, at=at, visit=Visit.objects.get(), planned_date=day)
    assert good("visits", path)["created"] == 0
    cancel_visit(actor=cast.alice, at=at, visit=Visit.objects.get(), reason="Ill")
    assert good("visits", path)["created"] == 0
    assert list(Visit.objects.values_list("planned_date", "moved_from")) == [(days[2], days[:2])]


def test_what_took_place_of_a_moved_plan_is_read_as_that_visit(cast, tmp_path):
    customer = make_customer(cast.alice, code="NORTH")
    yesterday = timezone.localdate() - timedelta(days=1)
    visit = make_visit(customer, on=yesterday, done=False, moved_from=[yesterday - timedelta(days=3)])
    row = f"NORTH,alice,{visit.moved_from[0]},{yesterday} 10:00,visit,Samples,Ordered"
    path = table(tmp_path, "v.csv", "customer,owner,planned_date,visited_at,kind,purpose,result", row)
    assert good("visits", path)["updated"] == 1
    assert Visit.objects.get().state == "done"


def test_two_visits_at_one_time_with_other_purposes_are_both_kept(cast, tmp_path):
    make_customer(cast.alice, code="NORTH")
    rows = ["NORTH,alice,2026-09-01 11:30,visit,Samples", "NORTH,alice,2026-09-01 11:30,visit,Prices"]
    path = table(tmp_path, "v.csv", "customer,owner,visited_at,kind,purpose", *rows, rows[0])
    assert good("visits", path)["created"] == 2
    assert good("visits", path)["unchanged"] == 3
    more = table(
        tmp_path, "m.csv", "customer,owner,visited_at,kind,purpose,result", rows[0] + ",Fine", rows[1] + ","
    )
    assert good("visits", more)["updated"] == 1
    assert dict(Visit.objects.values_list("purpose", "result")) == {"Samples": "Fine", "Prices": ""}
