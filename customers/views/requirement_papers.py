"""Papers that turn product demands into requirements (RND)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.research import PaperState
from customers.filters.research import PaperFilter
from customers.forms.research import (
    PaperForm,
)
from customers.models import ProductDemand, RequirementPaper
from customers.services import requirement_papers
from customers.tables.research import PaperTable
from customers.views.studies import day_of
from salesops.ui.marks import person_mark
from salesops.ui.templatetags.ui import link
from salesops.ui.views import (
    Act,
    ActionView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)


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
