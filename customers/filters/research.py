"""Filters of studies, target markets, partners and requirement documents."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices.research import PaperState, PartnerKind, StudyState
from customers.filters.market import chips
from customers.models import MarketStudy, Partner, RequirementPaper, TargetMarket
from salesops.accounts.models import Team
from salesops.catalog.models import Product
from salesops.ui.filters import DateRangeFilter, RecordFilterSet, YesFilter


class StudyFilter(RecordFilterSet):
    state = chips(StudyState, _("State"))
    team = django_filters.ModelChoiceFilter(queryset=Team.objects.all(), label=_("Team"))
    due_on = DateRangeFilter(label=_("Report due on"))
    late = YesFilter(method="only_late", label=_("Report overdue"))
    search_fields = ("number__iexact", "subject", "goal", "findings", "conclusions")

    class Meta:
        model = MarketStudy
        fields: tuple[str, ...] = ()

    def only_late(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        late = queryset.filter(state=StudyState.PLANNED, due_on__lt=timezone.localdate())
        return late if value else queryset


class TargetMarketFilter(RecordFilterSet):
    is_active = YesFilter(field_name="is_active", label=_("Active"))
    search_fields = ("name", "region", "traits", "entry")

    class Meta:
        model = TargetMarket
        fields: tuple[str, ...] = ()


class PartnerFilter(RecordFilterSet):
    kind = chips(PartnerKind, _("Kind"))
    is_active = YesFilter(field_name="is_active", label=_("Active"))
    due = YesFilter(method="only_due", label=_("Talk due"))
    search_fields = ("name", "contact", "agreement")

    class Meta:
        model = Partner
        fields: tuple[str, ...] = ()

    def only_due(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(is_active=True, next_talk_on__lte=timezone.localdate()) if value else queryset


class PaperFilter(RecordFilterSet):
    state = chips(PaperState, _("State"))
    product = django_filters.ModelChoiceFilter(queryset=Product.objects.all(), label=_("Product"))
    search_fields = ("number__iexact", "title", "function", "performance", "interface")

    class Meta:
        model = RequirementPaper
        fields: tuple[str, ...] = ()
