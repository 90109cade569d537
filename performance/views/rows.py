"""The rows behind a figure: the list whose sum is the figure, with formula, clause and time (KPI-08)."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from performance.choices import Dimension
from performance.models import KpiFact
from performance.selectors.reach import Selection
from performance.selectors.rows import RowPage, figure_rows
from performance.views.scenes import narrowed_name, reach_name, scene_of
from salesops.core.errors import InvalidInput
from salesops.core.events import publish
from salesops.core.periods import day_of
from salesops.handbook.registry import rules
from salesops.ui.events import ListExported
from salesops.ui.export import KINDS, disposition, write_csv, write_xlsx
from salesops.ui.views import PageView

PAGE = 100
EXPORT_LIMIT = 200_000


class RowsView(PageView):
    """``/performance/rows/?code=&period=&by=&key=&team=&person=&region=&category=&from=&to=&counted=today`` with ``page`` and ``format``."""

    template_name = "performance/rows.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.scene = scene_of(self)
        self.by = _dimension(request.GET.get("by", ""))
        self.key = request.GET.get("key", "")
        self.page = max(1, min(10_000, _whole(request.GET.get("page", "1"))))
        export = request.GET.get("format", "")
        if export:
            return self.export(export)
        self.rows = self.read(PAGE, (self.page - 1) * PAGE)
        return super().get(request, *args, **kwargs)

    def read(self, limit: int, offset: int) -> RowPage:
        days = {name: _day(self.request.GET.get(name, "")) for name in ("from", "to")}
        scene = self.scene
        selection = scene.selection or Selection()
        selection = replace(selection, first=days["from"], last=days["to"])
        try:
            rows = figure_rows(
                self.request.GET.get("code", "sal_amt"),
                scene.period,
                self.by,
                self.key,
                at=self.at,
                reach=scene.reach,
                selection=selection,
                limit=limit,
                offset=offset,
                live=self.request.GET.get("counted") == "today",
            )
        except InvalidInput as error:
            if error.field == "key":
                raise Http404 from error
            raise
        if self.by != Dimension.COMPANY and not rows.count and not scene.reach.everything:
            raise Http404
        return rows

    def get_title(self) -> Any:
        return self.rows.kpi.title

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(gettext("Key figures"), "/performance/kpis/")]

    def get_context(self) -> dict[str, Any]:
        query = {k: v for k, v in self.request.GET.items() if k not in ("page", "format") and v}
        count = self.rows.count
        return {
            "scene": self.scene,
            "rows": self.rows,
            "whose": self.whose(),
            "clauses": [rules[key] for key in self.rows.kpi.clauses],
            "currency": settings.BASE_CURRENCY,
            "query": urlencode(query),
            "page": self.page,
            "pages": -(-count // PAGE),
            "first": min(count, (self.page - 1) * PAGE + 1),
            "last": min(count, self.page * PAGE),
            "dates": [self.request.GET.get(name, "") for name in ("from", "to")],
        }

    def whose(self) -> str:
        whole = reach_name(self.scene)
        if self.by == Dimension.COMPANY:
            return whole
        narrowed = narrowed_name(self.scene)
        return " · ".join(name for name in (str(self.rows.figure.label), narrowed) if name)

    def export(self, kind: str) -> HttpResponseBase:
        """The rows of this figure as a file, whole, recorded like every export."""
        if kind not in KINDS:
            raise InvalidInput(_("This format is not offered."), way_out=_("Choose CSV or XLSX."))
        found = self.read(EXPORT_LIMIT + 1, 0)
        if len(found.rows) > EXPORT_LIMIT:
            raise InvalidInput(
                _("This figure has too many rows for one file."), way_out=_("Choose a shorter period.")
            )
        heads = [
            str(head)
            for head in (
                _("Kind"), _("Number"), _("Date"), _("Owner"), _("Team"), _("Customer"), _("Product"),
                _("Product category"), _("Region"), _("Numerator"), _("Denominator"),
            )
        ]  # fmt: skip
        values = (
            [
                str(r.kind), r.number, r.date, r.owner_name, r.team_name, r.customer_name, r.product_name,
                r.category, r.region, r.num, r.den,
            ]
            for r in found.rows
        )  # fmt: skip
        handle = tempfile.TemporaryFile()  # noqa: SIM115 closed by the response
        count = (write_csv if kind == "csv" else write_xlsx)(handle, heads, values)
        publish(
            ListExported(
                actor=self.request.user,
                model=KpiFact,
                filters={k: v for k, v in self.request.GET.lists() if k != "format"},
                rows=count,
                format=kind,
                purpose="",
                at=self.at,
            )
        )
        handle.seek(0)
        response = FileResponse(handle, content_type=KINDS[kind])
        name = f"{found.kpi.title} {found.period.code} {timezone.localdate(self.at)}"
        response.headers["Content-Disposition"] = disposition(name, kind)
        response.headers["X-Row-Count"] = str(count)
        return response


class KpiCatalogue(PageView):
    """The KPI library: formula, unit, direction, source, clause (KPI-01)."""

    template_name = "performance/kpis.html"
    title = _("Key figures")

    def get_context(self) -> dict[str, Any]:
        from performance.kpis import kpis

        scene = scene_of(self).whole()
        entries = [
            {
                "kpi": kpi,
                "url": scene.rows_url(kpi.code),
                "clauses": [rules[key] for key in kpi.clauses],
                "splits": [d.label for d in Dimension if d in kpi.dimensions and d != Dimension.COMPANY],
            }
            for kpi in kpis
        ]
        return {"entries": entries, "scene": scene}


def _dimension(text: str) -> Dimension:
    if not text:
        return Dimension.COMPANY
    if text not in Dimension.values or text == Dimension.POST:
        raise Http404
    return Dimension(text)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _day(text: str) -> date | None:
    try:
        return day_of(text) if text else None
    except ValueError:
        raise Http404 from None
