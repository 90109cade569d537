"""Filters of market information."""

from __future__ import annotations

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.market import (
    CampaignKind,
    CampaignState,
    DemandKind,
    DemandState,
    FactSource,
    FactTopic,
    Reliability,
    Urgency,
    WeekState,
)
from customers.fields import ManyChips
from customers.filters.customers import ChosenFrom, ValuesFilter
from customers.models import Campaign, Competitor, MarketWeek, Observation, ProductDemand
from salesops.accounts.models import Team, User
from salesops.catalog.models import Product
from salesops.search.lists import by_word
from salesops.ui.filters import DateRangeFilter, RecordFilterSet, YesFilter
from salesops.ui.finding import narrowed


def chips(choices: type, label: object, **kwargs: object) -> django_filters.MultipleChoiceFilter:
    return django_filters.MultipleChoiceFilter(
        choices=choices.choices, widget=ManyChips, distinct=False, label=label, **kwargs
    )


def writers(request: object) -> QuerySet:
    """Everybody who has reported something."""
    rows = Observation.objects.filter(owner=OuterRef("pk")).order_by()
    return User.objects.filter(Exists(rows)).order_by("name", "pk")


class CompetitorFilter(RecordFilterSet):
    is_active = YesFilter(field_name="is_active", label=_("Active"))
    search_fields = ("name", "short_name", "products", "region")

    class Meta:
        model = Competitor
        fields: tuple[str, ...] = ()


class ObservationFilter(ChosenFrom):
    competitor = django_filters.ModelChoiceFilter(queryset=Competitor.objects.all(), label=_("Competitor"))
    topic = chips(FactTopic, pgettext_lazy("market", "Topic"))
    source = chips(FactSource, _("Source"))
    reliability = chips(Reliability, _("Reliability"))
    product = django_filters.ModelChoiceFilter(queryset=Product.objects.all(), label=_("Our product"))
    region = ValuesFilter(label=_("Region"))
    seen_on = DateRangeFilter(label=_("Seen on"))
    priced = YesFilter(method="only_priced", label=_("With a price"))
    owner = django_filters.ModelChoiceFilter(queryset=writers, label=_("Reported by"))
    team = django_filters.ModelChoiceFilter(queryset=Team.objects.all(), label=_("Team"), method="in_team")
    no_competitor = YesFilter(field_name="competitor", lookup_expr="isnull", label=_("Without competitor"))
    search_fields = ("fact", "their_product", "suggestion")

    class Meta:
        model = Observation
        fields: tuple[str, ...] = ()

    def in_team(self, queryset: QuerySet, name: str, value: Team) -> QuerySet:
        return queryset.filter(team__path__startswith=value.path) if value else queryset

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        for word in value.split()[:8]:
            indexed = by_word(Observation, word, self.reader)
            queryset = narrowed(queryset, indexed) if indexed else super().search(queryset, name, word)
        return queryset

    def only_priced(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(price__isnull=False) if value else queryset


class WeekFilter(RecordFilterSet):
    state = chips(WeekState, _("State"))
    team = django_filters.ModelChoiceFilter(queryset=Team.objects.all(), label=_("Team"))
    week_start = DateRangeFilter(label=_("Week"))
    search_fields = ("summary", "actions")

    class Meta:
        model = MarketWeek
        fields: tuple[str, ...] = ()


class CampaignFilter(RecordFilterSet):
    kind = chips(CampaignKind, _("Kind"))
    state = chips(CampaignState, _("State"))
    start = DateRangeFilter(label=_("Begins"))
    search_fields = ("number", "theme", "place")

    class Meta:
        model = Campaign
        fields: tuple[str, ...] = ()


class DemandFilter(RecordFilterSet):
    state = chips(DemandState, _("State"))
    kind = chips(DemandKind, _("Kind"))
    urgency = chips(Urgency, _("Urgency"))
    product = django_filters.ModelChoiceFilter(queryset=Product.objects.all(), label=_("Product"))
    raised_on = DateRangeFilter(label=_("Raised on"))
    search_fields = ("number__iexact", "title", "need")

    class Meta:
        model = ProductDemand
        fields: tuple[str, ...] = ()
