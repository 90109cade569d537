"""Market studies, target markets, partners, product requirement documents (MKT-01, 03, 06, 17, RND-02)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.research import PaperState, StudyState
from customers.filters.research import PaperFilter, PartnerFilter, StudyFilter, TargetMarketFilter
from customers.forms.research import (
    PaperForm,
    PartnerForm,
    PublishForm,
    ReportForm,
    ReturnForm,
    StudyForm,
    TalkForm,
    TargetMarketForm,
)
from customers.models import MarketStudy, Partner, PartnerTalk, ProductDemand, RequirementPaper, TargetMarket
from customers.services import partners, requirement_papers, studies
from customers.tables.research import PaperTable, PartnerTable, StudyTable, TargetMarketTable
from salesops.ui.marks import exact_date, person_mark, pill
from salesops.ui.templatetags.ui import link, money
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


class TargetMarketList(RecordListView):
    model = TargetMarket
    stacked = True
    table_class = TargetMarketTable
    filterset_class = TargetMarketFilter
    default_sort = "name"
    add_url_name = "customers:targetmarket_create"
    add_label = _("Define a target market")
    empty_title = _("No target market defined yet.")

    def base_queryset(self) -> QuerySet:
        return TargetMarket.objects.select_related("owner")


class TargetMarketPage(RecordDetailView):
    model = TargetMarket
    template_name = "customers/words_detail.html"
    state_field = ""

    def base_queryset(self) -> QuerySet:
        return TargetMarket.objects.select_related("owner", "team", "study")

    def facts(self, obj: TargetMarket) -> list[tuple[Any, Any]]:
        return [
            (_("Region"), obj.region),
            (
                pgettext_lazy("target market", "Size a year"),
                money(obj.size, obj.currency_id) if obj.size else "",
            ),
            (_("Where the size is from"), obj.size_source),
            (_("Market study"), link(obj.study) if obj.study else ""),
            (_("Responsible"), person_mark(obj.owner)),
            (_("Team"), obj.team),
            (_("Active"), "" if obj.is_active else _("no")),
        ]

    def acts(self, obj: TargetMarket) -> list[Act]:
        return [Act(_("Edit"), reverse("customers:targetmarket_edit", args=[obj.pk]), "edit", primary=True)]

    def get_context(self, obj: TargetMarket) -> dict[str, Any]:
        return {
            "sections": [
                (pgettext_lazy("target market", "Traits of its customers"), obj.traits),
                (pgettext_lazy("target market", "Potential"), obj.potential),
                (_("Entry strategy"), obj.entry),
                (_("Differentiation"), obj.difference),
            ]
        }


class TargetMarketCreate(RecordCreateView):
    model = TargetMarket
    form_class = TargetMarketForm
    title = _("Define a target market")

    def perform(self, form: Any, *, actor: Any, at: Any) -> TargetMarket:
        return studies.save_market(actor=actor, at=at, **form.cleaned_data)


class TargetMarketEdit(RecordUpdateView):
    model = TargetMarket
    form_class = TargetMarketForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> TargetMarket:
        return studies.save_market(actor=actor, at=at, market=self.object, **form.cleaned_data)


class PartnerList(RecordListView):
    model = Partner
    stacked = True
    table_class = PartnerTable
    filterset_class = PartnerFilter
    default_sort = "next_talk_on"
    add_url_name = "customers:partner_create"
    add_label = _("New partner")
    empty_title = _("No partner on file yet.")

    def base_queryset(self) -> QuerySet:
        return Partner.objects.select_related("owner")


class PartnerPage(RecordDetailView):
    model = Partner
    template_name = "customers/partner_detail.html"
    state_field = ""

    def base_queryset(self) -> QuerySet:
        return Partner.objects.select_related("owner", "team")

    def facts(self, obj: Partner) -> list[tuple[Any, Any]]:
        due = obj.is_active and obj.next_talk_on <= timezone.localdate(self.at)
        return [
            (_("Kind"), obj.get_kind_display()),
            (pgettext_lazy("partner", "Person to talk to"), obj.contact),
            (pgettext_lazy("partner", "Agreement"), obj.agreement),
            (_("Agreed from"), exact_date(obj.agreed_from)),
            (_("Agreed until"), day_of(obj.agreed_to)),
            (_("Last talk"), day_of(obj.last_talk_on)),
            (_("Next talk due"), exact_date(obj.next_talk_on) if obj.is_active else ""),
            (_("Talk due"), pill(pgettext_lazy("partner talk", "due"), "attention") if due else ""),
            (_("Responsible"), person_mark(obj.owner)),
            (_("Team"), obj.team),
            (_("Active"), "" if obj.is_active else _("no")),
        ]

    def acts(self, obj: Partner) -> list[Act]:
        return [
            Act(
                _("Write down a talk"), reverse("customers:partner_talk", args=[obj.pk]), "talk", primary=True
            ),
            Act(_("Edit"), reverse("customers:partner_edit", args=[obj.pk]), "edit"),
        ]

    def get_context(self, obj: Partner) -> dict[str, Any]:
        talks = PartnerTalk.objects.visible_to(self.request.user).filter(partner=obj)
        return {
            "sections": [
                (_("Our rights, their duties"), obj.rights),
                (_("Our duties, their rights"), obj.duties),
            ],
            "talks": list(talks.select_related("owner")[:50]),
        }


class PartnerCreate(RecordCreateView):
    model = Partner
    form_class = PartnerForm
    title = _("New partner")

    def perform(self, form: Any, *, actor: Any, at: Any) -> Partner:
        return partners.save_partner(actor=actor, at=at, **form.cleaned_data)


class PartnerEdit(RecordUpdateView):
    model = Partner
    form_class = PartnerForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> Partner:
        return partners.save_partner(actor=actor, at=at, partner=self.object, **form.cleaned_data)


class PartnerTalks(ActionView):
    model = Partner
    verb = "talk"
    form_class = TalkForm
    template_name = "ui/form.html"
    title = _("Write down a talk")
    submit_label = _("Save")

    def perform(self, obj: Partner, form: Any, *, actor: Any, at: Any) -> Partner:
        return partners.talk_to_partner(actor=actor, at=at, partner=obj, **form.cleaned_data).partner


class PaperList(RecordListView):
    model = RequirementPaper
    stacked = True
    table_class = PaperTable
    filterset_class = PaperFilter
    default_sort = "-released_on"
    add_url_name = "customers:requirementpaper_create"
    add_label = _("New requirement document")
    empty_title = _("No requirement document yet.")

    def base_queryset(self) -> QuerySet:
        rows = RequirementPaper.objects.select_related("owner", "product")
        return rows.annotate(demand_count=Count("demands"))


class PaperPage(RecordDetailView):
    model = RequirementPaper
    template_name = "customers/words_detail.html"

    def base_queryset(self) -> QuerySet:
        return RequirementPaper.objects.select_related("owner", "team", "product")

    def get_subtitle(self, obj: RequirementPaper) -> Any:
        return obj.number

    def facts(self, obj: RequirementPaper) -> list[tuple[Any, Any]]:
        return [
            (_("Product"), link(obj.product) if obj.product else ""),
            (_("Released on"), day_of(obj.released_on)),
            (_("Responsible"), person_mark(obj.owner)),
            (_("Team"), obj.team),
        ]

    def acts(self, obj: RequirementPaper) -> list[Act]:
        if obj.state != PaperState.DRAFT:
            return []
        return [
            Act(
                _("Release"),
                reverse("customers:requirementpaper_release", args=[obj.pk]),
                "release",
                primary=True,
            ),
            Act(_("Edit"), reverse("customers:requirementpaper_edit", args=[obj.pk]), "edit"),
        ]

    def get_context(self, obj: RequirementPaper) -> dict[str, Any]:
        demands = ProductDemand.objects.visible_to(self.request.user).filter(paper=obj).order_by("pk")
        return {
            "sections": [
                (pgettext_lazy("requirement", "Function"), obj.function),
                (pgettext_lazy("requirement", "Performance"), obj.performance),
                (pgettext_lazy("requirement", "Interface"), obj.interface),
            ],
            "related_title": _("Product demands that it answers"),
            "related": [(demand, demand.get_state_display()) for demand in demands[:100]],
        }


class PaperCreate(RecordCreateView):
    model = RequirementPaper
    form_class = PaperForm
    title = _("New requirement document")

    def perform(self, form: Any, *, actor: Any, at: Any) -> RequirementPaper:
        return requirement_papers.save_paper(actor=actor, at=at, **form.cleaned_data)


class PaperEdit(RecordUpdateView):
    model = RequirementPaper
    form_class = PaperForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> RequirementPaper:
        return requirement_papers.save_paper(actor=actor, at=at, paper=self.object, **form.cleaned_data)


class PaperRelease(ActionView):
    model = RequirementPaper
    check_version = True
    verb = "release"
    title = _("Release")
    explain = _("Development works by it from now on; it does not change any more.")

    def perform(self, obj: RequirementPaper, form: Any, *, actor: Any, at: Any) -> RequirementPaper:
        return requirement_papers.release_paper(actor=actor, at=at, paper=obj)
