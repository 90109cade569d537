"""Forms of credit: holds and assessments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from receivables.assessing import credit_factors
from receivables.forms.ledger import CloseMonthForm
from receivables.models import CreditAssessment, CreditHold
from salesops.ui.forms import ActForm, DateInput, ExactDecimalField, RecordForm, as_house


class HoldForm(RecordForm):
    """Stop a customer, and say why."""

    class Meta:
        model = CreditHold
        fields = ("customer", "scope", "until", "reason")
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].help_text = _("The last day; empty: until it is lifted.")


class AssessmentForm(RecordForm):
    """Who is assessed and what is asked for; scores follow on the next page."""

    class Meta:
        model = CreditAssessment
        fields = ("customer", "kind", "requested_limit", "payment_term", "expected_monthly_sales", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = _("In the customer's currency.")
        for name in ("requested_limit", "expected_monthly_sales"):
            self.fields[name].help_text = help_text


class ScoreForm(RecordForm):
    """The same with a score for each factor; a score that differs from the computed one has a reason."""

    class Meta:
        model = CreditAssessment
        fields = (
            "kind", "requested_limit", "payment_term", "expected_monthly_sales", "limit", "limit_reason", "special",
            "special_reason", "note",
        )  # fmt: skip
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    wide = ("limit_reason", "special_reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["limit"].help_text = _("Empty: the smaller of requested and computed limit.")
        self.fields["special"].help_text = _(
            "For new customers or incomplete files; the general manager signs, too."
        )
        for line in self.instance.lines:
            self._add(line)

    def _add(self, line: dict[str, Any]) -> None:
        factor = credit_factors.get(line["code"])
        label = factor.label if factor else line["code"]
        computed = line["proposed"] if line["proposed"] is not None else "–"
        said = _("Computed %(score)s, weight %(weight)s. %(words)s") % {
            "score": computed,
            "weight": line["weight"],
            "words": factor.words(line["figures"]) if factor else "",
        }
        name = f"score_{line['code']}"
        self.fields[name] = ExactDecimalField(
            label=label, required=False, min_value=Decimal(0), max_value=Decimal(100), max_digits=5, decimal_places=2,
            help_text=said, initial=line["score"],
        )  # fmt: skip
        why = _("%(factor)s: why it differs") % {"factor": label}
        self.fields[f"reason_{line['code']}"] = forms.CharField(
            label=why, required=False, max_length=300, initial=line["reason"]
        )
        for each in (name, f"reason_{line['code']}"):
            as_house(self.fields[each])

    def scores(self) -> dict[str, tuple[Decimal | None, str]]:
        data = self.cleaned_data
        codes = [line["code"] for line in self.instance.lines]
        return {code: (data[f"score_{code}"], data[f"reason_{code}"]) for code in codes}

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields}


class RiskForm(ActForm):
    """What is done about a risk."""

    answer = forms.CharField(
        label=_("what is done"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    proposal = forms.CharField(
        label=_("proposal to the manager"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The manager is given a task to decide it."),
    )
    follow_up = forms.DateField(
        label=_("looked at again on"),
        widget=DateInput(),
        required=False,
        help_text=_("On this day it is a task of yours to see whether it helped."),
    )


class ProvisionForm(CloseMonthForm):
    """For which month a provision is computed."""

    despite = None  # of closing a month only
    note = forms.CharField(
        label=_("note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class OwnRateForm(ActForm):
    """A rate that is an item's own."""

    rate = ExactDecimalField(
        label=_("rate in percent"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
    )
    reason = forms.CharField(label=_("why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
