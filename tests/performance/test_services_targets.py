"""Targets: set, changed with history, split to the cent, reconciled with their children (TGT-01..04, B13)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from performance.choices import Pace
from performance.models import Target, TargetChange
from performance.selectors.targets import breakdown, pace_of, workday_share
from performance.services.breakdown import break_down_by_period, break_down_by_unit, units_below
from performance.services.targets import NewTargets, change_target, set_target
from salesops.accounts.selectors import team_on
from salesops.audit.models import AuditEvent
from salesops.calendar.models import CalendarDay
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.periods import Period
from tests.factories.performance import make_target, noon

D = Decimal
AT = noon(date(2026, 11, 22))
YEAR = Period.parse("2027")


def give(cast, value="100.00", period=YEAR, metric="sal_amt", actor=None, **subject):
    subject = subject or {"team": cast.sales}
    return set_target(actor=actor, at=AT, metric=metric, period=period, value=D(value), **subject)[0]


def test_a_target_and_every_change_of_it_are_kept(cast):
    target = give(cast, actor=cast.gina)
    change_target(actor=cast.mona, at=AT, target=target, value=D("120"), reason="New market")
    steps = list(TargetChange.objects.order_by("pk").values_list("old_value", "new_value", "reason"))
    assert steps == [(None, D("100"), ""), (D("100"), D("120"), "New market")]
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == [
        "performance.target_set",
        "performance.target_changed",
    ]


def test_setting_the_same_value_again_changes_nothing(cast):
    target = give(cast)
    again, created = set_target(
        actor=None, at=AT, metric="SAL_AMT", period=YEAR, value=D("100"), team=cast.sales
    )
    assert again == target and not created
    assert TargetChange.objects.count() == 1 and Target.objects.count() == 1


def test_two_people_changing_one_target_are_told(cast):
    target = give(cast)
    change_target(actor=None, at=AT, target=target, value=D(1), version=1)
    with pytest.raises(Conflict):
        change_target(actor=None, at=AT, target=target, value=D(2), version=1)


def test_a_year_splits_into_quarters_and_months_to_the_cent(cast):
    year = give(cast, "100.00")
    quarters = break_down_by_period(actor=None, at=AT, target=year)
    assert [q.value for q in quarters] == [D("25")] * 4
    months = break_down_by_period(actor=None, at=AT, target=quarters[0])
    assert [m.value for m in months] == [D("8.34"), D("8.33"), D("8.33")]
    assert sum(m.value for m in months) == quarters[0].value
    with pytest.raises(InvalidInput):
        break_down_by_period(actor=None, at=AT, target=months[0])


@pytest.mark.parametrize("value", ["100.00", "99.99", "0.01", "33.33", "1000000.01"])
def test_three_equal_shares_make_the_whole(cast, value):
    target = give(cast, value, team=cast.group_a, period=Period.parse("2027-01"))
    parts = break_down_by_unit(
        actor=None, at=AT, target=target, units=[cast.alice, cast.bob, cast.carol], weights=[1, 1, 1]
    )
    assert sum(p.value for p in parts) == D(value)


def test_counts_split_into_whole_ones(cast):
    target = give(cast, "10", metric="new_cust", period=Period.parse("2027-Q1"))
    parts = break_down_by_period(actor=None, at=AT, target=target)
    assert [p.value for p in parts] == [D(4), D(3), D(3)]


def test_the_gap_between_a_target_and_its_parts_is_shown(cast):
    month = Period.parse("2027-01")
    target = give(cast, "100", period=month)
    assert breakdown(target).unit_gap is None
    give(cast, "60", period=month, team=cast.group_a)
    give(cast, "30", period=month, team=cast.group_b)
    assert breakdown(target).unit_gap == D(10)
    year = give(cast, "1000")
    assert breakdown(year).period_gap == D(900)
    people = breakdown(give(cast, "60", period=month, team=cast.group_a))
    assert people.by_unit == []
    give(cast, "25", period=month, staff=cast.alice)
    assert breakdown(Target.objects.get(team=cast.group_a)).unit_gap == D(35)


def test_units_below_are_teams_else_people(cast):
    assert units_below(cast.sales, date(2027, 1, 1)) == [cast.group_a, cast.group_b]
    assert {u.username for u in units_below(cast.group_a, date(2027, 1, 1))} == {"alice", "bob", "asha"}


@pytest.mark.parametrize(
    ("metric", "value"), [("sal_amt", "-1"), ("col_rate", "1.5"), ("sal_att", "1"), ("nothing", "1")]
)
def test_senseless_targets_are_refused(cast, metric, value):
    with pytest.raises(InvalidInput):
        give(cast, value, metric=metric)


def test_a_target_is_for_one_person_or_one_team(cast):
    with pytest.raises(InvalidInput):
        give(cast, staff=cast.alice, team=cast.group_a)
    with pytest.raises(InvalidInput):
        set_target(actor=None, at=AT, metric="sal_amt", period=YEAR, value=D(1))


def test_a_rate_is_not_split(cast):
    with pytest.raises(InvalidInput, match="not a sum"):
        break_down_by_period(actor=None, at=AT, target=give(cast, "0.95", metric="col_rate"))


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("alice", False), ("bob", True), ("carol", False), ("mona", True), ("gina", True), ("hugo", False)],
)
def test_targets_are_set_by_the_head_of_the_unit_or_above(cast, who, allowed):
    actor = getattr(cast, who)
    if allowed:
        assert give(cast, actor=actor, staff=cast.alice).pk
    else:
        with pytest.raises(NotAllowed):
            give(cast, actor=actor, staff=cast.alice)


def test_a_lead_does_not_set_the_targets_of_another_team(cast):
    with pytest.raises(NotAllowed):
        give(cast, actor=cast.bob, staff=cast.carol)
    theirs = make_target("sal_amt", "2027", "5", staff=cast.carol)
    with pytest.raises(NotAllowed):
        change_target(actor=cast.bob, at=AT, target=theirs, value=D(6))


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("alice", {"alice"}),
        ("bob", {"alice", "A"}),
        ("carol", {"carol"}),
        ("mona", {"alice", "carol", "A", "S"}),
    ],
)
def test_who_sees_which_targets(cast, who, sees):
    for name in ("alice", "carol"):
        make_target("sal_amt", "2027", "5", staff=getattr(cast, name))
    make_target("sal_amt", "2027", "5", team=cast.group_a)
    make_target("sal_amt", "2027", "5", team=cast.sales)
    user = getattr(cast, who)
    found = Target.objects.visible_to(user)
    names = {t.staff.username if t.staff else t.team.code for t in found}
    assert names - {"A", "S"} == sees - {"A", "S"}
    assert sees <= names


def test_workdays_know_holidays_and_make_up_days(db):
    CalendarDay.objects.update_or_create(region="CN", date=date(2027, 3, 1), defaults={"is_workday": False})
    CalendarDay.objects.update_or_create(region="CN", date=date(2027, 3, 6), defaults={"is_workday": True})
    march = Period.parse("2027-03")
    assert workday_share(march, date(2027, 3, 6)) == D(5) / 23
    assert workday_share(march, date(2027, 4, 1)) == 1
    assert workday_share(march, date(2027, 2, 1)) == 0


def test_pace_compares_the_share_of_the_target_with_the_share_of_workdays(db):
    on = date(2027, 3, 15)
    half = D("0.5")
    assert pace_of(D("0.39"), half, on=on) == Pace.BEHIND
    assert pace_of(D("0.45"), half, on=on) == Pace.AT_RISK
    assert pace_of(D("0.49"), half, on=on) == Pace.ON_TRACK
    assert pace_of(D("0.51"), half, on=on) == Pace.AHEAD
    assert pace_of(None, half, on=on) is None


def test_many_new_targets_are_written_as_single_ones_are_and_refused_alike(cast):
    """A file of thousands of targets took a minute and a half, one act each."""
    months = [Period.parse(f"2027-{month:02}") for month in (1, 2, 3)]
    for month in months:
        give(cast, "7", month, actor=cast.gina, staff=cast.alice)
    places = [("sal_amt", month) for month in months]
    with transaction.atomic():
        many = NewTargets(actor=cast.gina, places=places, staff=[cast.bob])
        for month in months:
            many.add(metric="sal_amt", period=month, value=D("7"), staff=cast.bob)
        with CaptureQueriesContext(connection) as asked:
            many.write(at=AT, reason="")
    assert len(asked) <= 6, [q["sql"][:80] for q in asked]
    told = ("value", "scope_team__code", "created_by", "changes__new_value", "changes__changed_by")
    singly, together = (
        list(Target.objects.filter(staff=person).order_by("period_start").values_list("period_start", "metric", *told))
        for person in (cast.alice, cast.bob)
    )  # fmt: skip
    assert [row[:2] for row in singly] == [row[:2] for row in together]
    assert [row[2:3] + row[4:] for row in singly] == [row[2:3] + row[4:] for row in together]
    assert Target.objects.filter(staff=cast.bob).first().scope_team == team_on(cast.bob, date(2027, 1, 15))
    events = (
        AuditEvent.objects.filter(verb="performance.target_set").order_by("pk").values_list("data", "actor")
    )
    written = [({**data, "subject": ""}, actor) for data, actor in events]
    assert written[:3] == written[3:]
    with transaction.atomic():
        refused = NewTargets(actor=cast.alice, places=places, staff=[cast.bob])
        with pytest.raises(NotAllowed):
            refused.add(metric="sal_amt", period=months[0], value=D("7"), staff=cast.bob)
        with pytest.raises(InvalidInput, match="zero or more"):
            refused.add(metric="sal_amt", period=months[0], value=D("-7"), staff=cast.bob)
        with pytest.raises(InvalidInput, match="one person or for one team"):
            refused.add(metric="sal_amt", period=months[0], value=D("7"), staff=cast.bob, team=cast.sales)


def test_a_persons_year_is_entered_on_one_form_with_its_sums_and_saved_together(cast, client):
    client.force_login(cast.mona)
    give(cast, "10.00", Period.parse("2031-03"), staff=cast.alice)
    url = reverse("performance:target_year")
    page = client.get(url, {"staff": cast.alice.pk, "year": "2031"})
    form = page.context["form"]
    assert (str(form["sal_amt_03"].value()), dict(form.sums)["sal_amt"]) == ("10.00", D("10.00"))
    typed = {
        "staff": cast.alice.pk,
        "year": "2031",
        "sal_amt_03": "10.00",
        "sal_amt_04": "20",
        "new_cust_01": "x",
    }
    wrong = client.post(url, typed)
    assert wrong.context["form"].errors.keys() == {"new_cust_01"} and Target.objects.count() == 1
    assert dict(wrong.context["form"].sums)["sal_amt"] == D("30.00"), "what was typed is kept and added up"
    assert client.post(url, typed | {"new_cust_01": "3"}).status_code == 302
    found = {(t.metric, t.period.code): t.value for t in Target.objects.filter(staff=cast.alice)}
    assert found == {("sal_amt", "2031-03"): 10, ("sal_amt", "2031-04"): 20, ("new_cust", "2031-01"): 3}
    other = {"staff": cast.carol.pk, "year": "2031", "sal_amt_01": "1"}
    client.force_login(cast.bob)
    client.post(url, other)
    assert not Target.objects.filter(staff=cast.carol).exists(), "a lead sets targets of the own team only"
