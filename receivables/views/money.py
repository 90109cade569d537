"""Pages of receipts, credit notes and their allocation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Round
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from orders.models import Return
from receivables import services
from receivables.choices import AdjustmentKind
from receivables.filters import CreditNoteFilter, ReceiptFilter
from receivables.forms import AllocateForm, CreditNoteForm, PaperForm, ReceiptForm, ReversalForm
from receivables.models import (
    Adjustment,
    CreditNote,
    HeldPaper,
    PostingEntry,
    Receipt,
    ReceiptEntry,
    SettlementLine,
)
from receivables.services.return_credits import credit_return
from receivables.tables import CreditNoteTable, ReceiptTable, money_pill
from salesops.core.errors import NotAllowed
from salesops.core.masking import mask_account
from salesops.core.money import places_of
from salesops.core.policies import can
from salesops.ui.links import record_url
from salesops.ui.templatetags.ui import exact, link, money, person
from salesops.ui.views import (
    Act,
    ActionView,
    HouseView,
    PageView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
)

SHOWN = 200


class ReceiptList(RecordListView):
    model, table_class, filterset_class = Receipt, ReceiptTable, ReceiptFilter
    add_url_name = "receivables:receipt_create"
    add_label = _("Record receipt")
    default_sort = "-received_date"
    totals = {"base_amount": _("Total in base currency")}
    empty_title = _("No receipts yet")
    empty_text = _("Record what the bank statement shows, or import it.")

    def base_queryset(self) -> QuerySet:
        return Receipt.objects.select_related("customer", "owner", "team")


class CreditNoteList(RecordListView):
    model, table_class, filterset_class = CreditNote, CreditNoteTable, CreditNoteFilter
    add_url_name = "receivables:creditnote_create"
    add_label = _("New credit note")
    default_sort = "-date"
    totals = {"base_amount": _("Total in base currency")}
    empty_title = _("No credit notes yet")
    empty_text = _("A credit note lowers what a customer owes; it is posted from the receivable.")

    def base_queryset(self) -> QuerySet:
        return CreditNote.objects.select_related("customer", "owner", "team", "receivable")


class MoneyDetail(RecordDetailView):
    """What the pages of receipts and credit notes have in common."""

    state_field = ""
    kind = ""

    def base_queryset(self) -> QuerySet:
        return self.model.objects.select_related("customer", "owner", "team", "currency", "reversal_of")

    def get_subtitle(self, obj: Any) -> str:
        return str(obj.customer)

    def get_context(self, obj: Any) -> dict[str, Any]:
        return {"state": money_pill(obj)}

    def common_facts(self, obj: Any) -> list[tuple[Any, Any]]:
        mirror = getattr(obj, "reversed_by", None) if obj.reversed_date else None
        return [
            (_("Customer"), link(obj.customer)),
            (_("Amount"), money(obj.amount, obj.currency_id)),
            (_("Allocated"), money(obj.used, obj.currency_id)),
            (_("Unallocated"), money(obj.unallocated, obj.currency_id)),
            (_("In base currency"), money(obj.base_amount) if obj.base_rate != 1 else ""),
            (_("Reverses"), link(obj.reversal_of) if obj.reversal_of else ""),
            (_("Reversed by"), link(mirror) if mirror else ""),
            (_("Reason"), obj.reason),
        ]

    def acts(self, obj: Any) -> list[Act]:
        if obj.reversed_date or obj.reversal_of_id:
            return []
        reverse_url = reverse(f"receivables:{self.kind}_reverse", args=[obj.pk])
        acts = [Act(_("Reverse"), reverse_url, "reverse", danger=True)]
        if obj.unallocated > 0:
            url = reverse(f"receivables:{self.kind}_allocate", args=[obj.pk])
            acts.insert(0, Act(_("Allocate"), url, "allocate", primary=True))
            back = reverse(f"receivables:{self.kind}_refund", args=[obj.pk])
            acts.append(Act(_("Give money back"), back, "allocate"))
        return acts


class ReceiptDetail(MoneyDetail):
    model, kind = Receipt, "receipt"

    def facts(self, obj: Receipt) -> list[tuple[Any, Any]]:
        full = can(self.request.user, "view_sensitive", obj)
        paper = HeldPaper.objects.visible_to(self.request.user).filter(receipt=obj).first()
        return [
            *self.common_facts(obj),
            (_("Draft or cheque"), link(paper) if paper else ""),
            (_("Small rests given up"), self.rests(obj)),
            (_("Received on"), exact(obj.received_date)),
            (_("Method"), obj.get_method_display()),
            (_("Bank account"), obj.bank_account if full else mask_account(obj.bank_account)),
            (_("Bank reference"), obj.bank_reference),
            (_("Owner"), person(obj.owner)),
            (_("Team"), str(obj.team or "")),
            (_("Source"), obj.get_source_display()),
        ]

    def rests(self, obj: Receipt) -> Any:
        """What was given up of items because this money came short."""
        rows = Adjustment.objects.visible_to(self.request.user).filter(
            receipt=obj, kind=AdjustmentKind.SMALL_DIFFERENCE
        )
        lines = [(link(row), money(row.amount, row.currency_id)) for row in rows.order_by("pk")]
        return format_html_join(mark_safe("<br>"), "{} {}", lines)


def return_of(note: CreditNote) -> Return | None:
    """The return that a credit note gives back, posted at once or after a second person."""
    own = getattr(note, "of_return", None) or getattr(getattr(note, "entry", None), "of_return", None)
    return own.returned if own is not None else None


class CreditNoteDetail(MoneyDetail):
    model, kind = CreditNote, "creditnote"

    def base_queryset(self) -> QuerySet:
        returns = ("of_return__returned__order", "entry__of_return__returned__order")
        return super().base_queryset().select_related("receivable", *returns)

    def facts(self, obj: CreditNote) -> list[tuple[Any, Any]]:
        return [
            *self.common_facts(obj),
            (_("Date"), exact(obj.date)),
            (_("For receivable"), link(obj.receivable) if obj.receivable else ""),
            (_("For the return of"), link(returned.order) if (returned := return_of(obj)) else ""),
            (_("Owner"), person(obj.owner)),
            (_("Team"), str(obj.team or "")),
            (_("Source"), obj.get_source_display()),
        ]


class ReceiptCreate(RecordCreateView):
    asks_again = True
    """Record money; choosing the customer brings its open items, with or without JavaScript."""

    model, form_class, template_name = Receipt, ReceiptForm, "receivables/receipt_form.html"
    title = _("Record receipt")
    submit_label = _("Record receipt")

    def get_initial(self) -> dict[str, Any]:
        return {"received_date": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, form: Any, *, actor: Any, at: Any) -> Receipt | ReceiptEntry:
        done = services.record_or_enter(
            actor=actor,
            receipt=form.receipt(),
            allocations=form.allocations(),
            oldest_first=form.cleaned_data["oldest_first"],
            give_up=form.given_up(),
            why=form.cleaned_data["why"],
            at=at,
        )
        if isinstance(done, ReceiptEntry):
            text = _("The receipt is above the limit: it is posted when a second person has accepted it.")
            messages.info(self.request, text)
        return done


class OpenItems(HouseView):
    """The open items of the customer being chosen, for the receipt form; nothing is stored."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can(request.user, "add", Receipt):
            raise NotAllowed(_("You may not record receipts."))
        kind = PaperForm if "paper" in request.GET else ReceiptForm
        form = kind(request.POST, user=request.user)
        form.quiet()
        return render(request, "receivables/parts/open_items.html", {"form": form})


