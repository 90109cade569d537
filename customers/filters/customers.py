"""Filters of the lists."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices import CustomerClass, CustomerKind, Grade, LifeCycle, VisitKind, VisitState
from customers.choices.deals import DealPart
from customers.fields import ManyChips
from customers.flags import flagged, flags_in_order
from customers.groups import keys_below
from customers.models import Contact, Customer, Visit
from customers.permissions import CustomerPolicy
from customers.selectors import name_search, people_in_reach, stale
from customers.selectors.phones import looks_like_phone, phone_search
from salesops.accounts.models import Team, User
from salesops.search.lists import by_word, word_hits
from salesops.ui.filters import DateRangeFilter, RecordFilterSet, YesFilter
from salesops.ui.finding import narrowed, numbered


def _people(policy: Any) -> Any:
    def queryset(request: Any) -> QuerySet:
        if request is None:
            return User.objects.none()
        return people_in_reach(request.user, policy, "view", on=timezone.localdate())

    return queryset


def _groups(request: Any) -> QuerySet:
    """Customers that others belong to."""
    members = Customer.objects.filter(parent=OuterRef("pk"), merged_into__isnull=True).order_by()
    return Customer.objects.filter(Exists(members)).order_by("name", "pk")


def _flags() -> list[tuple[str, Any]]:
    return [(key, flag.label) for key, flag in flags_in_order()]


class ValuesFilter(django_filters.ChoiceFilter):
    """One of the values that occur in the rows the person sees."""


class ChosenFrom(RecordFilterSet):
    """Fills each ``ValuesFilter`` when its choices are asked for."""

    def __init__(self, data: Any = None, queryset: QuerySet | None = None, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        for item in self.filters.values():
            if isinstance(item, ValuesFilter):
                item.extra["choices"] = self._values_of(item.field_name)

    def _values_of(self, name: str) -> Any:
        def values() -> list[tuple[str, str]]:
            rows = self.queryset.order_by().exclude(**{name: ""}).values_list(name, flat=True).distinct()
            return [(value, value) for value in sorted(rows[:500])]

        return values


class CustomerFilter(ChosenFrom):
    owner = django_filters.ModelChoiceFilter(queryset=_people(CustomerPolicy()), label=_("Owner"))
    team = django_filters.ModelChoiceFilter(queryset=Team.objects.all(), label=_("Team"), method="in_team")
    customer_class = django_filters.MultipleChoiceFilter(
        choices=CustomerClass.choices, widget=ManyChips, distinct=False, label=_("Class")
    )
    grade = django_filters.MultipleChoiceFilter(
        choices=Grade.choices, widget=ManyChips, distinct=False, label=_("Grade")
    )
    ungraded = YesFilter(method="without_grade", label=_("Not graded yet"))
    lifecycle = django_filters.MultipleChoiceFilter(
        choices=LifeCycle.choices, widget=ManyChips, distinct=False, label=_("Life cycle")
    )
    blocked = YesFilter(method="only_blocked", label=_("Blocked"))
    kind = django_filters.ChoiceFilter(choices=CustomerKind.choices, label=_("Kind"))
    region = ValuesFilter(label=_("Region"))
    country = ValuesFilter(label=_("Country"))
    industry = ValuesFilter(label=_("Industry"))
    source = ValuesFilter(label=_("Source"))
    group = django_filters.ModelChoiceFilter(
        queryset=_groups, label=pgettext_lazy("customers", "Group"), method="in_group"
    )
    created_date = DateRangeFilter(label=_("Customer since"))
    stale = YesFilter(method="only_stale", label=_("Stale: no contact for long"))
    flag = django_filters.MultipleChoiceFilter(
        choices=_flags, widget=ManyChips, method="with_flags", label=_("Needs attention")
    )
    unowned = YesFilter(field_name="owner", lookup_expr="isnull", label=_("Without owner"))

    class Meta:
        model = Customer
        fields: tuple[str, ...] = ()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if looks_like_phone(value):
            found = Customer.objects.filter(
                phone_search(value, ("phone", "contacts__phone", "contacts__second_phone"), self.reader)
            )
            return queryset.filter(Q(pk__in=found.order_by().values("pk")) | name_search(value))
        for word in value.split()[:8]:
            hit = name_search(word)
            if len(word) >= 6:
                hit |= Q(tax_number__iexact=word)
            if number := numbered(Customer, "code", word):
                queryset = queryset.filter(number)
                continue
            indexed = by_word(Customer, word, self.reader)
            queryset = narrowed(queryset, indexed) if indexed else queryset.filter(hit)
        return queryset

    def only_blocked(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.exclude(blocked_scope="") if value else queryset

    def without_grade(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(grade="") if value else queryset

    def with_flags(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return flagged(queryset, value, on=timezone.localdate()) if value else queryset

    def in_group(self, queryset: QuerySet, name: str, value: Customer) -> QuerySet:
        return queryset.filter(pk__in=keys_below(value.pk)) if value else queryset

    def only_stale(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return stale(queryset, on=timezone.localdate()) if value else queryset

    def in_team(self, queryset: QuerySet, name: str, value: Team) -> QuerySet:
        return queryset.filter(team__path__startswith=value.path) if value else queryset


class ContactFilter(RecordFilterSet):
    owner = django_filters.ModelChoiceFilter(
        field_name="customer__owner", queryset=_people(CustomerPolicy()), label=_("Owner")
    )
    part = django_filters.MultipleChoiceFilter(
        choices=DealPart.choices, widget=ManyChips, distinct=False, label=_("Part in decisions")
    )
    left = YesFilter(field_name="left", label=_("Has left"))

    class Meta:
        fields: tuple[str, ...] = ()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if looks_like_phone(value):
            return queryset.filter(
                phone_search(value, ("phone", "second_phone"), self.reader, file="customer__")
            )
        for word in value.split()[:8]:
            # Sorted by name, people of one name stand together, perhaps at the end: they are not looked for in order.
            indexed = word_hits(word, [(Contact, "pk"), (Customer, "customer")], self.reader, often=0.2)
            if indexed:
                queryset = narrowed(queryset, indexed, few=30_000)
            else:
                queryset = queryset.filter(Q(name__icontains=word) | name_search(word, "customer__"))
        return queryset


def _visitors(request: Any) -> QuerySet:
    """Everybody whose visits the person may see, in post or not."""
    visits = Visit.objects.visible_to(request.user).filter(owner=OuterRef("pk")).order_by()
    return User.objects.filter(Exists(visits)).order_by("name", "pk")


class VisitFilter(RecordFilterSet):
    owner = django_filters.ModelChoiceFilter(queryset=_visitors, label=_("Visited by"))
    team = django_filters.ModelChoiceFilter(queryset=Team.objects.all(), label=_("Team"), method="in_team")
    own_team = django_filters.ModelChoiceFilter(
        field_name="team", queryset=Team.objects.all(), label=_("Team, without those below it")
    )
    no_team = YesFilter(field_name="team", lookup_expr="isnull", label=_("Without team"))
    state = django_filters.MultipleChoiceFilter(
        choices=VisitState.choices, widget=ManyChips, distinct=False, label=_("State")
    )
    kind = django_filters.MultipleChoiceFilter(
        choices=VisitKind.choices, widget=ManyChips, distinct=False, label=_("Kind")
    )
    customer_class = django_filters.ChoiceFilter(
        field_name="customer__customer_class", choices=CustomerClass.choices, label=_("Class")
    )
    region = django_filters.CharFilter(field_name="customer__region", label=_("Region"))
    no_region = YesFilter(method="without_region", label=_("Without region"))
    visit_date = DateRangeFilter(label=_("Date"))
    planned_date = DateRangeFilter(label=_("Planned for"))
    overdue = YesFilter(method="only_overdue", label=_("Planned and overdue"))
    unplanned = YesFilter(field_name="planned_date", lookup_expr="isnull", label=_("Not planned"))
    alive = YesFilter(method="not_cancelled", label=_("Not cancelled"))
    customer = django_filters.NumberFilter(method="of_customer", label=_("Customer"))

    class Meta:
        model = Visit
        fields: tuple[str, ...] = ()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        for word in value.split()[:8]:
            number = numbered(Visit, "number", word)
            if number:
                queryset = queryset.filter(number)
                continue
            indexed = word_hits(word, [(Visit, "pk"), (Customer, "customer")], self.reader)
            if indexed:
                queryset = narrowed(queryset, indexed)
                continue
            hit = Q(purpose__icontains=word) | Q(result__icontains=word)
            mine = Customer.objects.filter(name_search(word)).order_by().values("pk")
            queryset = queryset.filter(Q(number__iexact=word) | hit | Q(customer__in=mine))
        return queryset

    def only_overdue(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        if not value:
            return queryset
        return queryset.filter(state=VisitState.PLANNED, planned_date__lt=timezone.localdate())

    def without_region(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(customer__region="") if value else queryset

    def not_cancelled(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.exclude(state=VisitState.CANCELLED) if value else queryset

    def of_customer(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(customer_id=int(value)) if value and 0 < value < 2**62 else queryset

    def in_team(self, queryset: QuerySet, name: str, value: Team) -> QuerySet:
        return queryset.filter(team__path__startswith=value.path) if value else queryset
