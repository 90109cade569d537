"""Narrowing the list of orders."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.filters import people_of, teams_of
from contracts.models import Contract
from customers.models import Campaign, Customer
from orders.choices import OrderState
from orders.customer_facts import brought_by
from orders.models import Order, OrderLine, Return
from orders.selectors import SOLD, late_orders
from salesops.catalog.models import Product
from salesops.ui.filters import DateRangeFilter, RecordFilterSet, YesFilter


class OrderFilter(RecordFilterSet):
    search_fields = ("number__istartswith", "customer_po__istartswith", "customer__name__istartswith")
    indexed = True

    state = django_filters.ChoiceFilter(choices=OrderState, label=_("State"))
    customer = django_filters.ModelChoiceFilter(
        queryset=Customer.objects.all(),
        label=_("Customer"),
    )
    contract = django_filters.ModelChoiceFilter(queryset=Contract.objects.all(), label=_("Contract"))
    owner = django_filters.ModelChoiceFilter(queryset=people_of(Order), label=_("Owner"))
    team = django_filters.ModelChoiceFilter(queryset=teams_of(Order), label=_("Team"))
    product = django_filters.ModelChoiceFilter(
        queryset=Product.objects.order_by("code", "pk"),
        method="with_product",
        label=_("Product"),
    )
    region = django_filters.CharFilter(lookup_expr="iexact", label=_("Region"))
    order_date = DateRangeFilter(label=_("Ordered on"))
    shipped_date = DateRangeFilter(label=_("Shipped on"))
    promised_date = DateRangeFilter(label=_("Promised for"))
    at_least = django_filters.NumberFilter("total", "gte", label=_("Total at least"))
    at_most = django_filters.NumberFilter("total", "lte", label=_("Total at most"))
    brought_by = django_filters.ModelChoiceFilter(
        queryset=Campaign.objects.all(), label=_("Brought by the campaign"), method="of_campaign"
    )
    sold = YesFilter(method="only_sold", label=_("Binding: confirmed or shipped"))
    late = YesFilter(method="only_late", label=_("Late"))
    below_floor = YesFilter(method="with_floor_flag", label=_("Under the floor price"))

    class Meta:
        model = Order
        fields = ()

    def with_product(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(Exists(OrderLine.objects.filter(order=OuterRef("pk"), product=value)))

    def of_campaign(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(brought_by(value)) if value else queryset

    def only_sold(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(state__in=SOLD) if value else queryset

    def only_late(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        late = late_orders(on=timezone.localdate()).order_by().values("pk")
        return queryset.filter(pk__in=late) if value else queryset

    def with_floor_flag(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        flagged = OrderLine.objects.filter(order=OuterRef("pk"), below_floor=True)
        return queryset.filter(Exists(flagged)) if value else queryset


class ReturnFilter(RecordFilterSet):
    search_fields = ("order__number__istartswith", "order__customer__name__istartswith", "reason")

    return_date = DateRangeFilter(label=_("Returned on"))
    customer = django_filters.ModelChoiceFilter(
        field_name="order__customer",
        queryset=Customer.objects.all(),
        label=_("Customer"),
    )
    owner = django_filters.ModelChoiceFilter(
        field_name="order__owner", queryset=people_of(Order), label=_("Owner")
    )

    class Meta:
        model = Return
        fields = ()
