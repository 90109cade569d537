"""Visit plans and who is due: lists, pages, acts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.choices import VisitPlanState, VisitState
from customers.filters.visits import DueFilter, PlanFilter, due_rows
from customers.forms.visit_plans import PlanForm, ReviewForm, SelfCheckForm
from customers.models import Customer, Visit, VisitPlan, VisitPlanLine
from customers.selectors.rhythm import first_due, rhythm_days, with_due_date
from customers.selectors.sharing import alive
from customers.services import visit_plans as services
from customers.services.visit_plan_lines import move_line
from customers.tables.visits import DueTable, PlanTable
from salesops.approvals.selectors import open_request
from salesops.core.errors import DomainError, Duplicate, InvalidInput, NotAllowed
from salesops.core.keys import is_key
from salesops.core.policies import can, policy_of
from salesops.ui.marks import exact_date, person_mark
from salesops.ui.templatetags.ui import link
from salesops.ui.views import Act, ActionView, RecordCreateView, RecordDetailView, RecordListView
from salesops.ui.views.base import RecordView
from salesops.ui.views.forms import RecordUpdateView

DONE = Q(lines__visit__state=VisitState.DONE)


def with_counts(plans: QuerySet[VisitPlan]) -> QuerySet[VisitPlan]:
    """Adds ``planned`` (lines) and ``done`` (of them)."""
    return plans.annotate(planned=Count("lines"), done=Count("lines", filter=DONE))


class PlanList(RecordListView):
    model = VisitPlan
    table_class = PlanTable
    filterset_class = PlanFilter
    add_url_name = "customers:visitplan_create"
    add_label = _("Write a visit plan")
    default_sort = "-from_date"
    empty_title = _("No visit plan yet.")
    empty_text = _("Write one for the next month; it starts with who is due by the rhythm.")

    def base_queryset(self) -> Any:
        return with_counts(VisitPlan.objects.select_related("owner", "team"))


class PlanPage(RecordDetailView):
    model = VisitPlan
    template_name = "customers/visitplan_detail.html"

    def base_queryset(self) -> Any:
        return VisitPlan.objects.select_related("owner", "team", "reviewed_by")

    def get_title(self, obj: VisitPlan) -> Any:
        return _("Visit plan %(span)s") % {"span": obj.period_text}

    def get_subtitle(self, obj: VisitPlan) -> Any:
        return obj.owner

    def facts(self, obj: VisitPlan) -> list[tuple[Any, Any]]:
        request = open_request(obj, services.KEY)
        return [
            (_("Person"), person_mark(obj.owner)),
            (_("Team"), obj.team),
            (_("From"), exact_date(obj.from_date)),
            (_("To"), exact_date(obj.to_date)),
            (_("Handed in"), exact_date(obj.submitted_at) if obj.submitted_at else ""),
            (
                _("Waits for approval"),
                link(request) if request and can(self.request.user, "view", request) else "",
            ),
            (_("Accepted"), exact_date(obj.accepted_at) if obj.accepted_at else ""),
            (_("Remarks"), obj.note),
            (_("Reviewed by"), person_mark(obj.reviewed_by) if obj.reviewed_by else ""),
        ]

    def acts(self, obj: VisitPlan) -> list[Act]:
        def at(name: str) -> str:
            return reverse(f"customers:visitplan_{name}", args=[obj.pk])

        if obj.state in services.OPEN:
            return [
                Act(_("Hand in"), at("submit"), "submit", primary=True),
                Act(_("Edit"), at("edit"), "edit"),
            ]
        if obj.state in (VisitPlanState.ACCEPTED, VisitPlanState.EXECUTING):
            return [Act(_("Look back on it"), at("check"), "check", primary=True)]
        if obj.state == VisitPlanState.SELF_CHECKED:
            return [Act(_("Review"), at("review"), "review", primary=True)]
        return []

    def moving(self, obj: VisitPlan) -> dict[str, Any]:
        """May lines be moved, between which days, and where they are dragged."""
        today = timezone.localdate(self.at)
        first = max(obj.from_date, today)
        open_still = obj.state in services.OPEN and first <= obj.to_date
        return {
            "today": today,
            "first": first,
            "may_move": open_still and can(self.request.user, "edit", obj),
            "calendar_url": f"{reverse('customers:visit_calendar')}?period={first:%Y-%m}&owner={obj.owner_id}",
        }

    def get_context(self, obj: VisitPlan) -> dict[str, Any]:
        lines = list(obj.lines.select_related("customer", "visit"))
        seen = set(
            Visit.objects.visible_to(self.request.user)
            .filter(pk__in=[line.visit_id for line in lines if line.visit_id])
            .values_list("pk", flat=True)
        )
        done = sum(1 for line in lines if line.visit and line.visit.state == VisitState.DONE)
        return {"plan": obj, "lines": lines, "seen": seen, "done": done, **self.moving(obj)}


class PlanLineMove(RecordView):
    """One visit of a plan that is still written goes to another day: from the calendar (JSON) or the plan's page."""

    model = VisitPlan
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        plan = self.get_object()
        self.require("edit", plan)
        asked_by_script = "application/json" in request.headers.get("Accept", "")
        try:
            line = self.moved(plan)
        except NotAllowed:
            raise
        except DomainError as error:
            if not asked_by_script:
                raise
            return JsonResponse({"message": str(error)}, status=error.status)
        said = gettext("%(customer)s: moved to %(day)s.") % {
            "customer": line.customer,
            "day": date_format(line.date, "D Y-m-d"),
        }
        if asked_by_script:
            day = line.date.isoformat()
            return JsonResponse({"day": day, "version": day, "message": said})
        messages.success(request, said)
        return redirect(plan.get_absolute_url())

    def moved(self, plan: VisitPlan) -> VisitPlanLine:
        posted = self.request.POST
        key = posted.get("line") or self.request.GET.get("line", "")
        try:
            day = date.fromisoformat(posted.get("day", ""))
            seen = date.fromisoformat(posted["version"]) if posted.get("version") else None
        except ValueError:
            raise InvalidInput(_("Name the day."), field="day") from None
        if not is_key(key):
            raise InvalidInput(_("Choose a visit of this plan."), field="line")
        return move_line(actor=self.request.user, at=self.at, plan=plan, line=int(key), day=day, seen=seen)


