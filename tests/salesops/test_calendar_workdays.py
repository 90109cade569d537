"""Working days come from the table (domain §12): PRC 2026, Taiwan, years not known yet, hours of the day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from salesops.calendar.models import CalendarDay, CalendarYear
from salesops.calendar.selectors import (
    add_workdays,
    is_known,
    is_workday,
    missing_years,
    next_workday,
    workdays_between,
    working_minutes,
)
from salesops.calendar.services import confirm_year, fill_year, remove_day, set_day, set_regime
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.jobs.kernel_jobs import fill_calendar
from salesops.notifications.models import Notification

AT = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(day, hour, minute=0):
    return datetime(2026, *day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def year_2026(db):
    fill_year("CN", 2026, actor=None, at=AT)


def test_the_prc_has_248_working_days_in_2026(year_2026):
    assert workdays_between(date(2026, 1, 1), date(2026, 12, 31)) == 248
    assert workdays_between(date(2026, 2, 1), date(2026, 2, 28)) == 16
    assert workdays_between(date(2026, 10, 1), date(2026, 10, 31)) == 18


@pytest.mark.parametrize("day", [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)])
def test_make_up_days_are_working_days(year_2026, day):
    assert is_workday(date(2026, *day))


@pytest.mark.parametrize(
    "day", [(1, 1), (1, 2), (1, 3), (2, 15), (2, 23), (4, 4), (4, 6), (5, 1), (5, 5), (6, 19), (6, 21), (9, 25), (9, 27), (10, 1), (10, 7)]
)  # fmt: skip
def test_days_of_the_official_notice_are_off(year_2026, day):
    assert not is_workday(date(2026, *day))


def test_counting_on_and_back(year_2026):
    assert add_workdays(date(2026, 4, 30), 1) == date(2026, 5, 6)
    assert add_workdays(date(2026, 5, 8), 1) == date(2026, 5, 9)
    assert add_workdays(date(2026, 5, 6), -1) == date(2026, 4, 30)
    assert add_workdays(date(2026, 5, 2), 0) == date(2026, 5, 6)
    assert next_workday(date(2026, 9, 30)) == date(2026, 10, 8)
    assert next_workday(date(2026, 9, 30), including=True) == date(2026, 9, 30)
    assert workdays_between(date(2026, 5, 6), date(2026, 5, 1)) == 0


def test_a_year_not_known_falls_back_to_monday_to_friday_and_warns(db):
    assert is_workday(date(2031, 1, 1))
    assert not is_workday(date(2031, 1, 4))
    assert not is_known(2031)
    assert fill_year("CN", 2031, actor=None, at=AT).known is False
    assert missing_years(date(2026, 5, 4), ["CN"]) == [("CN", 2026)]
    assert missing_years(date(2026, 12, 1), ["CN"]) == [("CN", 2026), ("CN", 2027)]
    confirm_year("CN", 2026, actor=None, at=AT)
    assert missing_years(date(2026, 5, 4), ["CN"]) == []


def test_administrators_are_told_once_of_a_missing_year(cast):
    for month in (1, 2):
        fill_calendar(date(2040, month, 28), actor=None, at=AT, dry_run=False)
    kinds = Notification.objects.values_list("recipient__username", "data__region", "data__year")
    assert list(kinds) == [("root", "CN", 2040)]


def test_filling_twice_changes_nothing_and_keeps_what_was_entered_by_hand(cast):
    first = fill_year("CN", 2026, actor=cast.root, at=AT)
    set_day("CN", date(2026, 10, 10), is_workday=False, name="Company day", actor=cast.root, at=AT)
    again = fill_year("CN", 2026, actor=cast.root, at=AT)
    assert (again.created, again.updated) == (0, 0)
    assert first.created == again.kept
    assert not is_workday(date(2026, 10, 10))
    remove_day(CalendarDay.objects.get(date=date(2026, 10, 10)), actor=cast.root, at=AT)
    assert fill_year("CN", 2026, actor=cast.root, at=AT).created == 1


def test_taiwan_uses_another_list(db):
    fill_year("TW", 2026, actor=None, at=AT)
    fill_year("TW", 2024, actor=None, at=AT)
    assert not is_workday(date(2026, 2, 27), "TW")
    assert not is_workday(date(2026, 4, 3), "TW")
    assert is_workday(date(2026, 10, 8), "TW")
    assert is_workday(date(2024, 2, 17), "TW")


def test_the_command_is_safe_to_repeat(db, capsys):
    for _n in range(2):
        call_command("fill_calendar", "--year", "2026", "--region", "CN")
    assert CalendarYear.objects.count() == 1
    assert "0 new" in capsys.readouterr().out


def test_who_may_not_change_the_calendar(cast):
    with pytest.raises(NotAllowed):
        set_day("CN", date(2026, 10, 10), is_workday=False, actor=cast.alice, at=AT)
    set_day("CN", date(2026, 10, 10), is_workday=False, actor=cast.hugo, at=AT)


def test_working_minutes_count_the_hours_of_working_days_only(year_2026):
    assert working_minutes(local((5, 6), 8), local((5, 6), 18)) == 450
    assert working_minutes(local((5, 6), 11), local((5, 6), 14)) == 90
    assert working_minutes(local((4, 30), 16), local((5, 6), 9)) == 90
    assert working_minutes(local((1, 5), 12), local((1, 5), 14)) == 60
    assert working_minutes(local((5, 1), 8), local((5, 5), 18)) == 0
    assert working_minutes(local((5, 6), 18), local((5, 6), 8)) == 0


def test_entered_hours_win_over_the_season_and_do_not_overlap(year_2026, cast):
    values = {
        "name": "Half days",
        "region": "CN",
        "blocks": [["09:00", "12:00"]],
        "actor": cast.root,
        "at": AT,
    }
    set_regime(from_date=date(2026, 5, 1), to_date=date(2026, 5, 31), **values)
    assert working_minutes(local((5, 6), 8), local((5, 6), 18)) == 180
    assert working_minutes(local((6, 1), 8), local((6, 1), 18)) == 450
    with pytest.raises(InvalidInput):
        set_regime(from_date=date(2026, 5, 31), to_date=None, **values)
    with pytest.raises(InvalidInput):
        set_regime(from_date=date(2027, 5, 31), to_date=None, **{**values, "blocks": [["12:00", "09:00"]]})
