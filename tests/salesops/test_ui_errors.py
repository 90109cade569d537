"""What goes wrong looks designed, tells nothing, carries the headers; strange input never makes a 500."""

import pytest
from django.db import OperationalError

from salesops.core.errors import Conflict
from tests.salesops import ui_fixtures, ui_pages

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.salesops.ui_pages")]
open_policy, products = ui_fixtures.open_policy, ui_fixtures.products
POLICY = ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "script-src 'self'")


@pytest.fixture
def client(client):
    client.raise_request_exception = False
    return client


def check(answer, status):
    assert answer.status_code == status
    for part in POLICY:
        assert part in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["X-Request-ID"]


@pytest.mark.parametrize(
    "lang, words", [("en", "no such page"), ("zh-hans", "没有这个页面"), ("zh-hant", "沒有這個頁面")]
)
def test_a_missing_page_says_so_in_three_languages(client, cast, lang, words):
    client.force_login(cast.otto)
    client.cookies["django_language"] = lang
    answer = client.get("/nowhere/")
    check(answer, 404)
    assert words in answer.content.decode()


def test_a_fault_gives_a_number_to_quote_and_no_trace(client, cast):
    client.force_login(cast.otto)
    answer = client.get("/t/broken/")
    check(answer, 500)
    text = answer.content.decode()
    assert answer["X-Request-ID"] in text and "secret-in-trace" not in text and "Traceback" not in text


def test_a_database_away_is_a_503_that_says_try_again(client, cast, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("secret host")

    monkeypatch.setattr(ui_pages.ProductList, "get_queryset", away)
    client.force_login(cast.otto)
    answer = client.get("/t/products/")
    check(answer, 503)
    assert answer["Retry-After"] and "secret host" not in answer.content.decode()


def test_a_form_from_elsewhere_gets_a_friendly_page(cast):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.otto)
    answer = strict.post("/t/products/new/", {"code": "x"})
    check(answer, 403)
    assert "out of date" in answer.content.decode()


def test_a_refusal_anywhere_is_a_page_with_sentence_and_way_out(client, cast, monkeypatch):
    def refuse(*args, **kwargs):
        raise Conflict("The credit limit is used up.", way_out="Ask finance to raise it.")

    monkeypatch.setattr(ui_pages.ProductList, "get_queryset", refuse)
    client.force_login(cast.otto)
    answer = client.get("/t/products/")
    check(answer, 409)
    assert "credit limit" in answer.content.decode() and "Ask finance" in answer.content.decode()


def test_trace_is_refused(client, cast):
    client.force_login(cast.otto)
    check(client.generic("TRACE", "/"), 405)


def test_a_forged_host_is_refused(client, settings):
    check(client.get("/", headers={"host": "evil.example"}), 400)


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "%00=1",
        "q=%ED%A0%80",
        "q=%FF%FE",
        "q=%E2%80%AE",
        "sort=%00",
        "at=%00",
        "category=%00",
        "q=" + "a" * 5000,
    ]
    + [
        "q='",
        'q="',
        "q=%25",
        "q=_",
        "q=%5C",
        "q=;--",
        "q=(a%2B)%2B$",
        "is_active=maybe",
        "cols=%00",
        "view=x",
    ],
)
def test_strange_parameters_never_break_a_list(client, cast, products, query):
    client.force_login(cast.otto)
    assert client.get(f"/t/products/?{query}").status_code in (200, 400)


def test_ten_thousand_fields_are_a_bad_request(client, cast):
    client.force_login(cast.otto)
    check(client.post("/t/products/new/", {f"f{n}": "1" for n in range(10_000)}), 400)


def test_pages_of_the_signed_in_are_not_kept_by_the_browser(client, cast, products):
    client.force_login(cast.otto)
    for path in ("/", "/t/products/", f"/t/products/{products[0].pk}/", "/t/products/new/", "/nowhere/"):
        assert "no-store" in client.get(path)["Cache-Control"]


def test_strangers_are_led_to_the_sign_in_and_back(client):
    answer = client.get("/t/products/?q=1")
    assert answer.status_code == 302 and answer["Location"].endswith("?next=/t/products/%3Fq%3D1")


def test_a_part_of_a_page_takes_the_whole_page_to_the_sign_in(client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/t/products/?q=1"}
    answer = client.get("/t/products/?part=totals", headers=headers)
    assert answer.status_code == 200 and answer["HX-Redirect"].endswith("?next=/t/products/%3Fq%3D1")


@pytest.mark.parametrize("path", ["/", "/menu/", "/search/?q=zz", "/t/products/", "/t/products/new/"])
def test_no_page_has_inline_script_or_style(client, cast, products, path):
    import re

    client.force_login(cast.otto)
    text = client.get(path).content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text)
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script


def test_what_people_type_is_shown_as_typed(client, cast, products):
    evil = '"><img src=x onerror=alert(1)>{{7*7}}'
    products[0].name = evil
    products[0].save()
    client.force_login(cast.otto)
    for path in ("/t/products/", f"/t/products/{products[0].pk}/", f"/t/products/{products[0].pk}/retire/"):
        text = client.get(path).content.decode()
        assert "<img src=x" not in text and "&lt;img src=x onerror=alert(1)&gt;{{7*7}}" in text


def test_language_and_theme_are_kept_in_the_profile(client, cast):
    client.force_login(cast.otto)
    client.post("/ui/preferences/", {"language": "zh-hant", "theme": "dark", "next": "//evil.example/"})
    cast.otto.refresh_from_db()
    assert (cast.otto.language, cast.otto.theme) == ("zh-hant", "dark")
    text = client.get("/").content.decode()
    assert 'lang="zh-Hant-TW"' in text and 'data-bs-theme="dark"' in text and "工作台" in text


def test_preferences_lead_back_inside_only(client, cast):
    client.force_login(cast.otto)
    for target in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        assert client.post("/ui/preferences/", {"theme": "dark", "next": target})["Location"] == "/"
    assert client.post("/ui/preferences/", {"theme": "x", "next": "/menu/"})["Location"] == "/menu/"


def test_preferences_change_only_by_post(client, cast):
    client.force_login(cast.otto)
    assert client.get("/ui/preferences/").status_code == 405


def test_a_chart_may_be_a_dict_with_things_of_the_page():
    from django.template.loader import render_to_string

    chart = {"key": "c", "title": "Sales", "labels": ["<b>Jan"], "empty": False}
    chart["series"] = [{"name": "S", "values": [1], "hrefs": ["/rows/"], "own": 1}]
    text = render_to_string("ui/chart.html", {"chart": chart})
    assert 'href="/rows/"' in text and "<b>Jan" not in text and 'id="c"' in text


@pytest.mark.parametrize(
    "name, mark",
    [("李雷", "李雷"), ("艾丽 Alice", "艾丽"), ("Ann Lee", "AL"), ("Otto", "OT"), ("欧阳娜娜", "娜娜")],
)
def test_initials_of_names_of_both_kinds(name, mark):
    from salesops.accounts.models import User

    assert User(name=name).initials == mark


def test_static_files_carry_the_policy_too(client):
    answer = client.get("/static/css/salesops.css")
    assert answer.status_code == 200 and "object-src 'none'" in answer["Content-Security-Policy"]
