"""What is given up of an open item, and what goes back to a customer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from receivables.models import Adjustment, Receipt
from salesops.documents.forms import FilesField
from salesops.ui.forms import ActForm, DateInput, ExactDecimalField


class MoneyActForm(ActForm):
    """How much, on which day, why."""

    amount = ExactDecimalField(label=_("amount"), max_digits=18, decimal_places=2)
    date = forms.DateField(label=_("posted on"), widget=DateInput())
    reason = forms.CharField(label=_("why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


def proof_files(words: Any) -> FilesField:
    """Files beside the words; the handbook says from which amount on they have to be there."""
    return FilesField(label=_("Files"), required=False, help_text=words)


class WriteOffForm(MoneyActForm):
    """With what shows that it will not be paid."""

    evidence = forms.CharField(
        label=_("evidence"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "What shows that it will not be paid: ruling, insolvency notice, letters; with their numbers."
        ),
    )
    files = proof_files(_("The ruling, the notice, the letters; clause R-35 says from which amount on."))
    wide = ("reason", "evidence", "files")


class RefundForm(MoneyActForm):
    """To which account."""

    bank_account = forms.CharField(label=_("to the account"), max_length=60, required=False)
    files = proof_files(_("The customer's request; clause R-36 says from which amount on."))
    wide = ("reason", "files")


class MendWriteOffForm(WriteOffForm):
    """A returned write-off, corrected."""

    comment = forms.CharField(label=_("What was corrected"), max_length=2000, required=False)
    wide = ("reason", "evidence", "files", "comment")


class MendRefundForm(RefundForm):
    """A returned refund, corrected."""

    comment = forms.CharField(label=_("What was corrected"), max_length=2000, required=False)
    wide = ("reason", "files", "comment")


class PayForm(ActForm):
    """When the bank paid, and under which reference."""

    paid_date = forms.DateField(label=_("paid on"), widget=DateInput())
    bank_reference = forms.CharField(label=_("bank reference"), max_length=100)


class RecoverForm(ActForm):
    """Which money came, and how much of it is for the written-off item."""

    receipt = forms.ModelChoiceField(Receipt.objects.none(), label=_("receipt"))
    amount = ExactDecimalField(label=_("amount"), max_digits=18, decimal_places=2)
    date = forms.DateField(label=_("posted on"), widget=DateInput())

    def __init__(self, *args: Any, write_off: Adjustment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Receipt.objects.visible_to(self.user).unallocated().for_customer(write_off.customer_id)
        self.fields["receipt"].queryset = rows.filter(currency=write_off.currency_id)
