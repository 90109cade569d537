"""Visits: list, page, plan, log, move, call off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers import services
from customers.choices import CheckInMark, VisitOutcome, VisitState
from customers.filters import VisitFilter
from customers.forms import (
    CancelForm,
    ComplaintForm,
    EditVisitForm,
    LogPlannedVisitForm,
    LogVisitForm,
    PlanVisitForm,
    ReplanForm,
)
from customers.models import Customer, Visit
from customers.permissions.customers import know_holder
from customers.raising import followed, raised_from
from customers.selectors.promises import open_promises
from customers.services.reports import raise_complaint, report_visit
from customers.tables import VisitTable
from salesops.core.keys import is_key
from salesops.core.policies import can
from salesops.ui.marks import exact_date, person_mark, pill
from salesops.ui.templatetags.ui import link
from salesops.ui.views import Act, ActionView, RecordCreateView, RecordDetailView, RecordListView

MARKS = {
    CheckInMark.NEAR: "good",
    CheckInMark.FAR: "bad",
    CheckInMark.UNKNOWN: "attention",
    CheckInMark.NONE: "attention",
}
OUTCOMES = {
    VisitOutcome.MET: "good",
    VisitOutcome.PARTLY: "attention",
    VisitOutcome.NOT_MET: "bad",
    VisitOutcome.NOBODY: "bad",
}
SENT_LATER = timedelta(minutes=10)


class VisitList(RecordListView):
    model = Visit
    table_class = VisitTable
    filterset_class = VisitFilter
    template_name = "customers/visit_list.html"
    add_url_name = "customers:visit_create"
    add_label = _("Plan a visit")
    reads = (
        "number", "visit_date", "customer__name", "customer__short_name", "kind", "state", "owner__name",
        "owner__username", "purpose", "result", "next_date",
    )  # fmt: skip
    default_sort = "-visit_date"
    empty_title = _("No visit yet.")
    empty_text = _("Plan one, or log the contact you just had.")

    def base_queryset(self) -> Any:
        return Visit.objects.select_related("customer", "owner", "team")


class VisitPage(RecordDetailView):
    model = Visit

    def base_queryset(self) -> Any:
        joined = ("customer", "owner", "team", "follows", "followed_by", "check_in")
        return Visit.objects.select_related(*joined).prefetch_related("contacts", "plan_lines__plan__owner")

    def get_object(self) -> Visit:
        visit: Visit = super().get_object()
        know_holder(visit.customer)
        return visit

    def get_title(self, obj: Visit) -> Any:
        return f"{obj.get_kind_display()}: {obj.customer}"

    def get_subtitle(self, obj: Visit) -> Any:
        return obj.number

    def facts(self, obj: Visit) -> list[tuple[Any, Any]]:
        followed = getattr(obj, "followed_by", None)
        overdue = obj.state == VisitState.PLANNED and obj.planned_date < timezone.localdate(self.at)
        return [
            (_("Customer"), link(obj.customer, obj.customer.name)),
            (_("Visited by"), person_mark(obj.owner)),
            (_("Team"), obj.team),
            (_("Planned for"), self.planned(obj, overdue)),
            (_("Took place"), exact_date(obj.visited_at) if obj.visited_at else ""),
            (_("Met"), format_html_join(", ", "{}", ((link(c),) for c in obj.contacts.all()))),
            (_("Why cancelled"), obj.cancel_reason),
            (_("Why it was not planned"), obj.unplanned_reason),
            (_("Visit plan"), self.plan_of(obj)),
            (_("Follows"), link(obj.follows) if obj.follows else ""),
            (_("Next visit"), link(followed, exact_date(followed.planned_date)) if followed else ""),
        ]

    def plan_of(self, obj: Visit) -> Any:
        plans = sorted(
            {line.plan for line in obj.plan_lines.all()}, key=lambda plan: (plan.from_date, plan.pk)
        )
        user = self.request.user
        told = ((link(plan) if can(user, "view", plan) else plan.period_text,) for plan in plans)
        return format_html_join(" · ", "{}", told)

    def planned(self, obj: Visit, overdue: bool) -> Any:
        if obj.planned_date is None:
            return pill(_("not planned"), "plain")
        late = pill(_("overdue"), "bad") if overdue else ""
        return format_html("{} {}", exact_date(obj.planned_date), late)

    def acts(self, obj: Visit) -> list[Act]:
        def at(name: str) -> str:
            return reverse(f"customers:{name}", args=[obj.pk])

        edit = Act(_("Edit"), at("visit_edit"), "edit")
        if obj.state == VisitState.DONE:
            return [edit]
        if obj.state == VisitState.CANCELLED:
            return [Act(_("Plan it again"), at("visit_replan"), "replan", primary=True)]
        return [
            Act(_("Log this visit"), at("visit_log"), "log", primary=True),
            *([] if hasattr(obj, "check_in") else [Act(_("Check in"), at("visit_checkin"), "log")]),
            Act(_("Move to another day"), at("visit_replan"), "replan"),
            edit,
            Act(_("Call off"), at("visit_cancel"), "cancel", danger=True),
        ]

    def get_context(self, obj: Visit) -> dict[str, Any]:
        user, made = self.request.user, getattr(obj, "check_in", None)
        texts = (
            (_("The customer's words"), obj.feedback),
            (_("Competitors: what was seen and heard"), obj.competitor_facts),
            (_("Product demands and suggestions"), obj.product_wishes),
        )
        accept = (
            made is not None
            and made.mark in (CheckInMark.FAR, CheckInMark.UNKNOWN)
            and can(user, "accept_place", obj)
        )
        return {
            "visit": obj,
            "texts": [(title, words) for title, words in texts if words],
            "outcome": pill(obj.get_outcome_display(), OUTCOMES[obj.outcome]) if obj.outcome else "",
            "answers": list(obj.answers.select_related("item")) if obj.state == VisitState.DONE else [],
            "check_in": made,
            "mark": pill(made.get_mark_display(), MARKS[made.mark]) if made else "",
            "sent_later": made is not None and made.received_at - made.at > SENT_LATER,
            "accept_url": reverse("customers:visit_accept_place", args=[obj.pk]) if accept else "",
            "raise": raised_from(user, obj) if obj.state == VisitState.DONE else [],
            "followed": followed(user, obj) if obj.state == VisitState.DONE else [],
            "promises": open_promises(user, obj.customer) if obj.state == VisitState.PLANNED else [],
        }

    template_name = "customers/visit_detail.html"


class NewVisit(RecordCreateView):
    """Plan or log for the customer that the url names (``?customer=5``), or one chosen in the form."""

    model = Visit
    customer_verb = "plan_visit"

    def get_customer(self) -> Customer | None:
        text = self.request.GET.get("customer", "")
        if not text:
            return None
        if not is_key(text):
            raise Http404
        found = Customer.objects.visible_to(self.request.user).filter(pk=text).first()
        if found is None:
            raise Http404
        self.require(self.customer_verb, found)
        return found

    def prepare(self) -> None:
        super().prepare()
        self.customer = self.get_customer()

    def get_initial(self) -> dict[str, Any]:
        return {k: v for k, v in super().get_initial().items() if k in ("planned_date", "kind", "purpose")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"customer": self.customer}

    def get_cancel_url(self) -> str:
        return self.customer.get_absolute_url() if self.customer else super().get_cancel_url()

    def get_crumbs(self) -> list[tuple[Any, str]]:
        crumbs = super().get_crumbs()
        if self.customer:
            crumbs.append((str(self.customer), self.customer.get_absolute_url()))
        return crumbs


class VisitPlan(NewVisit):
    form_class = PlanVisitForm
    title = _("Plan a visit")
    submit_label = pgettext_lazy("verb", "Plan")

    def get_initial(self) -> dict[str, Any]:
        return {"planned_date": timezone.localdate(self.at)} | super().get_initial()

    def perform(self, form: Any, *, actor: Any, at: Any) -> Visit:
        return services.plan_visit(actor=actor, at=at, **form.values())


class VisitLogNew(NewVisit):
    """A contact that nobody planned, written down."""

    form_class = LogVisitForm
    customer_verb = "log_visit"
    title = _("Log a contact")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"at": self.at}

    def perform(self, form: Any, *, actor: Any, at: Any) -> Visit:
        return report_visit(actor=actor, at=at, **form.values())

    def get_success_url(self, obj: Any) -> str:
        return obj.customer.get_absolute_url() if self.customer else super().get_success_url(obj)


class VisitAct(ActionView):
    model = Visit
    check_version = True

    def base_queryset(self) -> Any:
        return Visit.objects.select_related("customer", "owner")

    def get_crumbs(self) -> list[tuple[Any, str]]:
        visit = self.object
        return [
            (str(visit.customer), visit.customer.get_absolute_url()),
            (visit.number, visit.get_absolute_url()),
        ]


class VisitLog(VisitAct):
    form_class = LogPlannedVisitForm
    template_name = "ui/form.html"
    verb = "log"
    title = _("Log this visit")
    submit_label = _("Save")

    def get_explain(self, obj: Visit) -> Any:
        return _("%(customer)s, planned for %(date)s. %(purpose)s") % {
            "customer": obj.customer.name,
            "date": exact_date(obj.planned_date),
            "purpose": obj.purpose,
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"visit": self.object, "at": self.at}

    def get_initial(self) -> dict[str, Any]:
        return {}

    def perform(self, obj: Visit, form: Any, *, actor: Any, at: Any) -> Visit:
        return report_visit(actor=actor, at=at, visit=obj, **form.values())


class VisitEdit(VisitAct):
    form_class = EditVisitForm
    template_name = "ui/form.html"
    verb = "edit"
    title = _("Edit visit")
    submit_label = _("Save")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"visit": self.object}

    def get_initial(self) -> dict[str, Any]:
        return {}

    def perform(self, obj: Visit, form: Any, *, actor: Any, at: Any) -> Visit:
        return services.update_visit(actor=actor, at=at, visit=obj, **form.cleaned_data)


class VisitReplan(VisitAct):
    form_class = ReplanForm
    verb = "replan"
    title = _("Move to another day")
    submit_label = pgettext_lazy("verb", "Plan")

    def get_initial(self) -> dict[str, Any]:
        return {
            "planned_date": max(
                self.object.planned_date or timezone.localdate(self.at), timezone.localdate(self.at)
            )
        }

    def perform(self, obj: Visit, form: Any, *, actor: Any, at: Any) -> Visit:
        return services.replan_visit(actor=actor, at=at, visit=obj, **form.cleaned_data)


class VisitCancel(VisitAct):
    form_class = CancelForm
    verb = "cancel"
    title = _("Call off")
    danger = True
    explain = _("The visit stays on file as cancelled and does not count in the plan.")

    def perform(self, obj: Visit, form: Any, *, actor: Any, at: Any) -> Visit:
        return services.cancel_visit(actor=actor, at=at, visit=obj, **form.cleaned_data)


class VisitComplaint(VisitAct):
    """A complaint heard at a visit becomes a task with an owner and a day, until the service takes it as a ticket."""

    form_class = ComplaintForm
    verb = "edit"
    title = _("Complaint")
    submit_label = _("Hand on")
    check_version = False

    def get_explain(self, obj: Visit) -> Any:
        return _("%(customer)s. Whoever is named hears of it at once; its end is seen on this visit.") % {
            "customer": obj.customer.name
        }

    def get_initial(self) -> dict[str, Any]:
        return {}

    def perform(self, obj: Visit, form: Any, *, actor: Any, at: Any) -> Visit:
        raise_complaint(actor=actor, at=at, visit=obj, **form.values())
        return obj
