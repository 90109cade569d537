"""Targets: list, record with its parts and history, set, change, split (TGT-01..04, TGT-13)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
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
from performance.services import breakdown as splitting
from performance.services import targets as services
from performance.services.target_changes import KEY as CHANGE
from performance.tables import TargetTable
from performance.templatetags.figures import figure
from performance.year_form import FIRST, LAST, METRICS, YearTargetsForm, cell, on_file
from salesops.accounts.models import Team, User
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.selectors import open_request
from salesops.core.errors import InvalidInput
from salesops.core.keys import is_key
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


class TargetsOfYear(RecordCreateView):
    """All monthly targets of a person for a year, saved together or not at all."""

    model, form_class = Target, YearTargetsForm
    template_name = "performance/target_year.html"
    title = _("Targets of a year")
    explain = _(
        "Choose the person and the year, then a value for each month. An empty cell sets nothing; a value that was "
        "set before changes by the signature that its change needs."
    )
    success_message = _("The targets of the year are set.")

    def get_initial(self) -> dict[str, Any]:
        given = self.request.GET
        year = given.get("year", "")
        known = int(year) if year.isascii() and year.isdigit() and FIRST <= int(year) <= LAST else 0
        initial = {"year": known or timezone.localdate(self.at).year, **super().get_initial()}
        if known and is_key(given.get("staff", "")):
            staff = User.objects.filter(pk=given["staff"], is_active=True).first()
            initial |= on_file(staff, known, self.request.user) if staff is not None else {}
        return initial

    def perform(self, form: Any, *, actor: Any, at: Any) -> Target:
        staff, cells = form.cleaned_data["staff"], form.targets()
        if not cells:
            raise InvalidInput(gettext("Fill in at least one month."), field=cell(METRICS[0], 1))
        with transaction.atomic():
            done = [
                services.set_target(
                    actor=actor, at=at, metric=metric, period=period, staff=staff, value=value,
                    reason=form.cleaned_data["reason"],
                )[0]
                for metric, period, value in cells
            ]  # fmt: skip
        return done[0]

    def get_success_url(self, obj: Any) -> str:
        if obj is None:
            return reverse("performance:target_list")
        return f"{reverse('performance:target_list')}?staff={obj.staff_id}"


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
            self.tell(splitting.break_down_by_period(actor=actor, at=at, target=obj, weights=weights))
            return obj
        units = splitting.units_below(obj.team, obj.period_start) if isinstance(obj.team, Team) else []
        self.tell(splitting.break_down_by_unit(actor=actor, at=at, target=obj, units=units, weights=weights))
        return obj

    def tell(self, parts: list[Target]) -> None:
        """Parts that existed with another value wait for a signature, too."""
        if any(open_request(part, CHANGE) is not None for part in parts):
            messages.info(
                self.request, _("Parts that existed already change as soon as their changes are signed.")
            )
