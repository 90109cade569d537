"""What is typed about the bank."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from receivables.models import BankAccount
from salesops.ui.forms import ActForm, RecordForm


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