class AllocateView(ActionView):
    """Amounts for open items, or the oldest first."""

    asks_again = True
    verb, form_class, template_name = "allocate", AllocateForm, "receivables/allocate.html"
    title = _("Allocate")

    def base_queryset(self) -> QuerySet:
        return self.model.objects.select_related("customer", "currency")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "document": self.object}

    def get_initial(self) -> dict[str, Any]:
        return {"date": timezone.localdate(self.at), **super().get_initial()}

    def get_title(self) -> Any:
        return _("Allocate %(number)s") % {"number": self.object.number}

    def allocate(self, form: Any) -> dict[str, Any]:
        oldest = "oldest" in self.request.POST
        return {
            "allocations": () if oldest else form.allocations(),
            "oldest_first": oldest,
            "date": form.cleaned_data["date"],
            "give_up": () if oldest else form.given_up(),
            "why": form.cleaned_data["why"],
        }


class ReceiptAllocate(AllocateView):
    model = Receipt

    def perform(self, obj: Receipt, form: Any, *, actor: Any, at: Any) -> Receipt:
        services.allocate_receipt(actor=actor, receipt=obj, at=at, **self.allocate(form))
        return obj


class CreditNoteAllocate(AllocateView):
    model = CreditNote

    def perform(self, obj: CreditNote, form: Any, *, actor: Any, at: Any) -> CreditNote:
        services.allocate_credit_note(actor=actor, credit_note=obj, at=at, **self.allocate(form))
        return obj


