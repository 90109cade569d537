"""The second step: nobody is in before it, each code works once, guessing ends (ASVS 6.3, A7)."""

from datetime import UTC, date, datetime, timedelta

import pyotp
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from salesops.audit.models import AccessLog
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.security.models import Factor, RecoveryCode, SignInSession
from salesops.security.services import factors
from tests.factories.rules import make_rule

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
SIGN_IN, STEP = "/accounts/sign-in/", "/security/second-step/"


def password(client, name="alice"):
    return client.post(SIGN_IN, {"username": name, "password": PASSWORD})


def is_in(client):
    return client.get("/accounts/profile/").status_code == 200


@pytest.fixture
def seed(cast):
    """Alice's app, set up a while ago."""
    seed = factors.new_seed()
    at = timezone.now() - timedelta(days=3)
    factors.add_totp(person=cast.alice, at=at, seed=seed, code=pyotp.TOTP(seed).at(at), name="Phone")
    return seed


def test_with_a_factor_the_password_alone_opens_nothing(client, seed):
    answer = password(client)
    assert (answer.status_code, answer["Location"]) == (302, STEP)
    assert not is_in(client)
    code = pyotp.TOTP(seed).now()
    assert client.post(STEP, {"code": code})["Location"] == "/"
    assert is_in(client)
    entry = AccessLog.objects.filter(kind="sign_in").latest("pk")
    assert entry.data["way"] == "totp"


def test_a_code_works_once_also_in_another_browser(client, seed):
    code = pyotp.TOTP(seed).now()
    password(client)
    client.post(STEP, {"code": code})
    other = Client()
    password(other)
    assert other.post(STEP, {"code": code}).status_code == 200
    assert not is_in(other)


@pytest.mark.parametrize("code", ["", "000000", "abcdef", "１２３", "9" * 20, "' OR 1=1", "١٢٣٤٥٦"])
def test_what_is_no_code_is_told_and_opens_nothing(client, seed, code):
    password(client)
    assert client.post(STEP, {"code": code}).status_code == 200
    assert not is_in(client)


def test_full_width_digits_and_blanks_are_read(client, seed):
    password(client)
    code = pyotp.TOTP(seed).now()
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code[:3]) + " " + code[3:]
    client.post(STEP, {"code": wide})
    assert is_in(client)


def test_guessing_codes_ends_for_a_while(client, seed):
    password(client)
    for n in range(7):
        answer = client.post(STEP, {"code": f"00000{n}"})
    assert "Too many wrong codes" in answer.content.decode()
    answer = client.post(STEP, {"code": pyotp.TOTP(seed).now()})
    assert not is_in(client), "not even the right one, until the quarter of an hour is over"
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        password(client)
        client.post(STEP, {"code": pyotp.TOTP(seed).at(timezone.now())})
        assert is_in(client)


