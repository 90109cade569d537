"""Files on records: list, page, upload, replacement, download."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from salesops.core.policies import can
from salesops.core.subjects import records, visible_subject
from salesops.documents import services
from salesops.documents.choices import FileState
from salesops.documents.forms import ReplaceForm, UploadForm, VoidForm
from salesops.documents.kinds import KINDS
from salesops.documents.models import Attachment
from salesops.documents.services.thumbs import is_picture
from salesops.documents.tables import AttachmentFilter, AttachmentTable
from salesops.ui.links import record_url
from salesops.ui.templatetags.ui import exact, link, person
from salesops.ui.views import Act, ActionView, PageView, RecordCreateView, RecordDetailView, RecordListView
from salesops.ui.views.base import RecordView

# Names that a system keeps for its devices.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


class AttachmentList(RecordListView):
    model, table_class, filterset_class = Attachment, AttachmentTable, AttachmentFilter
    title = _("Files")
    default_sort = "-added_at"
    empty_title = _("No files yet")
    empty_text = _("Files are put on the page of the record that they belong to.")

    def base_queryset(self) -> QuerySet:
        return Attachment.objects.select_related("file", "subject_type", "created_by", "replaced_by")


class AttachmentPage(RecordDetailView):
    model, state_field = Attachment, ""
    template_name = "documents/attachment_detail.html"

    def get_context(self, obj: Attachment) -> dict[str, Any]:
        return {"picture": is_picture(obj.file) and can(self.request.user, "download", obj)}

    def base_queryset(self) -> QuerySet:
        return Attachment.objects.select_related("file", "subject_type", "created_by", "replaces__file")

    def get_subtitle(self, obj: Attachment) -> str:
        return obj.note

    def facts(self, obj: Attachment) -> list[tuple[Any, Any]]:
        newer = getattr(obj, "replaced_by", None)
        return [
            (_("Record"), link(obj.subject)),
            (_("State"), FileState(obj.state).label),
            (_("Version"), obj.edition),
            (_("Newer version"), link(newer) if newer else ""),
            (_("Older version"), link(obj.replaces) if obj.replaces else ""),
            (_("Size"), filesizeformat(obj.file.size)),
            (_("Added"), exact(obj.added_at)),
            (_("Added by"), person(obj.created_by) if obj.created_by else ""),
            (_("Voided"), exact(obj.voided_at) if obj.voided_at else ""),
            (_("Why it was voided"), obj.void_reason),
            (_("Check sum (SHA-256)"), obj.file.sha256),
        ]

    def acts(self, obj: Attachment) -> list[Act]:
        def act(label: Any, page: str, verb: str, **more: Any) -> Act:
            return Act(label, reverse(f"documents:attachment_{page}", args=[obj.pk]), verb, **more)

        acts = [act(_("Download"), "download", "download", primary=True)]
        if obj.state == FileState.CURRENT:
            acts += [
                act(_("Put a new version"), "replace", "replace"),
                act(_("Void"), "void", "void", danger=True),
            ]
        return acts


class AttachmentAdd(RecordCreateView):
    """Upload to a record; the panel on the record's page posts here, and so does a drop."""

    model, form_class, title = Attachment, UploadForm, _("Add files")
    submit_label = _("Upload")

    def prepare(self) -> None:
        model = records.get(self.kwargs["kind"])
        subject = None
        if model is not None:
            from django.contrib.contenttypes.models import ContentType

            content_type = ContentType.objects.get_for_model(model)
            subject = visible_subject(self.request.user, content_type, self.kwargs["key"])
        if subject is None:
            raise Http404
        self.subject = subject
        self.require("edit", subject)

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        form = super().get_form(data, files)
        form.request = self.request
        return form

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(str(self.subject), record_url(self.subject))]

    def perform(self, form: Any, *, actor: Any, at: Any) -> Attachment:
        rows = services.add_files(
            actor=actor,
            subject=self.subject,
            uploads=form.cleaned_data["file"],
            note=form.cleaned_data["note"],
            at=at,
        )
        return rows[-1]

    def get_success_url(self, obj: Any) -> str:
        url = record_url(self.subject)
        return f"{url}#files" if url else record_url(obj)

    def get_cancel_url(self) -> str:
        return record_url(self.subject) or "/"


class AttachmentReplace(ActionView):
    model, verb, form_class, title = Attachment, "replace", ReplaceForm, _("Put a new version")
    explain = _("The version of now stays and can be downloaded further on.")
    submit_label = _("Upload")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        form = super().get_form(data, files)
        form.request = self.request
        return form

    def perform(self, obj: Attachment, form: Any, *, actor: Any, at: Any) -> Attachment:
        return services.replace_file(
            actor=actor,
            attachment=obj,
            upload=form.cleaned_data["file"],
            note=form.cleaned_data["note"],
            at=at,
        )


class AttachmentVoid(ActionView):
    model, verb, form_class, title, danger = Attachment, "void", VoidForm, _("Void"), True
    explain = _("The file is not used any more. It stays in the store with who voided it and why.")

    def perform(self, obj: Attachment, form: Any, *, actor: Any, at: Any) -> Attachment:
        return services.void_file(actor=actor, attachment=obj, at=at, **form.cleaned_data)


class AttachmentDownload(RecordView):
    """The content, for who may see the record at this moment."""

    model = Attachment

    def base_queryset(self) -> QuerySet:
        return Attachment.objects.select_related("file", "subject_type")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        attachment = self.get_object()
        if not can(request.user, "download", attachment):
            raise Http404
        file = services.download(actor=request.user, attachment=attachment, at=self.at, request=request)
        return handed_out(FileResponse(file), name=attachment.file.name, kind=attachment.file.kind)


class AttachmentThumbnail(RecordView):
    """A picture made small, for pages: the same right at the same moment as the download."""

    model = Attachment
    side = "small"

    def base_queryset(self) -> QuerySet:
        return Attachment.objects.select_related("file", "subject_type")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        attachment = self.get_object()
        if not can(request.user, "download", attachment) or not is_picture(attachment.file):
            raise Http404
        content = services.thumbnail(
            actor=request.user, attachment=attachment, side=self.side, at=self.at, request=request
        )
        return handed_out(HttpResponse(content), name=f"{attachment.pk}-{self.side}.jpg", kind="jpg")


def handed_out(response: HttpResponse | FileResponse, *, name: str, kind: str) -> Any:
    """The headers with which a stored file leaves: never shown by the browser, never guessed at."""
    stem, _dot, _rest = name.partition(".")
    safe = f"_{name}" if stem.strip().lower() in _DEVICES else name
    response["Content-Type"] = KINDS[kind].content_type if kind in KINDS else "application/octet-stream"
    response["Content-Disposition"] = content_disposition_header(True, safe)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


class StoreCheck(PageView):
    """Files that are gone or changed; the nightly job reads every one, this page their sizes."""

    template_name, title = "documents/store.html", _("Store of files")
    roles = ("administrator", "auditor", "gm")

    def get_context(self) -> dict[str, Any]:
        return services.store_report(at=self.at)
