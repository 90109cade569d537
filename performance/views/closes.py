"""Closed months: list, what differs since, restating, closing one by hand."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from performance.filters import MonthCloseFilter
from performance.forms import CloseForm, RestateForm
from performance.kpis import kpis
from performance.models import MonthClose, Restatement
from performance.selectors.differences import differences, rows_url
from performance.selectors.restated import closed_with, with_change
from performance.services.closing import close_month, restate_month
from performance.tables import MonthCloseTable
from salesops.core.errors import Conflict
from salesops.core.policies import can
from salesops.ui.templatetags.ui import exact, person
from salesops.ui.views import Act, ActionView, RecordCreateView, RecordDetailView, RecordListView


class MonthCloseList(RecordListView):
    model, table_class, filterset_class = MonthClose, MonthCloseTable, MonthCloseFilter
    add_url_name = "performance:monthclose_create"
    add_label = _("Freeze the figures of a month")
    default_sort = "-period"
    empty_title = _("No month is closed yet")
    empty_text = _("Months are closed by themselves on the first days of the next one, or by hand.")

    def base_queryset(self) -> Any:
        return MonthClose.objects.select_related("closed_by")


class MonthCloseCreate(RecordCreateView):
    model, form_class = MonthClose, CloseForm
    title = _("Freeze the figures of a month")
    explain = _(
        "All figures of the month and the rows behind them are frozen. Later corrections are restated."
    )
    submit_label = _("Close the month")

    def perform(self, form: Any, *, actor: Any, at: Any) -> MonthClose:
        period = form.cleaned_data["month"]
        result = close_month(actor=actor, at=at, period=period)
        if result.was_closed:
            raise Conflict(
                gettext("%(period)s is closed already.") % {"period": period.code},
                field="month",
                way_out=gettext("Corrections are restated on the page of the month."),
            )
        return result.close


class MonthCloseDetail(RecordDetailView):
    model = MonthClose
    template_name = "performance/monthclose.html"

    def base_queryset(self) -> Any:
        return MonthClose.objects.select_related("closed_by")

    def get_title(self, obj: MonthClose) -> Any:
        return gettext("Close of %(period)s") % {"period": obj.period}

    def facts(self, obj: MonthClose) -> list[tuple[Any, Any]]:
        from performance.choices import Basis

        return [
            (gettext("Closed on"), exact(obj.closed_at)),
            (gettext("Closed by"), person(obj.closed_by) if obj.closed_by else gettext("The system")),
            (gettext("Sales basis"), Basis(obj.basis).label),
            (gettext("Source rows"), obj.facts),
            (gettext("Figures"), obj.figures),
        ]

    def acts(self, obj: MonthClose) -> list[Act]:
        return [Act(_("Restate"), reverse("performance:monthclose_restate", args=[obj.pk]), "restate")]

    def get_context(self, obj: MonthClose) -> dict[str, Any]:
        if not can(self.request.user, "view", Restatement):
            return {"open_to_me": False}
        spans = [span.code for span in closed_with(obj.span)]
        restated = Restatement.objects.visible_to(self.request.user).filter(period__in=spans)
        found = differences(obj.span, at=self.at)
        return {
            "open_to_me": True,
            "may_restate": can(self.request.user, "restate", obj),
            "differences": found[:200],
            "more": len(found) > 200,
            "restated": [
                {
                    "row": r,
                    "kpi": kpis.get(r.code),
                    "url": rows_url(r.code, r.period, r.dimension, r.key),
                    "moved": moved,
                }
                for r, moved in with_change(list(restated.select_related("restated_by")[:200]))
            ],
        }


class MonthCloseRestate(ActionView):
    model, verb, form_class = MonthClose, "restate", RestateForm
    title = _("Restate")
    explain = _(
        "What differs today from the frozen figures is written as dated corrections. The frozen figures stay."
    )

    def perform(self, obj: MonthClose, form: Any, *, actor: Any, at: Any) -> MonthClose:
        rows = restate_month(actor=actor, at=at, period=obj.span, reason=form.cleaned_data["reason"])
        if not rows:
            raise Conflict(gettext("Nothing differs from the frozen figures."))
        return obj
