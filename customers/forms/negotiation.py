"""Forms of what hangs on a deal: people, competitors, notes, concessions; and why deals are lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.deals import DealPart, Stance, Standing, Topic
from customers.fields import Chips
from customers.forms.parts import ProductChoice
from customers.models import Competitor, Contact, LossReason, Opportunity
from salesops.ui.forms import ActForm, ExactDecimalField, RecordForm


class DecisionMakerForm(ActForm):
    contact = forms.ModelChoiceField(queryset=Contact.objects.none(), label=_("Contact person"))
    part = forms.ChoiceField(label=pgettext_lazy("deal", "Part"), choices=DealPart.choices, widget=Chips)
    stance = forms.ChoiceField(
        label=pgettext_lazy("deal", "Attitude"), choices=Stance.choices, widget=Chips, initial=Stance.NEUTRAL
    )
    note = forms.CharField(label=_("Remark"), max_length=300, required=False)
    wide = ("part", "stance", "note")

    def __init__(self, *args: Any, deal: Opportunity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = Contact.objects.filter(customer_id=deal.customer_id, left=False)


class DealCompetitorForm(ActForm):
    competitor = forms.ModelChoiceField(
        queryset=Competitor.objects.filter(is_active=True), label=_("Competitor")
    )
    standing = forms.ChoiceField(
        label=pgettext_lazy("competitor", "Standing"),
        choices=Standing.choices,
        widget=Chips,
        initial=Standing.EVEN,
    )
    price = ExactDecimalField(
        label=_("Their price"), max_digits=18, decimal_places=4, min_value=Decimal(0), required=False
    )
    note = forms.CharField(label=_("Remark"), max_length=300, required=False)
    wide = ("standing", "note")


class NegotiationForm(ActForm):
    topic = forms.ChoiceField(
        label=pgettext_lazy("negotiation", "Topic"), choices=Topic.choices, widget=Chips
    )
    asked = forms.CharField(label=_("What the customer wants"), widget=forms.Textarea(attrs={"rows": 3}))
    answered = forms.CharField(
        label=_("What we answered"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    on = forms.DateField(label=pgettext_lazy("negotiation", "On"))
    wide = ("topic",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())


class ConcessionForm(ActForm):
    product = ProductChoice(label=_("Product"))
    price = ExactDecimalField(
        label=_("Unit price"), max_digits=18, decimal_places=4, min_value=Decimal("0.0001")
    )
    quantity = ExactDecimalField(
        label=_("Quantity"), max_digits=18, decimal_places=6, min_value=Decimal(0), required=False
    )
    reason = forms.CharField(label=_("Why the customer should get it"), max_length=500)
    wide = ("reason",)


class LossReasonForm(RecordForm):
    class Meta:
        model = LossReason
        fields = ("code", "name", "position", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("code")

    def _post_clean(self) -> None:
        """Rules are the service's."""
