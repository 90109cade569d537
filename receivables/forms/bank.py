"""What is typed about the bank."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from receivables.choices.bank import ClaimState, SetAside
from receivables.forms.ledger import ItemFields, why_rest
from receivables.models import BankAccount, BankLine, Receivable
from receivables.selectors import open_items_of
from salesops.ui.forms import ActForm, DateInput, RecordForm


class BankAccountForm(RecordForm):
    """One of our own accounts."""

    class Meta:
        model = BankAccount
        fields = ("name", "bank", "number", "currency", "active")


class StatementForm(ActForm):
    """The file as the bank gives it."""

    file = forms.FileField(
        label=_("File of the bank (CSV or XLSX)"),
        help_text=_("As it is: titles above and totals below the table are passed over."),
    )


class ClaimChoice(forms.ModelChoiceField):
    """Who claims the money, for which customer, and as what."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.widget.attrs["class"] = "form-select"

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.owner.name} · {obj.customer} · {obj.purpose}"


class BookForm(ItemFields, ActForm):
    """Whose money a line is and what it settles; amount, account and reference are the bank's."""

    customer = forms.ModelChoiceField(Customer.objects.all(), label=_("Customer"))
    received_date = forms.DateField(
        label=_("Received on"),
        required=False,
        widget=DateInput(),
        help_text=_("The day of the bank; a later one only where its month is closed."),
    )
    oldest_first = forms.BooleanField(
        label=_("Settle the oldest items first"),
        required=False,
        help_text=_("Used when no amounts are given below; disputed items are left out."),
    )
    why = why_rest()

    def __init__(self, *args: Any, line: BankLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = line
        claims = line.claims.filter(state=ClaimState.OPEN).select_related("customer", "owner").order_by("pk")
        if len(claims) > 1:  # with one, there is nothing to choose
            self.fields["claim"] = ClaimChoice(claims, label=_("Whose claim is confirmed"), required=False)
        field = self.fields["customer"]
        raw = self.data.get("customer") if self.is_bound else self.initial.get("customer")
        try:
            chosen = field.clean(raw) if raw else None
        except forms.ValidationError:
            chosen = None
        none = Receivable.objects.none()
        items = open_items_of(chosen, user=self.user, currency=line.currency) if chosen else none
        self.add_items(items)

    def clean(self) -> Any:
        data = super().clean()
        claim, customer = self.cleaned_data.get("claim"), self.cleaned_data.get("customer")
        if claim is not None and customer is not None and claim.customer_id != customer.pk:
            self.add_error("claim", _("This claim is for another customer."))
        return data


class DecideForm(ActForm):
    """The answer to a proposal."""

    customer = forms.IntegerField(widget=forms.HiddenInput())
    answer = forms.ChoiceField(
        label=_("Answer"), choices=(("yes", _("Confirm as proposed")), ("no", _("Not from this customer")))
    )


class SetAsideForm(ActForm):
    """Why nothing is booked for a line."""

    why = forms.ChoiceField(
        label=_("Why nothing is booked"), choices=[c for c in SetAside.choices if c[0] != SetAside.OUTGOING]
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class ClaimForm(ActForm):
    """For which of one's customers, and what it is for."""

    customer = forms.ModelChoiceField(Customer.objects.all(), label=_("Customer"))
    purpose = forms.CharField(
        label=_("What it is for"), max_length=300, help_text=_("For example the invoice or order it pays.")
    )
    wide = ("purpose",)
