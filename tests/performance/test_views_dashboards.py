"""Dashboards and what they open: links resolve, sums are equal, scopes hold (RPT-01, ORG-06, quality Z4)."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from performance.choices import Dimension
from performance.models import Snapshot
from performance.selectors.figures import closed_months, figure_table
from performance.selectors.rankings import overdue_by_age, people_against_target
from performance.selectors.reach import EVERYTHING, reach_of
from performance.selectors.scene import Scene
from performance.selectors.tiles import tiles
from performance.services.closing import close_month
from performance.services.snapshots import kept_page
from performance.views import dashboards
from salesops.accounts.models import RoleGrant
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.core.periods import Period
from tests.factories.performance import make_target
from tests.factories.rules import make_rule
from tests.performance.world import AT, build

D = Decimal
OCTOBER = Period.parse("2026-10")
PLACES = {"bob": "team", "dora": "finance", "gina": "company"}


@pytest.fixture
def world(cast):
    with time_machine.travel(AT, tick=False):
        built = build(cast)
        make_target("sal_amt", "2026-10", "1000", team=cast.sales)
        make_target("sal_amt", "2026-10", "600", staff=cast.alice)
        yield built


def page(client, user, url):
    client.force_login(user)
    return client.get(url)


def links(response):
    return [
        u.replace("&amp;", "&")
        for u in re.findall(r'href="(/performance/rows/[^"]+)"', response.content.decode())
    ]


@pytest.mark.parametrize("who", PLACES)
@pytest.mark.parametrize("period", ["2026-10", "2026-Q4", "2026"])
def test_every_tile_and_bar_opens_rows_that_add_up_to_it(world, client, who, period):
    user = getattr(world, who)
    response = page(client, user, f"/dashboards/{PLACES[who]}/?period={period}")
    assert response.status_code == 200
    for tile in response.context["tiles"]:
        rows = client.get(tile.url).context["rows"]
        assert rows.figure.value == tile.value, tile.kpi.code
        assert sum((r.num for r in rows.rows), D(0)) == rows.figure.num
    for chart in response.context["charts"]:
        for one in chart.series:
            for value, url in zip(one.values, one.hrefs, strict=False):
                figure = client.get(url).context["rows"].figure
                expected = (
                    figure.value * 100 if chart.unit == "%" and figure.value is not None else figure.value
                )
                assert (expected or 0) == (value or 0), (chart.key, url)


def test_every_link_of_a_dashboard_answers(world, client):
    response = page(client, world.gina, "/dashboards/company/?period=2026-10")
    found = set(links(response))
    assert len(found) > 15
    for url in found:
        assert client.get(url).status_code == 200, url


def test_a_dashboard_says_what_the_command_says(world, client):
    response = page(client, world.gina, "/dashboards/company/?period=2026-10")
    for tile in response.context["tiles"]:
        assert tile.value == figure_table(tile.kpi.code, OCTOBER, at=AT).total.value


def test_each_sees_figures_of_the_own_reach(world, client):
    values = {}
    for who in ("alice", "carol", "bob", "mona", "gina"):
        tile = page(client, getattr(world, who), "/dashboards/team/?period=2026-10").context["tiles"][0]
        values[who] = tile.value
    assert values == {
        "alice": D("265.00"),
        "carol": D("252.00"),
        "bob": D("366.00"),  # group A with what Carol sold there
        "mona": D("517.00"),
        "gina": D("517.00"),
    }


@pytest.mark.parametrize("closed", [False, True])
def test_rows_of_others_are_not_shown_whatever_the_filter_says(world, client, closed):
    if closed:
        close_month(actor=None, at=AT, period=OCTOBER)
    base = "/performance/rows/?code=sal_amt&period=2026-10"
    assert page(client, world.alice, base + "&person=carol").status_code == 404
    assert client.get(base + "&by=staff&key=carol").status_code == 404
    assert client.get(base + "&by=customer&key=WEST").status_code == 404
    assert client.get(base + "&team=B").status_code == 404
    assert client.get(base + "&by=customer&key=NO-SUCH").status_code == 404
    own = client.get(base)
    assert own.context["rows"].figure.value == D("265.00")
    assert {r.owner for r in own.context["rows"].rows} == {"alice"}
    export = client.get(base + "&format=csv")
    text = b"".join(export.streaming_content).decode()
    assert "Carol" not in text and text.count("\n") == 6


def test_a_closed_month_is_shown_as_frozen(world, client):
    close_month(actor=None, at=AT, period=OCTOBER)
    response = page(client, world.gina, "/dashboards/company/?period=2026-10")
    assert response.context["frozen"] and "frozen" in response.content.decode()
    rows = client.get("/performance/rows/?code=sal_amt&period=2026-10").context["rows"]
    assert rows.frozen and rows.computed_at == AT


def test_pages_without_any_data_are_honest(cast, client):
    for who, place in PLACES.items():
        response = page(client, getattr(cast, who), f"/dashboards/{place}/")
        assert response.status_code == 200
        assert "Nothing in this period." in response.content.decode()
        assert all(tile.change is None for tile in response.context["tiles"])


def test_ages_together_are_the_overdue_amount(world):
    scene = Scene(world.gina, EVERYTHING, Period.parse("2026-11"), AT)
    rows = overdue_by_age(scene, {})
    assert [r["value"] for r in rows] == [D("70.00"), D("80.00"), D("180.00"), D("0")]
    assert sum(r["value"] for r in rows) == figure_table("overdue_amt", scene.period, at=AT).total.value


def test_who_is_behind_comes_first(world):
    make_target("sal_amt", "2026-10", "100", staff=world.carol)
    scene = Scene(world.mona, reach_of(world.mona), OCTOBER, AT)
    found = people_against_target(scene, "sal_amt", {})
    assert [(p.person.username, p.attainment) for p in found] == [
        ("alice", D("265.00") / 600),
        ("carol", D("2.52")),
    ]


def test_a_basis_that_changed_inside_the_year_counts_alike_on_page_and_command(world):
    make_rule("performance.sales_basis", "order", since=date(2026, 6, 1))
    year = Period.parse("2026")
    (tile,) = tiles(Scene(world.gina, EVERYTHING, year, AT), ["sal_amt"], {})
    assert tile.value == figure_table("sal_amt", year, at=AT).total.value


def test_a_tile_compares_with_the_period_before_in_the_right_direction(world):
    scene = Scene(world.gina, EVERYTHING, Period.parse("2026-11"), AT)
    sales, overdue = tiles(scene, ["sal_amt", "overdue_amt"], closed_months(scene.period))
    assert sales.previous == D("517.00") and sales.tone == "bad"
    assert overdue.value == D("330.00") and overdue.previous == D("260.00") and overdue.tone == "bad"


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize(("who", "limit"), [("gina", 18), ("bob", 21), ("dora", 17)])
def test_a_dashboard_asks_a_fixed_number_of_queries(world, client, who, limit, closed):
    if closed:
        close_month(actor=None, at=AT, period=OCTOBER)
    url = f"/dashboards/{PLACES[who]}/?period=2026-10"
    page(client, getattr(world, who), url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(url)
    assert len(queries) <= limit, [q["sql"][:80] for q in queries]


def test_the_team_day_shows_who_visited_and_who_is_silent(world, client):
    response = page(client, world.bob, "/performance/team-day/?date=2026-10-07")
    rows = {r["person"].username: r for r in response.context["rows"]}
    assert rows["alice"]["open"] == 1 and rows["alice"]["done"] == 0
    assert rows["bob"]["quiet"]
    assert "carol" not in rows
    assert client.get("/performance/team-day/?date=nonsense").status_code == 404


def test_the_workbench_shows_my_targets_and_the_lead_his_team(world, client):
    make_target("sal_amt", "2026-11", "100", staff=world.alice)
    make_target("sal_amt", "2026-11", "100", team=world.group_a)
    opened = page(client, world.alice, "/").content.decode()
    assert 'hx-get="?card=performance.targets"' in opened, "counted after the page has opened"
    assert "My targets this month" in page(client, world.alice, "/?card=performance.targets").content.decode()
    nothing = page(client, world.carol, "/?card=performance.targets")
    assert nothing.status_code == 200 and not nothing.content.strip(), "who has none sees no empty card"
    assert 'hx-get="?card=performance.team_day"' in page(client, world.bob, "/").content.decode()
    text = page(client, world.bob, "/?card=performance.team_day").content.decode()
    assert "The team today" in text and "Nothing planned or logged yet" in text


def test_targets_are_set_changed_and_split_by_their_pages(world, client):
    client.force_login(world.mona)
    form = client.get(reverse("performance:target_create")).content.decode()
    key = re.search(r'name="form_key" value="([^"]+)"', form)
    data = {"metric": "sal_amt", "period": "2027", "team": world.sales.pk, "value": "1200", "reason": "plan"}
    if key:
        data["form_key"] = key[1]
    answer = client.post(reverse("performance:target_create"), data)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    detail = client.get(answer.url)
    assert "1,200" in detail.content.decode()
    pk = int(answer.url.rstrip("/").split("/")[-1])
    client.post(reverse("performance:target_breakdown", args=[pk]), {"way": "periods", "weights": "3 2 3 4"})
    detail = client.get(answer.url).content.decode()
    assert "2027-Q4" in detail and "The periods add up to the target." in detail
    client.post(reverse("performance:target_change", args=[pk]), {"value": "1300", "reason": "more"})
    request = ApprovalRequest.objects.get(document_type="performance.target_change")
    approve(actor=world.gina, request=request, at=timezone.now())
    detail = client.get(answer.url).content.decode()
    assert "The periods differ from the target by" in detail and "more" in detail


def test_a_month_is_closed_and_restated_by_its_pages(world, client):
    client.force_login(world.dora)
    answer = client.post(reverse("performance:monthclose_create"), {"month": "2026-10"})
    assert answer.status_code == 302, answer.content.decode()[-1500:]
    text = client.get(answer.url).content.decode()
    assert "Counted again today, every figure is the same." in text
    world.open_order.state, world.open_order.cancel_reason = "cancelled", "off"
    world.open_order.save(update_fields=["state", "cancel_reason"])
    assert "Differs from the frozen figures" in client.get(answer.url).content.decode()
    client.post(answer.url + "restate/", {"reason": "Cancelled late"})
    assert "Cancelled late" in client.get(answer.url).content.decode()


def test_the_catalogue_names_formula_and_source_of_every_kpi(world, client):
    response = page(client, world.hugo, "/performance/kpis/")
    text = response.content.decode()
    for entry in response.context["entries"]:
        assert entry["kpi"].code in text and str(entry["kpi"].formula)[:30] in text
    assert len(response.context["entries"]) == 16


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_dashboards_speak_one_language(world, client, language):
    get_user_model().objects.filter(pk=world.gina.pk).update(language=language)
    world.gina.refresh_from_db()
    client.force_login(world.gina)
    text = client.get(
        "/dashboards/company/?period=2026-10", headers={"accept-language": language}
    ).content.decode()
    for word in ("Sales amount", "against", "Behind their pace", "Late deliveries", "Print"):
        assert word not in text


def test_charts_carry_their_data_and_links(world, client):
    response = page(client, world.gina, "/dashboards/company/?period=2026-10")
    chart = next(c for c in response.context["charts"] if c.key == "by-team")
    assert json.dumps(chart.payload)
    assert dict(zip(chart.labels, chart.payload["series"][0]["values"], strict=True)) == {
        "Group A": 366.0,
        "Group B": 151.0,
    }
    assert figure_table("sal_amt", OCTOBER, Dimension.TEAM, at=AT).total.value == D("517.00")


def test_a_restated_figure_tells_so_beside_its_rows(world, client):
    close_month(actor=None, at=AT, period=OCTOBER)
    from performance.services.closing import restate_month

    world.open_order.state, world.open_order.cancel_reason = "cancelled", "off"
    world.open_order.save(update_fields=["state", "cancel_reason"])
    restate_month(actor=world.dora, at=AT, period=OCTOBER, reason="Cancelled in November")
    text = page(client, world.gina, "/performance/rows/?code=ord_cnt&period=2026-10").content.decode()
    assert "Cancelled in November" in text
    assert date(2026, 10, 1) == OCTOBER.start


def test_who_answers_for_no_sales_has_no_targets_of_their_own(world, client):
    make_target("sal_amt", "2026-11", "100", team=world.group_a)
    for person in (world.hugo, world.aida):
        assert "My targets" not in page(client, person, "/").content.decode()


def test_a_dashboard_is_kept_until_something_changes_and_for_its_reader_only(world, client):
    place = "/dashboards/team/?period=2026-10"

    def counted(person):
        response = page(client, person, place)
        return "tiles" in (response.context or {}), response.content.decode()

    first, drawn = counted(world.bob)
    again, kept = counted(world.bob)
    assert first and not again
    assert re.findall(r"[\d,]+\.\d\d", kept) == re.findall(r"[\d,]+\.\d\d", drawn)
    assert Snapshot.objects.count() == 1
    assert counted(world.carol)[0]  # somebody else has it counted for the own reach
    assert page(client, world.bob, place + "&again=1").context["tiles"]
    Customer.objects.update(name="Renamed")
    assert counted(world.bob)[0]
    RoleGrant.objects.filter(user=world.bob).delete()
    assert page(client, world.bob, place).status_code == 403


def test_a_large_company_keeps_a_dashboard_for_ten_minutes_and_says_so(world):
    scene = Scene(world.gina, EVERYTHING, OCTOBER, AT)
    kept_page(scene, "company").keep("<p>drawn</p>")
    Customer.objects.update(name="Renamed")
    assert not kept_page(scene, "company").body
    large = {"many": -10}
    found = kept_page(scene, "company", **large)
    assert found.body == "<p>drawn</p>" and not found.newest and found.computed_at == AT
    assert not kept_page(scene, "company", again=True, **large).body
    assert not kept_page(replace(scene, at=AT + timedelta(minutes=10)), "company", **large).body


def test_in_a_large_company_a_dashboard_opens_at_once_and_its_figures_follow(world, client, monkeypatch):
    place = "/dashboards/company/?period=2026-10"
    monkeypatch.setattr(dashboards, "kept_page", partial(kept_page, many=-10))
    opened = page(client, world.gina, place)
    text = opened.content.decode()
    assert "tiles" not in opened.context and "The figures are being counted." in text
    assert 'hx-get="?period=2026-10&amp;again=1"' in text

    part = client.get(place + "&again=1", headers={"HX-Request": "true"})
    drawn = part.content.decode()
    assert part.context["tiles"] and "Sales amount" in drawn and "<html" not in drawn
    assert "data-chart" in drawn and "<script" not in drawn  # what follows a page may bring no script
    assert "Sales amount" in page(client, world.gina, place).content.decode()  # kept from now on

    Snapshot.objects.update(stamp="0:0", computed_at=F("computed_at") - timedelta(hours=1))
    text = page(client, world.gina, place).content.decode()
    assert "those of now are being counted" in text and "Sales amount" in text
    assert "<html" in page(client, world.gina, place + "&again=1").content.decode()
