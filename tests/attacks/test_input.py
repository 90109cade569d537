"""Hostile input: markup, SQL, NUL, half characters, masses, strange names of sorts and lookups (I1-I3, I8, I10)."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from salesops.ui.models import SavedView
from tests.attacks.test_forms import order_form
from tests.attacks.world import addresses, make_prey, text_of
from tests.factories.accounts import make_team

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(7)</script>"
PAYLOAD = f'{SCRIPT}"><img src=x onerror=alert(7)>{{{{7*7}}}}${{7*7}}'
LIVE = ("<script>alert(7)", "<img src=x onerror", "onerror=alert(7)>49", 'href="javascript:')
# Names of parameters that the pages read, and the ones that a careless page would read.
PARAMETERS = [
    "q",
    "sort",
    "at",
    "part",
    "cols",
    "format",
    "purpose",
    "view",
    "page",
    "period",
    "team",
    "person",
    "owner",
    "customer",
    "by",
    "key",
    "code",
    "bucket",
    "as_of",
    "basis",
    "currency",
    "buckets",
    "month",
    "region",
    "year",
    "on",
    "date",
    "from",
    "to",
    "before",
    "due",
    "status",
    "state",
    "left",
    "disputed",
    "product",
    "all",
    "closed",
    "outcome",
    "business_date",
    "at_least",
    "at_most",
    "order_date_after",
    "order_date_before",
    "due_date_after",
    "visit_date_after",
    "next",
    "date_after",
    "group_by",
    "columns",
    "order_by",
    "password__startswith",
    "owner__password__startswith",
    "_connector",
    "_negated",
]
VALUES = [
    "'",
    '"',
    "';--",
    "') OR 1=1--",
    "%",
    "_",
    "\\",
    "%25",
    "-1",
    "0",
    "99999999999999999999",
    "1e400",
    "NaN",
    "9999-99-99",
    "0001-01-01",
    "9999-12-31",
    "9999-12",
    "0000-00",
    "9999-Q4",
    "0001",
    "10000",
    "null",
    "[]",
    "{}",
    "\u202e\u202d",
    "（１２３）",
    SCRIPT,
    "password",
    "-owner__password",
    "x" * 3000,
]


def pages(prey, house, cast):
    """One address per url."""
    return {name: places[0] for name, places in addresses(prey, house, cast).items()}


def test_no_value_of_any_parameter_breaks_a_page(cast, house, prey, as_):
    """I1, I2, I8, I9, R3: every page with every parameter set to each hostile value; never a fault."""
    client = as_(cast.root)
    wrong = []
    for person in (cast.root, cast.gina):
        client = as_(person)
        for name, place in pages(prey, house, cast).items():
            if client.get(place).status_code != 200:
                continue
            for value in VALUES:
                answer = client.get(place, dict.fromkeys(PARAMETERS, value))
                if answer.status_code >= 500:
                    wrong.append(f"{name} all={value[:20]!r}: {answer.status_code}")
                if any(live in text_of(answer) for live in LIVE[:2]):
                    wrong.append(f"{name} {value[:20]!r}: markup comes back live")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "parameter",
    [p for p in PARAMETERS if p not in ("_connector", "_negated")],
)
def test_each_parameter_alone_breaks_no_list_or_report(cast, house, prey, as_, parameter):
    """I1, I2: the pages that compute, one parameter at a time, so that none hides behind another's refusal."""
    client = as_(cast.gina)
    names = (
        "receivables:ageing",
        "receivables:ageing_items",
        "receivables:receivable_list",
        "performance:rows",
        "performance:team_day",
        "performance:monthclose_list",
        "dashboards:company",
        "customers:visit_calendar",
        "customers:visit_plan_and_done",
        "orders:order_list",
        "audit:rowchange_list",
        "handbook:handbook",
        "jobs:jobrun_list",
        "calendar:calendar_month",
    )
    wrong = []
    for name in names:
        for value in (
            "'",
            "\\",
            "-1",
            "99999999999999999999",
            "NaN",
            "9999-12-31",
            "0001-01-01",
            "9999-12",
            "x",
        ):
            answer = client.get(reverse(name), {parameter: value})
            if answer.status_code >= 500:
                wrong.append(f"{name} {parameter}={value}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "text", ["q=%00", "%00=1", "q=%ff%fe", "q=%ed%a0%80", "q=a%0d%0aSet-Cookie:x", "customer=%00"]
)
def test_nul_bad_utf8_and_half_characters_are_told(cast, house, prey, as_, text):
    """I8: on every page, by GET and in the form; a bad request or an answer, never a fault."""
    client = as_(cast.root)
    wrong = []
    for name, place in pages(prey, house, cast).items():
        answer = client.get(f"{place}?{text}")
        if answer.status_code >= 500 or "Set-Cookie:x" in str(answer.headers):
            wrong.append(f"GET {name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("value", ["\x00", "a\x00b", "\ud800", "\u202eabc", "x" * 1_000_000])
def test_hostile_text_in_every_form_is_a_field_error(cast, house, prey, as_, value):
    """I8: every field of every form of the administrator, finance and the lead of the team."""
    wrong = []
    for person in (cast.lead_b, cast.dora, cast.root):
        for name, place in pages(prey, house, cast).items():
            client = as_(person)
            page = client.get(place)
            form = page.context and page.context.get("form") if page.status_code == 200 else None
            fields = list(getattr(form, "fields", {})) if form is not None else []
            if not fields or name.startswith("accounts:password"):
                continue
            answer = client.post(
                place, {field: value.encode("utf-8", "surrogatepass") for field in fields[:8]}
            )
            if answer.status_code >= 500:
                wrong.append(f"{name} as {person}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_what_a_rep_types_is_never_live_on_any_page_of_anybody(cast, house, as_):
    """I3: the payload in every text of customer, contact, visit, contract, order, money, team, person, view."""
    word = PAYLOAD[:60]
    prey = make_prey(cast.carol, SCRIPT)
    today = timezone.localdate().isoformat()
    client = as_(cast.carol)
    client.post(
        reverse("orders:order_create"),
        order_form(prey.customer, house.product, remarks=PAYLOAD, ship_to=PAYLOAD, customer_po=word),
    )
    client.post(
        reverse("customers:visit_create") + f"?customer={prey.customer.pk}",
        {"kind": "visit", "planned_date": today, "purpose": PAYLOAD},
    )
    type(house.product).objects.filter(pk=house.product.pk).update(
        name=PAYLOAD, category=PAYLOAD[:90], spec=PAYLOAD
    )
    type(cast.carol).objects.filter(pk=cast.carol.pk).update(name=PAYLOAD)
    team = make_team("EVIL", name=PAYLOAD, parent=cast.sales)
    type(cast.group_b).objects.filter(pk=cast.group_b.pk).update(name=PAYLOAD)
    SavedView.objects.create(
        user=cast.mona,
        list_name="customers:customer_list",
        name=word,
        query="q=%3Cscript%3Ealert(7)",
        is_shared=True,
    )
    wrong = []
    for person in (cast.mona, cast.dora, cast.root, cast.aida):
        client = as_(person)
        places = {n: p for n, p in addresses(prey, house, cast).items() if n != "ui:choices"}
        places["accounts:team_detail"].append(reverse("accounts:team_detail", args=[team.pk]))
        for name, urls in places.items():
            for url in urls:
                answer = client.get(url)
                text = text_of(answer)
                html = "html" in answer.headers.get("Content-Type", "")
                wrong += [f"{name} as {person.username}: {live}" for live in LIVE if html and live in text]
                if answer.status_code >= 500:
                    wrong.append(f"{name} as {person.username}: {answer.status_code}")
                if html and re.search(r"<[^>]*\son\w+=", re.sub(r"&[a-z#0-9]+;", "", text)):
                    wrong.append(f"{name} as {person.username}: an inline handler")
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_a_get_changes_nothing_at_any_address(cast, house, prey, as_):
    """Z20, H2: every url asked by GET, HEAD and strange methods; counts and states stay."""
    from tests.attacks.test_forms import counted

    client = as_(cast.root)
    places = addresses(prey, house, cast)
    before = counted()
    states = [prey.order.state, prey.contract.state, prey.visit.state, prey.batch.state]
    for person in (cast.root, cast.lead_b, cast.dora):
        client = as_(person)
        for name, urls in places.items():
            assert client.get(urls[0]).status_code < 500, name
            for method in ("put", "patch", "delete", "trace"):
                assert getattr(client, method)(urls[0]).status_code in (302, 403, 404, 405), (method, name)
    assert counted() == before
    for row in (prey.order, prey.contract, prey.visit, prey.batch):
        row.refresh_from_db()
    assert [prey.order.state, prey.contract.state, prey.visit.state, prey.batch.state] == states


def test_log_lines_of_a_hostile_user_name_stay_one_line(client, cast, caplog):
    """I10: newlines and escape sequences in the name, the path and the agent."""
    name = "alice\n2026 INFO forged\x1b[31m"
    client.post(
        reverse("accounts:login"), {"username": name, "password": "x"}, HTTP_USER_AGENT="a\tb\x1b[31m"
    )
    client.get("/nowhere%0aforged")
    for record in caplog.records:
        assert "\n2026 INFO forged" not in record.getMessage()
        assert "\x1b" not in record.getMessage()


@pytest.mark.parametrize("status", ["200", "302", "403", "404", "400"])
def test_every_kind_of_answer_carries_the_policy(cast, house, prey, as_, status):
    """H1, H2: script and object sources, base, frames, nosniff, referrer; no name of the server's version."""
    client = as_(cast.alice)
    place = {
        "200": "/",
        "302": "/accounts/people",
        "403": reverse("audit:auditevent_list"),
        "404": reverse("orders:order_detail", args=[prey.order.pk]),
        "400": "/?q=%00",
    }[status]
    if status == "302":
        client.logout()
        place = "/"
    answer = client.get(place)
    assert str(answer.status_code) == status
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert part in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Server" not in answer.headers


@pytest.mark.parametrize(
    "place",
    ["/.git/config", "/.env", "/media/", "/static/../manage.py", "/admin/", "/__debug__/", "/static/css/"],
)
def test_nothing_of_the_machine_is_served(client, cast, place):
    """H3: no repository, environment, listing, debug bar, admin site."""
    assert client.get(place).status_code == 404
