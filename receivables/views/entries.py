"""Receipts that wait for a second person."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from receivables import services
from receivables.filters import EntryFilter
from receivables.forms import PREFIX, MendForm
from receivables.models import ReceiptEntry, Receivable
from receivables.tables import EntryTable
from receivables.views.waiting import may_mend, said_of
from salesops.core.masking import mask_account
from salesops.core.policies import can
from salesops.ui.templatetags.ui import exact, link, money, person
from salesops.ui.views import Act, ActionView, RecordDetailView, RecordListView


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
            (_("Number"), obj.number),
            (_("Customer"), link(obj.customer)),
            (_("Amount"), money(obj.amount, obj.currency_id)),
            (_("In base currency"), money(obj.base_amount)),
            (_("Received on"), exact(obj.received_date)),
            (_("Method"), obj.get_method_display()),
            (_("Bank account"), obj.bank_account if full else mask_account(obj.bank_account)),
            (_("Bank reference"), obj.bank_reference),
            (_("Items it settles"), self.settles(obj)),
            (_("Small rests given up"), services.gives_up(obj)),
            (_("Entered by"), person(obj.created_by)),
            (_("Receipt"), link(obj.receipt) if obj.receipt else ""),
        ]

    def settles(self, obj: ReceiptEntry) -> Any:
        """Each item with the amount that would be settled; who accepts it has to see them."""
        wanted = {int(key): Decimal(amount) for key, amount in obj.allocations}
        rows = (
            Receivable.objects.visible_to(self.request.user).filter(pk__in=wanted).order_by("due_date", "pk")
        )
        lines = [(link(row), money(wanted[row.pk], obj.currency_id)) for row in rows]
        if not lines and obj.oldest_first:
            return _("The oldest first")
        return format_html_join(mark_safe("<br>"), "{} {}", lines) or len(wanted) or ""

    def acts(self, obj: ReceiptEntry) -> list[Act]:
        if not may_mend(obj, self.request.user):
            return []
        url = reverse("receivables:receiptentry_mend", args=[obj.pk])
        return [Act(_("Correct and hand in again"), url, "enter", primary=True)]


class EntryMend(ActionView):
    """A returned entry, with what was typed; saved it goes back to who returned it."""

    asks_again, check_version = True, True
    model, verb, form_class = ReceiptEntry, "enter", MendForm
    template_name = "receivables/receipt_form.html"
    title = submit_label = _("Correct and hand in again")

    def base_queryset(self) -> QuerySet:
        return ReceiptEntry.objects.select_related("customer", "currency")

    def get_explain(self, obj: ReceiptEntry) -> Any:
        return said_of(obj) or super().get_explain(obj)

    def get_initial(self) -> dict[str, Any]:
        entry = self.object
        names = ("customer", "received_date", "amount", "currency", "method", "bank_account")
        settles = {f"{PREFIX}{pk}": amount for pk, amount in entry.allocations}
        more = {
            "bank_reference": entry.bank_reference,
            "oldest_first": entry.oldest_first,
            "give_up": entry.give_up,
            "why": entry.give_up_reason,
        }
        return {**{name: getattr(entry, name) for name in names}, **more, **settles}

    def perform(self, obj: ReceiptEntry, form: Any, *, actor: Any, at: Any) -> ReceiptEntry:
        return services.mend_entry(
            actor=actor,
            entry=obj,
            receipt=form.receipt(),
            allocations=form.allocations(),
            oldest_first=form.cleaned_data["oldest_first"],
            give_up=form.given_up(),
            why=form.cleaned_data["why"],
            comment=form.cleaned_data["comment"],
            at=at,
        )
