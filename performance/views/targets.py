"""Targets: list, record with its parts and history, set, change, split (TGT-01..04, TGT-13)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from performance.choices import Dimension
from performance.filters import TargetFilter
from performance.forms import BreakdownForm, TargetChangeForm, TargetForm
from performance.kpis import kpi_of
from performance.models import Target
from performance.selectors.figures import figure_table
from performance.selectors.forecast import forecast
from performance.selectors.reach import reach_of
from performance.selectors.targets import breakdown, pace_of, workday_share
from performance.services import targets as services
from performance.services.target_changes import KEY as CHANGE
from performance.tables import TargetTable
from performance.templatetags.figures import figure
from salesops.accounts.models import Team
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.selectors import open_request
from salesops.ui.templatetags.ui import percent, person
from salesops.ui.views import Act, ActionView, RecordCreateView, RecordDetailView, RecordListView


class TargetList(RecordListView):
    model, table_class, filterset_class = Target, TargetTable, TargetFilter
    add_url_name = "performance:target_create"
    add_label = _("New target")
    default_sort = "-period_start"
    empty_title = _("No targets here yet")
    empty_text = _(
        "Set the year's target of the department first; it is then split over quarters, teams and people."
    )

    def base_queryset(self) -> Any:
        return Target.objects.select_related("staff", "team")


class TargetCreate(RecordCreateView):
    model, form_class = Target, TargetForm
    title = _("New target")

    def perform(self, form: Any, *, actor: Any, at: Any) -> Target:
        data = form.cleaned_data
        return services.set_target(
            actor=actor,
            at=at,
            metric=data["metric"],
            period=data["period"],
            staff=data["staff"],
            team=data["team"],
            value=data["value"],
            reason=data["reason"],
        )[0]


class TargetDetail(RecordDetailView):
    model = Target
    template_name = "performance/target.html"

    def base_queryset(self) -> Any:
        return Target.objects.select_related("staff", "team", "scope_team")

    def get_title(self, obj: Target) -> Any:
        return kpi_of(obj.metric).title

    def get_subtitle(self, obj: Target) -> Any:
        return f"{obj.subject} · {obj.period.code}"

    def facts(self, obj: Target) -> list[tuple[Any, Any]]:
        kpi = kpi_of(obj.metric)
        reached = self.reached(obj)
        share = workday_share(obj.period, timezone.localdate(self.at))
        attainment = reached / obj.value if reached is not None and obj.value else None
        pace = pace_of(attainment, share, on=timezone.localdate(self.at)) if kpi.additive else None
        return [
            (gettext("For"), person(obj.staff) if obj.staff else obj.team),
            (gettext("Period"), obj.period.code),
            (gettext("Target"), figure(obj.value, kpi.unit)),
            (gettext("Reached"), figure(reached, kpi.unit)),
            (gettext("Share of the target"), percent(attainment)),
            (gettext("Share of the workdays"), percent(share)),
            (gettext("Pace"), pace.label if pace else None),
            (gettext("Forecast"), figure(forecast(kpi, reached, share), kpi.unit)),
        ]

    def reached(self, obj: Target) -> Any:
        """The figure of the person, or of the unit with all below it, within the reach of who looks."""
        from performance.selectors.reach import Selection
        from performance.selectors.targets import descendants

        selection = (
            Selection(owner_id=obj.staff_id) if obj.staff_id else Selection(team_ids=descendants(obj.team))
        )
        table = figure_table(
            obj.metric,
            obj.period,
            Dimension.COMPANY,
            at=self.at,
            reach=reach_of(self.request.user),
            selection=selection,
        )
        return table.total.value

    def acts(self, obj: Target) -> list[Act]:
        return [
            Act(_("Change"), reverse("performance:target_change", args=[obj.pk]), "edit", primary=True),
            Act(_("Split"), reverse("performance:target_breakdown", args=[obj.pk]), "breakdown"),
        ]

    def get_context(self, obj: Target) -> dict[str, Any]:
        return {
            "parts": breakdown(obj),
            "kpi": kpi_of(obj.metric),
            "changes": obj.changes.select_related("changed_by"),
        }


class TargetChangeView(ActionView):
    model, verb, form_class = Target, "edit", TargetChangeForm
    title = _("Change the target")
    explain = _("The old value stays in the history of this target, with your reason.")

    def get_initial(self) -> dict[str, Any]:
        return {"value": self.object.value.normalize() if self.object.value else 0}

    def perform(self, obj: Target, form: Any, *, actor: Any, at: Any) -> Target:
        done = services.change_or_ask(
            actor=actor,
            at=at,
            target=obj,
            value=form.cleaned_data["value"],
            reason=form.cleaned_data["reason"],
        )
        if isinstance(done, ApprovalRequest):
            messages.info(self.request, _("The change was handed in; it holds as soon as it is signed."))
        return obj


class TargetBreakdown(ActionView):
    model, verb, form_class = Target, "breakdown", BreakdownForm
    title = _("Split the target")
    explain = _("The parts add up to the target to the cent. Parts that exist already get the new share.")

    def perform(self, obj: Target, form: Any, *, actor: Any, at: Any) -> Target:
        weights = form.cleaned_data["weights"]
        if form.cleaned_data["way"] == BreakdownForm.PERIODS:
            self.tell(services.break_down_by_period(actor=actor, at=at, target=obj, weights=weights))
            return obj
        units = services.units_below(obj.team, obj.period_start) if isinstance(obj.team, Team) else []
        self.tell(services.break_down_by_unit(actor=actor, at=at, target=obj, units=units, weights=weights))
        return obj

    def tell(self, parts: list[Target]) -> None:
        """Parts that existed with another value wait for a signature, too."""
        if any(open_request(part, CHANGE) is not None for part in parts):
            messages.info(
                self.request, _("Parts that existed already change as soon as their changes are signed.")
            )
