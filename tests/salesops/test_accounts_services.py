"""People and teams through their services (ORG-01..04)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from salesops.accounts.models import Membership, RoleGrant, Team, User
from salesops.accounts.selectors import subtree_ids, team_on
from salesops.accounts.services import passwords, people, posts, teams
from salesops.audit.selectors import timeline_of
from salesops.core.choices import Role
from salesops.core.errors import Conflict, Duplicate, InvalidInput, NotAllowed
from tests.factories.accounts import make_team

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)
MAY = date(2026, 5, 1)


def test_human_resources_put_a_person_on_file_with_team_and_role(cast):
    person = people.create_person(
        actor=cast.hugo,
        at=NOW,
        username="nina",
        name="Nina",
        email="Nina@Example.com",
        superior=cast.bob,
        joined_date=MAY,
        team=cast.group_a,
        role=Role.REP,
        amount_limit=Decimal("5000"),
    )
    assert team_on(person, MAY) == cast.group_a
    assert team_on(person, MAY - timedelta(days=1)) is None
    assert person.roles() == {"rep"}
    assert not person.has_usable_password()
    (grant,) = person.role_grants.all()
    assert (grant.amount_limit, grant.granted_by) == (Decimal("5000"), cast.hugo)
    assert "Hugo put Nina on file" in [e.sentence for e in timeline_of(person)]


def test_a_rep_creates_nobody(cast):
    with pytest.raises(NotAllowed):
        people.create_person(actor=cast.alice, at=NOW, username="x", name="X")


def test_user_names_differ_in_more_than_case(cast):
    with pytest.raises(Duplicate):
        people.create_person(actor=cast.hugo, at=NOW, username="ALICE", name="Other")


def test_only_an_administrator_gives_the_guarded_roles(cast):
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            posts.grant_role(actor=cast.hugo, at=NOW, person=cast.alice, role=role, from_date=TODAY)
        posts.grant_role(actor=cast.root, at=NOW, person=cast.alice, role=role, from_date=TODAY)


def test_superiors_form_a_line_and_never_a_circle(cast):
    with pytest.raises(InvalidInput):
        people.edit_person(actor=cast.hugo, at=NOW, person=cast.gina, superior=cast.alice)
    with pytest.raises(InvalidInput):
        people.edit_person(actor=cast.hugo, at=NOW, person=cast.bob, superior=cast.bob)
    people.edit_person(actor=cast.hugo, at=NOW, person=cast.alice, superior=cast.mona)
    assert User.objects.get(pk=cast.alice.pk).superior == cast.mona


def test_a_move_closes_the_membership_before_it(cast):
    posts.join_team(actor=cast.hugo, at=NOW, person=cast.alice, team=cast.group_b, from_date=MAY)
    assert team_on(cast.alice, MAY - timedelta(days=1)) == cast.group_a
    assert team_on(cast.alice, MAY) == cast.group_b
    with pytest.raises(Conflict):
        posts.join_team(
            actor=cast.hugo, at=NOW, person=cast.alice, team=cast.group_a, from_date=date(2026, 4, 1)
        )
    posts.join_team(actor=cast.hugo, at=NOW, person=cast.alice, team=cast.office, from_date=MAY)
    assert team_on(cast.alice, MAY) == cast.office, "a move on the same day replaces the first"
    assert Membership.objects.filter(user=cast.alice).count() == 2


def test_the_database_refuses_two_teams_on_one_day_but_not_two_days(cast):
    first = Membership.objects.get(user=cast.alice)
    first.to_date = date(2026, 4, 30)
    first.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=cast.alice, team=cast.group_b, from_date=date(2026, 4, 30))
    Membership.objects.create(user=cast.alice, team=cast.group_b, from_date=MAY)


def test_a_new_limit_is_a_new_row_and_the_database_refuses_two_at_once(cast):
    posts.grant_role(
        actor=cast.hugo, at=NOW, person=cast.alice, role="rep", from_date=MAY, amount_limit=Decimal(9)
    )
    old, new = RoleGrant.objects.filter(user=cast.alice).order_by("from_date")
    assert (old.to_date, new.from_date) == (date(2026, 4, 30), MAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(user=cast.alice, role="rep", from_date=date(2026, 6, 1))
    RoleGrant.objects.create(user=cast.alice, role="rep", team=cast.group_b, from_date=date(2026, 6, 1))


def test_the_numbers_of_the_role_names_do_not_collide(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT hashtext(r)) FROM unnest(%s::text[]) AS r", [list(Role.values)])
        assert cursor.fetchone()[0] == len(Role.values)


def test_an_ended_role_works_no_longer_the_next_day(cast):
    (grant,) = cast.bob.role_grants.filter(role="lead")
    posts.end_role(actor=cast.hugo, at=NOW, grant=grant, last_day=TODAY)
    bob = User.objects.get(pk=cast.bob.pk)
    assert "lead" in bob.roles(TODAY)
    assert "lead" not in bob.roles(TODAY + timedelta(days=1))


def test_a_leaver_is_out_and_team_and_roles_end_on_the_last_day(cast):
    people.deactivate_person(actor=cast.hugo, at=NOW, person=cast.alice, left_date=TODAY, reason="moved")
    alice = User.objects.get(pk=cast.alice.pk)
    assert not alice.is_active
    assert not alice.has_usable_password()
    assert team_on(alice, TODAY) == cast.group_a
    assert team_on(alice, TODAY + timedelta(days=1)) is None
    assert alice.roles(TODAY + timedelta(days=1)) == set()
    people.reactivate_person(actor=cast.hugo, at=NOW, person=alice, on=TODAY)
    assert User.objects.get(pk=alice.pk).is_active


def test_nobody_leaves_while_people_report_to_him_and_nobody_locks_himself_out(cast):
    with pytest.raises(Conflict, match="still report"):
        people.deactivate_person(actor=cast.hugo, at=NOW, person=cast.bob, left_date=TODAY)
    with pytest.raises(NotAllowed):
        people.deactivate_person(actor=cast.root, at=NOW, person=cast.root, left_date=TODAY)
    with pytest.raises(NotAllowed):
        people.deactivate_person(actor=cast.hugo, at=NOW, person=cast.root, left_date=TODAY)


def test_a_moved_unit_takes_everything_below_along(cast):
    below = teams.create_team(actor=cast.hugo, at=NOW, code="A1", name="A1", parent=cast.group_a)
    teams.move_team(actor=cast.hugo, at=NOW, team=cast.group_a, parent=cast.office)
    below.refresh_from_db()
    assert below.path == f"/{cast.company.pk}/{cast.office.pk}/{cast.group_a.pk}/{below.pk}/"
    assert set(subtree_ids(Team.objects.get(pk=cast.office.pk))) == {
        cast.office.pk,
        cast.group_a.pk,
        below.pk,
    }
    with pytest.raises(InvalidInput, match="circle"):
        teams.move_team(actor=cast.hugo, at=NOW, team=cast.group_a, parent=below)
    top = teams.move_team(actor=cast.hugo, at=NOW, team=below, parent=None)
    assert Team.objects.get(pk=top.pk).path == f"/{top.pk}/"


def test_a_unit_with_people_is_not_closed(cast):
    with pytest.raises(Conflict):
        teams.close_team(actor=cast.hugo, at=NOW, team=cast.group_a)
    empty = teams.create_team(actor=cast.hugo, at=NOW, code="E", name="Empty")
    assert not teams.close_team(actor=cast.hugo, at=NOW, team=empty).is_active


@pytest.mark.parametrize(
    "password", ["short7!", "         ", "password123", "qwertyuiop", "1234567890123", "alice@example.com"]
)
def test_weak_passwords_are_refused(cast, password):
    with pytest.raises(InvalidInput):
        passwords.set_password(actor=cast.root, at=NOW, person=cast.alice, password=password)


@pytest.mark.parametrize(
    "password",
    [
        "🦊🦉🐻🐙🐝🦋🐳🦀🐌🐢",
        "x y" * 42 + "zz",
        "correct horse ",
        "密码够长了吧真的够长了",
        "a" * 60 + "Bc" * 30,
    ],
)
def test_long_passwords_emoji_and_blanks_at_the_end_count_as_typed(cast, password):
    passwords.set_password(actor=cast.root, at=NOW, person=cast.alice, password=password)
    alice = User.objects.get(pk=cast.alice.pk)
    assert alice.check_password(password)
    assert not alice.check_password(password[:-1])
    assert alice.must_change_password


def test_only_the_administrator_sets_passwords_and_the_own_one_needs_the_old(cast):
    with pytest.raises(NotAllowed):
        passwords.set_password(actor=cast.hugo, at=NOW, person=cast.alice, password="long enough words")
    with pytest.raises(InvalidInput):
        passwords.change_password(person=cast.alice, at=NOW, old="wrong", new="long enough words")
    passwords.change_password(person=cast.alice, at=NOW, old="correct horse battery", new="long enough words")
    assert User.objects.get(pk=cast.alice.pk).check_password("long enough words")


def test_who_is_given_no_superior_reports_to_the_head_of_the_nearest_unit(cast):
    """ORG-03: exactly one direct superior from the first day."""
    cast.group_a.head = cast.bob
    cast.group_a.save()
    corner = make_team("A-2", parent=cast.group_a)
    person = people.create_person(actor=cast.hugo, at=NOW, username="newcomer", name="New", team=corner)
    assert person.superior == cast.bob
