"""What this room hangs into the frame: the panel on every record, the menu, sentences of the timeline."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from salesops.audit import tracking, verbs
from salesops.core.subjects import visible_subject
from salesops.documents.forms import ACCEPT
from salesops.documents.models import Attachment, Document, DocumentClass, Letterhead, PrintText, StoredFile
from salesops.documents.printing import prints_of
from salesops.documents.services.thumbs import is_picture
from salesops.ui.registries import MenuItem, Panel, menu, panels, side_by_side, stylesheets, tones


def files_of(request: Any, obj: Any) -> dict[str, Any]:
    """The newest version of each file of a record; older and voided ones below."""
    content_type = ContentType.objects.get_for_model(obj)
    rows = list(Attachment.objects.about(obj).select_related("file", "created_by", "replaced_by"))
    for row in rows:
        row.shown_small = is_picture(row.file) and not row.voided_at
    return {
        "rows": [row for row in rows if row.state == "current"],
        "others": [row for row in rows if row.state != "current"],
        "may_add": visible_subject(request.user, content_type, obj.pk, "edit") is not None,
        "add_url": reverse("documents:attachment_add", args=[obj._meta.label_lower, obj.pk]),
        "form_key": uuid.uuid4(),
        "accept": ACCEPT,
    }


def prints_of_record(request: Any, obj: Any) -> dict[str, Any] | None:
    """The papers of a record on its own page, which only who may see it opens."""
    found = [template for template in prints_of(type(obj)) if template.allowed(request.user, obj)]
    return {"prints": found, "object": obj} if found else None


def register() -> None:
    side_by_side("documents.documents", "documents.classes", "documents.files")
    side_by_side("documents.letterhead", "documents.texts", "documents.store")
    panels.register(
        "documents.prints",
        Panel("*", _("Prints"), "documents/panel_prints.html", prints_of_record, place="side", order=90),
    )
    for key, label, url, model, order in (
        ("letterhead", _("Letterhead"), "letterhead_list", Letterhead, 41),
        ("texts", _("Texts of prints"), "printtext_list", PrintText, 42),
    ):
        menu.register(
            f"documents.{key}",
            MenuItem(
                "administration",
                label,
                f"documents:{url}",
                model,
                "add",
                order=order,
            ),
        )
    panels.register(
        "documents.files",
        Panel("*", _("Files"), "documents/panel_files.html", files_of, place="tab", order=50),
    )
    menu.register(
        "documents.files",
        MenuItem("handbook", _("Files"), "documents:attachment_list", Attachment, order=60, icon="file"),
    )
    menu.register(
        "documents.store",
        MenuItem(
            "administration",
            _("Store of files"),
            "documents:store_check",
            roles=("administrator", "auditor", "gm"),
            order=64,
        ),
    )
    menu.register(
        "documents.documents",
        MenuItem("handbook", _("Documents"), "documents:document_list", Document, order=55, icon="file-text"),
    )
    menu.register(
        "documents.classes",
        MenuItem(
            "handbook",
            _("Document classes"),
            "documents:documentclass_list",
            DocumentClass,
            "add",
            order=58,
            icon="tag",
        ),
    )
    tones.register(
        Document,
        {
            "draft": "plain",
            "in_review": "attention",
            "published": "good",
            "superseded": "plain",
            "archived": "plain",
        },
    )
    stylesheets.register("documents", "css/documents.css")
    tracking.exempt(StoredFile, "written once; the database refuses every change")
    verbs.register(
        {
            "documents.file_added": _("%(actor)s added the file %(file)s"),
            "documents.file_replaced": _("%(actor)s put version %(edition)s of the file %(file)s"),
            "documents.class_set": _("%(actor)s set the document class %(code)s"),
            "documents.document_created": _("%(actor)s wrote the draft %(title)s"),
            "documents.document_changed": _("%(actor)s changed the draft %(title)s"),
            "documents.document_submitted": _("%(actor)s handed %(title)s to its reviewer"),
            "documents.document_returned": _("%(actor)s returned %(title)s to its author"),
            "documents.document_published": _(
                "%(actor)s published %(number)s, version %(edition)s: %(title)s"
            ),
            "documents.document_superseded": _("%(number)s, version %(edition)s, was superseded"),
            "documents.document_revised": _("%(actor)s began version %(edition)s of %(number)s"),
            "documents.document_archived": _("%(actor)s archived %(title)s"),
            "documents.letterhead_set": _("%(actor)s set the letterhead from %(from_date)s on"),
            "documents.text_set": _("%(actor)s set a text of prints from %(from_date)s on"),
            "documents.file_voided": _("%(actor)s voided the file %(file)s"),
        }
    )
