"""Small pictures of pictures, for who may see the record; made once, kept beside the store, never the only copy."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from salesops.audit.services.access import log_view
from salesops.core.errors import NotAllowed
from salesops.core.policies import can
from salesops.documents import store
from salesops.documents.kinds import KINDS
from salesops.documents.models import Attachment, StoredFile
from salesops.documents.pictures import small

SIDES = {"small": 160, "large": 1280}


def is_picture(file: StoredFile) -> bool:
    return file.kind in KINDS and bool(KINDS[file.kind].picture)


def thumbnail(
    *, actor: Any, attachment: Attachment, side: str, at: datetime, request: HttpRequest | None = None
) -> bytes:
    """A JPEG of the picture, for who may download it now; the large one counts as seen in the access log.

    Raises ``NotAllowed``, and ``DomainError`` when the stored file is not what was uploaded.
    """
    file = attachment.file
    if not can(actor, "download", attachment) or not is_picture(file):
        raise NotAllowed(_("You may not download this file."))
    place = _place(file, side)
    if not place.is_file():
        _make(file, side, place)
    if side == "large":
        log_view(actor=actor, obj=attachment, at=at, fields=(file.name,), purpose="preview", request=request)
    return place.read_bytes()


def _place(file: StoredFile, side: str) -> Path:
    whole = store.path_of(file.stored_as)
    return Path(settings.MEDIA_ROOT) / "thumbs" / whole.parent.name / f"{whole.name}-{SIDES[side]}.jpg"


def _make(file: StoredFile, side: str, place: Path) -> None:
    content = store.open_checked(file.stored_as, file.sha256)
    if content is None:
        raise store.changed(file.name)
    with content:
        drawn = small(content, KINDS[file.kind].picture, SIDES[side])
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = place.with_name(
        f"{place.name}.{secrets.token_hex(4)}"
    )  # two who look at once never read half of one
    new.write_bytes(drawn)
    os.replace(new, place)
