"""Target markets and their size (MKT)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.filters.research import TargetMarketFilter
from customers.forms.research import (
    TargetMarketForm,
)
from customers.models import TargetMarket
from customers.services import studies
from customers.tables.research import TargetMarketTable
from salesops.ui.marks import person_mark
from salesops.ui.templatetags.ui import link, money
from salesops.ui.views import (
    Act,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
    RecordUpdateView,
)


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
