"""Filters of leads and opportunities."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.deals import OPEN_LEADS, OPEN_STAGES, LeadSource, LeadState, Stage
from customers.fields import ManyChips
from customers.filters.customers import ChosenFrom, ValuesFilter
from customers.models import Campaign, Competitor, Concession, Customer, Lead, LossReason, Opportunity
from customers.selectors import name_search
from customers.selectors.campaigns import converted_of, deals_of, leads_of
from customers.selectors.deals import idle_leads, overdue_deals, stalled_deals
from salesops.accounts.models import Team, User
from salesops.catalog.models import Product
from salesops.search.lists import by_word, word_hits
from salesops.ui.filters import DateRangeFilter, RecordFilterSet, YesFilter
from salesops.ui.finding import Hit, narrowed, numbered


def _owners(model: Any) -> Any:
    """Everybody whose rows the person may see, in post or not."""

    def queryset(request: Any) -> QuerySet:
        if request is None:
            return User.objects.none()
        rows = model.objects.visible_to(request.user).filter(owner=OuterRef("pk")).order_by()
        return User.objects.filter(Exists(rows)).order_by("name", "pk")

    return queryset


def _deal_hits(word: str, user: Any) -> list[Hit]:
    """A word in the deal itself or in the name of its customer; large tables are asked by the index of words."""
    own = word_hits(word, [(Opportunity, "pk")], user) or [
        Hit(Q(title__icontains=word) | Q(code__iexact=word))
    ]
    named = word_hits(word, [(Customer, "customer")], user)
    if named is None:
        keys = Customer.objects.filter(name_search(word)).order_by().values_list("pk")
        named = [Hit(name_search(word, "customer__"), keys, "customer")]
    return [*own, *named]


class InTeam(RecordFilterSet):
    """A team with those below it, or alone; what has no team."""

    team = django_filters.ModelChoiceFilter(queryset=Team.objects.all(), label=_("Team"), method="in_team")
    own_team = django_filters.ModelChoiceFilter(
        field_name="team", queryset=Team.objects.all(), label=_("Team, without those below it")
    )
    no_team = YesFilter(field_name="team", lookup_expr="isnull", label=_("Without team"))
    product = django_filters.ModelChoiceFilter(queryset=Product.objects.all(), label=_("Main product"))
    no_product = YesFilter(field_name="product", lookup_expr="isnull", label=_("Without product"))

    def in_team(self, queryset: QuerySet, name: str, value: Team) -> QuerySet:
        return queryset.filter(team__path__startswith=value.path) if value else queryset


class LeadFilter(ChosenFrom, InTeam):
    state = django_filters.MultipleChoiceFilter(
        choices=LeadState.choices, widget=ManyChips, distinct=False, label=_("State")
    )
    owner = django_filters.ModelChoiceFilter(queryset=_owners(Lead), label=_("Owner"))
    no_owner = YesFilter(field_name="owner", lookup_expr="isnull", label=_("Without owner"))
    pool = YesFilter(method="only_pool", label=_("In the pool"))
    open = YesFilter(method="only_open", label=_("Not decided yet"))
    idle = YesFilter(method="only_idle", label=_("Nobody works on it"))
    source = django_filters.MultipleChoiceFilter(
        choices=LeadSource.choices, widget=ManyChips, distinct=False, label=_("Source")
    )
    campaign = django_filters.ModelChoiceFilter(
        queryset=Campaign.objects.all(), label=_("Campaign or exhibition")
    )
    brought_by = django_filters.ModelChoiceFilter(
        queryset=Campaign.objects.all(), label=_("Brought by the campaign"), method="of_campaign"
    )
    became = YesFilter(method="became_customers", label=_("Became customers in its days"))
    region = ValuesFilter(label=_("Region"))
    no_region = YesFilter(method="without_region", label=_("Without region"))
    score = django_filters.NumberFilter(field_name="score", lookup_expr="gte", label=_("Score at least"))
    created_date = DateRangeFilter(label=_("Received on"))
    closed_date = DateRangeFilter(label=_("Decided on"))

    class Meta:
        model = Lead
        fields: tuple[str, ...] = ()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        for word in value.split()[:8]:
            if number := numbered(Lead, "number", word):
                queryset = queryset.filter(number)
            elif indexed := by_word(Lead, word, self.reader):
                queryset = narrowed(queryset, indexed)
            else:
                hit = Q(name__icontains=word) | Q(contact_name__icontains=word) | Q(need__icontains=word)
                queryset = queryset.filter(hit | Q(number__iexact=word))
        return queryset

    def of_campaign(self, queryset: QuerySet, name: str, value: Campaign) -> QuerySet:
        return queryset.filter(leads_of(value)) if value else queryset

    def became_customers(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        campaign = self.form.cleaned_data.get("brought_by")
        return queryset.filter(converted_of(campaign)) if value and campaign else queryset

    def without_region(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(region="") if value else queryset

    def only_pool(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(owner__isnull=True, state__in=OPEN_LEADS) if value else queryset

    def only_open(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(state__in=OPEN_LEADS) if value else queryset

    def only_idle(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return idle_leads(queryset, on=timezone.localdate()) if value else queryset


class OpportunityFilter(InTeam):
    stage = django_filters.MultipleChoiceFilter(
        choices=Stage.choices, widget=ManyChips, distinct=False, label=pgettext_lazy("deal", "Step")
    )
    owner = django_filters.ModelChoiceFilter(queryset=_owners(Opportunity), label=_("Owner"))
    open = YesFilter(method="only_open", label=pgettext_lazy("deal", "Open"))
    overdue = YesFilter(method="only_overdue", label=_("Next step overdue"))
    stalled = YesFilter(method="only_stalled", label=_("Stalled"))
    expected_close = DateRangeFilter(label=_("Decision expected"))
    no_date = YesFilter(field_name="expected_close", lookup_expr="isnull", label=_("Without an expected day"))
    closed_date = DateRangeFilter(label=_("Decided on"))
    created_date = DateRangeFilter(label=_("Opened on"))
    loss_reason = django_filters.ModelChoiceFilter(queryset=LossReason.objects.all(), label=_("Why lost"))
    lost_to_somebody = YesFilter(method="only_to_rivals", label=_("Lost to a competitor"))
    lost_to = django_filters.ModelChoiceFilter(queryset=Competitor.objects.all(), label=_("Lost to"))
    competitor = django_filters.ModelChoiceFilter(
        queryset=Competitor.objects.all(), label=_("Competitor in the opportunity"), method="against"
    )
    campaign = django_filters.ModelChoiceFilter(
        queryset=Campaign.objects.all(), label=_("Campaign or exhibition")
    )
    brought_by = django_filters.ModelChoiceFilter(
        queryset=Campaign.objects.all(), label=_("Brought by the campaign"), method="of_campaign"
    )
    region = django_filters.CharFilter(field_name="customer__region", label=_("Region"))
    no_region = YesFilter(method="without_region", label=_("Without region"))
    customer = django_filters.NumberFilter(method="of_customer", label=_("Customer"))

    class Meta:
        model = Opportunity
        fields: tuple[str, ...] = ()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        for word in value.split()[:8]:
            number = numbered(Opportunity, "code", word)
            if number:
                queryset = queryset.filter(number)
                continue
            queryset = narrowed(queryset, _deal_hits(word, self.reader))
        return queryset

    def of_campaign(self, queryset: QuerySet, name: str, value: Campaign) -> QuerySet:
        return queryset.filter(deals_of(value)) if value else queryset

    def without_region(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(Q(customer__region="") | Q(customer__isnull=True)) if value else queryset

    def only_open(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(stage__in=OPEN_STAGES) if value else queryset

    def only_overdue(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return overdue_deals(queryset, on=timezone.localdate()) if value else queryset

    def only_stalled(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return stalled_deals(queryset, on=timezone.localdate()) if value else queryset

    def only_to_rivals(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(lost_to__isnull=False) if value else queryset

    def against(self, queryset: QuerySet, name: str, value: Competitor) -> QuerySet:
        return queryset.filter(Exists(value.deals.filter(opportunity=OuterRef("pk")))) if value else queryset

    def of_customer(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(customer_id=int(value)) if value and 0 < value < 2**62 else queryset


class ConcessionFilter(RecordFilterSet):
    state = django_filters.MultipleChoiceFilter(
        choices=Concession._meta.get_field("state").choices,
        widget=ManyChips,
        distinct=False,
        label=_("State"),
    )
    below_floor = YesFilter(field_name="below_floor", label=_("Under the floor price"))
    date = DateRangeFilter(label=_("Asked on"))
    search_fields = ("opportunity__title", "product__name", "reason")

    class Meta:
        model = Concession
        fields: tuple[str, ...] = ()


class LossReasonFilter(RecordFilterSet):
    search_fields = ("name", "code")

    class Meta:
        model = LossReason
        fields: tuple[str, ...] = ()
