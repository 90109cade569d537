"""Forms of credit: a hold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from receivables.models import CreditHold
from salesops.ui.forms import RecordForm


class HoldForm(RecordForm):
    """Stop a customer, and say why."""

    class Meta:
        model = CreditHold
        fields = ("customer", "scope", "until", "reason")
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].help_text = _("The last day; empty: until it is lifted.")
