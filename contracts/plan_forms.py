"""The payment plan of a contract as it is typed, and its acceptance."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.choices import ContractState, PlanTrigger
from contracts.models import Contract
from contracts.services.plans import PlanLine, plan_of
from salesops.catalog.models import PaymentTerm
from salesops.ui.forms import ActForm, DateInput, ExactDecimalField, line_formset


class PlanLineForm(ActForm):
    """One instalment: percent or amount."""

    line = forms.IntegerField(required=False, min_value=1, max_value=9999, widget=forms.HiddenInput())
    trigger = forms.ChoiceField(label=_("Falls due by"), choices=PlanTrigger)
    percent = ExactDecimalField(
        label=_("Percent"),
        max_digits=7,
        decimal_places=4,
        min_value=Decimal(0),
        max_value=100,
        required=False,
    )
    amount = ExactDecimalField(
        label=_("or amount"), max_digits=18, decimal_places=2, min_value=Decimal("0.01"), required=False
    )
    payment_term = forms.ModelChoiceField(
        label=_("Payment terms"), queryset=PaymentTerm.objects.filter(is_active=True), required=False
    )
    date = forms.DateField(label=_("Fixed day"), required=False, widget=DateInput())
    months = forms.IntegerField(label=_("Months of warranty"), min_value=1, max_value=240, required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class PlanForm(ActForm):
    """All rows; of a contract in force also why the plan is changed."""

    reason = forms.CharField(
        label=_("Why the plan is changed"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    lines_formset = line_formset(PlanLineForm, minimum=1, maximum=60, extra=1)
    lines_title = _("Instalments")

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        self.contract = contract
        super().__init__(*args, **kwargs)
        if contract.state == ContractState.DRAFT:
            del self.fields["reason"]

    def lines_initial(self) -> list[dict[str, Any]]:
        plan = plan_of(self.contract)
        if plan is None:
            return [{"trigger": PlanTrigger.DELIVER, "percent": 100}]
        names = ("line", "trigger", "payment_term_id", "date", "months", "note")
        return [
            {name.removesuffix("_id"): getattr(row, name) for name in names}
            | ({"percent": row.percent.normalize()} if row.percent is not None else {"amount": row.amount})
            for row in plan.rows.all()
        ]

    def plan_lines(self) -> list[PlanLine]:
        filled = [line.cleaned_data for line in self.lines.forms if line.cleaned_data.get("trigger")]
        kept = [data for data in filled if not data.get("DELETE") and (data["percent"] or data["amount"])]
        return [PlanLine(**{k: v for k, v in data.items() if k != "DELETE"}) for data in kept]


class AcceptForm(ActForm):
    """When the customer accepted, and by which paper."""

    date = forms.DateField(label=_("Accepted on"), widget=DateInput())
    paper = forms.CharField(
        label=_("Paper that proves it"),
        max_length=200,
        help_text=_("Its number or title; file it with the contract."),
    )
    remarks = forms.CharField(
        label=pgettext_lazy("of an acceptance", "Remarks"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
