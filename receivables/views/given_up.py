"""Pages of what is given up of open items (small differences, write-offs) and of what goes back to customers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables import services
from receivables.choices import AdjustmentKind
from receivables.filters import AdjustmentFilter, RefundFilter
from receivables.forms import PayForm, RecoverForm, RefundForm, WriteOffForm
from receivables.models import Adjustment, CreditNote, PostingEntry, Receipt, Receivable, Refund
from receivables.services import refunds, writeoffs
from receivables.services.proofs import proofs_of
from receivables.tables import AdjustmentTable, RefundTable, money_pill
from receivables.views.money import AboutView, ReverseView
from salesops.core.masking import mask_account
from salesops.core.policies import can
from salesops.ui.links import record_url
from salesops.ui.templatetags.ui import exact, link, money, person
from salesops.ui.views import Act, ActionView, RecordDetailView, RecordListView

WAITS = _("It is posted when a second person has accepted it.")


class AdjustmentList(RecordListView):
    model, table_class, filterset_class = Adjustment, AdjustmentTable, AdjustmentFilter
    default_sort = "-date"
    totals = {"base_amount": _("Total in base currency")}
    empty_title = _("Nothing was given up yet")
    empty_text = _("Small differences, write-offs and what was recovered of them stand here.")

    def base_queryset(self) -> QuerySet:
        return Adjustment.objects.select_related("customer", "owner", "team", "receivable")


def asked_with(entry: PostingEntry | None) -> list[tuple[Any, Any]]:
    """What two people decided about, and the names of the files they looked at; these lie on the entry's page."""
    if entry is None:
        return []
    return [(_("Asked with"), link(entry)), (_("Files"), ", ".join(proofs_of(entry)))]


class AdjustmentDetail(RecordDetailView):
    model, state_field = Adjustment, ""

    def base_queryset(self) -> QuerySet:
        return Adjustment.objects.select_related(
            "customer", "owner", "team", "receivable", "receipt", "written_off", "created_by"
        )

    def get_subtitle(self, obj: Adjustment) -> str:
        return str(obj.customer)

    def facts(self, obj: Adjustment) -> list[tuple[Any, Any]]:
        entry = getattr(obj, "entry", None)
        gives_up = obj.kind in (AdjustmentKind.WRITE_OFF, AdjustmentKind.SMALL_DIFFERENCE)
        return [
            (_("Kind"), obj.get_kind_display()),
            (_("Customer"), link(obj.customer)),
            (_("For receivable"), link(obj.receivable)),
            (_("Amount"), money(obj.amount, obj.currency_id)),
            (_("Given up today"), money(obj.used, obj.currency_id) if gives_up else ""),
            (_("In base currency"), money(obj.base_amount) if obj.base_rate != 1 else ""),
            (_("Date"), exact(obj.date)),
            (_("Reason"), obj.reason),
            (_("Evidence"), obj.evidence),
            *asked_with(entry),
            (_("Receipt"), link(obj.receipt) if obj.receipt else ""),
            (_("Write-off"), link(obj.written_off) if obj.written_off else ""),
            (_("Posted by"), person(obj.created_by)),
            (_("Owner"), person(obj.owner)),
        ]

    def acts(self, obj: Adjustment) -> list[Act]:
        if obj.kind != AdjustmentKind.WRITE_OFF or not obj.used:
            return []
        url = reverse("receivables:adjustment_recover", args=[obj.pk])
        return [Act(_("Money came after all"), url, "allocate", primary=True)]


class AskView(AboutView):
    """An act that is posted only when others have accepted it."""

    asks_again = True

    def get_initial(self) -> dict[str, Any]:
        return {"date": timezone.localdate(self.at), **super().get_initial()}

    def get_success_url(self, obj: Any) -> str:
        return record_url(obj)

    def perform(self, obj: Any, form: Any, *, actor: Any, at: Any) -> PostingEntry:
        done = self.enter(obj, form.cleaned_data, actor=actor, at=at)
        messages.info(self.request, WAITS)
        return done

    def enter(self, obj: Any, data: dict[str, Any], *, actor: Any, at: Any) -> PostingEntry:
        raise NotImplementedError


class WriteOff(AskView):
    model, verb, form_class = Receivable, "settle", WriteOffForm
    title = _("Ask for a write-off")
    explain = _(
        "Finance and the general manager decide. The receivable stays open until both have accepted; a write-off is "
        "taken back when money comes after all."
    )

    def base_queryset(self) -> QuerySet:
        return Receivable.objects.select_related("customer")

    def prepare(self) -> None:
        super().prepare()
        writeoffs.require_open_item(self.object)

    def get_initial(self) -> dict[str, Any]:
        return {"amount": writeoffs.left_to_write_off(self.object), **super().get_initial()}

    def enter(self, obj: Receivable, data: dict[str, Any], *, actor: Any, at: Any) -> PostingEntry:
        new = services.NewWriteOff(
            obj, data["amount"], data["date"], data["reason"], data["evidence"], data["files"]
        )
        return services.enter_write_off(actor=actor, write_off=new, at=at)


