"""The list page: search, filters, columns, sort, paging by key, totals, bulk acts, export."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from salesops.core.errors import InvalidInput, NotAllowed
from salesops.core.policies import can
from salesops.ui.export import export_response
from salesops.ui.filters import RecordFilterSet
from salesops.ui.paging import CAP, Page, measure, page_of, sort_of
from salesops.ui.rows import head, lines
from salesops.ui.saved import saved_views_of
from salesops.ui.tables import RecordTable
from salesops.ui.views.base import RecordView

RESERVED = ("page", "at", "sort", "cols", "part", "format", "view", "purpose")


@dataclass(frozen=True)
class BulkAction:
    """``perform(objects, actor=, at=)`` on rows that were all visible and allowed, in one transaction."""

    key: str
    label: Any
    verb: str
    perform: Callable[..., Any]
    confirm: Any = ""
    danger: bool = False


class RecordListView(RecordView):
    """A list of records of one model in ten lines; see the README of this room."""

    table_class: type[RecordTable]
    filterset_class: type[RecordFilterSet] | None = None
    template_name = "ui/list.html"
    title: Any = ""
    intro: Any = ""
    totals: dict[str, Any] = {}
    bulk_actions: tuple[BulkAction, ...] = ()
    add_url_name = ""
    add_label: Any = ""
    default_sort = ""
    per_page = 50
    sensitive = False
    export_limit = 1_000_000
    empty_title: Any = ""
    empty_text: Any = ""
    page_size_limit = 200

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require("list")
        opened = self.default_view()
        if opened:
            return redirect(opened)
        self.filterset = self.get_filterset()
        queryset = self.filtered()
        if request.GET.get("format"):
            return export_response(self, queryset)
        if request.GET.get("part") == "filters":
            return render(request, "ui/list_filters.html", self.context_of_filters())
        if request.GET.get("part") == "totals":
            return render(request, "ui/parts/list_totals.html", {"measure": self.measured(queryset, None)})
        return render(request, self.template_name, self.page(queryset))

    def default_view(self) -> str:
        """Where a bare list url leads when the person has a default view of it."""
        return ""

    def get_filterset(self) -> RecordFilterSet | None:
        if self.filterset_class is None:
            return None
        return self.filterset_class(self.request.GET, self.get_queryset(), request=self.request)

    def filtered(self) -> Any:
        """Rows after search and filters; what does not validate narrows nothing and is told."""
        if self.filterset is None:
            return self.get_queryset()
        return (
            self.filterset.filter_queryset(self.filterset.queryset)
            if self.filterset.is_valid()
            else (self.filterset.queryset.none())
        )

    def measured(self, queryset: Any, cap: int | None = CAP) -> Any:
        return measure(queryset, self.totals, cap=cap)

    def page(self, queryset: Any) -> dict[str, Any]:
        """Everything the template shows."""
        table = self.table_class(
            (),
            shown=self.request.GET.get("cols", "").split(",") if self.request.GET.get("cols") else None,
            request=self.request,
        )
        sort = sort_of(table, self.request.GET.get("sort", "") or self.default_sort, self.model)
        page = page_of(queryset, sort, self.request.GET, self.per_page)
        measured = self.measured(queryset)
        bulk = [a for a in self.bulk_actions if can(self.request.user, a.verb, self.model)]
        return {
            "view": self,
            "title": self.get_title(),
            "crumbs": [],
            "table": table,
            "head": head(table, sort, self.request, selectable=bool(bulk)),
            "rows": lines(table, page.rows, selectable=bool(bulk)),
            "page": page,
            "pager": self.pager(page),
            "measure": measured,
            "filterset": self.filterset,
            "chips": self.chips(),
            "bulk_actions": bulk,
            "saved_views": saved_views_of(self.request),
            "add_url": self.add_url(),
            "query": self.query(),
            "query_bare": self.query(drop=("q", *self.filter_names())),
            "is_narrowed": bool(self.chips()) or bool(self.request.GET.get("q")),
            "columns": [(c, c.name in table.shown) for c in table.columns.iterall()],
            **self.get_context(),
        }

    def get_context(self) -> dict[str, Any]:
        return {}

    def get_title(self) -> Any:
        return self.title or capfirst(self.model._meta.verbose_name_plural)

    def add_url(self) -> str:
        if self.add_url_name and can(self.request.user, "add", self.model):
            return reverse(self.add_url_name)
        return ""

    # --- the url is the state ---------------------------------------------------------------------
    def query(self, drop: tuple[str, ...] = (), **change: str) -> str:
        """The query string with some parts dropped or changed; the page always starts anew."""
        params = self.request.GET.copy()
        for name in ("at", "page", "part", "format", "purpose", *drop):
            params.pop(name, None)
        for name, value in change.items():
            params[name] = value
        return params.urlencode()

    def pager(self, page: Page) -> dict[str, str]:
        links = {}
        for name, token in (("previous", page.previous), ("next", page.next), ("last", page.last)):
            links[name] = f"?{self.query(at=token)}" if token else ""
        links["first"] = f"?{self.query()}" if page.start > 1 or page.previous else ""
        return links

    def filter_names(self) -> tuple[str, ...]:
        if self.filterset is None:
            return ()
        known = set(self.filterset.filters)
        return tuple(n for n in self.request.GET if n in known or n.rsplit("_", 1)[0] in known)

    def chips(self) -> list[dict[str, str]]:
        """The filters in force, each with the url that removes it."""
        if self.filterset is None or not self.filterset.is_valid():
            return []
        found = []
        for name, value in self.filterset.form.cleaned_data.items():
            if name == "q" or value in (None, "", [], False) or not _has_content(value):
                continue
            keys = [n for n in self.request.GET if n == name or n.startswith(f"{name}_")]
            field = self.filterset.form.fields[name]
            found.append(
                {
                    "label": str(field.label or name),
                    "value": chip_text(field, value),
                    "url": f"?{self.query(drop=tuple(keys))}",
                }
            )
        return found

    def context_of_filters(self) -> dict[str, Any]:
        carried = QueryDict(self.query(drop=self.filter_names()))
        return {
            "view": self,
            "filterset": self.filterset,
            "title": _("Filter"),
            "crumbs": [(self.get_title(), self.request.path)],
            "carried": [(k, v) for k, vs in carried.lists() for v in vs if k != "q"],
        }

    # --- bulk acts ------------------------------------------------------------------------------------
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A bulk act: one row that is not there or not allowed refuses all (Z8)."""
        self.require("list")
        action = next((a for a in self.bulk_actions if a.key == request.POST.get("action")), None)
        if action is None:
            raise InvalidInput(_("Choose what to do with the rows."))
        ids = _ids(request.POST.getlist("ids"))
        with transaction.atomic():
            objects = list(self.get_queryset().filter(pk__in=ids).order_by("pk"))
            if not ids or len(objects) != len(ids):
                raise InvalidInput(
                    _("Some of these rows are not there (any more). Nothing was done."),
                    way_out=_("Reload the list and choose again."),
                )
            if not all(can(request.user, action.verb, obj) for obj in objects):
                raise NotAllowed(_("You may not do this to all of these rows. Nothing was done."))
            action.perform(objects, actor=request.user, at=self.at)
        done = ngettext("%(count)d row: %(act)s.", "%(count)d rows: %(act)s.", len(objects))
        messages.success(request, done % {"count": len(objects), "act": action.label})
        return redirect(f"{request.path}?{self.query()}")


def _ids(values: list[str]) -> list[int]:
    if len(values) > 1000 or not all(v.isascii() and v.isdigit() and len(v) < 19 for v in values):
        raise InvalidInput(_("These rows cannot be read. Nothing was done."))
    return sorted({int(v) for v in values})


def _has_content(value: Any) -> bool:
    if isinstance(value, slice):
        return value.start is not None or value.stop is not None
    return not (hasattr(value, "exists") and not value.exists())


def chip_text(field: Any, value: Any) -> str:
    """A filter's value in words."""
    if isinstance(value, slice):
        ends = [v.date() if hasattr(v, "date") else v for v in (value.start, value.stop)]
        return " – ".join("" if v is None else str(v) for v in ends)
    if value is True:
        return _("yes")
    if isinstance(value, Model):
        return str(value)
    choices = (
        {str(k): str(v) for k, v in getattr(field, "choices", [])} if not hasattr(field, "queryset") else {}
    )
    many = list(value) if isinstance(value, (list, tuple)) or hasattr(value, "iterator") else [value]
    return ", ".join(choices.get(str(v), str(v)) for v in many)
