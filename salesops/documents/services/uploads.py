"""From an upload to a row of the store: written, checked, drawn anew, made durable, then named by a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.audit.services.access import log_view
from salesops.core.choices import Role
from salesops.core.errors import AskOffer, InvalidInput
from salesops.documents import store
from salesops.documents.handbook import read_types
from salesops.documents.kinds import KINDS, clean_name, kind_of_name, require_content
from salesops.documents.models import StoredFile
from salesops.documents.pictures import redraw
from salesops.handbook.selectors import rules_on

MIB = 2**20
_RULES = ("allowed_types", "max_file_mb", "max_megapixels", "max_company_gb")


@contextmanager
def kept(upload: Any, *, at: datetime) -> Iterator[Callable[[], StoredFile]]:
    """Check an upload and put it into the store; the row is written by calling what this hands over.

    ``upload`` has ``name`` and ``chunks()``. When the block fails, the file is removed. Raises ``InvalidInput``
    with ``field="file"``, ``DomainError`` when the store is full.
    """
    limits = {k.partition(".")[2]: v for k, v in rules_on(timezone.localdate(at), _keys()).items()}
    name = clean_name(upload.name)
    ending = kind_of_name(name, read_types(limits["allowed_types"]))
    with store.room() as path:
        store.write(upload.chunks(), path, limit=limits["max_file_mb"] * MIB)
        require_content(path, ending)
        if picture := KINDS[ending].picture:
            drawn = path.with_name(f"{path.name}.drawn")
            redraw(path, drawn, picture, pixels=limits["max_megapixels"] * 1_000_000)
            path = drawn
        store.scan(path)
        size, sha256 = path.stat().st_size, store.hash_of(path)
        _require_company_room(size, limits["max_company_gb"])
        stored_as = store.keep(path)
    row = StoredFile(stored_as=stored_as, name=name, kind=ending, size=size, sha256=sha256, created_at=at)

    def write() -> StoredFile:
        row.save(force_insert=True)
        return row

    try:
        with transaction.atomic():
            yield write
    except BaseException:
        store.drop(stored_as)
        raise


def read_checked(file: StoredFile, *, actor: Any, obj: Any, at: datetime, request: Any = None) -> BinaryIO:
    """The content, verified against its check sum, with a line in the access log. Raises ``DomainError``."""
    content = store.open_checked(file.stored_as, file.sha256)
    log_view(actor=actor, obj=obj, at=at, fields=(file.name,), purpose="download", request=request)
    if content is None:
        raise store.changed(file.name)
    return content


def _keys() -> list[str]:
    return [f"documents.{name}" for name in _RULES]


def _require_company_room(size: int, limit: int) -> None:
    taken = StoredFile.objects.aggregate(sum=Sum("size"))["sum"] or 0
    if taken + size > limit * 2**30:
        raise InvalidInput(
            _("The room for files is used up."),
            field="file",
            clause="documents.max_company_gb",
            way_out=_("Tell an administrator."),
            release=AskOffer(_("The room for files is used up"), roles=(Role.ADMINISTRATOR,)),
            megabytes=(taken + size) // 2**20,
            limit=limit * 2**10,
        )
