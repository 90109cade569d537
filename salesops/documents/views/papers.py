"""Documents and their classes: lists, pages, acts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from salesops.core.choices import Role
from salesops.documents import services
from salesops.documents.choices import DocumentState
from salesops.documents.forms import DocumentClassForm, DocumentForm, NoteForm, PublishForm, VoidForm
from salesops.documents.models import Document, DocumentClass
from salesops.documents.tables import DocumentClassTable, DocumentFilter, DocumentTable
from salesops.documents.views.attachments import handed_out
from salesops.ui.templatetags.ui import exact, link, person
from salesops.ui.views import (
    Act,
    ActionView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)
from salesops.ui.views.base import HouseView, RecordView


class DocumentList(RecordListView):
    model, table_class, filterset_class = Document, DocumentTable, DocumentFilter
    add_url_name, add_label = "documents:document_create", _("New document")
    default_sort = "-published_on"
    empty_title = _("No documents here yet")
    empty_text = _("Write a draft, put its file in and hand it to a reviewer.")

    def base_queryset(self) -> QuerySet:
        return Document.objects.select_related("document_class", "author", "reviewer")


class DocumentPage(RecordDetailView):
    model = Document

    def base_queryset(self) -> QuerySet:
        return Document.objects.select_related("document_class", "author", "reviewer", "file", "supersedes")

    def get_title(self, obj: Document) -> Any:
        return obj.title

    def get_subtitle(self, obj: Document) -> Any:
        return obj.number or ""

    def facts(self, obj: Document) -> list[tuple[Any, Any]]:
        newer = getattr(obj, "superseded_by", None)
        file = obj.file
        return [
            (_("Class of the document"), link(obj.document_class)),
            (_("Secrecy"), obj.document_class.get_secrecy_display()),
            (_("Number"), obj.number),
            (_("Version"), obj.edition),
            (_("Newer version"), link(newer) if newer and newer.state != DocumentState.DRAFT else ""),
            (_("Older version"), link(obj.supersedes) if obj.supersedes else ""),
            (_("Author"), person(obj.author)),
            (_("Reviewer"), person(obj.reviewer) if obj.reviewer else ""),
            (_("What the reviewer says"), obj.review_note),
            (_("Published on"), exact(obj.published_on) if obj.published_on else ""),
            (_("Kept until"), exact(obj.keep_until) if obj.keep_until else ""),
            (_("File"), f"{file.name} ({filesizeformat(file.size)})" if file else _("none yet")),
            (_("Check sum (SHA-256)"), file.sha256 if file else ""),
            (_("Summary"), obj.summary),
            (_("Why it was archived"), obj.archive_reason),
        ]

    def acts(self, obj: Document) -> list[Act]:
        def act(label: Any, page: str, verb: str, **more: Any) -> Act:
            return Act(label, reverse(f"documents:document_{page}", args=[obj.pk]), verb, **more)

        reviewed = obj.document_class.reviewed
        publish = act(_("Publish"), "publish", "publish", primary=True)
        by_state = {
            DocumentState.DRAFT: [
                act(_("Hand to the reviewer"), "submit", "submit", primary=True) if reviewed else publish,
                act(_("Edit"), "edit", "edit"),
                *([act(_("Archive"), "archive", "archive", danger=True)] if obj.edition == 1 else []),
            ],
            DocumentState.IN_REVIEW: [publish, act(_("Return to the author"), "return", "review")],
            DocumentState.PUBLISHED: [
                act(_("Write the next version"), "revise", "revise"),
                act(_("Archive"), "archive", "archive", danger=True),
            ],
        }
        download = act(_("Download"), "download", "view", primary=obj.state == DocumentState.PUBLISHED)
        return [*([download] if obj.file_id else []), *by_state.get(DocumentState(obj.state), [])]


class DocumentCreate(RecordCreateView):
    model, form_class, title = Document, DocumentForm, _("New document")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        form = super().get_form(data, files)
        form.request = self.request
        return form

    def perform(self, form: Any, *, actor: Any, at: Any) -> Document:
        data = dict(form.cleaned_data)
        return services.create_document(actor=actor, at=at, upload=data.pop("file", None), **data)


class DocumentEdit(RecordUpdateView):
    model, form_class = Document, DocumentForm

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        form = super().get_form(data, files)
        form.request = self.request
        return form

    def perform(self, form: Any, *, actor: Any, at: Any) -> Document:
        data = dict(form.cleaned_data)
        return services.change_document(
            actor=actor, document=self.object, at=at, upload=data.pop("file", None), **data
        )


class DocumentAct(ActionView):
    model = Document

    def base_queryset(self) -> QuerySet:
        return Document.objects.select_related("document_class")


class DocumentSubmit(DocumentAct):
    verb, title = "submit", _("Hand to the reviewer")
    explain = _("The reviewer reads it and publishes it or returns it with what is to be changed.")

    def perform(self, obj: Document, form: Any, *, actor: Any, at: Any) -> Document:
        return services.submit_document(actor=actor, document=obj, at=at)


class DocumentReturn(DocumentAct):
    verb, title, form_class = "review", _("Return to the author"), NoteForm

    def perform(self, obj: Document, form: Any, *, actor: Any, at: Any) -> Document:
        return services.return_document(actor=actor, document=obj, at=at, **form.cleaned_data)


class DocumentPublish(DocumentAct):
    verb, title, form_class = "publish", _("Publish"), PublishForm
    explain = _("It gets its number and does not change any more. The version before it is superseded.")

    def perform(self, obj: Document, form: Any, *, actor: Any, at: Any) -> Document:
        return services.publish_document(actor=actor, document=obj, at=at, **form.cleaned_data)


class DocumentRevise(DocumentAct):
    verb, title = "revise", _("Write the next version")
    explain = _("A draft of the next version begins; this one stays in force until that is published.")

    def perform(self, obj: Document, form: Any, *, actor: Any, at: Any) -> Document:
        return services.next_version(actor=actor, document=obj, at=at)


class DocumentArchive(DocumentAct):
    verb, title, form_class, danger = "archive", _("Archive"), VoidForm, True
    explain = _("The document is not in use any more. Who keeps the documents can still read it.")

    def perform(self, obj: Document, form: Any, *, actor: Any, at: Any) -> Document:
        return services.archive_document(actor=actor, document=obj, at=at, **form.cleaned_data)

    def get_success_url(self, obj: Any) -> str:
        return reverse("documents:document_list")


class DocumentDownload(RecordView):
    model = Document

    def base_queryset(self) -> QuerySet:
        return Document.objects.select_related("file", "document_class")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        document = self.get_object()
        if document.file is None:
            raise Http404
        file = services.read_document(actor=request.user, document=document, at=self.at, request=request)
        return handed_out(FileResponse(file), name=document.file.name, kind=document.file.kind)


class DocumentMoved(HouseView):
    """From the address that documents had before to the one that they have."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return HttpResponsePermanentRedirect(
            f"{reverse('documents:document_list')}{self.kwargs.get('rest', '')}"
        )


