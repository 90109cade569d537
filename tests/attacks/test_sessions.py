"""Tokens, htmx, redirects in headers, forms that outlive their session, faults with nothing to read (S2, S4, B15, H4)."""

import logging
import re

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from customers.models import Customer
from tests.access.table import all_rows
from tests.attacks.world import PASSWORD, url_names
from tests.factories.catalog import make_currency

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict(cast):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(cast.alice)
    return client


def file_of(cast, name):
    """The fields of a new customer."""
    return {
        "name": name,
        "customer_class": "potential",
        "kind": "company",
        "currency": make_currency().pk,
        "owner": cast.alice.pk,
    }


def token_of(client):
    page = client.get(reverse("customers:customer_create")).content.decode()
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1], page


def test_no_door_that_changes_something_opens_without_the_token(strict):
    """S2: every url that answers POST refuses one without token; a friendly page, no exception."""
    wrong = []
    # The page for outsiders: nobody is signed in there, and who does not know the word cannot forge its address.
    for name in {row.url for row in all_rows() if row.post is not None} - {"notifications:one_time_link"}:
        arguments = next(iter(arguments_of(name)), {})
        answer = strict.post(reverse(name, kwargs=arguments), {})
        if answer.status_code != 403 or b"out of date" not in answer.content:
            wrong.append(f"{name}: {answer.status_code}")
    assert not wrong, wrong


def arguments_of(name):
    """Some arguments for an url: the token is asked for before the record is looked up."""
    kinds = {"pk": 1, "year": 2026, "key": 1, "level": 1, "act": "bounce"}
    for known, arguments in url_names():
        if known == name:
            yield {argument: kinds.get(argument, "x") for argument in arguments}


def test_a_token_of_another_session_and_a_foreign_origin_are_refused(strict, cast):
    """S2: the token belongs to the browser; a page of elsewhere cannot post even with it."""
    token, _page = token_of(strict)
    other = Client(enforce_csrf_checks=True)
    other.force_login(cast.bob)
    token_of(other)
    data = {**file_of(cast, "Forged Ltd"), "csrfmiddlewaretoken": token}
    address = reverse("customers:customer_create")
    assert other.post(address, data).status_code == 403
    assert strict.post(address, data, HTTP_ORIGIN="https://evil.example").status_code == 403
    assert not Customer.objects.exists()
    assert strict.post(address, data, HTTP_ORIGIN="http://testserver").status_code == 302


def test_htmx_posts_carry_the_token_in_their_header(strict):
    """S4: the page hands htmx the token; with it a post passes, without it not."""
    token, page = token_of(strict)
    assert re.search(r"""hx-headers='[{]"X-CSRFToken": "[^"]{32,}"[}]'""", page)
    data = {"name": "By htmx Ltd"}
    address = reverse("customers:customer_duplicates")
    assert strict.post(address, data, headers={"HX-Request": "true"}).status_code == 403
    passed = strict.post(address, data, headers={"HX-Request": "true", "X-CSRFToken": token})
    assert passed.status_code == 200


@pytest.mark.parametrize(
    "current",
    [
        "https://evil.example/x",
        "javascript:alert(1)",
        "//evil.example//x",
        "https://h//evil.example/",
        "http://testserver/x?next=https://evil.example",
        "http://testserver/%0d%0aHX-Trigger:%20evil",
    ],
)
def test_htmx_headers_of_the_answer_cannot_be_injected(client, cast, current):
    """S4: what the browser says about its page never becomes a place outside or a header of ours."""
    answer = client.get("/", headers={"HX-Request": "true", "HX-Current-URL": current})
    target = answer.headers["HX-Redirect"]
    assert target.startswith(f"{reverse('accounts:login')}?next=")
    assert "HX-Trigger" not in answer.headers
    assert not re.search(r"[\r\n]", target)
    signed_in = client.post(target, {"username": "alice", "password": PASSWORD})
    assert signed_in.status_code == 302
    assert re.match(r"/(?![/\\])", signed_in["Location"]), signed_in["Location"]


def test_a_session_that_ends_while_typing_loses_and_doubles_nothing(strict, cast):
    """B15: the post is led to the sign-in page; afterwards the same form can be sent, once."""
    token, page = token_of(strict)
    key = re.search(r'name="form_key" value="([^"]+)"', page)[1]
    assert "data-draft" in page, "the browser keeps what was typed"
    data = {**file_of(cast, "Patience Ltd"), "form_key": key}
    strict.cookies[settings.SESSION_COOKIE_NAME] = "gone"
    away = strict.post(reverse("customers:customer_create"), {**data, "csrfmiddlewaretoken": token})
    assert away.status_code == 302
    assert "/accounts/sign-in/?next=/customers/" in away["Location"]
    assert not Customer.objects.exists()
    strict.force_login(cast.alice)
    token, _page = token_of(strict)
    first = strict.post(reverse("customers:customer_create"), {**data, "csrfmiddlewaretoken": token})
    again = strict.post(reverse("customers:customer_create"), {**data, "csrfmiddlewaretoken": token})
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"]
    assert Customer.objects.count() == 1


def test_two_tabs_with_the_same_form_make_two_records_only_with_two_keys(strict, cast):
    """B15: each tab has a key of its own; the second edit of one record is told, not lost."""
    one, two = (re.search(r'name="form_key" value="([^"]+)"', token_of(strict)[1])[1] for _tab in "ab")
    assert one != two


def test_a_fault_in_a_page_tells_nothing_but_an_id_and_is_logged(client, cast, monkeypatch, caplog):
    """H4: a template that fails with DEBUG off."""
    from customers.views.customers import CustomerList

    monkeypatch.setattr(CustomerList, "template_name", "customers/there_is_no_such_template.html")
    client.raise_request_exception = False
    client.force_login(cast.mona)
    with caplog.at_level(logging.ERROR):
        answer = client.get(reverse("customers:customer_list"))
    text = answer.content.decode()
    assert answer.status_code == 500
    assert answer["X-Request-ID"] in text
    for word in (
        "Traceback",
        "there_is_no_such_template",
        "TemplateDoesNotExist",
        settings.SECRET_KEY,
        "/site-packages/",
    ):
        assert word not in text, word
    assert "there_is_no_such_template" in caplog.text


def test_a_database_that_goes_away_tells_nothing_and_comes_back_by_itself(client, cast, caplog):
    """H4: the connection fails in the middle; 503 with an id, and the next request works again."""
    client.raise_request_exception = False
    client.force_login(cast.mona)

    def away(execute, sql, params, many, context):
        raise OperationalError("connection to server at secret-host failed: secret-user")

    with connection.execute_wrapper(away):
        answer = client.get(reverse("customers:customer_list"))
    text = answer.content.decode()
    assert answer.status_code == 503
    assert answer["X-Request-ID"] in text
    assert "secret" not in text
    assert client.get(reverse("customers:customer_list")).status_code == 200


def test_signing_out_is_not_undone_by_an_old_cookie(client, cast):
    """S1: the key of a session that was ended opens nothing, however often it is sent."""
    client.force_login(cast.alice)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(reverse("accounts:logout"))
    stale = Client()
    stale.cookies[settings.SESSION_COOKIE_NAME] = key
    assert stale.get("/").status_code == 302
