"""Pages of the audit: acts, accesses, row history, the chain; a masked field in full, with its purpose."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from salesops.audit import tables
from salesops.audit.filters import AccessFilter, EventFilter, RowChangeFilter
from salesops.audit.forms import PurposeForm
from salesops.audit.masking import history_masks, masked_fields, may_unmask, model_of
from salesops.audit.models import AccessLog, AuditEvent, AuditSeal, RowChange
from salesops.audit.panels import may_see_history, record_timeline
from salesops.audit.selectors import created_values, head, row_history, verify_chain
from salesops.audit.services.access import log_unmask
from salesops.audit.tracking import left_out_of
from salesops.audit.verbs import sentence_of, shown
from salesops.audit.words import column_label, figure_label, table_label, value_words
from salesops.core.errors import AskOffer, NotAllowed
from salesops.core.keys import row_key
from salesops.core.policies import policy_of
from salesops.ui.links import record_url
from salesops.ui.marks import exact_date, person_mark
from salesops.ui.views import HouseView, PageView, RecordDetailView, RecordListView


class EventList(RecordListView):
    model, table_class, filterset_class = AuditEvent, tables.EventTable, EventFilter
    title = _("Audit log")
    intro = _("Every act in the house, written with it and chained; nothing here can be changed.")
    default_sort = "-at"
    sensitive = True
    empty_title = _("No acts fit")

    def base_queryset(self) -> QuerySet[AuditEvent]:
        return AuditEvent.objects.select_related("actor").defer("hash")


class EventPage(RecordDetailView):
    """One act with its figures, the records it concerns and the rows it changed."""

    model = AuditEvent
    template_name = "audit/event.html"

    def base_queryset(self) -> QuerySet[AuditEvent]:
        return AuditEvent.objects.select_related("actor")

    def get_title(self, obj: AuditEvent) -> Any:
        return sentence_of(obj.verb, obj.actor, obj.data)

    def facts(self, obj: AuditEvent) -> list[tuple[Any, Any]]:
        return [
            (_("When"), exact_date(obj.at)),
            (_("Who"), person_mark(obj.actor) if obj.actor else _("The system")),
            (_("From where"), obj.address),
            (_("Act"), obj.verb),
            (_("Comment"), obj.comment),
            (_("Request"), obj.request_id),
            (_("Seal"), obj.seal_id),
        ]

    def get_context(self, obj: AuditEvent) -> dict[str, Any]:
        subjects = []
        for link in obj.links.select_related("content_type").order_by("pk"):
            model = link.content_type.model_class()
            row = model._default_manager.filter(pk=link.object_id).first() if model else None
            subjects.append((row, record_url(row), link))
        rows = RowChange.objects.filter(seal_id=obj.seal_id).order_by("pk")[:100] if obj.seal_id else []
        return {
            "data": [
                (figure_label(key), shown(value, obj.data.get("currency"))) for key, value in obj.data.items()
            ],
            "subjects": subjects,
            "changes": changes_for(rows, self.request.user),
        }


class AccessList(RecordListView):
    model, table_class, filterset_class = AccessLog, tables.AccessTable, AccessFilter
    title = _("Access log")
    intro = _("Sign-ins, exports, searches over other people's data, views of sensitive records, refusals.")
    default_sort = "-at"
    sensitive = True
    empty_title = _("No access fits")

    def base_queryset(self) -> QuerySet[AccessLog]:
        return AccessLog.objects.select_related("actor", "content_type").defer("hash")


class RowChangeList(RecordListView):
    model, table_class, filterset_class = RowChange, tables.RowChangeTable, RowChangeFilter
    title = _("Row history")
    intro = _("What happened to each row of the database, however it came about.")
    default_sort = "-at"
    sensitive = True
    empty_title = _("No changes fit")

    def base_queryset(self) -> QuerySet[RowChange]:
        return RowChange.objects.select_related("actor").defer("hash")


class OneRecord(HouseView):
    """Pages about any record, named by app, model and key; a row out of reach is not there."""

    def target(self, app_label: str, model_name: str, pk: int) -> Model:
        model = model_of(app_label, model_name)
        if model is None:
            raise Http404
        try:
            policy = policy_of(model)
        except LookupError:
            raise Http404 from None
        obj = model._default_manager.filter(policy.scope(self.request.user), pk=pk).first()
        if obj is None:
            raise Http404
        return obj


class RowHistory(OneRecord):
    """All changes of one row, newest first, back to the values at its creation."""

    def get(self, request: HttpRequest, app_label: str, model_name: str, pk: int) -> HttpResponse:
        obj = self.target(app_label, model_name, pk)
        if not policy_of(RowChange).can(request.user, "view"):
            raise NotAllowed(_("The row history is for the audit."))
        rows = list(row_history(obj)[:500])
        table = obj._meta.db_table
        hidden = left_out_of(type(obj))
        concrete = {
            f.column: getattr(obj, f.attname) for f in obj._meta.concrete_fields if f.column not in hidden
        }
        created = created_values(concrete, rows) if rows and rows[-1].op == "I" else {}
        created = history_masks.apply(obj._meta.db_table, created, request.user)
        context = {
            "object": obj,
            "title": _("Row history of %(record)s") % {"record": obj},
            "crumbs": [(str(obj), record_url(obj))] if record_url(obj) else [],
            "changes": changes_for(rows, request.user),
            "created": [
                (column_label(table, k), value_words(table, k, v))
                for k, v in created.items()
                if v not in (None, "")
            ],
        }
        return render(request, "audit/row_history.html", context)


def changes_for(rows: Any, user: Any) -> list[dict[str, Any]]:
    """Row changes with their columns by name, old beside new, as far as ``user`` may see them."""
    answer = []
    for change in rows:
        table = change.table_name
        old, new = (history_masks.apply(table, part, user) for part in (change.old, change.new))
        keys = new if change.op == "U" else old
        answer.append(
            {
                "change": change,
                "table": table_label(table),
                "lines": [
                    (
                        column_label(table, k),
                        value_words(table, k, old.get(k)),
                        value_words(table, k, new[k]) if k in new else "",
                    )
                    for k in keys
                ],
            }
        )
    return answer


class TimelinePart(OneRecord):
    """Older entries of a timeline; a fragment for the page, a page of its own without JavaScript."""

    def get(self, request: HttpRequest, app_label: str, model_name: str, pk: int) -> HttpResponse:
        obj = self.target(app_label, model_name, pk)
        if not may_see_history(request.user, obj):
            raise NotAllowed(_("The history of this record is for those who keep it."))
        before = row_key(request.GET.get("before", ""))
        context = {"c": record_timeline(request, obj, before), "object": obj}
        if request.htmx:
            return render(request, "audit/timeline.html", context)
        crumbs = [(str(obj), record_url(obj))] if record_url(obj) else []
        return render(
            request, "audit/timeline_page.html", context | {"title": _("Timeline"), "crumbs": crumbs}
        )


class Unmask(OneRecord):
    """One masked field in full: asks what for, writes it down, then shows the value once."""

    def prepare(self) -> tuple[Model, Any]:
        kwargs = self.kwargs
        entry = masked_fields.find(kwargs["app_label"], kwargs["model_name"], kwargs["field"])
        if entry is None:
            raise Http404
        obj = self.target(kwargs["app_label"], kwargs["model_name"], kwargs["pk"])
        if not may_unmask(self.request.user, obj):
            raise NotAllowed(
                _("Your role sees this field masked."),
                way_out=_("Ask the person who holds the record."),
                release=AskOffer(
                    _("Please help with %(record)s") % {"record": obj},
                    people=(getattr(obj, "owner", None),),
                    subject=obj,
                ),
            )
        return obj, entry

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        obj, entry = self.prepare()
        return self.show(obj, entry, PurposeForm(user=request.user))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        obj, entry = self.prepare()
        form = PurposeForm(request.POST, user=request.user)
        if not form.is_valid():
            return self.show(obj, entry, form)
        purpose = form.cleaned_data["purpose"]
        log_unmask(actor=request.user, obj=obj, field=entry.field, purpose=purpose, at=self.at)
        return self.show(obj, entry, None, value=str(getattr(obj, entry.field) or ""))

    def show(self, obj: Model, entry: Any, form: Any, value: str | None = None) -> HttpResponse:
        context = {
            "object": obj,
            "form": form,
            "label": entry.label,
            "value": value,
            "url": record_url(obj),
            "title": _("See in full: %(field)s") % {"field": entry.label},
            "crumbs": [(str(obj), record_url(obj))] if record_url(obj) else [],
        }
        return render(self.request, "audit/unmask.html", context)


class Integrity(PageView):
    """The chain: how long it is, its newest hash, and on request the check of every row."""

    template_name = "audit/integrity.html"
    title = _("Is the audit whole?")

    def allowed(self) -> None:
        if not policy_of(AuditSeal).can(self.request.user, "view"):
            raise NotAllowed(_("This page is for the audit."))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.allowed()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.allowed()
        self.faults = verify_chain()
        return super().get(request, *args, **kwargs)

    def get_context(self) -> dict[str, Any]:
        seals, newest = head()
        return {"seals": seals, "newest": newest, "faults": getattr(self, "faults", None)}
