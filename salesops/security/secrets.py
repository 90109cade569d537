"""How a seed is kept: encrypted with a key made from the installation's keys."""

from __future__ import annotations

import hashlib

from salesops.core import sealing

PURPOSE = "salesops.security.seed"


def seal(text: str) -> bytes:
    """Encrypt a seed for the table."""
    return sealing.seal(text, PURPOSE)


def unseal(sealed: bytes) -> str | None:
    """The seed, or ``None`` when it was sealed with a key that is gone; the factor must be set up anew."""
    return sealing.unseal(sealed, PURPOSE)


def digest(text: str) -> str:
    """A recovery code as it is kept; the codes are random, so a plain hash does."""
    return hashlib.sha256(text.encode()).hexdigest()