class AboutView(ActionView):
    """An act on a document of a customer; customer and amounts stand above the form."""

    template_name = "receivables/act.html"

    def about(self, obj: Any) -> list[tuple[Any, Any]]:
        facts = [(_("Customer"), link(obj.customer)), (_("Amount"), money(obj.amount, obj.currency_id))]
        left = getattr(obj, "unallocated", None)
        facts.append((_("Unallocated"), money(left, obj.currency_id) if left else ""))
        facts.append(
            (_("Outstanding"), money(obj.outstanding, obj.currency_id) if hasattr(obj, "outstanding") else "")
        )
        due = getattr(obj, "due_date", None)
        return [*facts, (_("Due on"), exact(due) if due else "")]

    def get_context(self) -> dict[str, Any]:
        return {"about": self.about(self.object)}


class ReverseView(AboutView):
    """A reversal is a new row of its own date; nothing is deleted."""

    asks_again = True
    verb, form_class, danger = "reverse", ReversalForm, True

    def get_initial(self) -> dict[str, Any]:
        return {"date": timezone.localdate(self.at), **super().get_initial()}


class ReceiptReverse(ReverseView):
    model = Receipt
    title = _("Reverse receipt")
    explain = _(
        "What this receipt settled is open again from that day on, with its old due dates. As of earlier days the "
        "receipt still counts. A mirrored receipt is posted; nothing is deleted."
    )

    def perform(self, obj: Receipt, form: Any, *, actor: Any, at: Any) -> Receipt:
        data = form.cleaned_data
        return services.reverse_receipt(
            actor=actor, receipt=obj, reason=data["reason"], date=data["date"], at=at
        )


class CreditNoteReverse(ReverseView):
    model = CreditNote
    title = _("Reverse credit note")
    explain = _("What this credit note settled is open again from that day on; a mirrored one is posted.")

    def perform(self, obj: CreditNote, form: Any, *, actor: Any, at: Any) -> CreditNote:
        data = form.cleaned_data
        return services.reverse_credit_note(
            actor=actor, credit_note=obj, reason=data["reason"], date=data["date"], at=at
        )


class LineReverse(ReverseView):
    model = SettlementLine
    title = _("Take back this allocation")
    explain = _("The amount is open on the receivable again and unallocated on its receipt or credit note.")

    def base_queryset(self) -> QuerySet:
        return SettlementLine.objects.select_related(
            "receivable__customer", "receipt", "credit_note", "adjustment"
        )

    def get_crumbs(self) -> list[tuple[Any, str]]:
        document = self.object.document
        return [(document.number, record_url(document))]

    def get_cancel_url(self) -> str:
        return record_url(self.object.document)

    def get_success_url(self, obj: Any) -> str:
        return record_url(obj.document)

    def perform(self, obj: SettlementLine, form: Any, *, actor: Any, at: Any) -> SettlementLine:
        data = form.cleaned_data
        return services.reverse_allocation(
            actor=actor, line=obj, reason=data["reason"], date=data["date"], at=at
        )


class CreditNoteCreate(RecordCreateView):
    asks_again = True
    model, form_class = CreditNote, CreditNoteForm
    title = _("New credit note")

    def get_initial(self) -> dict[str, Any]:
        return {"date": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, form: Any, *, actor: Any, at: Any) -> CreditNote | PostingEntry:
        returned = form.cleaned_data["for_return"]
        if returned is None:
            done = services.credit_or_enter(actor=actor, credit_note=form.credit_note(), at=at)
        else:
            done = credit_return(actor=actor, returned=returned, credit_note=form.credit_note(), at=at)
        if isinstance(done, PostingEntry):
            messages.info(self.request, _("It is posted when a second person has accepted it."))
        return done


class Unallocated(PageView):
    """Money and credit that nobody has set against anything yet, the oldest first."""

    template_name, title = "receivables/unallocated.html", _("Unallocated money")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can(request.user, "list", Receipt):
            raise NotAllowed(_("Your role may not do this here."))
        return super().get(request, *args, **kwargs)

    def get_context(self) -> dict[str, Any]:
        lists = []
        for model, day, label in (
            (Receipt, "received_date", _("Receipts")),
            (CreditNote, "date", _("Credit notes")),
        ):
            rows = model.objects.visible_to(self.request.user).unallocated()
            total = rows.aggregate(t=Sum(Round(F("unallocated") * F("base_rate"), places_of())))["t"] or 0
            found = list(rows.select_related("customer").order_by(day, "pk")[: SHOWN + 1])
            lists.append({"label": label, "rows": found[:SHOWN], "more": len(found) > SHOWN, "total": total})
        return {"lists": lists, "may_allocate": can(self.request.user, "allocate", Receipt)}
