"""Forms of opportunities: few fields first, the rest folded."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.deals import OPEN_STAGES, Stage
from customers.fields import Chips
from customers.forms.customers import PersonChoice
from customers.forms.parts import ProductChoice, amount_field
from customers.models import Competitor, Customer, LossReason, Opportunity
from customers.permissions.deals import DealPolicy
from customers.selectors import people_in_reach
from customers.services.opportunities import DealLine
from salesops.ui.forms import ActForm, DateInput, ExactDecimalField, RecordForm, line_formset

HUNDRED = Decimal(100)


class DealLineForm(ActForm):
    """A product of a deal; with an amount of its own quantity and price may stay empty."""

    product = ProductChoice(label=_("Product"))
    quantity = ExactDecimalField(
        label=_("Quantity"), max_digits=18, decimal_places=6, min_value=Decimal(0), required=False
    )
    price = ExactDecimalField(
        label=_("Unit price"), max_digits=18, decimal_places=4, min_value=Decimal(0), required=False
    )
    amount = amount_field(_("Amount, if not quantity × price"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        quantity, price = data.get("quantity"), data.get("price")
        if quantity is not None and price is not None and quantity * price >= Decimal(10) ** 15:
            self.add_error("quantity", _("This amount is too large to be true."))
        return data


class OpportunityForm(RecordForm):
    """A deal with its products; what a step demands is found here."""

    lines_formset = line_formset(DealLineForm, minimum=0, maximum=50, extra=1)
    lines_title = _("Products")
    owner = PersonChoice(label=_("Owner"))
    probability = ExactDecimalField(
        label=_("Probability %"),
        max_digits=5,
        decimal_places=2,
        min_value=Decimal(0),
        max_value=HUNDRED,
        required=False,
        help_text=_("Empty: that of the step."),
    )
    amount = amount_field(
        _("Expected amount"), required=False, help_text=_("Empty: the sum of the products.")
    )
    more = (
        "intention", "budget", "needed_by", "offer_ref", "offer_date", "bottom_line", "probability", "campaign", "source",
        "currency", "deal_paper", "remarks",
    )  # fmt: skip
    wide = ("title", "next_step", "bottom_line")

    class Meta:
        model = Opportunity
        fields = (
            "title", "customer", "amount", "expected_close", "next_step", "next_step_on", "score", "need_record",
            "intention", "budget", "needed_by", "offer_ref", "offer_date", "bottom_line", "campaign", "source", "currency",
            "deal_paper", "remarks",
        )  # fmt: skip

    field_order = (
        "title", "customer", "owner", "amount", "expected_close", "next_step", "next_step_on", "score", "need_record",
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["customer"].required = not self.instance.pk
        self.fields["customer"].queryset = Customer.objects.visible_to(user, "open_deal")
        self.fields["currency"].required = False
        for name in ("next_step", "next_step_on"):
            self.fields[name].required = self.instance.is_alive
        people = people_in_reach(user, DealPolicy(), "edit", on=timezone.localdate())
        self.fields["owner"].queryset = people
        if self.instance.pk:
            self._for_editing(user)
        elif people.filter(pk=user.pk).exists():
            self.initial.setdefault("owner", user.pk)
        if not DealPolicy.bottom_line.allows(user, "edit", self.instance if self.instance.pk else None):
            self.fields.pop("bottom_line", None)

    def _for_editing(self, user: Any) -> None:
        self.fields.pop("owner")
        deal = self.instance
        kept = Customer.objects.filter(pk=deal.customer_id) if deal.customer_id else Customer.objects.none()
        self.fields["customer"].queryset = self.fields["customer"].queryset | kept.visible_to(user)
        self.initial["probability"] = deal.probability * 100 if deal.probability_by_hand else None
        if not deal.is_alive:
            for name in [n for n in self.fields if n not in ("need_record", "deal_paper", "remarks")]:
                self.fields.pop(name)
            self.lines_formset = None

    def _post_clean(self) -> None:
        """Rules are the service's."""

    def lines_initial(self) -> list[dict[str, Any]]:
        if not self.instance.pk:
            return []
        return [
            {
                "product": line.product_id,
                "quantity": line.quantity,
                "price": line.price,
                "amount": None if line.quantity is not None and line.price is not None else line.amount,
            }
            for line in self.instance.lines.all()
        ]

    def deal_lines(self) -> list[DealLine]:
        """The products that were filled in and not struck out."""
        if self.lines is None:
            return []
        rows = [f.cleaned_data for f in self.lines.forms if f.cleaned_data.get("product")]
        return [
            DealLine(row["product"], row.get("quantity"), row.get("price"), row.get("amount"))
            for row in rows
            if not row.get("DELETE")
        ]

    def values(self) -> dict[str, Any]:
        """Fields of the deal; an empty probability means that of the step."""
        data = dict(self.cleaned_data)
        if "probability" in data:
            given = data["probability"]
            data["probability"] = None if given is None else given / HUNDRED
        if not data.get("currency"):
            data.pop("currency", None)
        return data


