"""A file that was merged into another one: looked at, and nothing else; its block and its owners are not lost."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.errors import MergeRefused
from customers.models import CustomerOwnership
from customers.selectors.rhythm import due_customers
from customers.services import (
    assign_owner,
    block,
    log_visit,
    merge_customers,
    release,
    save_contact,
    set_shares,
    undo_merge,
    update_customer,
)
from customers.services.visit_plans import PlanLine, submit_plan, write_plan
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.core.errors import Conflict
from tests.factories.customers import make_customer
from tests.salesops.exchange_files import reasons, run, table

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2026, 5, 5, 10))
TODAY = timezone.localdate(AT)
PAGES = ("edit", "assign", "shares", "invite", "release", "block", "protect", "merge")


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def merge(cast, keep, merged):
    return merge_customers(actor=cast.mona, at=AT, keep=keep, merged=merged, reason="One company")


@pytest.fixture
def names(cast):
    """The kept file, and the one that is its other name now."""
    keep = make_customer(cast.alice, name="Keep Trading", code="KEEP")
    gone = make_customer(cast.alice, name="Gone Trading", code="GONE")
    merge(cast, keep, gone)
    return fresh(keep), fresh(gone)


def test_no_act_is_offered_or_done_and_the_refusal_says_where_work_goes_on(cast, client, names):
    _keep, gone = names
    client.force_login(cast.mona)
    shown = client.get(gone.get_absolute_url()).content.decode()
    for name in PAGES:
        url = reverse(f"customers:customer_{name}", args=[gone.pk])
        assert url not in shown
        answer = client.get(url)
        assert answer.status_code == 403
        assert "KEEP" in answer.content.decode(), name
        assert client.post(url, {"reason": "x"}).status_code == 403
    client.force_login(cast.alice)
    for url in (
        reverse("customers:contact_create", args=[gone.pk]),
        reverse("customers:address_create", args=[gone.pk]),
        reverse("customers:visit_create") + f"?customer={gone.pk}",
        reverse("customers:visit_log_new") + f"?customer={gone.pk}",
    ):
        assert client.get(url).status_code == 403
    form = client.get(reverse("customers:opportunity_create") + f"?customer={gone.pk}").content.decode()
    assert "Gone Trading" not in form


def test_services_and_jobs_pass_it_by(cast, names):
    _keep, gone = names
    everybody = {"actor": None, "at": AT, "customer": gone}
    for act in (
        lambda: assign_owner(**everybody, owner=cast.carol, from_date=TODAY),
        lambda: set_shares(**everybody, shares=[(cast.alice, 1)], from_date=TODAY),
        lambda: update_customer(**everybody, remarks="x"),
        lambda: save_contact(**everybody, name="Ann"),
        lambda: block(**everybody, scope="both", reason="x"),
        lambda: log_visit(**everybody, owner=cast.alice, visited_at=AT, result="x"),
        lambda: release(actor=cast.alice, at=AT, customer=gone, reason="x"),
    ):
        with pytest.raises(Conflict, match="merged") as refused:
            act()
        assert "KEEP" in str(refused.value.way_out)
    assert gone not in due_customers(cast.alice, on=TODAY, until=TODAY + timedelta(days=400), limit=50)


def test_a_spreadsheet_does_not_change_it_either(names, tmp_path):
    answer = run("customers", table(tmp_path, "c.csv", "code,name,industry", "GONE,Gone Trading,Steel"))
    assert reasons(answer) == [(2, "code")] and "KEEP" in str(answer)


def test_a_block_is_not_shaken_off_by_another_name(cast):
    keep, bad = make_customer(cast.alice), make_customer(cast.alice)
    block(actor=cast.mona, at=AT, customer=bad, scope="both", reason="Fraud", blacklist=True)
    with pytest.raises(MergeRefused, match="Fraud"):
        merge(cast, keep, fresh(bad))
    block(actor=cast.mona, at=AT, customer=keep, scope="both", reason="Fraud", blacklist=True)
    assert merge(cast, fresh(keep), fresh(bad)).pk


def test_a_file_opened_today_is_nobodys_after_merging_and_comes_back_with_its_owner(cast):
    keep, twin = make_customer(cast.alice), make_customer(cast.carol, since=TODAY)
    done = merge(cast, keep, twin)
    assert not CustomerOwnership.objects.in_force(TODAY).filter(customer=twin).exists()
    undo_merge(actor=cast.mona, at=AT, merge=done)
    held = CustomerOwnership.objects.in_force(TODAY).get(customer=twin)
    assert (held.owner, held.share, held.from_date) == (cast.carol, 1, TODAY)


def test_a_plan_accepted_after_merging_visits_the_kept_file_and_nobody_in_the_pool(cast):
    keep, twin, lost = (make_customer(cast.alice) for _count in range(3))
    lines = [PlanLine(customer, TODAY + timedelta(days=1), "See them") for customer in (twin, lost)]
    plan = write_plan(actor=cast.alice, at=AT, owner=cast.alice, span="week", day=TODAY, lines=lines)
    submit_plan(actor=cast.alice, at=AT, plan=plan)
    merge(cast, keep, twin)
    release(actor=cast.alice, at=AT, customer=lost, reason="Too far")
    approve(actor=cast.bob, at=AT, request=ApprovalRequest.objects.get())
    assert {line.visit.customer for line in plan.lines.all() if line.visit} == {keep}
