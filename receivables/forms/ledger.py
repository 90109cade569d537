"""Forms of the ledger; open items of the chosen customer are fields of the form."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from orders.models import Return
from receivables.choices import Basis, Disputed, GroupBy
from receivables.models import CreditNote, Receipt, Receivable
from receivables.selectors import open_items_of
from receivables.services import Allocation, NewCreditNote, NewReceipt
from salesops.catalog.models import Currency
from salesops.core.errors import DomainError, InvalidInput
from salesops.core.keys import is_key
from salesops.core.periods import Period
from salesops.ui.forms import ActForm, DateInput, ExactDecimalField, RecordForm

MOST_ITEMS = 300
PREFIX = "item-"


def why_rest() -> forms.CharField:
    """Why a small rest of the marked items is given up with the money."""
    return forms.CharField(
        label=_("why a small rest is given up"),
        max_length=300,
        required=False,
        help_text=_("Only for receivables that are marked below; clause R-33 says up to which rest."),
    )


class ItemFields:
    """One amount field for each open item, and the amounts as allocations.

    A form with the field ``why`` also offers to give up the small rest of an item in the same step.
    """

    def add_items(self, items: Any) -> None:
        """A sent form reads the items it names; all of them when it is shown again (``item_rows``)."""
        self._offered, self.items = items, []  # type: ignore[var-annotated]
        if not self.is_bound:  # type: ignore[attr-defined]
            return self._add(items[:MOST_ITEMS])
        named = [
            name[len(PREFIX) :] for name, value in self.data.items() if name.startswith(PREFIX) and value
        ]  # type: ignore[attr-defined]
        keys = {int(key) for key in named if is_key(key)}
        if keys:
            self._add(item for item in items[:MOST_ITEMS] if item.pk in keys)
        return None

    def _add(self, items: Iterable[Receivable]) -> None:
        known = {item.pk for item in self.items}
        for item in items:
            if item.pk in known:
                continue
            self.items.append(item)
            self.fields[f"{PREFIX}{item.pk}"] = ExactDecimalField(  # type: ignore[attr-defined]
                label=_("Amount for %(number)s") % {"number": item.number},
                required=False,
                min_value=Decimal("0.00"),
                max_digits=18,
                decimal_places=2,
                widget=forms.TextInput(
                    attrs={
                        "inputmode": "decimal",
                        "class": "num form-control",
                        "data-open": format(item.outstanding, "f"),
                        "data-disputed": "1" if item.disputed else "",
                        "autocomplete": "off",
                    }
                ),
            )

    def layout(self) -> Layout:
        """The plain fields; the items are drawn as a table by the page."""
        names = [name for name in self.fields if not name.startswith(PREFIX)]  # type: ignore[attr-defined]
        return Layout(Div(*[self._cell(name) for name in names], css_class="form-grid"))  # type: ignore[attr-defined]

    def item_rows(self) -> list[tuple[Receivable, Any]]:
        """Each open item with its bound field."""
        if self.is_bound:  # type: ignore[attr-defined]
            self._add(self._offered[:MOST_ITEMS])
            self.items.sort(key=lambda item: (item.due_date, item.pk))
        return [(item, self[f"{PREFIX}{item.pk}"]) for item in self.items]  # type: ignore[index]

    def field_of(self, error: DomainError) -> str:
        """A refused amount is told beside the amount of its item."""
        item = error.figures.get("receivable")
        return f"{PREFIX}{item}" if item else error.field

    @property
    def may_give_up(self) -> bool:
        return "why" in self.fields  # type: ignore[attr-defined]

    @property
    def marked(self) -> list[int]:
        """Receivables that are marked for giving up their rest, as typed or as kept in the entry."""
        if not self.is_bound:  # type: ignore[attr-defined]
            return self.initial.get("give_up", [])  # type: ignore[attr-defined]
        data = self.data  # type: ignore[attr-defined]
        typed = data.getlist("give_up") if hasattr(data, "getlist") else data.get("give_up", [])
        return [int(key) for key in typed if is_key(key)]

    def given_up(self) -> list[int]:
        """The marked receivables that money is set against; the others were refused by ``clean``."""
        paid = {part.receivable_id for part in self.allocations()}
        return [key for key in self.marked if key in paid] if self.may_give_up else []

    def clean(self) -> Any:
        """A mark without an amount is a slip: nothing is given up unless money comes for the item."""
        data = super().clean()  # type: ignore[misc]
        lonely = set(self.marked) - set(self.given_up())
        if self.may_give_up and lonely and "oldest" not in self.data:  # type: ignore[attr-defined]
            numbers = self._offered.filter(pk__in=lonely).values_list("number", flat=True)
            said = _("A rest is given up only where an amount is set against the receivable: %(numbers)s.")
            self.add_error("why", said % {"numbers": ", ".join(numbers) or "–"})  # type: ignore[attr-defined]
        return data

    def allocations(self) -> list[Allocation]:
        """The amounts given, by item."""
        return [
            Allocation(item.pk, amount)
            for item in self.items  # type: ignore[attr-defined]
            if (amount := self.cleaned_data.get(f"{PREFIX}{item.pk}"))  # type: ignore[attr-defined]
        ]


class ReceivableForm(RecordForm):
    """An open item by hand."""

    class Meta:
        model = Receivable
        fields = (
            "customer",
            "issue_date",
            "amount",
            "currency",
            "payment_term",
            "due_date",
            "contract",
            "order",
            "number",
        )

    more = ("contract", "order", "number")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("due_date", "currency", "number"):
            self.fields[name].required = False
        self.fields["currency"].help_text = _("Empty: the customer's.")
        self.fields["payment_term"].help_text = _("Empty: those of order or customer.")
        self.fields["due_date"].help_text = _("Empty: it comes from the payment terms.")
        self.fields["number"].help_text = _("Empty: the next number of the series.")


class ReceiptForm(ItemFields, RecordForm):
    """Money that came in, and what it settles."""

    oldest_first = forms.BooleanField(
        label=_("Settle the oldest items first"),
        required=False,
        help_text=_("Used when no amounts are given below; disputed items are left out."),
    )
    why = why_rest()

    class Meta:
        model = Receipt
        fields = (
            "customer",
            "received_date",
            "amount",
            "currency",
            "method",
            "bank_account",
            "bank_reference",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].required = False
        self.fields["currency"].help_text = _("Empty: the customer's.")
        if "bank_reference" in self.fields:
            self.fields["bank_reference"].help_text = _("One receipt for each line of the bank statement.")
        self.chosen_customer = self._chosen("customer")
        self.chosen_currency = self._chosen("currency") or (
            self.chosen_customer.currency if self.chosen_customer else None
        )
        items = (
            open_items_of(self.chosen_customer, user=self.user, currency=self.chosen_currency)
            if self.chosen_customer
            else Receivable.objects.none()
        )
        self.add_items(items)

    def receipt(self) -> NewReceipt:
        """What was typed, as the services take it."""
        data = self.cleaned_data
        return NewReceipt(
            customer=data["customer"],
            received_date=data["received_date"],
            amount=data["amount"],
            currency=data["currency"] or data["customer"].currency,
            method=data["method"],
            bank_account=data["bank_account"],
            bank_reference=data["bank_reference"],
        )

    def field_of(self, error: DomainError) -> str:
        """More than the money there is: told beside the money."""
        field = super().field_of(error)
        return "amount" if field == "allocations" and "left" in error.figures else field

    def _chosen(self, name: str) -> Any:
        raw = self.data.get(self.add_prefix(name)) if self.is_bound else self.initial.get(name)
        field = self.fields[name]
        try:
            chosen = field.clean(raw.pk if hasattr(raw, "pk") else raw) if raw else None
        except forms.ValidationError:
            return None
        if chosen is not None and self.is_bound:  # the form asks once more for the same row
            ask = field.to_python
            field.to_python = lambda value: chosen if value == raw else ask(value)
        return chosen


class MendForm(ReceiptForm):
    """A returned receipt, corrected."""

    comment = forms.CharField(label=_("What was corrected"), max_length=2000, required=False)
    wide = ("comment",)


class AllocateForm(ItemFields, ActForm):
    """What is left of a receipt or credit note, set against open items."""

    date = forms.DateField(label=_("posted on"), widget=DateInput())
    why = why_rest()

    def __init__(self, *args: Any, document: Receipt | CreditNote, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document = document
        self.add_items(open_items_of(document.customer, user=self.user, currency=document.currency))


class CreditNoteForm(RecordForm):
    """Credit for a customer, usually for one item."""

    beyond_reason = forms.CharField(
        label=_("why more than the item"),
        max_length=300,
        required=False,
        help_text=_(
            "Only where more than the item comes to is given back; a second person always accepts that."
        ),
    )

    for_return = forms.ModelChoiceField(
        Return.objects.select_related("order__customer", "line"), required=False, widget=forms.HiddenInput
    )

    class Meta:
        model = CreditNote
        fields = ("customer", "receivable", "date", "amount", "currency", "reason")
        widgets = {
            "reason": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["currency"].required = False
        self.fields["currency"].help_text = _("Empty: the receivable's or the customer's.")
        self.fields["receivable"].help_text = _("What is more than open stays as unallocated credit.")

    def credit_note(self) -> NewCreditNote:
        """What was typed, as the services take it."""
        data = self.cleaned_data
        item = data["receivable"]
        return NewCreditNote(
            customer=data["customer"],
            date=data["date"],
            amount=data["amount"],
            currency=data["currency"] or (item.currency if item else data["customer"].currency),
            reason=data["reason"],
            receivable=item,
            beyond_reason=data["beyond_reason"],
        )


class ReasonForm(ActForm):
    """Why something is taken back or marked."""

    reason = forms.CharField(label=_("why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ReversalForm(ReasonForm):
    """Why, and from which day on."""

    date = forms.DateField(label=_("posted on"), widget=DateInput())


class CloseMonthForm(ActForm):
    """Which month is closed."""

    month = forms.CharField(label=_("month"), max_length=7, help_text=_("Written as 2026-10."))
    despite = forms.BooleanField(label=_("Close it although something is left to do"), required=False)

    def clean_month(self) -> Period:
        try:
            return Period.parse(self.cleaned_data["month"])
        except InvalidInput as error:
            raise forms.ValidationError(str(error)) from None


class AgeingForm(forms.Form):
    """What the ageing report is asked; a GET form, empty fields mean the handbook's."""

    as_of = forms.DateField(label=_("as of"), required=False, widget=DateInput())
    by = forms.ChoiceField(label=_("grouped by"), required=False)
    basis = forms.ChoiceField(label=_("counted from"), required=False)
    currency = forms.ModelChoiceField(
        Currency.objects.all(), label=_("currency"), required=False, empty_label=_("all, in base currency")
    )
    disputed = forms.ChoiceField(label=_("disputed items"), required=False)
    buckets = forms.CharField(label=_("steps in days"), required=False, max_length=60)
    customer = forms.ModelChoiceField(Customer.objects.none(), required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by"].choices = GroupBy.choices
        self.fields["basis"].choices = Basis.choices
        self.fields["disputed"].choices = [("", _("with the others")), *Disputed.choices]
        self.fields["customer"].queryset = Customer.objects.visible_to(user)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.HiddenInput):
                kind = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
                field.widget.attrs["class"] = kind
