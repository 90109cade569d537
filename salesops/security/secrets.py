"""How a seed is kept: encrypted with a key made from the installation's secret key."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    return hashlib.sha256(b"salesops.security.seed:" + key.encode()).digest()


def seal(text: str) -> bytes:
    """Encrypt a seed for the table."""
    return _cipher().encrypt(text.encode())


def unseal(sealed: bytes) -> str | None:
    """The seed, or ``None`` when it was sealed with a key that is gone; the factor must be set up anew."""
    try:
        return _cipher().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        return None


def digest(text: str) -> str:
    """A recovery code as it is kept; the codes are random, so a plain hash does."""
    return hashlib.sha256(text.encode()).hexdigest()
