"""Provision for bad debt by age (REC-13): computed for a month end, explained, approved, frozen, restated by a new run."""

from datetime import date, datetime
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from receivables.models import ProvisionRun
from receivables.services.provisions import compute_provision, set_own_rate, submit_provision
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.seeds import seed_flows
from salesops.approvals.services import approve
from salesops.core.errors import Conflict, Duplicate, InvalidInput, NotAllowed
from salesops.core.periods import Period
from tests.factories.receivables import ZONE, make_customer, make_receipt, make_receivable

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 8, 10, 9, tzinfo=ZONE)


@pytest.fixture
def buyer(cast):
    seed_flows()
    return make_customer(owner=cast.alice)


def item(buyer, amount, issued):
    return make_receivable(buyer, amount=amount, issued=issued, due=issued, at=NOW)


def run_of(cast, month):
    return compute_provision(actor=cast.dora, month=Period.parse(month), at=NOW)


def post(run, cast):
    submit_provision(actor=cast.dora, run=run, at=NOW)
    approve(actor=cast.gina, request=ApprovalRequest.objects.about(run).get(), at=NOW)
    run.refresh_from_db()
    return run


def test_each_item_by_its_years_since_issue_as_it_stood_at_the_month_end(buyer, cast):
    for issued, amount in (
        (date(2025, 6, 30), "100.00"), (date(2025, 6, 29), "200.00"), (date(2024, 6, 29), "300.00"),
        (date(2023, 6, 29), "400.00"), (date(2022, 6, 29), "500.00"), (date(2021, 6, 28), "600.00"),
    ):  # fmt: skip
        item(buyer, amount, issued)
    late = item(buyer, "1000.00", date(2026, 6, 1))
    make_receipt(
        buyer,
        amount="40.00",
        received=date(2026, 6, 30),
        to={late: "40.00"},
        at=NOW,
        allocated=date(2026, 6, 30),
    )
    make_receipt(
        buyer,
        amount="60.00",
        received=date(2026, 7, 1),
        to={late: "60.00"},
        at=NOW,
        allocated=date(2026, 7, 1),
    )
    item(buyer, "77.00", date(2026, 7, 1))
    run = run_of(cast, "2026-06")
    found = {line.outstanding: (line.age_days, line.rate, line.amount) for line in run.lines.all()}
    assert found == {
        D("960.00"): (29, D("0.05"), D("48.00")),
        D("100.00"): (365, D("0.05"), D("5.00")),
        D("200.00"): (366, D("0.10"), D("20.00")),
        D("300.00"): (731, D("0.30"), D("90.00")),
        D("400.00"): (1097, D("0.50"), D("200.00")),
        D("500.00"): (1462, D("0.80"), D("400.00")),
        D("600.00"): (1828, D("1"), D("600.00")),
    }
    assert (run.outstanding, run.total) == (D("3060.00"), D("1363.00"))


def test_the_change_against_the_run_before_is_explained_to_the_cent(buyer, cast):
    gone, part, older = (
        item(buyer, "100.00", day) for day in (date(2026, 1, 5), date(2026, 1, 6), date(2025, 7, 15))
    )
    shaky = item(buyer, "100.00", date(2026, 1, 8))
    first = post(run_of(cast, "2026-06"), cast)
    assert (first.total, first.bridge["new"]) == (D("20.00"), "20.00")
    make_receipt(
        buyer,
        amount="133.33",
        received=date(2026, 7, 2),
        to={gone: "100.00", part: "33.33"},
        at=NOW,
        allocated=date(2026, 7, 2),
    )
    item(buyer, "40.00", date(2026, 7, 3))
    second = run_of(cast, "2026-07")
    set_own_rate(
        actor=cast.dora, line=second.lines.get(receivable=shaky), rate=D("0.9"), reason="Insolvent", at=NOW
    )
    second.refresh_from_db()
    assert second.bridge == {
        "new": "2.00", "settled": "-5.00", "part_paid": "-1.67", "older": "5.00", "own_rate": "85.00", "rates": "0.00",
    }  # fmt: skip
    assert second.total == D("105.33") == first.total + sum(D(x) for x in second.bridge.values())
    assert second.previous == first and older.pk
    post(second, cast)
    again = run_of(cast, "2026-07")  # restated by a new run; the own rate goes on
    assert (again.previous, again.total, D(again.bridge["own_rate"])) == (second, second.total, 0)


def test_only_the_general_manager_posts_it_and_a_posted_run_never_changes(client, buyer, cast):
    item(buyer, "100.00", date(2026, 1, 5))
    with pytest.raises(InvalidInput):
        run_of(cast, "2026-08")  # not over
    with pytest.raises(NotAllowed):
        compute_provision(actor=cast.mona, month=Period.parse("2026-06"), at=NOW)
    client.force_login(cast.dora)
    client.post(reverse("receivables:provisionrun_create"), {"month": "2026-06", "note": ""})
    run = ProvisionRun.objects.get()
    with pytest.raises(Duplicate):
        run_of(cast, "2026-06")
    line = run.lines.get()
    client.post(reverse("receivables:provisionline_rate", args=[line.pk]), {"rate": "50", "reason": "Sued"})
    page = client.get(reverse("receivables:provisionrun_detail", args=[run.pk])).content.decode()
    assert "50.00" in page and "rate of its own" in page
    listed = client.get(reverse("receivables:provisionline_list") + f"?run={run.pk}&own=on").content.decode()
    assert "Sued" in listed
    run.refresh_from_db()
    post(run, cast)
    assert run.state == "posted"
    with pytest.raises(Conflict):
        set_own_rate(actor=cast.dora, line=line, rate=D(0), reason="No", at=NOW)
    for change in (
        lambda: ProvisionRun.objects.filter(pk=run.pk).update(total=0),
        lambda: run.lines.update(amount=0),
        lambda: run.lines.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
