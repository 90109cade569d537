"""What the reports of the ledger are asked; GET forms, empty fields mean the defaults."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Customer
from receivables.choices import BridgeOf, GroupBy
from salesops.accounts.models import User
from salesops.catalog.models import Currency
from salesops.ui.forms import DateInput


class ReportForm(forms.Form):
    """Fields as the ageing report draws them, and the narrowing that all reports have."""

    by = forms.ChoiceField(label=_("grouped by"), required=False)
    currency = forms.ModelChoiceField(
        Currency.objects.all(), label=_("currency"), required=False, empty_label=_("all, in base currency")
    )
    customer = forms.ModelChoiceField(Customer.objects.none(), required=False, widget=forms.HiddenInput())
    cuts: tuple[str, ...] = tuple(GroupBy.values)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "by" in self.fields:
            self.fields["by"].choices = [(value, GroupBy(value).label) for value in self.cuts]  # type: ignore[attr-defined]
        if "customer" in self.fields:
            self.fields["customer"].queryset = Customer.objects.visible_to(user)  # type: ignore[attr-defined]
        for field in self.fields.values():
            if getattr(field, "empty_label", None) == "---------":
                field.empty_label = pgettext_lazy("people, teams", "all")  # type: ignore[attr-defined]
            if not isinstance(field.widget, forms.HiddenInput):
                kind = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
                field.widget.attrs["class"] = kind


class BridgeForm(ReportForm):
    """From which day to which, and of what."""

    since = forms.DateField(label=_("first day"), required=False, widget=DateInput())
    until = forms.DateField(label=_("last day"), required=False, widget=DateInput())
    of = forms.ChoiceField(label=_("bridge of"), required=False, choices=BridgeOf.choices)
    field_order = ("since", "until", "of", "by", "currency")


class RatesForm(ReportForm):
    """Which month, and how it is cut."""

    currency = None
    customer = None
    month = forms.CharField(label=_("month"), required=False, max_length=7)
    cuts = ("owner", "team", "customer", "group", "region", "grade", "none")
    field_order = ("month", "by")


class DueForm(ReportForm):
    """Whose items of which month; the forecast has no month."""

    by = None
    currency = None
    month = forms.CharField(label=_("month"), required=False, max_length=7)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("owner"), required=False)
    field_order = ("month", "owner")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["owner"].queryset = User.objects.filter(is_active=True).order_by("name", "pk")  # type: ignore[attr-defined]


class ForecastForm(DueForm):
    """Whose items; always the thirteen weeks from today."""

    month = None
