"""Passkeys (WebAuthn level 2): making one, and proving that one is there."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import InvalidInput
from salesops.core.locking import lock_row
from salesops.security.models import Factor, FactorKind

# What an answer can be instead of one; it is made by the browser, or by whoever plays one.
BROKEN = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError)


def options_to_add(person: User, *, host: str) -> dict[str, Any]:
    """What the browser needs to make a passkey for this site; ``challenge`` is to be remembered."""
    options = generate_registration_options(
        rp_id=host,
        rp_name="SalesOps",
        user_id=str(person.pk).encode(),
        user_name=person.username,
        user_display_name=person.name,
        exclude_credentials=_known(person),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return json.loads(options_to_json(options))


def options_to_prove(person: User, *, host: str, alone: bool = False) -> dict[str, Any]:
    """What the browser needs to prove that it holds one of the person's passkeys.

    ``alone``: nothing else proves who is there, so the device must have recognised the person (PIN, finger, face).
    """
    wanted = UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.PREFERRED
    options = generate_authentication_options(
        rp_id=host,
        allow_credentials=_known(person),
        user_verification=wanted,
    )
    return json.loads(options_to_json(options))


def _known(person: User) -> list[PublicKeyCredentialDescriptor]:
    rows = Factor.objects.in_use().filter(user=person, kind=FactorKind.PASSKEY)
    return [PublicKeyCredentialDescriptor(id=bytes(row.credential_id)) for row in rows]


@transaction.atomic
def add_passkey(
    *, person: User, at: datetime, answer: str, challenge: str, host: str, origin: str, name: str = ""
) -> Factor:
    """Keep the public key of a passkey that the browser made. Raises ``InvalidInput``."""
    lock_row(User.objects, person.pk)
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=_asked(challenge),
            expected_rp_id=host,
            expected_origin=origin,
        )
    except BROKEN as error:
        raise _refused() from error
    try:
        with transaction.atomic():
            factor = Factor.objects.create(
                user=person,
                kind=FactorKind.PASSKEY,
                name=name.strip()[:60] or _("Passkey"),
                secret=made.credential_public_key,
                credential_id=made.credential_id,
                sign_count=made.sign_count,
                created_at=at,
            )
    except IntegrityError:
        raise InvalidInput(_("This passkey is known already.")) from None
    facts = {"person": person.name, "factor": factor.name}
    record("security.factor_added", person, actor=person, at=at, data=facts)
    return factor


@transaction.atomic
def verify_passkey(
    *, person: User, at: datetime, answer: str, challenge: str, host: str, origin: str, alone: bool = False
) -> Factor:
    """Accept a signed challenge, each one once. A counter that runs backwards betrays a copy. Raises ``InvalidInput``.

    ``alone``: the answer must say that the device recognised the person, not only that somebody touched it.
    """
    lock_row(User.objects, person.pk)
    try:
        credential_id = base64url_to_bytes(json.loads(answer)["id"])
        factor = Factor.objects.in_use().get(
            user=person, kind=FactorKind.PASSKEY, credential_id=credential_id
        )
        proved = verify_authentication_response(
            credential=answer,
            expected_challenge=_asked(challenge),
            expected_rp_id=host,
            expected_origin=origin,
            credential_public_key=bytes(factor.secret),
            credential_current_sign_count=factor.sign_count,
            require_user_verification=alone,
        )
    except (*BROKEN, Factor.DoesNotExist) as error:
        raise _refused() from error
    factor.sign_count, factor.used_at = proved.new_sign_count, at
    factor.save(update_fields=["sign_count", "used_at"])
    return factor


def _asked(challenge: str) -> bytes:
    """What this session was asked; nothing answers a question that was never put, or was answered already."""
    if not challenge:
        raise ValueError("no challenge")
    return base64url_to_bytes(challenge)


def _refused() -> InvalidInput:
    return InvalidInput(_("The passkey was not accepted."), way_out=_("Try again, or use a code instead."))
