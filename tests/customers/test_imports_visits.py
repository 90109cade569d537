"""An old file of visit plans, read again after the visits were logged, brings nothing twice (interfaces §3)."""

from datetime import timedelta

from django.utils import timezone

from customers.models import Visit
from customers.services import log_visit
from tests.factories.customers import make_customer
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
