"""Who sees what when people and customers move (Z12, Z13)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.services import assign_owner
from receivables.panels import due_card
from receivables.selectors import AgeingQuery, ageing_report
from receivables.selectors.figures import ledger_figures
from salesops.accounts.models import RoleGrant
from salesops.accounts.services.posts import join_team
from salesops.core.policies import policy_of
from tests.attacks.world import addresses, make_prey
from tests.factories.customers import make_customer
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db


def documents(prey):
    return [
        *prey.orders.values(),
        prey.returned,
        prey.contract,
        prey.receivable,
        prey.receipt,
        prey.credit_note,
        prey.line,
    ]


def seen(person, rows):
    """Names of the rows that a person finds in lists; opening one must agree with finding it."""
    person = type(person).objects.get(pk=person.pk)
    found = set()
    for row in rows:
        row = type(row)._default_manager.get(pk=row.pk)
        listed = type(row)._default_manager.filter(policy_of(row).scope(person), pk=row.pk).exists()
        assert listed == policy_of(row).can(person, "view", row), row
        if listed:
            found.add(row)
    return found


@pytest.fixture
def mine(cast, house):
    return make_prey(cast.alice, "Movedword")


@pytest.fixture
def handed_over(cast, mine):
    assign_owner(
        actor=cast.mona,
        at=timezone.now(),
        customer=mine.customer,
        owner=cast.carol,
        from_date=timezone.localdate(),
    )
    return mine


def test_before_the_hand_over_the_other_team_sees_nothing(cast, mine):
    """Z13: one end of the history."""
    rows = [mine.customer, mine.contact, mine.done, *documents(mine)]
    assert seen(cast.carol, rows) == seen(cast.lead_b, rows) == set()
    assert seen(cast.alice, rows) == seen(cast.bob, rows) == set(rows)


def test_after_it_the_new_owner_and_her_lead_see_all_earlier_documents(cast, handed_over):
    """Z13: the other end; the history keeps its owner and team."""
    rows = [handed_over.customer, handed_over.contact, handed_over.done, *documents(handed_over)]
    assert seen(cast.carol, rows) == set(rows)
    assert seen(cast.lead_b, rows) == set(rows)
    for row in documents(handed_over):
        row.refresh_from_db()
        if hasattr(row, "owner_id"):
            assert (row.owner_id, row.team_id) == (cast.alice.pk, cast.group_a.pk), row


def test_the_old_owner_keeps_what_she_wrote_and_loses_the_customer(cast, handed_over):
    """Z13: own documents stay readable; the file, its contacts and its new documents do not."""
    rows = documents(handed_over)
    assert seen(cast.alice, rows) == seen(cast.bob, rows) == set(rows)
    assert seen(cast.alice, [handed_over.customer, handed_over.contact]) == set()
    later = make_order(
        handed_over.customer, owner=cast.carol, order_date=timezone.localdate(), number="LATER-1"
    )
    assert seen(cast.alice, [later]) == seen(cast.bob, [later]) == set()
    assert seen(cast.carol, [later]) == {later}


def test_pages_open_for_the_new_owner(cast, handed_over, house, as_):
    """Z13: detail pages, lists, the print page, through the door."""
    client = as_(cast.carol)
    names = ("orders:order_detail", "orders:order_print", "contracts:contract_detail")
    names += ("receivables:receivable_detail", "receivables:receipt_detail", "receivables:creditnote_detail")
    places = addresses(handed_over, house, cast)
    for name in (*names, "customers:customer_detail", "customers:visit_detail"):
        assert client.get(places[name][0]).status_code == 200, name
    for name in ("orders:order_list", "receivables:my_receivables", "receivables:receipt_list"):
        assert "Movedword" in client.get(reverse(name)).content.decode(), name
    for name in ("customers:customer_detail", "customers:contact_detail"):
        assert as_(cast.alice).get(places[name][0]).status_code == 404, name


def test_figures_of_the_ledger_follow_the_rows(cast, handed_over, rf):
    """Z4, Z13: ageing, ledger figures and the workbench card have the scope of the list."""
    from receivables.models import Receivable

    today = timezone.localdate()
    for person in (cast.alice, cast.bob, cast.carol, cast.lead_b, cast.mona, cast.dora):
        person = type(person).objects.get(pk=person.pk)
        items = Receivable.objects.visible_to(person).open()
        total = sum(item.outstanding for item in items)
        assert ledger_figures(person, on=today).outstanding == total
        for stored in (True, False):
            query = AgeingQuery(as_of=today, steps=(30, 60, 90), user=person, stored=stored)
            assert ageing_report(query).total.outstanding == total, (person, stored)
    request = rf.get("/")
    request.user = type(cast.carol).objects.get(pk=cast.carol.pk)
    assert handed_over.receivable in due_card(request)["rows"]


def test_a_rep_who_changes_teams_in_may_leaves_april_with_the_old_team(cast, house):
    """Z13: documents count for the team of their day; the own customers stay with the person."""
    customer = make_customer(cast.alice)
    april = make_order(customer, order_date=date(2026, 4, 10), number="APRIL")
    join_team(
        actor=cast.hugo, at=timezone.now(), person=cast.alice, team=cast.group_b, from_date=date(2026, 5, 1)
    )
    june = make_order(customer, order_date=date(2026, 6, 10), number="JUNE", team=cast.group_b)
    assert seen(cast.alice, [april, june]) == {april, june}
    assert april in seen(cast.bob, [april, june])
    assert june in seen(cast.lead_b, [april, june])
    customer.refresh_from_db()
    if customer.team_id == cast.group_a.pk:
        assert seen(cast.lead_b, [april]) == set()


def test_rights_end_with_the_role_in_the_same_session(cast, mine, as_):
    """Z12: the grant is gone, so is every page of the next request; nothing is remembered."""
    client = as_(cast.alice)
    place = reverse("orders:order_detail", args=[mine.order.pk])
    assert client.get(place).status_code == 200
    RoleGrant.objects.filter(user=cast.alice).update(to_date=timezone.localdate() - timedelta(days=1))
    assert client.get(place).status_code == 404
    assert client.get(reverse("orders:order_list")).status_code == 403


def test_a_lead_who_leaves_the_team_sees_it_no_more(cast, mine, as_):
    """Z12, Z13: the lead moves to another group today; the old group's rows are gone at once."""
    client = as_(cast.bob)
    place = reverse("orders:order_detail", args=[mine.order.pk])
    assert client.get(place).status_code == 200
    join_team(
        actor=cast.hugo,
        at=timezone.now(),
        person=cast.bob,
        team=cast.group_b,
        from_date=timezone.localdate(),
    )
    assert client.get(place).status_code == 404
