"""Pages of the credit assessment form."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables import services
from receivables.assessing import credit_factors
from receivables.choices import AssessmentState
from receivables.filters import AssessmentFilter
from receivables.forms import AssessmentForm, ScoreForm
from receivables.models import CreditAssessment
from receivables.tables import AssessmentTable
from salesops.ui.templatetags.ui import exact, link, money, person
from salesops.ui.views import (
    Act,
    ActionView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)


class AssessmentList(RecordListView):
    model, table_class, filterset_class = CreditAssessment, AssessmentTable, AssessmentFilter
    add_url_name = "receivables:creditassessment_create"
    add_label = _("New assessment")
    default_sort = "-date"
    empty_title = _("Nobody's credit was assessed yet")
    empty_text = _("An assessment scores a customer by factors and sets limit, terms and how long they hold.")

    def base_queryset(self) -> QuerySet:
        return CreditAssessment.objects.select_related("customer", "assessor")


class AssessmentDetail(RecordDetailView):
    model = CreditAssessment
    template_name = "receivables/assessment.html"

    def base_queryset(self) -> QuerySet:
        return CreditAssessment.objects.select_related("customer", "assessor", "payment_term")

    def get_title(self, obj: CreditAssessment) -> Any:
        return _("Credit assessment of %(customer)s") % {"customer": obj.customer}

    def facts(self, obj: CreditAssessment) -> list[tuple[Any, Any]]:
        currency = obj.customer.currency_id

        def amount(value: Any) -> Any:
            return "" if value is None else money(value, currency)

        return [
            (_("Customer"), link(obj.customer)),
            (_("Date"), exact(obj.date)),
            (_("Occasion"), obj.get_kind_display()),
            (_("Why now"), linebreaksbr(obj.why_now)),
            (_("Rating"), obj.rating),
            (_("Total score"), obj.total),
            (_("Requested limit"), amount(obj.requested_limit)),
            (_("Sales a month"), amount(obj.monthly_sales)),
            (_("Proposed limit"), amount(obj.limit_proposed)),
            (pgettext_lazy("of credit", "Limit"), amount(obj.limit)),
            (_("Why more than proposed"), obj.limit_reason),
            (_("Requested payment terms"), str(obj.payment_term or "")),
            (_("Why a rating above A"), obj.special_reason if obj.special else ""),
            (_("Valid until"), exact(obj.valid_until) if obj.valid_until else ""),
            (_("Assessor"), person(obj.assessor) if obj.assessor else ""),
            (_("Note"), obj.note),
        ]

    def get_context(self, obj: CreditAssessment) -> dict[str, Any]:
        rows = [
            {
                **line,
                "label": factor.label if (factor := credit_factors.get(line["code"])) else line["code"],
                "words": factor.words(line["figures"]) if factor else "",
                "differs": line["score"] != line["proposed"],
            }
            for line in obj.lines
        ]
        return {"lines": rows, "expired": obj.expired_on(timezone.localdate(self.at))}

    def acts(self, obj: CreditAssessment) -> list[Act]:
        if obj.state != AssessmentState.DRAFT:
            return []
        edit, hand_in = (
            reverse(f"receivables:creditassessment_{name}", args=[obj.pk]) for name in ("edit", "submit")
        )
        return [Act(_("Hand in"), hand_in, "edit", primary=True), Act(_("Score"), edit, "edit")]


class AssessmentCreate(RecordCreateView):
    model, form_class = CreditAssessment, AssessmentForm
    title = _("New assessment")
    explain = _(
        "Ledger and file propose a score for every factor; on the next page you may put another one and say why."
    )

    def perform(self, form: Any, *, actor: Any, at: Any) -> CreditAssessment:
        return services.open_assessment(actor=actor, at=at, **form.cleaned_data)


class AssessmentEdit(RecordUpdateView):
    model, form_class = CreditAssessment, ScoreForm
    title = _("Score")

    def base_queryset(self) -> QuerySet:
        return CreditAssessment.objects.select_related("customer")

    def perform(self, form: Any, *, actor: Any, at: Any) -> CreditAssessment:
        return services.edit_assessment(
            actor=actor, at=at, assessment=self.object, scores=form.scores(), **form.values()
        )


class AssessmentSubmit(ActionView):
    model, verb = CreditAssessment, "edit"
    title = _("Hand in")
    explain = _("Finance and the manager decide; approved, limit and terms of the customer change at once.")

    def base_queryset(self) -> QuerySet:
        return CreditAssessment.objects.select_related("customer")

    def perform(self, obj: CreditAssessment, form: Any, *, actor: Any, at: Any) -> CreditAssessment:
        return services.submit_assessment(actor=actor, assessment=obj, at=at)
