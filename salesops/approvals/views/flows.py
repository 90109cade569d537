"""Administration of flows: versions, routes, steps, and who would be asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.accounts.selectors import team_on
from salesops.approvals.filters import FlowFilter
from salesops.approvals.flow_forms import FlowForm, RouteForm, SimulateForm, StepForm
from salesops.approvals.flow_words import PARTS, routes_of
from salesops.approvals.models import ApprovalFlow, FlowRoute, FlowStep
from salesops.approvals.people import Case, asked_at
from salesops.approvals.registry import document_types
from salesops.approvals.routing import matching_route, number
from salesops.approvals.services import flows
from salesops.approvals.tables import FlowTable
from salesops.core.errors import DomainError
from salesops.core.policies import can
from salesops.ui.marks import pill
from salesops.ui.templatetags.ui import exact, person
from salesops.ui.views import Act, ActionView, RecordDetailView, RecordListView, RecordUpdateView
from salesops.ui.views.base import RecordView


class FlowList(RecordListView):
    model, table_class, filterset_class = ApprovalFlow, FlowTable, FlowFilter
    title = gettext_lazy("Approval flows")
    default_sort = "-from_date"
    empty_title = gettext_lazy("No flows yet")


class FlowPage(RecordDetailView):
    model = ApprovalFlow
    template_name = "approvals/flow_detail.html"
    state_field = ""

    def facts(self, obj: ApprovalFlow) -> list[tuple[Any, Any]]:
        return [
            (_("State"), pill(_("Draft"), "attention") if obj.is_draft else pill(_("Published"), "good")),
            (_("In force from"), exact(obj.from_date)),
            (_("In force until"), exact(last) if (last := self.last_day(obj)) else ""),
            (_("Published"), exact(obj.published_at) if obj.published_at else ""),
            (_("Published by"), person(obj.published_by) if obj.published_by else ""),
            (_("Who has approved already"), obj.get_repeated_display()),
            (_("What this version changes"), obj.note),
        ]

    def last_day(self, obj: ApprovalFlow) -> date | None:
        """The day before the next published version begins."""
        later = ApprovalFlow.objects.filter(
            document_type=obj.document_type, from_date__gt=obj.from_date, published_at__isnull=False
        )
        begins = later.order_by("from_date").values_list("from_date", flat=True).first()
        return begins - timedelta(days=1) if begins and not obj.is_draft else None

    def acts(self, obj: ApprovalFlow) -> list[Act]:
        def act(label: Any, page: str, verb: str, **more: Any) -> Act:
            return Act(label, reverse(f"approvals:approvalflow_{page}", args=[obj.pk]), verb, **more)

        simulate = act(_("Who would be asked?"), "simulate", "simulate")
        if not obj.is_draft:
            return [act(_("New version"), "new_version", "new_version", primary=True), simulate]
        return [
            act(_("Publish"), "publish", "publish", primary=True),
            act(_("Edit"), "edit", "edit"),
            simulate,
            act(_("Discard the draft"), "discard", "delete", danger=True),
        ]

    def get_context(self, obj: ApprovalFlow) -> dict[str, Any]:
        others = ApprovalFlow.objects.filter(document_type=obj.document_type).order_by("-number")
        prefetch_related_objects([obj], *PARTS)
        return {
            "routes": routes_of(obj),
            "may_edit": can(self.request.user, "edit", obj),
            "versions": others,
        }


class NewVersion(ActionView):
    model, verb, title = ApprovalFlow, "new_version", gettext_lazy("New version")
    explain = gettext_lazy("A draft with the same routes. Requests that run keep their version.")

    def perform(self, obj: ApprovalFlow, form: Any, *, actor: Any, at: Any) -> ApprovalFlow:
        return flows.new_version(actor=actor, at=at, flow=obj)


class EditFlow(RecordUpdateView):
    model, form_class = ApprovalFlow, FlowForm
    check_version = False

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        kwargs.pop("instance", None)
        kwargs["initial"] = {
            "from_date": self.object.from_date,
            "repeated": self.object.repeated,
            "note": self.object.note,
        }
        return kwargs

    def perform(self, form: Any, *, actor: Any, at: Any) -> ApprovalFlow:
        return flows.edit_flow(actor=actor, at=at, flow=self.object, **form.cleaned_data)


class Publish(ActionView):
    asks_again = True
    model, verb, title = ApprovalFlow, "publish", gettext_lazy("Publish")
    explain = gettext_lazy("From its day on this version decides. It cannot be changed afterwards.")

    def perform(self, obj: ApprovalFlow, form: Any, *, actor: Any, at: Any) -> ApprovalFlow:
        return flows.publish_flow(actor=actor, at=at, flow=obj)


class Discard(ActionView):
    model, verb, title, danger = ApprovalFlow, "delete", gettext_lazy("Discard the draft"), True

    def perform(self, obj: ApprovalFlow, form: Any, *, actor: Any, at: Any) -> None:
        flows.discard_flow(actor=actor, at=at, flow=obj)

    def get_success_url(self, obj: Any) -> str:
        return reverse("approvals:approvalflow_list")


class PartAct(ActionView):
    """An act on a part of a draft; afterwards one is back on the flow's page."""

    verb = "edit"

    @property
    def flow(self) -> ApprovalFlow:
        part = self.object
        if isinstance(part, ApprovalFlow):
            return part
        return part.flow if isinstance(part, FlowRoute) else part.route.flow

    def get_success_url(self, obj: Any) -> str:
        return reverse("approvals:approvalflow_detail", args=[self.flow.pk])

    def get_cancel_url(self) -> str:
        return self.get_success_url(None)

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(str(self.flow), self.get_success_url(None))]


