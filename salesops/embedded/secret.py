"""The secret key of an embedded company: made once, kept beside its database, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from salesops.embedded.cluster import EmbeddedError


def secret_key(home: Path) -> str:
    """Read the key of ``home``, or make it. Two first starts at once agree on one key.

    Raises ``EmbeddedError`` when the folder cannot be used.
    """
    try:
        return _read_or_make(home)
    except OSError as error:
        raise EmbeddedError(
            f"The folder SALESOPS_HOME={home} cannot be used: {error.strerror} ({error.filename}). "
            "Name a folder that you may write to, or set SECRET_KEY and DATABASE_URL."
        ) from error


def _read_or_make(home: Path) -> str:
    path = home / "secret_key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f"secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
