"""Forms of the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from salesops.ui.forms import ActForm, DateInput, RecordForm


class ContractForm(RecordForm):
    """A contract as on its paper."""

    more = ("our_party", "their_signatory", "original_place", "remarks")
    wide = ("subject",)

    class Meta:
        model = Contract
        fields = (
            "customer",
            "number",
            "subject",
            "kind",
            "amount",
            "currency",
            "signed_date",
            "start_date",
            "end_date",
            "payment_term",
            "our_party",
            "their_signatory",
            "original_place",
            "remarks",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].required = False
        self.fields["currency"].help_text = _("Empty: the customer's.")
        self.fields["payment_term"].help_text = _("Empty: the customer's.")
        self.fields["amount"].help_text = _("A framework contract has none.")
        self.fields["amount"].required = False

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        return self.fields["amount"].clean("0") if amount is None else amount


class ReasonForm(ActForm):
    """Why something ends."""

    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class TerminateForm(ReasonForm):
    end_date = forms.DateField(label=_("Ends on"), widget=DateInput())
    field_order = ("end_date", "reason")


class AnnotateForm(RecordForm):
    class Meta:
        model = Contract
        fields = ("original_place", "remarks")
