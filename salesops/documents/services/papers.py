"""Documents: draft, review, publication with a number, next version, archive."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.documents.choices import MOVES, DocumentState
from salesops.documents.models import Document, DocumentClass
from salesops.documents.services.uploads import kept, read_checked
from salesops.notifications.services import notify
from salesops.numbering.services import next_number
from salesops.ui.links import record_url

_LABELS = dict(DocumentState.choices)


def create_document(
    *,
    actor: Any,
    at: datetime,
    document_class: DocumentClass,
    title: str,
    summary: str = "",
    reviewer: Any = None,
    upload: Any = None,
) -> Document:
    """A draft of the first version. Raises ``NotAllowed``, ``InvalidInput``."""
    if not can(actor, "add", Document):
        raise NotAllowed(_("You may not write documents."))
    row = Document(
        document_class=document_class,
        title=title,
        summary=summary,
        reviewer=reviewer,
        author=actor,
        created_by=actor,
    )
    return _written(row, "documents.document_created", upload, actor=actor, at=at)


def change_document(
    *,
    actor: Any,
    document: Document,
    at: datetime,
    document_class: DocumentClass,
    title: str,
    summary: str = "",
    reviewer: Any = None,
    upload: Any = None,
) -> Document:
    """Change a draft; a published version is never changed. Raises ``Conflict``, ``NotAllowed``."""
    with transaction.atomic():
        row = _locked(actor, "edit", document)
        if row.state != DocumentState.DRAFT:
            raise Conflict(
                _("Only a draft is changed."), way_out=_("Write the next version of a published document.")
            )
        if row.number and document_class != row.document_class:
            raise InvalidInput(_("A numbered document stays in its class."), field="document_class")
        row.document_class, row.title, row.summary, row.reviewer = document_class, title, summary, reviewer
        row.version += 1
        return _written(row, "documents.document_changed", upload, actor=actor, at=at)


@transaction.atomic
def submit_document(*, actor: Any, document: Document, at: datetime) -> Document:
    """Hand a draft to its reviewer. Raises ``InvalidInput`` without file or reviewer, ``Conflict``."""
    row = _locked(actor, "edit", document)
    MOVES.require(row.state, DocumentState.IN_REVIEW, labels=_LABELS)
    _require_file(row)
    if row.reviewer is None or not row.reviewer.is_active or row.reviewer_id == row.author_id:
        raise InvalidInput(
            _("Somebody other than the author reviews a document."),
            field="reviewer",
            way_out=_("Edit the draft and choose a reviewer."),
        )
    row = _moved(row, DocumentState.IN_REVIEW, "documents.document_submitted", actor=actor, at=at)
    _tell(row.reviewer, "documents.to_review", row, actor=actor, at=at)
    return row


@transaction.atomic
def return_document(*, actor: Any, document: Document, note: str, at: datetime) -> Document:
    """The reviewer hands it back with what to change. Raises ``Conflict``, ``NotAllowed``, ``InvalidInput``."""
    row = _locked(actor, "review", document)
    MOVES.require(row.state, DocumentState.DRAFT, labels=_LABELS)
    row.review_note = note.strip()
    if not row.review_note:
        raise InvalidInput(
            _("The author must know what is to be changed."), field="note", way_out=_("Write it down.")
        )
    row = _moved(row, DocumentState.DRAFT, "documents.document_returned", actor=actor, at=at, comment=note)
    _tell(row.author, "documents.returned", row, actor=actor, at=at)
    return row


@transaction.atomic
def publish_document(*, actor: Any, document: Document, at: datetime, note: str = "") -> Document:
    """Publish: the first version takes the next number of its class, a later one supersedes the one before it.

    A class that is reviewed is published by its reviewer out of the review, never by the author. Raises
    ``Conflict``, ``NotAllowed``, ``InvalidInput``.
    """
    draft = Document.objects.select_related("supersedes").get(pk=document.pk)
    old = lock_row(Document.objects, draft.supersedes_id) if draft.supersedes_id else None
    row = _locked(actor, "publish", document)
    MOVES.require(row.state, DocumentState.PUBLISHED, labels=_LABELS)
    _require_file(row)
    if row.document_class.reviewed:
        if row.state != DocumentState.IN_REVIEW:
            raise Conflict(
                _("Documents of this class are reviewed first."), way_out=_("Hand it to its reviewer.")
            )
        if actor.pk == row.author_id:
            raise NotAllowed(_("Nobody publishes what they wrote themselves."))
    today = timezone.localdate(at)
    if old is not None:
        MOVES.require(old.state, DocumentState.SUPERSEDED, labels=_LABELS)
        _moved(old, DocumentState.SUPERSEDED, "documents.document_superseded", actor=actor, at=at)
    row.review_note = note or row.review_note
    row.published_on, row.keep_until = today, _years_later(today, row.document_class.keep_years)
    if not row.number:
        row.number = next_number(row.document_class.code, on=today)
    row = _moved(
        row, DocumentState.PUBLISHED, "documents.document_published", actor=actor, at=at, comment=note
    )
    _tell(row.author, "documents.published", row, actor=actor, at=at)
    return row


@transaction.atomic
def next_version(*, actor: Any, document: Document, at: datetime) -> Document:
    """A draft of the version after a published one; there is one at a time. Raises ``Conflict``, ``NotAllowed``."""
    old = _locked(actor, "revise", document)
    if old.state != DocumentState.PUBLISHED:
        raise Conflict(_("The next version follows the published one."))
    if Document.objects.filter(supersedes=old).exists():
        raise Conflict(_("Somebody is writing the next version already."), way_out=_("Open that draft."))
    row = Document(
        document_class=old.document_class,
        number=old.number,
        edition=old.edition + 1,
        title=old.title,
        summary=old.summary,
        reviewer=old.reviewer if old.reviewer_id != actor.pk else None,
        author=actor,
        created_by=actor,
        supersedes=old,
    )
    row.save()
    data = {"number": row.number, "edition": row.edition}
    record("documents.document_revised", row, old, actor=actor, at=at, data=data)
    return row


@transaction.atomic
def archive_document(*, actor: Any, document: Document, reason: str, at: datetime) -> Document:
    """Take a document out of use; it stays readable for who keeps documents. Raises ``Conflict``, ``NotAllowed``."""
    row = _locked(actor, "archive", document)
    MOVES.require(row.state, DocumentState.ARCHIVED, labels=_LABELS)
    if row.state == DocumentState.DRAFT and row.edition > 1:
        raise Conflict(_("A version that follows another one is finished or changed, not archived."))
    row.archive_reason = reason.strip()[:300]
    return _moved(
        row, DocumentState.ARCHIVED, "documents.document_archived", actor=actor, at=at, comment=reason
    )


def read_document(*, actor: Any, document: Document, at: datetime, request: Any = None) -> BinaryIO:
    """The file of a document, verified; the access log says who read it. Raises ``NotAllowed``, ``DomainError``."""
    if not can(actor, "view", document) or document.file is None:
        raise NotAllowed(_("You may not download this file."))
    return read_checked(document.file, actor=actor, obj=document, at=at, request=request)


def _written(row: Document, verb: str, upload: Any, *, actor: Any, at: datetime) -> Document:
    """Save a draft, with a new file if there is one."""
    if upload is None:
        with transaction.atomic():
            row.save()
            record(verb, row, actor=actor, at=at, data={"title": row.title})
        return row
    with kept(upload, at=at) as write:
        row.file = write()
        row.save()
        data = {"title": row.title, "file": row.file.name, "sha256": row.file.sha256}
        record(verb, row, actor=actor, at=at, data=data)
    return row


def _locked(actor: Any, verb: str, document: Document) -> Document:
    row = lock_row(Document.objects.select_related("document_class", "file", "reviewer"), document.pk)
    if not can(actor, verb, row):
        raise NotAllowed(_("You may not do this with this document."))
    return row


def _require_file(row: Document) -> None:
    if row.file_id is None:
        raise InvalidInput(
            _("The document has no file yet."), field="file", way_out=_("Edit the draft and put its file in.")
        )


def _moved(
    row: Document, state: DocumentState, verb: str, *, actor: Any, at: datetime, comment: str = ""
) -> Document:
    row.state = state
    row.version += 1
    row.save()
    data = {"number": row.number or "", "edition": row.edition, "title": row.title}
    record(verb, row, actor=actor, at=at, data=data, comment=comment)
    return row


def _tell(person: Any, kind: str, row: Document, *, actor: Any, at: datetime) -> None:
    """A notice to the reviewer or the author; nobody is told of an act of their own."""
    if person is None or person.pk == actor.pk or not person.is_active:
        return
    facts = {"title": row.title, "number": row.number or "", "note": row.review_note, "actor": str(actor)}
    notify(person, kind, f"{kind}:{row.pk}:{row.version}", facts, record_url(row), at=at)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