class PlanCreate(RecordCreateView):
    model = VisitPlan
    form_class = PlanForm
    title = _("Write a visit plan")
    explain = _(
        "Save it as a draft first; handing it in asks your superior. An accepted plan becomes planned visits."
    )

    def perform(self, form: Any, *, actor: Any, at: Any) -> VisitPlan:
        return services.write_plan(actor=actor, at=at, **form.values())

    def refused(self, form: Any, error: Any) -> Any:
        """A plan that is there already is opened where it may be seen."""
        if isinstance(error, Duplicate):
            existing = VisitPlan.objects.visible_to(self.request.user).filter(pk=error.figures["existing"])
            if plan := existing.first():
                error.way_out = format_html("{} {}", _("Open that one:"), link(plan))
        return super().refused(form, error)


class PlanEdit(RecordUpdateView):
    model = VisitPlan
    form_class = PlanForm
    title = _("Edit visit plan")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"plan": self.object}

    def get_initial(self) -> dict[str, Any]:
        return {}

    def perform(self, form: Any, *, actor: Any, at: Any) -> VisitPlan:
        return services.write_plan(actor=actor, at=at, **form.values())


class PlanAct(ActionView):
    model = VisitPlan
    check_version = True

    def base_queryset(self) -> Any:
        return VisitPlan.objects.select_related("owner")


class PlanSubmit(PlanAct):
    verb = "submit"
    title = _("Hand in")
    explain = _("Your superior is asked to accept the plan. Once accepted, its lines become planned visits.")

    def perform(self, obj: VisitPlan, form: Any, *, actor: Any, at: Any) -> VisitPlan:
        return services.submit_plan(actor=actor, at=at, plan=obj)


class PlanCheck(PlanAct):
    form_class = SelfCheckForm
    verb = "check"
    title = _("Look back on it")
    submit_label = _("Save")

    def perform(self, obj: VisitPlan, form: Any, *, actor: Any, at: Any) -> VisitPlan:
        return services.check_plan(actor=actor, at=at, plan=obj, **form.cleaned_data)


class PlanReview(PlanAct):
    form_class = ReviewForm
    verb = "review"
    title = pgettext_lazy("verb", "Review")
    submit_label = _("Save")

    def perform(self, obj: VisitPlan, form: Any, *, actor: Any, at: Any) -> VisitPlan:
        return services.review_plan(actor=actor, at=at, plan=obj, **form.cleaned_data)


class DueList(RecordListView):
    """Who is due for a visit by the rhythm of the classes, the most overdue first (VIS-02)."""

    model = Customer
    table_class = DueTable
    filterset_class = DueFilter
    template_name = "customers/due_list.html"
    default_sort = "due_date"
    title = _("Due for a visit")
    empty_title = _("Nobody is due.")
    empty_text = _("By the rhythm of the handbook every customer here was visited in time.")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not can(request.user, "list", Visit):
            raise NotAllowed(_("Your role has no visits."))
        return super().get(request, *args, **kwargs)

    def base_queryset(self) -> Any:
        rows = alive(Customer.objects.select_related("owner", "team").filter(owner__isnull=False))
        if not self.request.GET.get("due"):
            rows = due_rows(rows, "week")
        return with_due_date(rows, on=timezone.localdate(self.at))

    def read_rows(self, queryset: Any, sort: Any, down: bool, size: int) -> list[Any]:
        """By due date, class by class; the few of a rep are sorted, those who wait for a tour may have no due date."""
        rights = policy_of(Customer).rights
        far = any(rights.get(grant.role, ("own", 0))[0] != "own" for grant in self.request.user.grants())
        if not far or sort.path != "due_date" or self.request.GET.get("due") == "tour":
            return super().read_rows(queryset, sort, down, size)
        return first_due(queryset, on=timezone.localdate(self.at), size=size, down=down)

    def get_context(self) -> dict[str, Any]:
        labels = dict(Customer._meta.get_field("customer_class").choices)
        days = rhythm_days(timezone.localdate(self.at))
        return {"rhythm": [(labels[cls], count) for cls, count in days.items()]}
