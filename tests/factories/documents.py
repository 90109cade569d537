"""Uploads as a browser sends them, and files on records."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from salesops.documents.models import Attachment, Document, DocumentClass
from salesops.documents.services import add_file, create_document, publish_document, submit_document

AT = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def pdf(text: str = "canary") -> bytes:
    return PDF.replace(b"<<>>endobj", b"<</T(" + text.encode() + b")>>endobj")


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(data, kind, **options)
    return data.getvalue()


def office(part: str = "word/document.xml", **more: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(part, "<w/>")
        for name, content in more.items():
            package.writestr(name.replace("__", "/"), content)
    return data.getvalue()


def upload(name: str = "canary-plan.pdf", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if data is None else data)


def make_attachment(
    subject: Any, actor: Any, *, name: str = "canary-plan.pdf", data: bytes | None = None
) -> Attachment:
    return add_file(actor=actor, subject=subject, upload=upload(name, data), at=AT)


_NO = object()


def make_document(cast: Any, *, code: str = "DY", reviewer: Any = None, upload: Any = _NO) -> Document:
    """A draft of Alice's, to be reviewed by Bob; published it expires with its class."""
    return create_document(
        actor=cast.alice,
        at=AT,
        document_class=DocumentClass.objects.get(code=code),
        title="Canary market",
        reviewer=reviewer or cast.bob,
        upload=SimpleUploadedFile("canary-plan.pdf", pdf()) if upload is _NO else upload,
    )


def in_review(cast: Any, **options: Any) -> Document:
    return submit_document(actor=cast.alice, document=make_document(cast, **options), at=AT)


def published(cast: Any, **options: Any) -> Document:
    return publish_document(actor=cast.bob, document=in_review(cast, **options), at=AT)
