"""Fields and small forms that leads, deals and market information share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.forms.customers import PersonChoice
from customers.permissions import CustomerPolicy
from customers.selectors import people_in_reach
from salesops.catalog.models import Product
from salesops.ui.forms import ActForm, ExactDecimalField


class ProductChoice(forms.ModelChoiceField):
    """A product by code and name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Product.objects.filter(is_active=True).order_by("code", "pk"), **kwargs)

    def label_from_instance(self, obj: Product) -> str:
        return f"{obj.code} · {obj.name}"


def amount_field(label: Any, **kwargs: Any) -> ExactDecimalField:
    return ExactDecimalField(label=label, max_digits=18, decimal_places=2, min_value=Decimal(0), **kwargs)


class NoteForm(ActForm):
    note = forms.CharField(label=_("What came of it"), widget=forms.Textarea(attrs={"rows": 4}))


class ReasonForm(ActForm):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class PersonForm(ActForm):
    """Who gets it; the people are those whom the person may give it to."""

    owner = PersonChoice(label=_("New owner"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        reach = people_in_reach(user, CustomerPolicy.assignment, "edit", on=timezone.localdate())
        self.fields["owner"].queryset = reach
