"""Ways around the second step and the question who is there, tried one by one (ASVS 6.3, 7.5)."""

import json
from datetime import timedelta

import pyotp
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from salesops.accounts.services import passwords, people
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.security.services import factors, passkeys
from salesops.ui.models import FormReceipt
from tests.factories.rules import make_rule

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
SIGN_IN, STEP, CONFIRM = "/accounts/sign-in/", "/security/second-step/", "/security/confirm/"
NEW = "another good sentence"


def sign_in(name="alice", client=None):
    client = client or Client()
    client.post(SIGN_IN, {"username": name, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/accounts/profile/").status_code == 200


@pytest.fixture
def seed(cast):
    seed, at = factors.new_seed(), timezone.now() - timedelta(days=3)
    factors.add_totp(person=cast.alice, at=at, seed=seed, code=pyotp.TOTP(seed).at(at), name="Phone")
    return seed


def test_a_stranger_cannot_shut_the_second_step_for_somebody(seed):
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    for name in ("alice", "alice (2)", "alice (2)", "alice (2)", "alice (2)", "alice (2)", "alice (2)"):
        stranger.post(SIGN_IN, {"username": name, "password": "wrong"})
    client = sign_in()
    client.post(STEP, {"code": pyotp.TOTP(seed).now()})
    assert is_in(client)


def test_a_password_changed_between_the_steps_shuts_the_second_one(cast, seed):
    thief = sign_in()
    passwords.change_password(person=cast.alice, at=timezone.now(), old=PASSWORD, new=NEW)
    assert thief.post(STEP, {"code": pyotp.TOTP(seed).now()}).headers["Location"] == SIGN_IN
    assert not is_in(thief)


def test_who_owes_a_factor_can_still_say_who_is_there_after_an_hour(cast):
    client = sign_in("dora")
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        question = client.get("/security/app/").headers["Location"]
        assert question.startswith(CONFIRM)
        assert client.get(question).status_code == 200
        client.post(CONFIRM, {"password": PASSWORD, "next": "/security/app/"})
        assert client.get("/security/app/").status_code == 200


@pytest.mark.parametrize(
    "url", ["/receivables/receipts/", "/search/box/?q=a", "/security/sessions/", "/jobs/"]
)
def test_who_owes_a_factor_reaches_nothing_else(cast, url):
    assert sign_in("dora").get(url).headers["Location"] == "/security/"


def test_passwords_cannot_be_guessed_at_an_open_session(cast):
    make_rule("security.second_factor_roles", "none")
    client = sign_in("dora")
    for n in range(6):
        client.post(CONFIRM, {"password": f"wrong {n}"})
    with time_machine.travel(timezone.now() + timedelta(minutes=14), tick=False):
        assert client.post(CONFIRM, {"password": PASSWORD, "next": "/"}).status_code == 200
        form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
        assert client.post("/accounts/password/", form).status_code == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert client.post(CONFIRM, {"password": PASSWORD, "next": "/"}).status_code == 302


def test_nor_by_the_change_of_the_password(cast):
    client = sign_in()
    for n in range(6):
        form = {"old_password": f"wrong {n}", "new_password1": NEW, "new_password2": NEW}
        assert client.post("/accounts/password/", form).status_code == 400
    form["old_password"] = PASSWORD
    assert client.post("/accounts/password/", form).status_code == 429


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_question_leads_nowhere_else(cast, target):
    client = sign_in()
    assert client.post(CONFIRM, {"password": PASSWORD, "next": target}).headers["Location"] == "/"
    other = Client()
    other.post(f"{SIGN_IN}?next={target}", {"username": "alice", "password": PASSWORD, "next": target})
    assert other.session.get("_auth_user_id")


@pytest.mark.parametrize(
    "answer", ["5", "[]", "null", '{"id": 5}', '{"id": "AA"}', "{", '{"id": "AA", "response": 7}']
)
def test_what_is_no_passkey_is_told(cast, seed, answer):
    for call in (passkeys.add_passkey, passkeys.verify_passkey):
        with pytest.raises(InvalidInput):
            call(person=cast.alice, at=timezone.now(), answer=answer, challenge="AAAA", host="localhost",
                 origin="http://localhost")  # fmt: skip
    client = sign_in()
    assert client.post(STEP, {"passkey": answer}).status_code == 200


def test_a_question_never_put_is_not_answered(cast):
    empty = {"type": "webauthn.create", "challenge": "", "origin": "http://localhost"}
    with pytest.raises(InvalidInput):
        passkeys.add_passkey(person=cast.alice, at=timezone.now(), answer=json.dumps(empty), challenge="",
                             host="localhost", origin="http://localhost")  # fmt: skip


@pytest.mark.parametrize("url", ["accounts:user_create", "accounts:user_edit", "accounts:user_grant"])
def test_whatever_can_give_rights_asks_again(cast, url):
    make_rule("security.second_factor_roles", "none")
    client = sign_in("root")
    path = reverse(url, args=[] if url.endswith("create") else [cast.alice.pk])
    assert client.get(path).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert client.get(path).headers["Location"].startswith(CONFIRM)


def test_hr_cannot_take_the_auditors_account_by_its_address(cast):
    with pytest.raises(NotAllowed):
        people.edit_person(actor=cast.hugo, at=timezone.now(), person=cast.aida, email="hugo@example.com")


def test_a_sent_form_keeps_no_digest_that_a_password_can_be_guessed_from(cast):
    import hashlib

    client, key = sign_in(), "6d7a3c1e-0000-4000-8000-000000000001"
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    client.post("/accounts/password/", form | {"form_key": key})
    parts = ["/accounts/password/", *(f"{name}={form[name]}" for name in sorted(form))]
    plain = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    assert FormReceipt.objects.get(key=key).request_hash != plain
