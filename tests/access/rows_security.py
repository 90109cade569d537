"""Who may open which page of signing in, sessions and the review of rights."""

from datetime import timedelta

import pyotp
from django.utils import timezone

from salesops.accounts.models import RoleGrant
from salesops.security.models import SignInSession
from salesops.security.services import factors
from tests.access.table import FORBIDDEN, MISSING, OK, Row

EVERYBODY = {"*": OK}
REVIEWERS = {"root hugo gina aida": OK, "*": FORBIDDEN}


def factor(cast):
    seed, at = factors.new_seed(), timezone.now()
    return factors.add_totp(
        person=cast.alice, at=at, seed=seed, code=pyotp.TOTP(seed).at(at), name="Canary phone"
    )


def session(cast):
    at = timezone.now()
    return SignInSession.objects.create(
        user=cast.alice, key="canary", way="password", opened_at=at, seen_at=at + timedelta(minutes=1),
        agent="Canary browser",
    )  # fmt: skip


def person(cast):
    return cast.alice


def chosen(cast, _obj):
    return {"action": "confirm", "ids": [RoleGrant.objects.get(user=cast.alice).pk]}


ROWS = [
    Row("security:second_step", get=EVERYBODY, post=EVERYBODY, public=True),
    Row("security:confirm", get=EVERYBODY, post=EVERYBODY),
    Row("security:own", get=EVERYBODY),
    Row("security:totp_add", get=EVERYBODY, post=EVERYBODY),
    Row("security:passkey_add", get=EVERYBODY, post=EVERYBODY),
    Row("security:passkey_options", get=None, post=EVERYBODY),
    Row("security:recovery", get=EVERYBODY, post=EVERYBODY),
    Row(
        "security:factor_remove",
        make=factor,
        get={"alice": OK, "root aida": FORBIDDEN, "*": MISSING},
        post={"alice": OK, "root aida": FORBIDDEN, "*": MISSING},
        canary="Canary phone",
    ),
    Row(
        "security:factor_reset",
        make=person,
        get={"root": OK, "*": FORBIDDEN},
        post={"root": OK, "*": FORBIDDEN},
    ),
    Row(
        "security:signinsession_list",
        make=lambda cast: (session(cast) and None, {}),
        get=EVERYBODY,
        canary="Canary browser",
        hides="bob carol mona dora hugo gina",
    ),
    Row("security:end_others", get=None, post=EVERYBODY),
    Row(
        "security:signinsession_detail",
        make=session,
        get={"alice root aida": OK, "*": MISSING},
        canary="Canary browser",
    ),
    Row(
        "security:signinsession_end",
        make=session,
        get={"alice root": OK, "aida": FORBIDDEN, "*": MISSING},
        post={"alice root": OK, "aida": FORBIDDEN, "*": MISSING},
        canary="Canary browser",
    ),
    Row("security:access_review", get=REVIEWERS, post=REVIEWERS, data=chosen),
]
