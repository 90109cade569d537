"""Hostile input and answers: NUL, half characters, markup in every text, headers, files (I3, I8, H1-H3)."""

import re
from html.parser import HTMLParser
from urllib.parse import quote
from zlib import crc32

import pytest
from django.urls import reverse
from django.utils import timezone

from salesops.ui.models import SavedView
from tests.attacks.counting import counted
from tests.attacks.posts import order_form
from tests.attacks.world import addresses, make_prey, text_of
from tests.factories.accounts import make_team

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(7)</script>"
PAYLOAD = f'{SCRIPT}"><img src=x onerror=alert(7)>{{{{7*7}}}}${{7*7}}'
MAYBE_LIVE = re.compile(r"[\s\"'/]on\w+\s*=|javascript:", re.IGNORECASE)  # else there is nothing to parse for
LIVE = ("<script>alert(7)", "<img src=x onerror", "onerror=alert(7)>49", 'href="javascript:')


def pages(prey, house, cast):
    """One address per url."""
    return {name: places[0] for name, places in addresses(prey, house, cast).items()}


def states_of(prey):
    rows = (prey.order, prey.contract, prey.visit, prey.batch)
    for row in rows:
        row.refresh_from_db()
    return [row.state for row in rows]


class Handlers(HTMLParser):
    """Attributes that run script, as a browser would read the page."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [
            f"<{tag} {name}={value}>"
            for name, value in attrs
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:")
        ]


def handlers(text):
    if not MAYBE_LIVE.search(text):
        return []
    parser = Handlers()
    parser.feed(text)
    return parser.found


NULS = ("q=%00", "%00=1", "customer=%00")


def test_nul_bad_utf8_and_half_characters_are_told(cast, house, prey, as_):
    """I8: on every page, by GET and in the form; a bad request or an answer, never a fault.

    Who stops a NUL stands before every page, so each page gets one of the three.
    """
    client = as_(cast.root)
    wrong = []
    for name, place in pages(prey, house, cast).items():
        answer = client.get(f"{place}?q=a%ff%fe%ed%a0%80%0d%0aSet-Cookie:x")
        if answer.status_code >= 500 or "Set-Cookie:x" in str(answer.headers):
            wrong.append(f"GET {name}: {answer.status_code}")
        answer = client.get(f"{place}?{NULS[crc32(name.encode()) % len(NULS)]}")
        if answer.status_code != 400:
            wrong.append(f"GET {name} with a NUL: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_what_a_rep_types_is_never_live_on_any_page_of_anybody(cast, house, as_):
    """I3: the payload in every text of customer, contact, visit, contract, order, money, team, person, view.

    What lets the manager in is shown to one of two others as well, in turn; what refuses her, to both.
    """
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
    places = {n: p for n, p in addresses(prey, house, cast).items() if n != "ui:choices"}
    places["accounts:team_detail"].append(reverse("accounts:team_detail", args=[team.pk]))
    asked = {n: [f"{urls[0]}?q={quote(PAYLOAD)}"] for n, urls in places.items() if n.endswith("_list")}
    wrong, before, states, seen = [], counted(), states_of(prey), set()
    for turn, person in enumerate((cast.mona, cast.root, cast.aida)):
        client = as_(person)
        more = asked if person == cast.mona else {}
        for name, urls in (*places.items(), *more.items()):
            for url in urls:
                if turn and url in seen and crc32(url.encode()) % 2 != turn - 1:
                    continue
                answer = client.get(url)
                seen |= {url} if answer.status_code == 200 else set()
                text = text_of(answer)
                html = "html" in answer.headers.get("Content-Type", "")
                wrong += [f"{name} as {person.username}: {live}" for live in LIVE if html and live in text]
                if answer.status_code >= 500:
                    wrong.append(f"{name} as {person.username}: {answer.status_code}")
                wrong += [f"{name} as {person.username}: {found}" for found in handlers(text) if html]
    assert not wrong, "\n".join(sorted(set(wrong)))
    assert counted() == before, "somebody who only looked has changed something"
    assert states_of(prey) == states


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


def test_a_get_changes_nothing_at_any_address(cast, house, prey, as_):
    """Z20, H2: every url asked by GET, HEAD and strange methods; counts and states stay.

    What Mona looks at by GET, all of it, changes nothing either, see above: the lead, who sees most of the prey,
    asks for half of the pages, and for the head of a third. Which methods a page knows does not hang on who asks, and
    all pages learn them from the same few classes, so each page gets one of them, by one of three.
    """
    places = addresses(prey, house, cast)
    before, states = counted(), states_of(prey)
    strange = ("put", "patch", "delete", "trace")
    for turn, person in enumerate((cast.lead_b, cast.root, cast.dora)):
        client = as_(person)
        for place, (name, urls) in enumerate(places.items()):
            if person == cast.lead_b:
                assert place % 2 or client.get(urls[0]).status_code < 500, name
                assert place % 3 != 1 or client.head(urls[0]).status_code < 500, name
            for n, method in enumerate(strange):
                if (place + n) % 4 == 0 and place % 3 == turn:
                    status = getattr(client, method)(urls[0]).status_code
                    assert status in (302, 403, 404, 405), (method, name)
    assert counted() == before
    assert states_of(prey) == states
