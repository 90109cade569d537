"""Files on records: add, replace, void, download."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, BinaryIO

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, Model, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.audit.services import record
from salesops.core.errors import AskOffer, Conflict, InvalidInput, NotAllowed
from salesops.core.locking import advisory_lock, lock_row
from salesops.core.policies import can
from salesops.core.subjects import visible_subject
from salesops.documents import store
from salesops.documents.models import Attachment, StoredFile
from salesops.documents.services.uploads import MIB, kept, read_checked
from salesops.handbook.selectors import rule


def add_file(*, actor: Any, subject: Model, upload: Any, at: datetime, note: str = "") -> Attachment:
    """Put a file on a record. Raises ``NotAllowed``, ``InvalidInput`` (field ``file``), ``DomainError``."""
    _require_edit(actor, subject)
    with kept(upload, at=at) as write:
        return _attach(actor, subject, write(), at=at, note=note)


@transaction.atomic
def add_files(
    *, actor: Any, subject: Model, uploads: Sequence[Any], at: datetime, note: str = ""
) -> list[Attachment]:
    """Several files, all or none: when one is refused, nothing of the others is left either."""
    rows: list[Attachment] = []
    try:
        for upload in uploads:
            rows.append(add_file(actor=actor, subject=subject, upload=upload, at=at, note=note))
    except BaseException:
        for row in rows:
            store.drop(row.file.stored_as)
        raise
    return rows


def replace_file(
    *, actor: Any, attachment: Attachment, upload: Any, at: datetime, note: str = ""
) -> Attachment:
    """Put a new version in the place of a file; the old one stays. Raises ``Conflict`` when it is not the newest."""
    subject = attachment.subject
    if subject is None:
        raise Conflict(_("The record of this file is gone."))
    _require_edit(actor, subject)
    with kept(upload, at=at) as write:
        old, file = _locked(attachment), write()
        if file.sha256 == old.file.sha256:
            raise Conflict(_("This is the file that is there already."), field="file")
        return _attach(actor, subject, file, at=at, note=note or old.note, old=old)


@transaction.atomic
def void_file(*, actor: Any, attachment: Attachment, reason: str, at: datetime) -> Attachment:
    """Take a file out of use with a reason; it stays in the store. Raises ``Conflict``, ``NotAllowed``."""
    if not can(actor, "void", attachment):
        raise NotAllowed(_("You may not remove files of this record."))
    if not reason.strip():
        raise InvalidInput(_("Say why."), field="reason")
    row = _locked(attachment)
    row.voided_at, row.voided_by, row.void_reason = at, actor, reason.strip()[:300]
    row.version += 1
    row.save(update_fields=["voided_at", "voided_by", "void_reason", "version", "updated_at"])
    data = {"file": row.file.name, "reason": row.void_reason}
    record("documents.file_voided", row.subject, row, actor=actor, at=at, data=data, comment=row.void_reason)
    return row


def download(*, actor: Any, attachment: Attachment, at: datetime, request: Any = None) -> BinaryIO:
    """The content, verified against its check sum, for who may see the record now. The access log says who.

    Raises ``NotAllowed``, and ``DomainError`` when the stored file is not what was uploaded.
    """
    if not can(actor, "download", attachment):
        raise NotAllowed(_("You may not download this file."))
    return read_checked(attachment.file, actor=actor, obj=attachment, at=at, request=request)


def _require_edit(actor: Any, subject: Model) -> None:
    content_type = ContentType.objects.get_for_model(subject)
    if visible_subject(actor, content_type, subject.pk, "edit") is None:
        raise NotAllowed(
            _("You may not put files on this record."),
            way_out=_("Ask the person who holds the record."),
            release=AskOffer(
                _("Please add a file to %(record)s") % {"record": subject},
                people=(getattr(subject, "owner", None),),
                subject=subject,
            ),
        )


def _locked(attachment: Attachment) -> Attachment:
    """The row, locked, if it is the newest version and in use. Raises ``Conflict``."""
    row = lock_row(Attachment.objects.select_related("file"), attachment.pk)
    if row.voided_at or Attachment.objects.filter(replaces=row).exists():
        raise Conflict(
            _("This file was replaced or voided meanwhile."), way_out=_("Reload the page to see the newest.")
        )
    return row


def _attach(
    actor: Any, subject: Model, file: StoredFile, *, at: datetime, note: str, old: Attachment | None = None
) -> Attachment:
    content_type = ContentType.objects.get_for_model(subject)
    advisory_lock(f"files {content_type.pk} {subject.pk}")
    _require_room(content_type, subject, file.size, at)
    row = Attachment.objects.create(
        subject_type=content_type,
        subject_id=subject.pk,
        file=file,
        note=note.strip()[:200],
        edition=old.edition + 1 if old else 1,
        replaces=old,
        added_at=at,
        created_by=actor,
    )
    verb = "documents.file_replaced" if old else "documents.file_added"
    data = {"file": file.name, "size": file.size, "sha256": file.sha256, "edition": row.edition}
    record(verb, subject, row, actor=actor, at=at, data=data)
    return row


def _require_room(content_type: ContentType, subject: Model, size: int, at: datetime) -> None:
    on = timezone.localdate(at)
    taken = Attachment.objects.filter(subject_type=content_type, subject_id=subject.pk).aggregate(
        files=Count("pk"), size=Sum("file__size")
    )
    if taken["files"] >= rule("documents.max_files_per_record", on=on):
        raise InvalidInput(
            _("This record has as many files as the handbook allows."),
            field="file",
            clause="documents.max_files_per_record",
            way_out=_("Put several papers into one file, or the rest on a record that belongs to this one."),
            files=taken["files"],
            most=rule("documents.max_files_per_record", on=on),
        )
    if (taken["size"] or 0) + size > rule("documents.max_record_mb", on=on) * MIB:
        raise InvalidInput(
            _("The files of this record take as much room as the handbook allows."),
            field="file",
            clause="documents.max_record_mb",
            way_out=_("Make the file smaller, or remove one that is not needed."),
            megabytes=((taken["size"] or 0) + size) // MIB,
            most=rule("documents.max_record_mb", on=on),
        )
