"""Codes of an app, recovery codes, and taking factors away."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime

import pyotp
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.accounts.models import User
from salesops.accounts.signin import guessed_too_often
from salesops.audit.services import record
from salesops.core.choices import Role
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.security.handbook import needs_second_factor
from salesops.security.models import Factor, FactorKind, RecoveryCode
from salesops.security.secrets import digest, seal, unseal
from salesops.security.services.sessions import end_all_of

RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_seed() -> str:
    return pyotp.random_base32()


def seed_address(person: User, seed: str) -> str:
    """What the app reads from the picture."""
    return pyotp.TOTP(seed).provisioning_uri(name=person.username, issuer_name="SalesOps")


@transaction.atomic
def add_totp(*, person: User, at: datetime, seed: str, code: str, name: str = "") -> Factor:
    """Keep the seed once a code proves that the app has it. Raises ``InvalidInput`` for a wrong code."""
    lock_row(User.objects, person.pk)
    step = _step_of(seed, code, at) if seed else None  # the page with the seed was never opened
    if step is None:
        raise InvalidInput(
            _("This code does not fit."),
            field="code",
            way_out=_("Check the clock of the telephone and enter the code it shows now."),
        )
    factor = Factor.objects.create(
        user=person,
        kind=FactorKind.TOTP,
        name=name.strip() or _("App"),
        secret=seal(seed),
        last_step=step,
        created_at=at,
        used_at=at,
    )
    record("security.factor_added", person, actor=person, at=at, data=_facts(person, factor))
    return factor


def _step_of(seed: str, code: str, at: datetime) -> int | None:
    """The time step whose code this is, one step of leeway on both sides."""
    code = unicodedata.normalize("NFKC", code).replace(" ", "")
    totp = pyotp.TOTP(seed)
    now = int(at.timestamp()) // totp.interval
    for step in (now, now - 1, now + 1):
        if secrets.compare_digest(totp.generate_otp(step), code) if code.isascii() else False:
            return step
    return None


def verify_code(*, person: User, at: datetime, code: str) -> str:
    """Accept a code of an app (each once) or a recovery code (once); returns the way it was proved.

    Raises ``Conflict`` after too many wrong ones, ``InvalidInput`` for a wrong one.
    """
    if guessed_too_often(person, at):
        raise Conflict(_("Too many wrong codes. Wait a quarter of an hour."), way_out=_("Then try again."))
    with transaction.atomic():
        lock_row(User.objects, person.pk)
        if _is_totp(person, at, code):
            return "totp"
        if _is_recovery(person, at, code):
            return "recovery"
    raise InvalidInput(_("This code does not fit."), field="code", way_out=_("Each code works once."))


def _is_totp(person: User, at: datetime, code: str) -> bool:
    for factor in Factor.objects.in_use().filter(user=person, kind=FactorKind.TOTP):
        seed = unseal(factor.secret)
        step = _step_of(seed, code, at) if seed else None
        if step is not None and step > factor.last_step:
            factor.last_step, factor.used_at = step, at
            factor.save(update_fields=["last_step", "used_at"])
            return True
    return False


def _is_recovery(person: User, at: datetime, code: str) -> bool:
    clean = code.replace("-", "").replace(" ", "").lower()
    found = RecoveryCode.objects.filter(user=person, digest=digest(clean), used_at__isnull=True)
    if not found.update(used_at=at):
        return False
    left = RecoveryCode.objects.filter(user=person, used_at__isnull=True).count()
    record("security.recovery_used", person, actor=person, at=at, data={"person": person.name, "left": left})
    return True


@transaction.atomic
def new_recovery_codes(*, person: User, at: datetime) -> list[str]:
    """Ten fresh codes, shown once; those before are void."""
    lock_row(User.objects, person.pk)
    if not has_factor(person):
        raise Conflict(_("Set up an app or a passkey first."))
    RecoveryCode.objects.filter(user=person).delete()
    codes = ["".join(secrets.choice(_LETTERS) for _n in range(10)) for _c in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=person, digest=digest(code)) for code in codes)
    record("security.recovery_made", person, actor=person, at=at, data={"person": person.name})
    return [f"{code[:5]}-{code[5:]}" for code in codes]


@transaction.atomic
def remove_factor(*, actor: User, at: datetime, factor: Factor) -> None:
    """Take one's own factor away; the last one only where the handbook asks for none."""
    lock_row(User.objects, factor.user_id)
    row = lock_row(Factor.objects.select_related("user"), factor.pk)
    if not can(actor, "remove", row):
        raise NotAllowed(_("A factor is removed by its owner; an administrator resets all of them."))
    if row.removed_at is not None:
        raise Conflict(_("This factor was removed already."))
    rest = Factor.objects.in_use().filter(user=row.user).exclude(pk=row.pk).exists()
    if not rest and needs_second_factor(row.user.roles(), on=timezone.localdate(at)):
        raise Conflict(
            _("Your role asks for a second factor; this is your last one."),
            way_out=_("Add another one first."),
            clause="security.second_factor_roles",
            roles=", ".join(sorted(str(dict(Role.choices)[r]) for r in row.user.roles())),
        )
    _take(row, at)
    if not rest:
        RecoveryCode.objects.filter(user=row.user).delete()
    record("security.factor_removed", row.user, actor=actor, at=at, data=_facts(row.user, row))


@transaction.atomic
def reset_factors(*, actor: User, at: datetime, person: User, reason: str) -> None:
    """An administrator takes all factors of somebody who lost the device and ends the open sessions."""
    lock_row(User.objects, person.pk)
    if not can(actor, "set_password", person) or actor.pk == person.pk:
        raise NotAllowed(_("An administrator resets the factors of somebody else."))
    if not reason.strip():
        raise InvalidInput(_("Say how the person was recognised."), field="reason")
    for factor in Factor.objects.in_use().filter(user=person):
        _take(factor, at)
    RecoveryCode.objects.filter(user=person).delete()
    end_all_of(person.pk, at, "admin")  # the lost device may still be signed in
    record(
        "security.factors_reset",
        person,
        actor=actor,
        at=at,
        data={"person": person.name},
        comment=reason.strip(),
    )


def _take(factor: Factor, at: datetime) -> None:
    factor.removed_at, factor.secret = at, b""
    factor.save(update_fields=["removed_at", "secret"])


def has_factor(person: User) -> bool:
    return Factor.objects.in_use().filter(user=person).exists()


def has_passkey(person: User) -> bool:
    return Factor.objects.in_use().filter(user=person, kind=FactorKind.PASSKEY).exists()


def _facts(person: User, factor: Factor) -> dict[str, str]:
    return {"person": person.name, "factor": factor.name}


def reseal_seeds() -> int:
    """Encrypt every seed anew under the first key; one that nobody can read stays as it is. How many were written."""
    count = 0
    for row in Factor.objects.select_for_update().filter(kind=FactorKind.TOTP).order_by("pk"):
        seed = unseal(row.secret)
        if seed is not None:
            count += Factor.objects.filter(pk=row.pk).update(secret=seal(seed))
    return count
