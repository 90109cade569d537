"""The orders behind the parts of a customer's exposure."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from orders.choices import OrderState
from orders.models import Order
from receivables.selectors.exposure import orders_behind
from salesops.ui.views.base import RecordView

PARTS = {OrderState.SHIPPED: _("Shipped, not billed"), OrderState.CONFIRMED: _("Confirmed, not shipped")}


class CreditRows(RecordView):
    """Which orders stand behind "shipped, not billed" or "confirmed, not shipped"; their sum is the figure."""

    model, verb = Customer, "view_credit"
    template_name, title = "receivables/credit_rows.html", _("Behind the figure")

    def base_queryset(self) -> QuerySet:
        return Customer.objects.select_related("owner")

    def get(self, request: HttpRequest, pk: int, part: str) -> HttpResponse:
        if part not in PARTS:
            raise Http404
        customer = self.get_object()
        self.require("view_credit", customer)
        self.require("view", Order())
        found = orders_behind(customer, part, on=timezone.localdate(self.at))
        seen = Order.objects.visible_to(request.user).select_related("customer", "owner")
        orders = seen.in_bulk([row.order for row in found])
        rows = [(orders[row.order], row) for row in found if row.order in orders]
        context = {
            "title": self.title,
            "crumbs": [(customer, customer.get_absolute_url())],
            "view": self,
            "part": PARTS[OrderState(part)],
            "rows": rows,
            "hidden": sum((row.left_over for row in found if row.order not in orders), Decimal(0)),
            "count": len(found),
            "total": sum((row.left_over for row in found), Decimal(0)),
            "base": settings.BASE_CURRENCY,
        }
        return render(request, self.template_name, context)