def test_the_second_step_waits_ten_minutes(client, seed):
    password(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        answer = client.post(STEP, {"code": pyotp.TOTP(seed).at(timezone.now())})
        assert answer["Location"] == SIGN_IN
        assert not is_in(client)


def test_the_second_step_does_not_exist_without_the_first(client, seed):
    assert client.get(STEP)["Location"] == SIGN_IN


def test_who_leaves_between_the_steps_stays_outside(client, cast, seed):
    password(client)
    cast.alice.is_active = False
    cast.alice.save()
    assert client.post(STEP, {"code": pyotp.TOTP(seed).now()})["Location"] == SIGN_IN


def test_a_recovery_code_opens_once_and_leads_to_ones_factors(client, cast, seed):
    code = factors.new_recovery_codes(person=cast.alice, at=timezone.now())[0]
    password(client)
    assert client.post(STEP, {"code": code.upper()})["Location"] == "/security/"
    again = Client()
    password(again)
    again.post(STEP, {"code": code})
    assert not is_in(again)
    assert RecoveryCode.objects.filter(user=cast.alice, used_at__isnull=True).count() == 9


def test_neither_seed_nor_codes_stand_readable_in_the_database(cast, seed):
    row = Factor.objects.get()
    assert seed.encode() not in bytes(row.secret)
    codes = factors.new_recovery_codes(person=cast.alice, at=timezone.now())
    assert not set(codes) & set(RecoveryCode.objects.values_list("digest", flat=True))


def test_a_role_that_moves_money_sets_a_factor_up_before_anything_else(client, cast):
    assert password(client, "dora")["Location"] == "/"
    assert client.get("/").headers["Location"] == "/security/"
    assert client.get("/receivables/receipts/").headers["Location"] == "/security/"
    page = client.get("/security/app/").content.decode()
    seed = client.session["security_seed"]
    assert seed in page
    code = pyotp.TOTP(seed).now()
    assert client.post("/security/app/", {"code": code}).headers["Location"] == "/security/recovery/"
    assert client.get("/").status_code == 200


def test_the_handbook_says_which_roles_need_one(client, cast):
    make_rule("security.second_factor_roles", "rep")
    password(client, "dora")
    assert client.get("/").status_code == 200
    other = Client()
    password(other, "alice")
    assert other.get("/").headers["Location"] == "/security/"


def test_the_last_factor_of_such_a_role_cannot_be_removed(cast):
    seed, at = factors.new_seed(), timezone.now()
    factor = factors.add_totp(person=cast.dora, at=at, seed=seed, code=pyotp.TOTP(seed).at(at))
    with pytest.raises(Conflict, match="last one"):
        factors.remove_factor(actor=cast.dora, at=at, factor=factor)
    with pytest.raises(NotAllowed):
        factors.remove_factor(actor=cast.root, at=at, factor=factor)


def test_an_administrator_resets_the_factors_of_somebody_else_only(cast, seed):
    at = timezone.now()
    for actor in (cast.hugo, cast.bob, cast.alice):
        with pytest.raises(NotAllowed):
            factors.reset_factors(actor=actor, at=at, person=cast.alice, reason="seen")
    with pytest.raises(InvalidInput):
        factors.reset_factors(actor=cast.root, at=at, person=cast.alice, reason=" ")
    factors.reset_factors(actor=cast.root, at=at, person=cast.alice, reason="Came to the office")
    row = Factor.objects.get()
    assert row.removed_at
    assert bytes(row.secret) == b""


def test_a_lost_telephone_is_given_up_from_the_page_of_the_person(client, cast, seed):
    """The administrator finds the way out on the person's page; what the lost device had open ends at once."""
    lost = Client()
    lost.force_login(cast.alice)
    key = lost.session.session_key
    SignInSession.objects.create(
        user=cast.alice, key=key, way="totp", opened_at=timezone.now(), seen_at=timezone.now()
    )
    where = reverse("security:factor_reset", args=[cast.alice.pk])
    page = reverse("accounts:user_detail", args=[cast.alice.pk])
    for reader, offered in ((cast.bob, False), (cast.alice, False), (cast.root, True)):
        client.force_login(reader)
        assert (where in client.get(page).content.decode()) == offered
    client.post(where, {"reason": "Came to the office"})
    assert SignInSession.objects.get(key=key).end_reason == "admin"
    assert lost.get("/").status_code == 302
    assert where not in client.get(page).content.decode()


def test_the_day_of_the_rule_is_that_of_the_company(client, cast):
    """In Shanghai the day of the handbook begins at 16:00 of the day before in London."""
    with time_machine.travel(datetime(2026, 11, 22, 22, 30, tzinfo=UTC), tick=False):
        make_rule("security.second_factor_roles", "none", since=date(2026, 11, 23))
        client.force_login(cast.dora)
        assert "Your role asks" not in client.get("/security/").content.decode()


def test_nobody_removes_or_sees_the_factor_of_another(client, cast, seed):
    client.force_login(cast.carol)
    factor = Factor.objects.get()
    assert client.post(reverse("security:factor_remove", args=[factor.pk])).status_code == 404
    assert "Phone" not in client.get("/security/").content.decode()
