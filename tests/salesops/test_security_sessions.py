"""Sessions end by their limits, by their person, by an administrator; money and rights ask who is there (S3)."""

from datetime import timedelta

import pyotp
import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from salesops.accounts.models import RoleGrant
from salesops.accounts.services import people
from salesops.accounts.services.posts import grant_role
from salesops.core.errors import NotAllowed
from salesops.security.models import GrantReview, SignInSession
from salesops.security.services import factors, reviews
from tests.factories.rules import make_rule

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def sign_in(name="alice", agent="Firefox"):
    client = Client(headers={"user-agent": agent})
    client.post("/accounts/sign-in/", {"username": name, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/accounts/profile/").status_code == 200


def at(minutes):
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False)


def test_an_idle_session_ends_and_one_in_use_goes_on(cast):
    client = sign_in()
    for minutes in (100, 200, 300):
        with at(minutes):
            assert is_in(client)
    with at(421):
        answer = client.get("/customers/customers/")
        assert answer.headers["Location"].startswith("/accounts/sign-in/?next=/customers/customers/")
        assert not is_in(client)
    assert SignInSession.objects.get().end_reason == "idle"


def test_every_session_ends_after_its_longest_time(cast):
    client = sign_in()
    for hours in range(1, 12):
        with at(hours * 60):
            assert is_in(client)
    with at(12 * 60 + 1):
        assert not is_in(client)
    assert SignInSession.objects.get().end_reason == "absolute"


def test_the_limits_are_those_of_the_handbook(cast):
    make_rule("security.idle_minutes", 10)
    client = sign_in()
    with at(11):
        assert not is_in(client)


def test_one_sees_and_ends_ones_other_sessions(cast):
    here, there = sign_in(agent="Firefox on Windows"), sign_in(agent="Safari on an iPhone")
    page = here.get("/security/").content.decode()
    assert "Firefox · Windows" in page
    assert "Safari · iPhone" in page
    here.post("/security/sessions/end-others/")
    assert is_in(here)
    page = there.get("/customers/customers/", follow=True).content.decode()
    assert "This session was ended from another device" in page and 'name="password"' in page
    assert "This session was ended" not in there.get("/accounts/sign-in/").content.decode(), "told once"
    assert not is_in(there)


def test_nobody_ends_the_session_of_another_but_an_administrator(cast):
    alice, carol, root = sign_in(), sign_in("carol"), Client()
    root.force_login(cast.root)
    row = SignInSession.objects.get(user=cast.alice)
    assert carol.post(f"/security/sessions/{row.pk}/end/").status_code == 404
    assert is_in(alice)
    root.post(f"/security/sessions/{row.pk}/end/")
    assert not is_in(alice)


def test_a_new_password_ends_the_others_and_keeps_this_one(cast):
    here, there = sign_in(), sign_in()
    new = "another good sentence"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/accounts/password/", form).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert SignInSession.objects.filter(ended_at__isnull=True).get().key == here.session.session_key


def test_a_leaver_is_out_at_once(cast):
    client = sign_in("carol")
    people.deactivate_person(
        actor=cast.root, at=timezone.now(), person=cast.carol, left_date=timezone.localdate()
    )
    assert not is_in(client)
    assert SignInSession.objects.get().end_reason == "left"


def test_moving_money_or_rights_asks_again_after_an_hour_and_goes_on_where_one_was(cast):
    make_rule("security.second_factor_roles", "none")
    client = sign_in("dora")
    assert client.get("/receivables/receipts/new/").status_code == 200
    with at(61):
        answer = client.get("/receivables/receipts/new/?customer=1")
        assert (
            answer.headers["Location"]
            == "/security/confirm/?next=%2Freceivables%2Freceipts%2Fnew%2F%3Fcustomer%3D1"
        )
        wrong = client.post("/security/confirm/", {"password": "wrong", "next": "/receivables/receipts/new/"})
        assert wrong.status_code == 200
        right = client.post(
            "/security/confirm/", {"password": PASSWORD, "next": "/receivables/receipts/new/"}
        )
        assert right.headers["Location"] == "/receivables/receipts/new/"
        assert client.get("/receivables/receipts/new/").status_code == 200


def test_a_role_given_meanwhile_asks_for_its_second_factor_at_the_next_request(cast):
    client = sign_in("alice")
    assert is_in(client)
    grant = grant_role(
        actor=cast.root,
        at=timezone.now(),
        person=cast.alice,
        role="finance",
        team=None,
        from_date=timezone.localdate(),
    )
    answer = client.get("/receivables/receipts/new/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/security/")
    assert client.post("/receivables/receipts/new/", {}).status_code == 302
    past = timezone.localdate() - timedelta(1)
    RoleGrant.objects.filter(pk=grant.pk).update(from_date=past, to_date=past)
    assert is_in(client), "taken away again, nothing is asked"


def test_a_changed_rule_on_second_factors_counts_at_the_next_request(cast):
    """Alice works; from now on sales people need a second factor: her next click leads to setting one up."""
    client = sign_in("alice")
    assert is_in(client)
    row = make_rule("security.second_factor_roles", "rep finance")
    answer = client.get("/customers/customers/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/security/")
    assert client.get("/security/").status_code == 200, "where she does so"
    row.delete()
    assert client.get("/customers/customers/").status_code == 200, "taken back, nothing is asked"


def test_a_session_older_than_the_factor_is_asked_for_the_code(cast):
    """Set up on the phone, the factor is asked for in the browser that was open all the while."""
    browser, phone = sign_in("alice"), sign_in("alice", agent="Phone")
    make_rule("security.second_factor_roles", "rep")
    assert browser.get("/").headers["Location"] == "/security/"
    seed = factors.new_seed()
    factors.add_totp(person=cast.alice, at=timezone.now(), seed=seed, code=pyotp.TOTP(seed).now(), name="App")
    assert phone.get("/customers/customers/").headers["Location"] == "/security/second-step/"
    assert not is_in(phone), "nobody is in before the code"
    with at(1):
        phone.post("/security/second-step/", {"code": pyotp.TOTP(seed).now()})
        assert is_in(phone)
        assert phone.get("/customers/customers/").status_code == 200


def test_a_form_opened_in_time_may_still_be_sent_an_hour_later(cast):
    make_rule("security.second_factor_roles", "none")
    client = sign_in("dora")
    with at(119):
        assert client.post("/receivables/receipts/new/", {}).status_code == 200
    with at(121):
        is_in(client)
        answer = client.post("/receivables/receipts/new/", {})
        assert answer.status_code == 302
        assert "confirm" in answer.headers["Location"]


def test_the_question_leads_nowhere_outside(cast):
    client = sign_in()
    answer = client.post("/security/confirm/", {"password": PASSWORD, "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_the_review_shows_who_may_do_what_since_when_granted_by_whom(cast):
    client = Client()
    client.force_login(cast.root)
    page = client.get("/security/review/").content.decode()
    assert "Alice" in page
    assert "Finance" in page
    client.force_login(cast.alice)
    assert client.get("/security/review/").status_code == 403


def test_a_role_is_confirmed_by_somebody_else_and_is_fresh_then(cast):
    grant = RoleGrant.objects.get(user=cast.alice)
    with pytest.raises(NotAllowed):
        reviews.confirm_grants([grant], actor=cast.bob, at=timezone.now())
    with pytest.raises(NotAllowed):
        own = RoleGrant.objects.filter(user=cast.root)
        reviews.confirm_grants(own, actor=cast.root, at=timezone.now())
    assert reviews.confirm_grants([grant], actor=cast.root, at=timezone.now()) == 1
    assert GrantReview.objects.get().reviewer == cast.root
    client = Client()
    client.force_login(cast.root)
    stale = client.get("/security/review/?stale=on").content.decode()
    assert "Bob" in stale
    assert "Alice" not in stale


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131 Safari/537.36 Edg/131",
            "Edge · Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0", "WeChat · iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile Safari/537.36", "Chrome · Android"),
        ("curl/8.5", "curl/8.5"),
    ],
)
def test_a_session_is_named_by_browser_and_system(cast, agent, device):
    client = sign_in("alice", agent=agent)
    assert device in client.get("/security/").content.decode()
