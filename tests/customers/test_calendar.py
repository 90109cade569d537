"""The calendar by week and month, visits moved in it, and the feed that a calendar program reads (VIS-01)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from customers.models import CalendarFeed, Visit
from customers.services import cancel_visit, replan_visit
from customers.services.receptions import cancel_reception
from tests.factories.customers import make_customer, make_visit
from tests.factories.visits import make_plan, make_reception

URL = "/customers/visits/calendar/"


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def shown(answer):
    """What stands in the cells: day -> (title, tone)."""
    cells = [day for week in answer.context["weeks"] for day in week]
    return {day.date: [(entry.title, entry.tone) for entry in day.entries] for day in cells if day.entries}


def test_a_week_shows_visits_lines_of_waiting_plans_tours_and_receptions_of_who_one_may_see(cast, as_):
    today = timezone.localdate()
    mine, other = make_customer(cast.alice, name="Mine"), make_customer(cast.carol, name="Strange")
    plan = make_plan(cast.alice, mine)
    monday = plan.from_date
    make_visit(mine, on=monday, done=False)
    make_visit(mine, cast.mona, on=monday + timedelta(days=1), done=False, kind="tour")
    make_visit(other, on=monday, done=False)
    days = (monday + timedelta(days=2) - today).days
    make_reception(cast.alice, mine, days=days, departure=timezone.now() + timedelta(days=days + 1))
    week = {"view": "week", "day": (monday + timedelta(days=3)).isoformat()}
    answer = as_(cast.alice).get(URL, week)
    assert len(answer.context["weeks"]) == 1
    found = shown(answer)
    assert found[monday] == [("Mine", "planned"), ("Mine", "proposed")]
    assert found[monday + timedelta(days=1)] == [("Mine", "planned")]
    assert found[monday + timedelta(days=2)] == found[monday + timedelta(days=3)] == [("Mine", "guest")]
    assert "Strange" not in answer.content.decode() and "★" in answer.content.decode()
    narrowed = as_(cast.mona).get(URL, week | {"owner": cast.carol.pk})
    assert shown(narrowed) == {monday: [("Strange", "planned")]}
    assert f"owner={cast.carol.pk}" in narrowed.context["next_url"]


def test_a_full_day_says_exactly_how_many_more_there_are_and_hides_no_other_day(cast, as_, monkeypatch):
    monkeypatch.setattr("customers.views.calendar.READ_A_DAY", 3)
    monkeypatch.setattr("customers.views.calendar.SHOWN_A_DAY", 2)
    monkeypatch.setattr("customers.views.calendar.SHOWN_IN_WEEK", 3)
    mine = make_customer(cast.alice, name="Mine")
    plan = make_plan(cast.alice, mine)  # a line on its first day
    full, later = plan.from_date, plan.from_date + timedelta(days=3)
    for _n in range(4):
        make_visit(mine, on=full, done=False)
    cancel_visit(actor=cast.alice, at=timezone.now(), visit=make_visit(mine, on=full, done=False), reason="x")
    make_visit(make_customer(cast.carol), on=full, done=False)
    make_visit(mine, on=later, done=False)
    make_visit(mine, on=later, done=False)
    make_reception(
        cast.alice,
        mine,
        days=(full - timezone.localdate()).days,
        departure=timezone.now() + timedelta(days=60),
    )
    client = as_(cast.alice)
    months = client.get(URL, {"period": f"{full:%Y-%m}", "owner": cast.alice.pk})
    cells = {day.date: day for week in months.context["weeks"] for day in week}
    day = cells[full]
    assert [entry.tone for entry in day.shown] == ["guest", "planned"], "guests first, each day"
    assert len(day.entries) == 3 and day.more == 4, "one reception, four visits, one line of a plan"
    assert "4 more" in months.content.decode()
    if later in cells:
        assert [entry.tone for entry in cells[later].entries] == ["guest", "planned", "planned"]
        assert cells[later].more == 1
    week = client.get(URL + day.more_url)
    [cell] = [cell for cell in week.context["weeks"][0] if cell.date == full]
    assert cell.more == 3 and week.context["owner"] == cast.alice, "the person stays chosen"
    listed = client.get(cell.more_url)
    assert len(listed.context["page"].rows) == 4, "the visits of that day, of that person, not called off"


def test_who_sees_very_many_visits_is_told_the_first_and_how_many_and_the_agenda_follows(
    cast, as_, monkeypatch
):
    monkeypatch.setattr("customers.views.calendar.is_large", lambda model: True)
    monkeypatch.setattr("customers.views.calendar.READ_A_DAY", 5)
    monkeypatch.setattr("customers.views.calendar.SHOWN_A_DAY", 2)
    full, customer = date(2026, 3, 3), make_customer(cast.alice, name="Mine", short_name="")
    for hour in (16, 9, 11):
        at = timezone.make_aware(datetime(2026, 3, 3, hour))
        make_visit(customer, cast.alice if hour == 9 else cast.carol, on=full, visited_at=at)
    make_visit(customer, on=full, done=False)
    make_visit(customer, on=full, done=False, state="cancelled", cancel_reason="ill")
    client = as_(cast.mona)
    for who in ({}, {"team": cast.group_a.pk}):
        months = client.get(URL, {"period": "2026-03"} | who)
        [day] = [day for week in months.context["weeks"] for day in week if day.date == full]
        assert day.count == (2 if who else 4) and [entry.tone for entry in day.entries] == ["late", "done"]
    months = client.get(URL, {"period": "2026-03"})
    text = months.content.decode()
    assert "2 more" in text and text.count("Mine") == 2 * 2, "two chips with their titles; no agenda yet"
    agenda = client.get(URL + months.context["agenda_url"], headers={"hx-request": "true"})
    page = agenda.content.decode()
    assert page.count("<li") == 4 and "visit-chip" not in page and "<html" not in page
    in_order = [entry.person for entry in agenda.context["agenda"][0].entries]
    assert in_order == [cast.alice, cast.alice, cast.carol, cast.carol], "planned first, then by the hour"
    whole = client.get(URL + months.context["agenda_url"]).content.decode()
    assert "visit-chip" in whole and whole.count('<li class="done"') == 3, "without scripts all in one page"
    monkeypatch.setattr("customers.selectors.agenda.COUNTED", 1)
    monkeypatch.setattr("customers.views.calendar.COUNTED", 1)
    assert "1+ more" in client.get(URL, {"period": "2026-03"}).content.decode(), "it is not counted further"


@pytest.mark.parametrize("day", ["x", "9999-12-31", "0001-01-01", "2026-13-01", ""])
def test_a_strange_day_is_this_week(cast, as_, day):
    answer = as_(cast.alice).get(URL, {"view": "week", "day": day})
    assert timezone.localdate() in [cell.date for cell in answer.context["weeks"][0]]


def move(client, visit, day, version=None):
    data = {"day": day.isoformat() if day else "", "version": visit.version if version is None else version}
    return client.post(reverse("customers:visit_move", args=[visit.pk]), data)


def test_a_planned_visit_is_moved_to_another_day_and_two_who_move_it_hear_of_each_other(cast, as_):
    today = timezone.localdate()
    visit = make_visit(make_customer(cast.alice), on=today - timedelta(days=2), done=False)
    client = as_(cast.alice)
    page = client.get(URL, {"view": "week", "day": visit.visit_date.isoformat()}).content.decode()
    assert f'data-move="/customers/visits/{visit.pk}/move/"' in page
    later = today + timedelta(days=3)
    assert move(client, visit, later).json()["day"] == later.isoformat()
    second = move(client, visit, today)
    assert second.status_code == 409 and "meanwhile" in second.json()["message"]
    visit.refresh_from_db()
    assert visit.planned_date == visit.visit_date == later
    past = move(client, visit, today - timedelta(days=1))
    assert past.status_code == 400 and "today or later" in past.json()["message"]
    assert move(client, visit, None).status_code == 400
    done = make_visit(visit.customer, on=today)
    assert move(client, done, later).status_code == 409
    assert move(as_(cast.carol), visit, today).status_code == 404


def address_of(client):
    page = client.post(reverse("customers:calendarfeed_make")).context["address"]
    return page[page.index("/customers/") :]


def read(address, **headers):
    return Client(headers=headers).get(address)


def events(address):
    calendar = Calendar.from_ical(read(address).content)
    return {str(event["uid"]).split("@")[0]: event for event in calendar.walk("VEVENT")}


def test_a_calendar_program_reads_the_own_visits_and_nothing_else(cast, as_):
    today = timezone.localdate()
    customer = make_customer(
        cast.alice,
        name="海川商贸有限公司",
        short_name="海川商贸",
        address="上海市浦东新区张江路100号, 2楼; 东",
    )
    planned = make_visit(
        customer, on=today + timedelta(days=1), done=False, purpose="样品" * 60 + "，带合同; 与王总\\见面"
    )
    done = make_visit(customer, on=today - timedelta(days=1), result="Secret words")
    make_visit(customer, cast.bob, on=today, done=False)
    make_visit(make_customer(cast.carol), on=today, done=False)
    guests = make_reception(
        cast.alice, customer, days=5, departure=timezone.now() + timedelta(days=6), flight="MU 588"
    )
    address = address_of(as_(cast.alice))
    answer = read(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    raw = answer.content
    assert b"\r\n" in raw and all(len(line) <= 75 for line in raw.split(b"\r\n")), "folded by octets"
    assert "Secret" not in raw.decode() and "BEGIN:VTIMEZONE" in raw.decode()
    found = events(address)
    assert set(found) == {f"visit-{planned.pk}", f"visit-{done.pk}", f"reception-{guests.pk}"}
    whole_day = found[f"visit-{planned.pk}"]
    assert whole_day["summary"] == "Visit: 海川商贸" and planned.purpose in whole_day["description"]
    assert whole_day["location"] == customer.address
    assert (whole_day["dtstart"].dt, whole_day["dtend"].dt) == (
        today + timedelta(days=1),
        today + timedelta(days=2),
    )
    assert type(whole_day["dtstart"].dt) is date and whole_day["status"] == "CONFIRMED"
    took_place = found[f"visit-{done.pk}"]["dtstart"].dt
    assert took_place == done.visited_at and took_place.tzinfo == ZoneInfo("Asia/Shanghai")
    arrives = found[f"reception-{guests.pk}"]
    assert arrives["dtstart"].dt == guests.arrival.replace(microsecond=0)
    assert arrives["dtstamp"].dt == guests.updated_at.astimezone(UTC).replace(microsecond=0)
    assert "MU 588" in arrives["description"]


def test_what_is_moved_counts_up_and_what_is_called_off_says_so(cast, as_):
    today, at = timezone.localdate(), timezone.now()
    visit = make_visit(make_customer(cast.alice), on=today + timedelta(days=1), done=False)
    guests = make_reception(cast.alice, visit.customer)
    address = address_of(as_(cast.alice))
    uid = f"visit-{visit.pk}"
    before = events(address)[uid]
    replan_visit(actor=cast.alice, at=at, visit=visit, planned_date=today + timedelta(days=4))
    moved = events(address)[uid]
    assert moved["uid"] == before["uid"] and moved["sequence"] == before["sequence"] + 1
    assert moved["dtstart"].dt == today + timedelta(days=4) and moved["dtstamp"].dt >= before["dtstamp"].dt
    cancel_visit(actor=cast.alice, at=at, visit=visit, reason="Ill")
    cancel_reception(actor=cast.alice, at=at, reception=guests, reason="Strike")
    after = events(address)
    assert after[uid]["status"] == after[f"reception-{guests.pk}"]["status"] == "CANCELLED"
    assert after[uid]["sequence"] == moved["sequence"] + 1


def test_the_address_is_kept_as_a_digest_ends_on_demand_and_with_its_person(cast, as_):
    client = as_(cast.alice)
    first = address_of(client)
    token = first.split("/")[-1].removesuffix(".ics")
    assert token not in str(list(CalendarFeed.objects.values()))
    assert first not in client.get(reverse("customers:calendarfeed_detail")).content.decode(), "shown once"
    answer = read(first)
    assert answer.status_code == 200 and "sessionid" not in answer.cookies
    assert read(first, if_none_match=answer["ETag"]).status_code == 304
    assert Client().post(first).status_code == 405
    second = address_of(client)
    assert read(first).status_code == 404 and read(second).status_code == 200
    client.post(reverse("customers:calendarfeed_end"))
    assert read(second).status_code == 404
    third = address_of(client)
    cast.alice.is_active = False
    cast.alice.save()
    assert read(third).status_code == 404 and read(first[:-6] + "xx.ics").status_code == 404


def test_the_feed_speaks_the_language_of_its_owner(cast, as_):
    cast.alice.language = "zh-hans"
    cast.alice.save()
    make_visit(make_customer(cast.alice), on=timezone.localdate(), done=False)
    [event] = events(address_of(as_(cast.alice))).values()
    assert event["summary"].startswith("拜访")
    assert Visit.objects.count() == 1
