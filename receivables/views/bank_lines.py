"""The queue of bank lines and the page of one line: proposals, booking, setting aside."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Customer
from receivables.choices.bank import OPEN_LINES, LineState
from receivables.filters.bank import BankLineFilter
from receivables.forms import PREFIX
from receivables.forms.bank import BookForm, DecideForm, SetAsideForm
from receivables.models import BankLine
from receivables.selectors.bank import next_open_line
from receivables.services import bank_lines as services
from receivables.tables.bank import BankLineTable
from salesops.core.keys import is_key
from salesops.core.masking import mask_account
from salesops.core.policies import can
from salesops.ui.marks import amount_text
from salesops.ui.templatetags.ui import exact, link, money
from salesops.ui.views import Act, ActionView, BulkAction, RecordDetailView, RecordListView


def _match_again(objects: Any, *, actor: Any, at: Any) -> int:
    """The chosen lines and all other open ones: they compete for the same items."""
    return services.match_again(actor=actor, at=at)


def _confirm_sure(objects: Any, *, actor: Any, at: Any) -> list[BankLine]:
    return services.confirm_sure(actor=actor, lines=list(objects), at=at)


class LineList(RecordListView):
    model, table_class, filterset_class = BankLine, BankLineTable, BankLineFilter
    default_sort = "-date"
    intro = _("Money that came in and that nobody has booked yet; j and k move, Enter opens, x chooses.")
    bulk_actions = (
        BulkAction("sure", _("Confirm as proposed"), "match", _confirm_sure),
        BulkAction("match", _("Propose anew"), "match", _match_again),
    )
    empty_title = _("No lines here")
    empty_text = _("Lines come with the statements of a bank account.")

    def base_queryset(self) -> QuerySet:
        return BankLine.objects.select_related("account", "receipt")


class LinePage(RecordDetailView):
    model, template_name = BankLine, "receivables/bank_line.html"

    def base_queryset(self) -> QuerySet:
        return BankLine.objects.select_related("account", "statement", "receipt", "entry")

    def get_title(self, obj: BankLine) -> Any:
        return _("%(amount)s of %(date)s") % {
            "amount": f"{amount_text(obj.amount)} {obj.currency_id}",
            "date": exact(obj.date),
        }

    def get_subtitle(self, obj: BankLine) -> str:
        return obj.payer or obj.text

    def facts(self, obj: BankLine) -> list[tuple[Any, Any]]:
        full = can(self.request.user, "view_sensitive", obj)
        ours = [
            (_("Bank account"), link(obj.account)),
            (_("Bank statement"), link(obj.statement)),
            (_("Balance"), "" if obj.balance is None else money(obj.balance, obj.currency_id)),
            (_("Receipt"), link(obj.receipt) if obj.receipt else ""),
            (_("Receipt to be checked"), link(obj.entry) if obj.entry else ""),
        ]
        return [
            (_("Amount"), money(obj.amount, obj.currency_id)),
            (_("Date"), exact(obj.date)),
            (_("Value date"), exact(obj.value_date) if obj.value_date else ""),
            (_("Other side"), obj.payer),
            (_("Account of the other side"), obj.payer_account if full else mask_account(obj.payer_account)),
            (_("Bank of the other side"), obj.payer_bank),
            (pgettext_lazy("bank line", "Text"), obj.text),
            (_("Bank reference"), obj.reference),
            (_("Why nothing is booked"), obj.get_set_aside_display()),
            (_("Note"), obj.note),
            *(ours if full else []),
        ]

    def acts(self, obj: BankLine) -> list[Act]:
        book = reverse("receivables:bankline_book", args=[obj.pk])
        aside = reverse("receivables:bankline_aside", args=[obj.pk])
        if obj.state in OPEN_LINES:
            return [
                Act(_("Book by hand"), book, "match", primary=not obj.proposals),
                Act(_("Set aside"), aside, "match"),
                Act(
                    _("Claim for my customer"),
                    reverse("receivables:bankline_claim", args=[obj.pk]),
                    "claim",
                    primary=True,
                ),
            ]
        if obj.state == LineState.IGNORED and obj.amount > 0:
            return [Act(_("Open again"), reverse("receivables:bankline_reopen", args=[obj.pk]), "match")]
        return []

    def get_context(self, obj: BankLine) -> dict[str, Any]:
        following = next_open_line(obj, self.request.user)
        return {"next_line": following, "form_key": str(uuid.uuid4())}


class LineAct(ActionView):
    """An act on a line; afterwards the next open line is shown."""

    model, verb = BankLine, "match"

    def base_queryset(self) -> QuerySet:
        return BankLine.objects.select_related("account", "currency")

    def get_success_url(self, obj: Any) -> str:
        following = next_open_line(self.object, self.request.user)
        url = "receivables:bankline_detail"
        return reverse(url, args=[following.pk]) if following else reverse("receivables:bankline_list")

    def told(self, line: BankLine) -> BankLine:
        """Say what became of the line, since another one is shown next."""
        if line.state == LineState.WAITING:
            messages.info(
                self.request,
                _("The receipt is above the limit: it is posted when a second person has accepted it."),
            )
        elif line.receipt_id:
            messages.success(self.request, _("Booked as %(number)s.") % {"number": line.receipt.number})
        return line


class LineDecide(LineAct):
    """Yes or no to one proposal."""

    form_class = DecideForm
    asks_again = True
    title = _("Answer a proposal")

    def perform(self, obj: BankLine, form: Any, *, actor: Any, at: Any) -> BankLine:
        customer = form.cleaned_data["customer"]
        if form.cleaned_data["answer"] == "no":
            return services.reject_proposal(actor=actor, line=obj, customer_id=customer, at=at)
        return self.told(services.confirm_proposal(actor=actor, line=obj, customer_id=customer, at=at))


class LineBook(LineAct):
    """Customer and items by hand; what is proposed for the customer is filled in."""

    form_class, template_name = BookForm, "receivables/bank_book.html"
    asks_again = True
    title = submit_label = _("Book by hand")

    def get_explain(self, obj: BankLine) -> Any:
        return _("A receipt of %(amount)s is booked for the customer; what is not set against items stays unallocated.") % {
            "amount": f"{amount_text(obj.amount)} {obj.currency_id}"
        }  # fmt: skip

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "line": self.object}

    def get_initial(self) -> dict[str, Any]:
        first = self.object.proposals[0] if self.object.proposals else {}
        wanted = self.request.GET.get("customer", "")
        customer = int(wanted) if wanted.isascii() and wanted.isdigit() else first.get("customer")
        parts = next((each["parts"] for each in self.object.proposals if each["customer"] == customer), [])
        filled = {f"{PREFIX}{pk}": amount for pk, amount in parts}
        visible = (
            Customer.objects.visible_to(self.request.user).filter(pk=customer).first() if customer else None
        )
        claim = self.request.GET.get("claim", "")
        known = {"received_date": self.object.date, "customer": visible and visible.pk}
        return {**known, "claim": claim if is_key(claim) else None, **filled}

    def perform(self, obj: BankLine, form: Any, *, actor: Any, at: Any) -> BankLine:
        data = form.cleaned_data
        line = services.confirm_line(
            actor=actor,
            line=obj,
            customer=data["customer"],
            allocations=form.allocations(),
            oldest_first=data["oldest_first"],
            received_date=data["received_date"],
            give_up=form.given_up(),
            why=data["why"],
            claim=data.get("claim"),
            at=at,
        )
        return self.told(line)


class LineAside(LineAct):
    """No customer paid this."""

    form_class = SetAsideForm
    title = submit_label = _("Set aside")

    def perform(self, obj: BankLine, form: Any, *, actor: Any, at: Any) -> BankLine:
        return services.set_line_aside(actor=actor, line=obj, at=at, **form.cleaned_data)


class LineReopen(LineAct):
    """It was a customer after all."""

    title = submit_label = _("Open again")

    def get_success_url(self, obj: Any) -> str:
        return reverse("receivables:bankline_detail", args=[self.object.pk])

    def perform(self, obj: BankLine, form: Any, *, actor: Any, at: Any) -> BankLine:
        return services.reopen_line(actor=actor, line=obj, at=at)