class ClassList(RecordListView):
    model, table_class = DocumentClass, DocumentClassTable
    add_url_name, add_label = "documents:documentclass_create", _("New class")
    default_sort = "code"


class ClassPage(RecordDetailView):
    model, state_field = DocumentClass, ""

    def facts(self, obj: DocumentClass) -> list[tuple[Any, Any]]:
        roles = dict(Role.choices)
        return [
            (_("Letters of its numbers"), obj.code),
            (_("Name in English"), obj.name_en),
            (_("Name in simplified Chinese"), obj.name_zh_hans),
            (_("Name in traditional Chinese"), obj.name_zh_hant),
            (_("Secrecy"), obj.get_secrecy_display()),
            (_("Roles that read secret ones"), ", ".join(str(roles.get(role, role)) for role in obj.readers)),
            (_("Kept for (years)"), obj.keep_years),
            (_("Reviewed before publishing"), _("yes") if obj.reviewed else _("no")),
        ]

    def acts(self, obj: DocumentClass) -> list[Act]:
        return [Act(_("Edit"), reverse("documents:documentclass_edit", args=[obj.pk]), "edit", primary=True)]


class ClassCreate(RecordCreateView):
    model, form_class, title = DocumentClass, DocumentClassForm, _("New class")

    def perform(self, form: Any, *, actor: Any, at: Any) -> DocumentClass:
        return services.set_class(actor=actor, at=at, **form.cleaned_data)


class ClassEdit(RecordUpdateView):
    model, form_class = DocumentClass, DocumentClassForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> DocumentClass:
        return services.set_class(actor=actor, at=at, existing=self.object, **form.cleaned_data)
