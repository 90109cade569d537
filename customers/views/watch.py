"""Customers who may leave, and files that somebody went through."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.flags import WATCH, flagged, flags_in_order, shown
from customers.models import Customer
from customers.services.confirming import confirm_data
from customers.tables.customers import WatchTable
from customers.views.customers import CustomerList
from salesops.ui.views import ActionView


class WatchList(CustomerList):
    """Who stopped ordering, buys less, is silent for long or fell in grade (CUS-14)."""

    table_class = WatchTable
    title = _("Watch list")
    intro = _("Customers who may leave: each with the signs that say so.")
    add_url_name = ""
    empty_title = _("No customer shows a sign of leaving.")
    empty_text = ""
    reads = ()

    def base_queryset(self) -> Any:
        today, flags = timezone.localdate(self.at), flags_in_order(WATCH)
        marks = {f"sign_{n}": shown(flag, on=today) for n, (_key, flag) in enumerate(flags)}
        return flagged(super().base_queryset(), [key for key, _flag in flags], on=today).annotate(**marks)


class CustomerConfirm(ActionView):
    model = Customer
    verb = "edit"
    check_version = True
    title = _("Confirm the data")
    explain = _("You have gone through names, addresses, people and preferences: they are right as of today.")

    def get_explain(self, obj: Customer) -> Any:
        return self.explain

    def perform(self, obj: Customer, form: Any, *, actor: Any, at: Any) -> Customer:
        confirm_data(actor=actor, at=at, customer=obj)
        messages.success(self.request, _("The data of %(customer)s are confirmed.") % {"customer": obj})
        return obj