class RouteAct(PartAct):
    form_class = RouteForm
    submit_label = gettext_lazy("Save")

    def get_form_kwargs(self) -> dict[str, Any]:
        route = self.object if isinstance(self.object, FlowRoute) else None
        kind = document_types.get(self.flow.document_type)
        return {**super().get_form_kwargs(), "kind": kind, "route": route}

    def perform(self, obj: Any, form: Any, *, actor: Any, at: Any) -> None:
        flows.save_route(
            actor=actor,
            at=at,
            flow=self.flow,
            route=obj if isinstance(obj, FlowRoute) else None,
            conditions=form.condition_rows(),
            **form.cleaned_data,
        )


class AddRoute(RouteAct):
    model, title = ApprovalFlow, gettext_lazy("Add a route")

    def get_initial(self) -> dict[str, Any]:
        return {"position": self.object.routes.count() + 1}


class EditRoute(RouteAct):
    model, title = FlowRoute, gettext_lazy("Edit the route")

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.object.name, "position": self.object.position}


class RemoveRoute(PartAct):
    model, title, danger = FlowRoute, gettext_lazy("Remove the route"), True

    def perform(self, obj: Any, form: Any, *, actor: Any, at: Any) -> None:
        flows.remove_route(actor=actor, at=at, route=obj)


STEP_FIELDS = ("name", "position", "mode", "remind_after", "deadline", "unit", "on_missing", "fallback_role")


class StepAct(PartAct):
    form_class = StepForm
    submit_label = gettext_lazy("Save")

    def get_form_kwargs(self) -> dict[str, Any]:
        step = self.object if isinstance(self.object, FlowStep) else None
        return {**super().get_form_kwargs(), "step": step}

    def perform(self, obj: Any, form: Any, *, actor: Any, at: Any) -> None:
        step = obj if isinstance(obj, FlowStep) else None
        flows.save_step(
            actor=actor,
            at=at,
            route=step.route if step else obj,
            step=step,
            approvers=form.approver_rows(),
            **form.cleaned_data,
        )


class AddStep(StepAct):
    model, title = FlowRoute, gettext_lazy("Add a step")

    def get_initial(self) -> dict[str, Any]:
        return {"position": self.object.steps.count() + 1}


class EditStep(StepAct):
    model, title = FlowStep, gettext_lazy("Edit the step")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in STEP_FIELDS}


class RemoveStep(PartAct):
    model, title, danger = FlowStep, gettext_lazy("Remove the step"), True

    def perform(self, obj: Any, form: Any, *, actor: Any, at: Any) -> None:
        flows.remove_step(actor=actor, at=at, step=obj)


class Simulate(RecordView):
    """Facts in, the route and the people out; nothing is stored."""

    model = ApprovalFlow

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        flow = self.get_object()
        kind = document_types.get(flow.document_type)
        form = SimulateForm(
            request.GET or None,
            user=request.user,
            kind=kind,
            flow=flow,
            initial={"applicant": request.user},
        )
        context: dict[str, Any] = {
            "title": _("Who would be asked?"),
            "crumbs": [
                *self.list_crumb(),
                (str(flow), reverse("approvals:approvalflow_detail", args=[flow.pk])),
            ],
            "form": form,
            "object": flow,
        }
        if request.GET and form.is_valid():
            context |= self.answer(flow, form, kind)
        return render(request, "approvals/simulate.html", context)

    def answer(self, flow: ApprovalFlow, form: SimulateForm, kind: Any) -> dict[str, Any]:
        on, facts = timezone.localdate(self.at), form.facts()
        applicant = form.cleaned_data["applicant"]
        route = matching_route(flow, facts, on=on)
        amount = number(facts.get(kind.amount)) if kind and kind.amount else None
        case = Case(
            flow.document_type, applicant, team_on(applicant, on), frozenset({applicant.pk}), on, amount
        )
        steps = []
        for step in route.steps.prefetch_related("approvers__person") if route else ():
            steps.append({"step": step, "lines": [self.line(a, step, case) for a in step.approvers.all()]})
        return {"asked": True, "route": route, "steps": steps}

    def line(self, approver: Any, step: FlowStep, case: Case) -> dict[str, Any]:
        try:
            return {"who": str(approver), "people": asked_at(approver, step, case)}
        except DomainError as error:
            return {"who": str(approver), "error": error}
