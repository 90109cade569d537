"""Pages of imports: list, upload, mapping with preview, progress and result."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.core.choices import Role
from salesops.core.errors import AskOffer, DomainError, InvalidInput, NotAllowed
from salesops.core.policies import can
from salesops.exchange.context import Rejection
from salesops.exchange.forms import MappingForm, UploadForm
from salesops.exchange.models import BatchState, ImportBatch
from salesops.exchange.permissions import kinds_for
from salesops.exchange.reading import open_source
from salesops.exchange.registry import import_kinds
from salesops.exchange.services import undo_import, wizard
from salesops.exchange.services.badrows import write_bad_rows
from salesops.exchange.tables import ImportFilter, ImportTable
from salesops.exchange.toml import dump_mapping
from salesops.ui.views import ActionView, RecordListView
from salesops.ui.views.base import HouseView, RecordView
from salesops.ui.views.submit import explained

EDITABLE = (BatchState.UPLOADED, BatchState.CHECKED, BatchState.FAILED)
BUSY = (BatchState.CHECKING, BatchState.RUNNING)


class ImportList(RecordListView):
    model = ImportBatch
    table_class = ImportTable
    filterset_class = ImportFilter
    add_url_name = "exchange:importbatch_create"
    add_label = gettext_lazy("Import a file")
    title = gettext_lazy("Imports")
    empty_title = gettext_lazy("Nothing was imported yet")
    empty_text = gettext_lazy("Bring your own spreadsheets: customers, products, orders, receivables.")

    def base_queryset(self) -> Any:
        return ImportBatch.objects.select_related("created_by")


class ImportNew(HouseView):
    """Upload a file."""

    template_name = "exchange/new.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.show(UploadForm(user=request.user, kinds=self.kinds()))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = UploadForm(request.POST, request.FILES, user=request.user, kinds=self.kinds())
        if not form.is_valid():
            return self.show(form, status=422)
        data = form.cleaned_data
        try:
            batch = wizard.upload(
                actor=request.user,
                kind=import_kinds[data["kind"]],
                upload=data["file"],
                mapping=data["mapping"],
                at=self.at,
            )
        except NotAllowed:
            raise
        except DomainError as error:
            beside = error.field in form.fields
            if beside:
                form.add_error(error.field, ValidationError(str(error)))
            return self.show(form, status=422, refusal=explained(error) if beside else error)
        return redirect("exchange:importbatch_detail", pk=batch.pk)

    def kinds(self) -> list[Any]:
        kinds = kinds_for(self.request.user)
        if not kinds:
            raise NotAllowed(
                _("Your role may not import files."),
                way_out=_("Ask an administrator."),
                release=AskOffer(_("Please import a file for me"), roles=(Role.ADMINISTRATOR,)),
            )
        return kinds

    def show(self, form: UploadForm, status: int = 200, refusal: Any = None) -> HttpResponseBase:
        context = {
            "refusal": refusal,
            "form": form,
            "title": _("Import a file"),
            "crumbs": [(_("Imports"), reverse("exchange:importbatch_list"))],
            "kinds": self.kinds(),
        }
        return render(self.request, self.template_name, context, status=status)


class ImportPage(RecordView):
    """One import: its mapping and preview, its progress, its result."""

    model = ImportBatch
    template_name = "exchange/import.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        batch = self.get_object()
        if request.GET.get("part") == "status":
            return render(request, "exchange/status.html", self.status(batch))
        return self.show(batch, None)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        batch = self.get_object()
        self.require("run", batch)
        form = self.form_of(batch, request.POST)
        if form is None:
            raise InvalidInput(
                _("This import can no longer be changed."), way_out=_("Upload the file again.")
            )
        if not form.is_valid():
            return self.show(batch, form, status=422)
        data = form.cleaned_data
        try:
            wizard.set_mapping(
                actor=request.user,
                batch=batch,
                mapping=form.mapping(),
                skip_bad=data["skip_bad"],
                allocate="oldest" if data.get("allocate") else "",
                at=self.at,
            )
        except InvalidInput as error:
            form.add_error(None, ValidationError(str(error)))
            return self.show(batch, form, status=422)
        return redirect("exchange:importbatch_detail", pk=batch.pk)

    def form_of(self, batch: ImportBatch, data: Any = None) -> MappingForm | None:
        if batch.state not in EDITABLE or not can(self.request.user, "run", batch):
            return None
        try:
            source = open_source(wizard.path_of(batch), file={**batch.mapping.get("file", {})}, join={})
        except InvalidInput:
            return None
        initial = {
            "skip_bad": batch.skip_bad,
            "allocate": batch.allocate == "oldest",
            "duplicates": batch.mapping.get("file", {}).get("duplicates", "reject"),
        }
        return MappingForm(
            data, kind=import_kinds[batch.kind], headers=source.headers, before=batch.mapping, initial=initial
        )

    def status(self, batch: ImportBatch) -> dict[str, Any]:
        user = self.request.user
        return {
            "batch": batch,
            "kind": import_kinds.get(batch.kind),
            "busy": batch.state in BUSY,
            "percent": min(batch.progress * 100 // batch.rows, 100) if batch.rows else 0,
            "rejections": batch.rejections[:100],
            "can_run": batch.state == BatchState.CHECKED and can(user, "run", batch),
            "blocked": bool(batch.rejected) and not batch.skip_bad,
            "can_undo": batch.state == BatchState.DONE and can(user, "undo", batch),
        }

    def show(self, batch: ImportBatch, form: MappingForm | None, status: int = 200) -> HttpResponseBase:
        form = form or self.form_of(batch)
        shown: dict[str, Any] = {}
        problem = ""
        if form is not None:
            try:
                shown = wizard.preview(batch)
            except InvalidInput as error:
                problem = str(error)
        context = {
            "title": _("Import") + f" {batch.pk}",
            "crumbs": self.list_crumb(),
            "form": form,
            "preview": shown,
            "problem": problem,
            **self.status(batch),
        }
        return render(self.request, self.template_name, context, status=status)


class ImportRun(ActionView):
    model = ImportBatch
    verb = "run"
    title = gettext_lazy("Import now")
    asks_again = True  # receipts and roles come in this way too

    def get_explain(self, obj: ImportBatch) -> Any:
        return _(
            "%(created)d records will be created, %(updated)d changed; %(unchanged)d are on file already."
        ) % {"created": obj.created, "updated": obj.updated, "unchanged": obj.unchanged}

    def perform(self, obj: ImportBatch, form: Any, *, actor: Any, at: Any) -> ImportBatch:
        return wizard.start(actor=actor, batch=obj, at=at)


class ImportUndo(ActionView):
    model = ImportBatch
    verb = "undo"
    danger = True
    title = gettext_lazy("Undo this import")
    asks_again = True

    def get_explain(self, obj: ImportBatch) -> Any:
        return _(
            "%(created)d records that this import created will be removed, if nothing stands on them yet. What "
            "it changed stays as it is."
        ) % {"created": obj.created}

    def perform(self, obj: ImportBatch, form: Any, *, actor: Any, at: Any) -> ImportBatch:
        undo_import(obj.pk, actor=actor, at=at)
        return obj


class ImportErrors(RecordView):
    """The rejected rows as a file."""

    model = ImportBatch

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        batch = self.get_object()
        rejected = [Rejection(**entry) for entry in batch.rejections]
        with tempfile.TemporaryDirectory() as folder:
            path = write_bad_rows(
                wizard.path_of(batch), wizard.mapping_of(batch), rejected, Path(folder) / "errors.csv"
            )
            data = path.read_bytes()
        return _attachment(data, f"{Path(batch.file_name).stem}.errors.csv", "text/csv; charset=utf-8")


class ImportMapping(RecordView):
    """The mapping of the page as a file for the next time."""

    model = ImportBatch

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        batch = self.get_object()
        text = dump_mapping(batch.mapping)
        return _attachment(text.encode(), f"{batch.kind}.toml", "application/toml")


class ImportTemplate(HouseView):
    """An empty spreadsheet with the columns of a kind."""

    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        wanted = next((k for k in kinds_for(request.user) if k.name == kind), None)
        if wanted is None:
            raise Http404
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{wanted.name}.csv"'
        response.write("\ufeff")
        csv.writer(response).writerow([column.name for column in wanted.columns])
        return response


def _attachment(data: bytes, name: str, content_type: str) -> HttpResponseBase:
    import io

    return FileResponse(io.BytesIO(data), as_attachment=True, filename=name, content_type=content_type)
