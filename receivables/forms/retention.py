"""Retention as it is held back of an item and as it is released."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from salesops.ui.forms import ActForm, DateInput, ExactDecimalField


class HoldBackForm(ActForm):
    """How much the customer holds back, until when, and by which agreement."""

    amount = ExactDecimalField(
        label=_("Amount held back"), max_digits=18, decimal_places=2, min_value=Decimal("0.01")
    )
    until = forms.DateField(
        label=_("Held back until"), widget=DateInput(), help_text=_("The end of the warranty.")
    )
    reason = forms.CharField(
        label=_("why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The clause or the letter by which the customer holds it back."),
    )  # fmt: skip
    wide = ("reason",)


class ReleaseForm(ActForm):
    """From which day it is owed, and what shows that the customer lets it go."""

    due_date = forms.DateField(label=_("Due on"), widget=DateInput())
    reason = forms.CharField(
        label=_("why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What shows that nothing is claimed any more: a letter, a protocol."),
    )  # fmt: skip
    wide = ("reason",)


class MendReleaseForm(ReleaseForm):
    """A returned release, corrected."""

    comment = forms.CharField(label=_("What was corrected"), max_length=2000, required=False)
    wide = ("reason", "comment")
