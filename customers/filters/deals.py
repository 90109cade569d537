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
from customers.models import Campaign, Competitor, Concession, Lead, LossReason, Opportunity
from customers.selectors import name_search
from customers.selectors.deals import idle_leads, overdue_deals, stalled_deals
from salesops.accounts.models import Team, User
from salesops.ui.filters import DateRangeFilter, RecordFilterSet, YesFilter
from salesops.ui.finding import numbered


def _owners(model: Any) -> Any:
    """Everybody whose rows the person may see, in post or not."""

    def queryset(request: Any) -> QuerySet:
        if request is None:
            return User.objects.none()
        rows = model.objects.visible_to(request.user).filter(owner=OuterRef("pk")).order_by()
        return User.objects.filter(Exists(rows)).order_by("name", "pk")

    return queryset


class InTeam(RecordFilterSet):
    """A team with those below it."""

    def in_team(self, queryset: QuerySet, name: str, value: Team) -> QuerySet:
        return queryset.filter(team__path__startswith=value.path) if value else queryset


class LeadFilter(ChosenFrom, InTeam):
    state = django_filters.MultipleChoiceFilter(
        choices=LeadState.choices, widget=ManyChips, distinct=False, label=_("State")
    )
    owner = django_filters.ModelChoiceFilter(queryset=_owners(Lead), label=_("Owner"))
    team = django_filters.ModelChoiceFilter(queryset=Team.objects.all(), label=_("Team"), method="in_team")
    pool = YesFilter(method="only_pool", label=_("In the pool"))
    open = YesFilter(method="only_open", label=_("Not decided yet"))
    idle = YesFilter(method="only_idle", label=_("Nobody works on it"))
    source = django_filters.MultipleChoiceFilter(
        choices=LeadSource.choices, widget=ManyChips, distinct=False, label=_("Source")
    )
    campaign = django_filters.ModelChoiceFilter(
        queryset=Campaign.objects.all(), label=_("Campaign or exhibition")
    )
    region = ValuesFilter(label=_("Region"))
    score = django_filters.NumberFilter(field_name="score", lookup_expr="gte", label=_("Score at least"))
    created_date = DateRangeFilter(label=_("Received on"))
    closed_date = DateRangeFilter(label=_("Decided on"))

    class Meta:
        model = Lead
        fields: tuple[str, ...] = ()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        for word in value.split()[:8]:
            hit = Q(name__icontains=word) | Q(contact_name__icontains=word) | Q(need__icontains=word)
            queryset = queryset.filter(hit | Q(number__iexact=word))
        return queryset

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
    team = django_filters.ModelChoiceFilter(queryset=Team.objects.all(), label=_("Team"), method="in_team")
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
        queryset=Competitor.objects.all(), label=_("Competitor in the deal"), method="against"
    )
    campaign = django_filters.ModelChoiceFilter(
        queryset=Campaign.objects.all(), label=_("Campaign or exhibition")
    )
    region = django_filters.CharFilter(field_name="customer__region", label=_("Region"))
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
            hit = Q(title__icontains=word) | Q(code__iexact=word) | name_search(word, "customer__")
            queryset = queryset.filter(hit)
        return queryset

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
