"""The form of a group."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Customer
from customers.selectors import alive
from salesops.ui.forms import ActForm, DateInput


class GroupForm(ActForm):
    group = forms.ModelChoiceField(
        label=pgettext_lazy("customers", "Group"), queryset=Customer.objects.none(), required=False
    )
    from_date = forms.DateField(label=_("From"), widget=DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("from_date", timezone.localdate())

    def setup(self, user: Any) -> None:
        self.fields["group"].queryset = alive(Customer.objects.all())
        super().setup(user)