class Refunding(AskView):
    verb, form_class = "allocate", RefundForm
    title = _("Give money back")
    explain = _("A second person of finance decides. The money stays unallocated until then.")

    def base_queryset(self) -> QuerySet:
        return self.model.objects.select_related("customer")

    def prepare(self) -> None:
        super().prepare()
        refunds.require_left(self.object)

    def get_initial(self) -> dict[str, Any]:
        return {"amount": refunds.left_to_refund(self.object), **super().get_initial()}

    def enter(self, obj: Any, data: dict[str, Any], *, actor: Any, at: Any) -> PostingEntry:
        new = services.NewRefund(
            obj, data["amount"], data["date"], data["reason"], data["bank_account"], data["files"]
        )
        return services.enter_refund(actor=actor, refund=new, at=at)


class ReceiptRefund(Refunding):
    model = Receipt


class CreditNoteRefund(Refunding):
    model = CreditNote


class Recover(ActionView):
    """Money that came for a written-off item."""

    asks_again = True
    model, verb, form_class = Adjustment, "allocate", RecoverForm
    title = _("Recovery after a write-off")
    explain = _("So much of the write-off is taken back, and the money settles the receivable, in one step.")

    def base_queryset(self) -> QuerySet:
        return Adjustment.objects.select_related("customer", "receivable", "currency")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "write_off": self.object}

    def get_initial(self) -> dict[str, Any]:
        return {"date": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, obj: Adjustment, form: Any, *, actor: Any, at: Any) -> Adjustment:
        data = form.cleaned_data
        return services.recover(
            actor=actor,
            write_off=obj,
            receipt=data["receipt"],
            amount=data["amount"],
            date=data["date"],
            at=at,
        )

    def get_success_url(self, obj: Adjustment) -> str:
        return record_url(obj)


class RefundList(RecordListView):
    model, table_class, filterset_class = Refund, RefundTable, RefundFilter
    default_sort = "-date"
    totals = {"base_amount": _("Total in base currency")}
    empty_title = _("No refunds yet")
    empty_text = _("Money goes back from the page of its receipt or credit note.")

    def base_queryset(self) -> QuerySet:
        return Refund.objects.select_related("customer", "owner", "team")


class RefundDetail(RecordDetailView):
    model, state_field = Refund, ""

    def base_queryset(self) -> QuerySet:
        return Refund.objects.select_related("customer", "owner", "team", "reversal_of", "reversed_by")

    def get_subtitle(self, obj: Refund) -> str:
        return str(obj.customer)

    def get_context(self, obj: Refund) -> dict[str, Any]:
        return {"state": money_pill(obj)}

    def facts(self, obj: Refund) -> list[tuple[Any, Any]]:
        full = can(self.request.user, "view_sensitive", obj)
        line = obj.lines.select_related("receipt", "credit_note").first()
        mirror = getattr(obj, "reversed_by", None)
        return [
            (_("Customer"), link(obj.customer)),
            (_("Amount"), money(obj.amount, obj.currency_id)),
            (_("In base currency"), money(obj.base_amount) if obj.base_rate != 1 else ""),
            (pgettext_lazy("money that goes back", "Out of"), link(line.document) if line else ""),
            (_("Date"), exact(obj.date)),
            (_("Paid on"), exact(obj.paid_date) if obj.paid_date else ""),
            (_("To the account"), obj.bank_account if full else mask_account(obj.bank_account)),
            (_("Bank reference"), obj.bank_reference),
            (_("Reason"), obj.reason),
            *asked_with(getattr(obj, "entry", None)),
            (_("Reverses"), link(obj.reversal_of) if obj.reversal_of else ""),
            (_("Reversed by"), link(mirror) if mirror else ""),
            (_("Owner"), person(obj.owner)),
        ]

    def acts(self, obj: Refund) -> list[Act]:
        if obj.reversed_date or obj.reversal_of_id:
            return []
        acts = [
            Act(_("Reverse"), reverse("receivables:refund_reverse", args=[obj.pk]), "reverse", danger=True)
        ]
        if not obj.paid_date:
            url = reverse("receivables:refund_pay", args=[obj.pk])
            acts.insert(0, Act(_("Record the payment"), url, "pay", primary=True))
        return acts


class RefundPay(AboutView):
    asks_again = True
    model, verb, form_class = Refund, "pay", PayForm
    title = _("Record the payment")

    def base_queryset(self) -> QuerySet:
        return Refund.objects.select_related("customer")

    def get_initial(self) -> dict[str, Any]:
        return {"paid_date": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, obj: Refund, form: Any, *, actor: Any, at: Any) -> Refund:
        data = form.cleaned_data
        return services.pay_refund(
            actor=actor, refund=obj, paid_date=data["paid_date"], bank_reference=data["bank_reference"], at=at
        )


class RefundReverse(ReverseView):
    model = Refund
    title = _("Reverse refund")
    explain = _("The money is unallocated again on its receipt or credit note; a mirrored refund is posted.")

    def perform(self, obj: Refund, form: Any, *, actor: Any, at: Any) -> Refund:
        data = form.cleaned_data
        return services.reverse_refund(
            actor=actor, refund=obj, reason=data["reason"], date=data["date"], at=at
        )
