"""Grades to be decided about, and the scoring models behind them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.filters.grading import GradingFilter
from customers.forms.grading import DecideForm, GradeModelForm, shown_steps
from customers.grading import grade_facts
from customers.models import Customer, CustomerGrading, GradeModel
from customers.services import grading as services
from customers.tables.grading import GradeModelTable, GradingTable
from salesops.core.keys import is_key
from salesops.ui.marks import exact_date, person_mark
from salesops.ui.templatetags.ui import link
from salesops.ui.views import (
    Act,
    ActionView,
    BulkAction,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
)


class GradingList(RecordListView):
    """What was computed and waits for a decision; the filters open the history."""

    model = CustomerGrading
    table_class = GradingTable
    filterset_class = GradingFilter
    bulk_actions = (BulkAction("accept", _("Accept as computed"), "decide", services.accept_gradings),)
    empty_title = _("No grade waits for a decision.")
    empty_text = _("Grades are computed anew in each period of review, and on the page of a customer.")

    def base_queryset(self) -> Any:
        return CustomerGrading.objects.select_related(
            "customer__owner", "customer__team", "decided_by"
        ).order_by("-graded_on", "-pk")


def read_items(grading: CustomerGrading) -> list[dict[str, Any]]:
    """The factors of a grading in words, with what each contributed."""
    lines = []
    for item in grading.items:
        fact = grade_facts.get(item["factor"])
        points = Decimal(item["points"]) if item["points"] is not None else None
        weight = Decimal(item["weight"])
        lines.append(
            {
                "label": fact.label if fact else item["factor"],
                "value": None if item["value"] is None else Decimal(item["value"]),
                "unit": fact.unit if fact else "",
                "money": bool(fact and fact.money),
                "points": points,
                "weight": weight * 100,
                "part": weight * points if points is not None else None,
            }
        )
    return lines


class GradingPage(RecordDetailView):
    model = CustomerGrading
    template_name = "customers/grading_detail.html"

    def base_queryset(self) -> Any:
        return CustomerGrading.objects.select_related(
            "customer__owner", "customer__team", "model", "decided_by"
        )

    def get_title(self, obj: CustomerGrading) -> Any:
        return obj.customer.name

    def get_subtitle(self, obj: CustomerGrading) -> Any:
        return _("Grade computed on %(date)s") % {"date": exact_date(obj.graded_on)}

    def facts(self, obj: CustomerGrading) -> list[tuple[Any, Any]]:
        classes = pgettext_lazy("customer", "Class")
        return [
            (_("Customer"), link(obj.customer)),
            (_("Points"), obj.score),
            (_("Computed grade"), obj.proposed_grade),
            (_("Grade until now"), obj.old_grade or _("none yet")),
            (_("Computed class"), obj.get_proposed_class_display()),
            (_("Class until now"), obj.get_old_class_display() if obj.old_class else ""),
            (_("Decided grade"), obj.grade),
            (classes, obj.get_customer_class_display() if obj.customer_class else ""),
            (_("Reason"), obj.reason),
            (_("Decided on"), exact_date(obj.decided_on) if obj.decided_on else ""),
            (_("Decided by"), person_mark(obj.decided_by) if obj.decided_by else ""),
            (_("Scoring model"), link(obj.model)),
        ]

    def acts(self, obj: CustomerGrading) -> list[Act]:
        url = reverse("customers:customergrading_decide", args=[obj.pk])
        return [Act(pgettext_lazy("grading", "Decide"), url, "decide", primary=True)]

    def get_context(self, obj: CustomerGrading) -> dict[str, Any]:
        return {"items": read_items(obj)}


class GradingDecide(ActionView):
    model = CustomerGrading
    verb = "decide"
    check_version = True
    form_class = DecideForm
    title = _("Decide about the grade")
    submit_label = pgettext_lazy("grading", "Decide")

    def get_explain(self, obj: CustomerGrading) -> Any:
        return _("%(score)s points: grade %(grade)s, class %(class)s. What you decide holds from today.") % {
            "score": obj.score,
            "grade": obj.proposed_grade,
            "class": obj.get_proposed_class_display(),
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"grading": self.object}

    def perform(self, obj: CustomerGrading, form: Any, *, actor: Any, at: Any) -> CustomerGrading:
        return services.decide_grading(actor=actor, at=at, grading=obj, **form.cleaned_data)


class GradeNow(ActionView):
    model = Customer
    verb = "edit"
    title = _("Compute the grade anew")
    explain = _("The grade is proposed to the lead; the one on file holds until it is decided about.")

    def get_explain(self, obj: Customer) -> Any:
        return self.explain

    def perform(self, obj: Customer, form: Any, *, actor: Any, at: Any) -> CustomerGrading:
        return services.grade_now(actor=actor, at=at, customer=obj)

    def get_success_url(self, obj: Any) -> str:
        return obj.get_absolute_url()


class GradeModelList(RecordListView):
    model = GradeModel
    table_class = GradeModelTable
    default_sort = "-from_date"
    add_url_name = "customers:grademodel_create"
    add_label = _("New scoring model")


class GradeModelPage(RecordDetailView):
    model = GradeModel
    state_field = ""
    template_name = "customers/grademodel_detail.html"

    def facts(self, obj: GradeModel) -> list[tuple[Any, Any]]:
        return [
            (_("From"), exact_date(obj.from_date)),
            (_("To (last day)"), exact_date(obj.to_date) if obj.to_date else ""),
            (_("A from (points)"), obj.a_from),
            (_("B from (points)"), obj.b_from),
            (_("C from (points)"), obj.c_from),
            (_("Remarks"), obj.remarks),
        ]

    def acts(self, obj: GradeModel) -> list[Act]:
        url = f"{reverse('customers:grademodel_create')}?from={obj.pk}"
        return [Act(_("Change from a day on"), url, "edit", primary=True)]

    def get_context(self, obj: GradeModel) -> dict[str, Any]:
        rows = []
        for line in obj.factors.all():
            fact = grade_facts.get(line.factor)
            rows.append((fact.label if fact else line.factor, line.weight * 100, shown_steps(line.steps)))
        return {"factors": rows}


class GradeModelCreate(RecordCreateView):
    model = GradeModel
    form_class = GradeModelForm
    title = _("New scoring model")
    explain = _(
        "It holds from its first day on; gradings of days before keep the model of their day. A factor that knows "
        "nothing about a customer gives its weight to the others."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        models = GradeModel.objects.visible_to(self.request.user)
        text = self.request.GET.get("from", "")
        chosen = models.filter(pk=text).first() if is_key(text) else None
        return super().get_form_kwargs() | {"model": chosen or models.order_by("-from_date").first()}

    def get_initial(self) -> dict[str, Any]:
        return {}

    def perform(self, form: Any, *, actor: Any, at: Any) -> GradeModel:
        return services.save_model(actor=actor, at=at, factors=form.factors(), **form.cleaned_data)
