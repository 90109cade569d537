"""Market studies: asked for, written, returned, published (MKT)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.research import StudyState
from customers.filters.research import StudyFilter
from customers.forms.research import (
    PublishForm,
    ReportForm,
    ReturnForm,
    StudyForm,
)
from customers.models import MarketStudy, TargetMarket
from customers.services import studies
from customers.tables.research import StudyTable
from salesops.ui.marks import exact_date, person_mark, pill
from salesops.ui.views import (
    Act,
    ActionView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)


def day_of(value: Any) -> Any:
    return exact_date(value) if value else ""


class StudyList(RecordListView):
    model = MarketStudy
    stacked = True
    table_class = StudyTable
    filterset_class = StudyFilter
    default_sort = "-due_on"
    add_url_name = "customers:marketstudy_create"
    add_label = _("Plan a study")
    empty_title = _("No market study yet.")

    def base_queryset(self) -> QuerySet:
        return MarketStudy.objects.select_related("owner", "team")


class StudyPage(RecordDetailView):
    model = MarketStudy
    template_name = "customers/words_detail.html"

    def base_queryset(self) -> QuerySet:
        return MarketStudy.objects.select_related("owner", "team", "reviewer")

    def get_subtitle(self, obj: MarketStudy) -> Any:
        return obj.number

    def facts(self, obj: MarketStudy) -> list[tuple[Any, Any]]:
        late = obj.state == StudyState.PLANNED and obj.due_on < timezone.localdate(self.at)
        return [
            (pgettext_lazy("study", "From"), exact_date(obj.start)),
            (pgettext_lazy("study", "To"), exact_date(obj.end)),
            (_("Report due on"), exact_date(obj.due_on)),
            (_("Report overdue"), pill(_("overdue"), "bad") if late else ""),
            (_("Handed in on"), day_of(obj.submitted_on)),
            (_("Published on"), day_of(obj.published_on)),
            (_("Reviewed by"), person_mark(obj.reviewer) if obj.reviewer else ""),
            (_("Region"), obj.region),
            (_("Responsible"), person_mark(obj.owner)),
            (_("Team"), obj.team),
        ]

    def acts(self, obj: MarketStudy) -> list[Act]:
        def act(label: Any, name: str, verb: str, **more: Any) -> Act:
            return Act(label, reverse(f"customers:marketstudy_{name}", args=[obj.pk]), verb, **more)

        return {
            StudyState.PLANNED: [
                act(_("Hand the report in"), "report", "report", primary=True),
                act(_("Edit"), "edit", "edit"),
            ],
            StudyState.SUBMITTED: [
                act(_("Publish"), "publish", "review", primary=True),
                act(_("Give back"), "return", "review"),
            ],
            StudyState.PUBLISHED: [act(_("Archive"), "archive", "archive")],
        }.get(StudyState(obj.state), [])

    def get_context(self, obj: MarketStudy) -> dict[str, Any]:
        markets = TargetMarket.objects.visible_to(self.request.user).filter(study=obj)
        return {
            "sections": [
                (pgettext_lazy("study", "Goal"), obj.goal),
                (pgettext_lazy("study", "Method"), obj.method),
                (pgettext_lazy("study", "Findings"), obj.findings),
                (pgettext_lazy("study", "Conclusions"), obj.conclusions),
                (_("Words of the review"), obj.review_note),
            ],
            "related_title": _("Target markets"),
            "related": [(market, market.region) for market in markets[:50]],
        }


class StudyCreate(RecordCreateView):
    model = MarketStudy
    form_class = StudyForm
    title = _("Plan a study")

    def perform(self, form: Any, *, actor: Any, at: Any) -> MarketStudy:
        return studies.save_study(actor=actor, at=at, **form.cleaned_data)


class StudyEdit(RecordUpdateView):
    model = MarketStudy
    form_class = StudyForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> MarketStudy:
        return studies.save_study(actor=actor, at=at, study=self.object, **form.cleaned_data)


class StudyAct(ActionView):
    model = MarketStudy
    check_version = True
    template_name = "ui/form.html"


class StudyReport(StudyAct):
    verb = "report"
    form_class = ReportForm
    title = _("Hand the report in")

    def get_initial(self) -> dict[str, Any]:
        return {"findings": self.object.findings, "conclusions": self.object.conclusions}

    def get_explain(self, obj: MarketStudy) -> Any:
        return obj.review_note

    def perform(self, obj: MarketStudy, form: Any, *, actor: Any, at: Any) -> MarketStudy:
        return studies.report_study(actor=actor, at=at, study=obj, **form.cleaned_data)


class StudyReturn(StudyAct):
    verb = "review"
    form_class = ReturnForm
    title = _("Give back")

    def perform(self, obj: MarketStudy, form: Any, *, actor: Any, at: Any) -> MarketStudy:
        return studies.return_study(actor=actor, at=at, study=obj, **form.cleaned_data)


class StudyPublish(StudyAct):
    verb = "review"
    form_class = PublishForm
    title = _("Publish")
    explain = _(
        "Everybody who reads market information reads the report from now on; it does not change any more."
    )

    def perform(self, obj: MarketStudy, form: Any, *, actor: Any, at: Any) -> MarketStudy:
        return studies.publish_study(actor=actor, at=at, study=obj, **form.cleaned_data)


class StudyArchive(ActionView):
    model = MarketStudy
    check_version = True
    verb = "archive"
    title = _("Archive")

    def perform(self, obj: MarketStudy, form: Any, *, actor: Any, at: Any) -> MarketStudy:
        return studies.archive_study(actor=actor, at=at, study=obj)
