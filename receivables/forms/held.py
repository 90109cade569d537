"""A draft or cheque, what it is meant for, and how it ended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from receivables.forms.ledger import ReasonForm, ReceiptForm
from receivables.models import HeldPaper
from receivables.services import NewPaper
from salesops.ui.forms import ActForm, DateInput


class PaperForm(ReceiptForm):
    """A draft or cheque with the open items it is meant to settle."""

    oldest_first = None
    why = None  # nothing is given up before the paper is honoured

    class Meta:
        model = HeldPaper
        fields = (
            "customer",
            "kind",
            "number",
            "drawer",
            "bank",
            "received_date",
            "due_date",
            "amount",
            "currency",
        )

    def paper(self) -> NewPaper:
        """What was typed, as the services take it."""
        data = self.cleaned_data
        names = ("customer", "kind", "number", "drawer", "bank", "received_date", "due_date", "amount")
        return NewPaper(
            **{name: data[name] for name in names}, currency=data["currency"] or data["customer"].currency
        )


class HonourForm(ActForm):
    """When the bank paid."""

    date = forms.DateField(label=_("honoured on"), widget=DateInput())


class PaperEndForm(ReasonForm):
    """When and why it was not paid, or went back."""

    date = forms.DateField(label=_("on"), widget=DateInput())


class DuePapersForm(ActForm):
    """Which of the papers that are due were honoured today."""

    def chosen(self) -> list[int]:
        """Keys of the papers that were marked."""
        from salesops.core.keys import is_key

        keys: Any = self.data.getlist("paper") if hasattr(self.data, "getlist") else []
        return [int(key) for key in keys if is_key(key)]
