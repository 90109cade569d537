"""Pages of provision runs and their lines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from receivables.choices import ProvisionState
from receivables.filters import ProvisionLineFilter, ProvisionRunFilter
from receivables.forms import OwnRateForm, ProvisionForm
from receivables.models import ProvisionLine, ProvisionRun
from receivables.provisioning import WORDS
from receivables.services.provisions import CAUSES, compute_provision, set_own_rate, submit_provision
from receivables.tables import ProvisionLineTable, ProvisionRunTable
from salesops.ui.links import record_url
from salesops.ui.templatetags.ui import exact, link, money, person
from salesops.ui.views import Act, ActionView, RecordCreateView, RecordDetailView, RecordListView


class ProvisionRunList(RecordListView):
    model, table_class, filterset_class = ProvisionRun, ProvisionRunTable, ProvisionRunFilter
    add_url_name = "receivables:provisionrun_create"
    add_label = _("Compute a provision")
    default_sort = "-as_of"
    empty_title = _("No provision yet")
    empty_text = _("A run computes for a month end what is set aside for items by their age.")

    def base_queryset(self) -> QuerySet:
        return ProvisionRun.objects.select_related("previous", "created_by")


class ProvisionRunDetail(RecordDetailView):
    model = ProvisionRun
    template_name = "receivables/provision.html"

    def base_queryset(self) -> QuerySet:
        return ProvisionRun.objects.select_related("previous", "created_by")

    def get_title(self, obj: ProvisionRun) -> Any:
        return _("Provision %(month)s") % {"month": obj}

    def facts(self, obj: ProvisionRun) -> list[tuple[Any, Any]]:
        return [
            (_("As of"), exact(obj.as_of)),
            (_("Outstanding"), money(obj.outstanding)),
            (_("Provision"), money(obj.total)),
            (_("Run before"), link(obj.previous) if obj.previous else ""),
            (_("Note"), obj.note),
            (_("Computed by"), person(obj.created_by) if obj.created_by else ""),
            (_("Decided on"), exact(obj.decided_at) if obj.decided_at else ""),
        ]

    def get_context(self, obj: ProvisionRun) -> dict[str, Any]:
        found = (
            obj.lines.order_by()
            .values("year")
            .annotate(n=Count("pk"), owed=Sum("outstanding"), sum=Sum("amount"))
        )
        years = [
            {**row, "from": row["year"], "to": row["year"] + 1, "rate": Decimal(obj.rates[row["year"]]) / 100}
            for row in found.order_by("year")
        ]
        return {
            "years": years,
            "bridge": [(WORDS[cause], Decimal(obj.bridge.get(cause, "0"))) for cause in CAUSES],
            "before": obj.previous.total if obj.previous else Decimal(0),
            "own": obj.lines.exclude(reason="").count(),
        }

    def acts(self, obj: ProvisionRun) -> list[Act]:
        if obj.state != ProvisionState.DRAFT:
            return []
        return [
            Act(_("Hand in"), reverse("receivables:provisionrun_submit", args=[obj.pk]), "edit", primary=True)
        ]


class ProvisionRunCreate(RecordCreateView):
    model, form_class = ProvisionRun, ProvisionForm
    title = _("Compute a provision")
    submit_label = _("Compute")

    def perform(self, form: Any, *, actor: Any, at: Any) -> ProvisionRun:
        return compute_provision(actor=actor, at=at, **form.cleaned_data)


class ProvisionRunSubmit(ActionView):
    model, verb = ProvisionRun, "edit"
    title = _("Hand in")
    explain = _("The general manager decides; approved, the run is posted and never changes.")

    def perform(self, obj: ProvisionRun, form: Any, *, actor: Any, at: Any) -> ProvisionRun:
        return submit_provision(actor=actor, run=obj, at=at)


class ProvisionLineList(RecordListView):
    """The items behind the runs."""

    model, table_class, filterset_class = ProvisionLine, ProvisionLineTable, ProvisionLineFilter
    default_sort = "-amount"
    totals = {"outstanding": _("Outstanding"), "amount": _("Provision")}

    def base_queryset(self) -> QuerySet:
        return ProvisionLine.objects.select_related("run", "receivable", "customer")


class ProvisionLineRate(ActionView):
    model, verb, form_class = ProvisionLine, "edit", OwnRateForm
    title = _("Own rate")

    def base_queryset(self) -> QuerySet:
        return ProvisionLine.objects.select_related("run", "receivable")

    def get_initial(self) -> dict[str, Any]:
        return {"rate": self.object.rate * 100, "reason": self.object.reason}

    def perform(self, obj: ProvisionLine, form: Any, *, actor: Any, at: Any) -> ProvisionLine:
        rate = form.cleaned_data["rate"] / 100
        return set_own_rate(actor=actor, line=obj, rate=rate, reason=form.cleaned_data["reason"], at=at)

    def get_success_url(self, obj: Any) -> str:
        return record_url(self.object.run)

    def get_cancel_url(self) -> str:
        return record_url(self.object.run)
