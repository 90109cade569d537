"""A rep changes teams: the customer files go along from that day, and days past stay with the old team."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from customers.jobs import follow_moves
from customers.models import Customer, CustomerOwnership
from customers.services import assign_owner
from performance.services.closing import close_month
from salesops.accounts.models import Membership
from salesops.accounts.services.posts import join_team
from salesops.audit.models import AuditEvent
from salesops.core.errors import Conflict
from salesops.core.periods import Period
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2026, 4, 1, 9))
TODAY = date(2026, 4, 1)


def move(cast, team, day, person=None):
    join_team(actor=cast.root, at=AT, person=person or cast.alice, team=team, from_date=day)


def spells(customer):
    rows = CustomerOwnership.objects.filter(customer=customer).order_by("from_date")
    return [(row.owner.username, row.team.code, row.from_date, row.to_date) for row in rows]


def test_files_follow_from_the_day_of_the_move(cast):
    customer = make_customer(owner=cast.alice, name="Canary")
    other = make_customer(owner=cast.carol, name="Robin")
    version = Customer.objects.get(pk=customer.pk).version
    move(cast, cast.group_b, TODAY)
    customer.refresh_from_db()
    assert (customer.team, customer.version) == (cast.group_b, version + 1)
    assert [row[1:] for row in spells(customer)] == [
        (cast.group_a.code, date(2025, 1, 1), TODAY - timedelta(days=1)),
        (cast.group_b.code, TODAY, None),
    ]
    assert Customer.objects.get(pk=other.pk).team == other.team
    assert AuditEvent.objects.get(verb="customers.files_followed").data["files"] == 1
    assert not Customer.objects.visible_to(cast.bob).filter(pk=customer.pk).exists()


def test_a_move_ahead_takes_effect_on_its_day(cast):
    customer = make_customer(owner=cast.alice)
    day = TODAY + timedelta(days=10)
    move(cast, cast.group_b, day)
    assert Customer.objects.get(pk=customer.pk).team == cast.group_a
    follow_moves(day - timedelta(days=1), actor=None, at=AT, dry_run=False)
    assert Customer.objects.get(pk=customer.pk).team == cast.group_a
    follow_moves(day, actor=None, at=AT, dry_run=False)
    assert Customer.objects.get(pk=customer.pk).team == cast.group_b
    assert follow_moves(day, actor=None, at=AT, dry_run=False).already


def test_nobody_moves_with_files_on_a_day_whose_figures_are_closed(cast):
    make_customer(owner=cast.alice)
    close_month(actor=None, at=AT, period=Period.parse("2026-02"))
    with pytest.raises(Conflict) as refused:
        move(cast, cast.group_b, date(2026, 2, 28))
    assert refused.value.figures["earliest"] == date(2026, 3, 1)
    assert Membership.objects.get(user=cast.alice).team == cast.group_a, (
        "the move itself is not written either"
    )
    move(cast, cast.office, date(2026, 2, 28), person=cast.leo)  # without files nothing counted changes
    move(cast, cast.group_b, date(2026, 3, 1))


def test_what_was_handed_over_before_stays_with_the_old_team(cast):
    customer = make_customer(owner=cast.alice)
    assign_owner(actor=None, at=AT, customer=customer, owner=cast.carol, from_date=TODAY - timedelta(days=5))
    before = spells(customer)
    move(cast, cast.group_b, TODAY)
    assert spells(customer) == before


def test_a_second_move_on_the_same_day_replaces_the_first(cast):
    customer = make_customer(owner=cast.alice)
    move(cast, cast.group_b, TODAY)
    move(cast, cast.group_a, TODAY)
    customer.refresh_from_db()
    assert customer.team == cast.group_a
    assert [row[1] for row in spells(customer)] == [cast.group_a.code, cast.group_a.code]