class NextStepForm(ActForm):
    next_step = forms.CharField(label=_("Next step"), max_length=300)
    next_step_on = forms.DateField(label=_("Next step on"))
    wide = ("next_step",)


class MoveForm(ActForm):
    """To which step; a reason is asked for when it goes back."""

    to = forms.ChoiceField(label=pgettext_lazy("deal", "Step"), widget=Chips)
    reason = forms.CharField(label=_("Reason, when it goes back"), max_length=300, required=False)
    next_step = forms.CharField(label=_("Next step"), max_length=300, required=False)
    next_step_on = forms.DateField(label=_("Next step on"), required=False, widget=DateInput())
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    back = forms.CharField(widget=forms.HiddenInput, required=False)
    wide = ("to", "reason", "next_step")

    def __init__(self, *args: Any, deal: Opportunity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Stage.choices)
        self.fields["to"].choices = [(s, labels[s]) for s in OPEN_STAGES if s != deal.stage]
        self.initial.setdefault("seen", deal.stage)
        self.initial.setdefault("next_step", deal.next_step)
        if deal.next_step_on and deal.next_step_on >= timezone.localdate():
            self.initial.setdefault("next_step_on", deal.next_step_on)


class SeenForm(ActForm):
    """An act on the step that the person saw."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, deal: Opportunity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("seen", deal.stage)
        self.initial.setdefault("closed_date", timezone.localdate())
        self.deal = deal


class WinForm(SeenForm):
    deal_paper = forms.CharField(label=_("Number of the contract or order"), max_length=100, required=False)
    amount = amount_field(_("Amount agreed"), required=False)
    closed_date = forms.DateField(label=_("Decided on"))
    note = forms.CharField(label=_("What decided it"), max_length=500, required=False)
    wide = ("note",)

    def __init__(self, *args: Any, deal: Opportunity, **kwargs: Any) -> None:
        super().__init__(*args, deal=deal, **kwargs)
        self.initial.setdefault("deal_paper", deal.deal_paper)
        self.initial.setdefault("amount", deal.amount)
        if deal.lines.exists():
            self.fields.pop("amount")


class LoseForm(SeenForm):
    loss_reason = forms.ModelChoiceField(
        queryset=LossReason.objects.filter(is_active=True), label=_("Why lost")
    )
    lost_to = forms.ModelChoiceField(
        queryset=Competitor.objects.filter(is_active=True), label=_("Lost to"), required=False
    )
    closed_date = forms.DateField(label=_("Decided on"))
    note = forms.CharField(label=_("What decided it"), max_length=500, required=False)
    wide = ("note",)


class HoldForm(SeenForm):
    reason = forms.CharField(label=_("Why it rests"), max_length=300)
    next_step = forms.CharField(label=_("Next step"), max_length=300)
    next_step_on = forms.DateField(label=_("Look again on"))
    wide = ("reason", "next_step")
