"""The list page: search, filters, columns, sort, paging by key, totals, bulk acts, export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
from salesops.core.events import publish
from salesops.core.keys import is_key, row_key
from salesops.core.policies import can
from salesops.ui.events import Searched
from salesops.ui.export import export_response
from salesops.ui.filters import RecordFilterSet
from salesops.ui.finding import is_large
from salesops.ui.paging import (
    CAP,
    Page,
    Sort,
    first_rows,
    measure,
    measure_page,
    measure_so_far,
    page_of,
    sort_of,
    sortable,
)
from salesops.ui.permissions import SHARERS
from salesops.ui.rows import head, lines
from salesops.ui.saved import saved_views_of
from salesops.ui.tables import RecordTable
from salesops.ui.views.base import RecordView
from salesops.ui.views.saved import default_query

NOT_STATE = ("at", "page", "part", "format", "purpose", "from", "to", "view")


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
    # Fields that rows with the table's default columns are made of; empty: everything is read.
    reads: tuple[str, ...] = ()
    sensitive = False
    export_limit = 1_000_000
    stacked = True  # on a phone each row is a card instead of a line of the table
    empty_title: Any = ""
    empty_text: Any = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require("list")
        self.saved = saved_views_of(request)
        if not request.GET and (opened := default_query(self.saved, request.user)):
            return redirect(f"{request.path}{opened}")
        self.filterset = self.get_filterset()
        if request.GET.get("part") == "filters":
            template = "ui/parts/filter_form.html" if request.htmx else "ui/list_filters.html"
            return render(request, template, self.context_of_filters())
        queryset = self.filtered()
        if words := self.words():
            publish(Searched(request.user, self.model, words, self.at))
        if request.GET.get("format"):
            return export_response(self, queryset)
        if request.GET.get("part") == "totals":
            return render(request, "ui/parts/list_totals.html", self.context_of_totals(queryset))
        return render(request, self.template_name, self.page(queryset))

    def get_filterset(self) -> RecordFilterSet | None:
        """The filters; their form is only made where one of them is asked for, or the form itself."""
        if self.filterset_class is None:
            return None
        asked, words = self.request.GET, self.words()
        others = filters_named(self.filterset_class.base_filters, asked, keep=("q",))
        if others or "\0" in words or asked.get("part") == "filters":
            return self.filterset_class(asked, self.get_queryset(), request=self.request)
        return self.filterset_class.idle(self.get_queryset(), self.request)

    def words(self) -> str:
        """What was typed into the search box of the list."""
        return self.request.GET.get("q", "").strip()

    def filtered(self) -> Any:
        """Rows after search and filters; what does not validate narrows nothing and is told."""
        if self.filterset is None:
            return self.get_queryset()
        if not self.filter_names():
            return self.filterset.unasked(self.filterset.queryset)
        if self.filterset.is_idle:
            return self.filterset.with_words(self.filterset.queryset, self.words())
        return (
            self.filterset.filter_queryset(self.filterset.queryset)
            if self.filterset.is_valid()
            else (self.filterset.queryset.none())
        )

    def measured(self, queryset: Any, cap: int | None = CAP) -> Any:
        return measure(queryset, self.totals, cap=cap)

    def measured_soon(self, page: Page, queryset: Any) -> Any:
        """Longer lists of a very large table are counted after the page has been shown."""
        if page.next and is_large(self.model):
            return measure_so_far(page, self.totals)
        return self.measured(queryset)

    def read_rows(self, queryset: Any, sort: Sort, down: bool, size: int) -> list[Any]:
        """The first rows of a page; a list that knows a shorter way to them than sorting all says it here."""
        return first_rows(queryset, sort, down, size)

    def get_table(self) -> RecordTable:
        chosen = [name for part in self.request.GET.getlist("cols") for name in part.split(",")]
        return self.table_class((), shown=chosen or None, request=self.request)

    def page(self, queryset: Any) -> dict[str, Any]:
        """Everything the template shows."""
        table = self.get_table()
        asked = self.request.GET.get("sort", "")
        wanted = asked if asked.lstrip("-") in sortable(table) else self.default_sort
        sort = sort_of(table, wanted, self.model)
        page = page_of(self.lean(queryset, sort), sort, self.request.GET, self.per_page, self.read_rows)
        user = self.request.user
        bulk = [a for a in self.bulk_actions if can(user, a.verb, self.model)]
        chips = self.chips()
        return {
            "view": self,
            "title": self.get_title(),
            "crumbs": [],
            "head": head(table, sort, self.request, selectable=bool(bulk)),
            "rows": lines(table, page.rows, selectable=bool(bulk)),
            "page": page,
            "pager": self.pager(page),
            "measure": measure_page(page, self.totals) or self.measured_soon(page, queryset),
            "filterset": self.filterset,
            "filter_errors": self.filter_errors(),
            "has_filters": self.filterset is not None and len(self.filterset.filters) > 1,
            "chips": chips,
            "bulk_actions": bulk,
            "saved_views": self.saved,
            "current_view": _int(self.request.GET.get("view", "")),
            "list_name": self.request.resolver_match.view_name,
            "may_share": user.has_role(*SHARERS),
            "may_export": can(user, "export", self.model),
            "add_url": self.add_url(),
            "query": self.query(),
            "query_bare": self.query(drop=("q", *self.filter_names())),
            "is_narrowed": bool(chips) or bool(self.request.GET.get("q")) or bool(self.filter_errors()),
            "columns": [
                (c, c.name in table.shown) for c in table.columns.iterall() if c.name not in table.hidden
            ],
            "carried_search": self.carried("q"),
            "carried_columns": self.carried("cols"),
            **self.get_context(),
        }

    def lean(self, queryset: Any, sort: Sort) -> Any:
        """Only the fields that the default columns, the sorting and the totals are made of."""
        if not self.reads or self.request.GET.get("cols"):
            return queryset
        names = {*self.reads, *self.totals, sort.path} - {"pk", *queryset.query.annotations}
        related = {name.rpartition("__")[0] for name in names if "__" in name}
        return queryset.select_related(None).select_related(*related).only(*names)

    def context_of_totals(self, queryset: Any) -> dict[str, Any]:
        """The exact count and sums of a large list, fetched after the page has been shown."""
        start, end = _int(self.request.GET.get("from", "")), _int(self.request.GET.get("to", ""))
        page = {"rows": True, "start": start, "end": end} if start and end else None
        return {"measure": self.measured(queryset, None), "page": page, "query": self.query()}

    def filter_errors(self) -> str:
        if not self.formed() or self.filterset.is_valid():
            return ""
        return " ".join(str(e) for es in self.filterset.form.errors.values() for e in es)

    def carried(self, *without: str) -> list[tuple[str, str]]:
        """What a small GET form must carry along to keep the rest of the list's state."""
        return [(k, v) for k, vs in QueryDict(self.query(drop=without)).lists() for v in vs]

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
        for name in (*NOT_STATE, *drop):
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

    def filter_names(self, keep: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Names in the url that belong to filters (ranges have two)."""
        return (
            filters_named(self.filterset.filters, self.request.GET, keep)
            if self.filterset is not None
            else ()
        )

    def formed(self) -> bool:
        """Are filters asked for by a form?"""
        return self.filterset is not None and not self.filterset.is_idle and bool(self.filter_names())

    def chips(self) -> list[dict[str, str]]:
        """The filters in force, each with the url that removes it."""
        if not self.formed() or not self.filterset.is_valid():
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
        form = self.filterset.form if self.filterset is not None else None
        if form is not None:
            form.fields.pop("q", None)
        return {
            "view": self,
            "filterset": self.filterset,
            "title": _("Filter"),
            "crumbs": [(self.get_title(), self.request.path)],
            "carried": self.carried(*self.filter_names(keep=("q",))),
        }

    # --- bulk acts ------------------------------------------------------------------------------------
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A bulk act: one row that is not there or not allowed refuses all (Z8)."""
        if not self.bulk_actions:
            return self.http_method_not_allowed(request)
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


def filters_named(
    filters: Mapping[str, Any], asked: Iterable[str], keep: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Names in a url that belong to filters (ranges have two), but for those kept."""
    known = set(filters) - set(keep)
    return tuple(name for name in asked if name in known or name.rsplit("_", 1)[0] in known)


def _int(text: str) -> int:
    return row_key(text) or 0


def _ids(values: list[str]) -> list[int]:
    if len(values) > 1000 or not all(map(is_key, values)):
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
