"""Receipts that wait for a second person."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from receivables.filters import EntryFilter
from receivables.models import ReceiptEntry
from receivables.tables import EntryTable
from salesops.core.masking import mask_account
from salesops.core.policies import can
from salesops.ui.templatetags.ui import exact, link, money, person
from salesops.ui.views import RecordDetailView, RecordListView


class EntryList(RecordListView):
    model, table_class, filterset_class = ReceiptEntry, EntryTable, EntryFilter
    default_sort = "-received_date"
    empty_title = _("Nothing waits for a second person")
    empty_text = _("Receipts above the limit of the handbook stand here until they are accepted.")

    def base_queryset(self) -> QuerySet:
        return ReceiptEntry.objects.select_related("customer", "created_by", "receipt")


class EntryPage(RecordDetailView):
    model = ReceiptEntry

    def base_queryset(self) -> QuerySet:
        return ReceiptEntry.objects.select_related("customer", "owner", "team", "created_by", "receipt")

    def get_title(self, obj: ReceiptEntry) -> Any:
        return _("Receipt of %(customer)s") % {"customer": obj.customer}

    def facts(self, obj: ReceiptEntry) -> list[tuple[Any, Any]]:
        full = can(self.request.user, "view_sensitive", obj)
        return [
            (_("Customer"), link(obj.customer)),
            (_("Amount"), money(obj.amount, obj.currency_id)),
            (_("In base currency"), money(obj.base_amount)),
            (_("Received on"), exact(obj.received_date)),
            (_("Method"), obj.get_method_display()),
            (_("Bank account"), obj.bank_account if full else mask_account(obj.bank_account)),
            (_("Bank reference"), obj.bank_reference),
            (_("Items it settles"), len(obj.allocations) or ""),
            (_("Entered by"), person(obj.created_by)),
            (_("Receipt"), link(obj.receipt) if obj.receipt else ""),
        ]
