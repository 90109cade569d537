"""Input of targets and of the monthly close."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from performance.kpis import kpi_of, stored_kpis
from performance.models import MonthClose, Target
from salesops.core.errors import InvalidInput
from salesops.core.periods import Period
from salesops.ui.forms import ActForm, ExactDecimalField, RecordForm


class PeriodField(forms.CharField):
    """A month, quarter or year as people write it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("period"))
        kwargs.setdefault("help_text", _("A month as 2026-10, a quarter as 2026-Q3, a year as 2026."))
        kwargs.setdefault("max_length", 7)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return Period.parse(text)
        except InvalidInput as error:
            raise forms.ValidationError(str(error)) from error


def metric_choices() -> list[tuple[str, Any]]:
    return [(kpi.code, kpi.title) for kpi in stored_kpis()]


class TargetForm(RecordForm):
    """Metric, period, person or team, value: nothing may be missing (TGT-03)."""

    metric = forms.ChoiceField(label=_("key figure"), choices=metric_choices)
    period = PeriodField()
    reason = forms.CharField(label=_("reason"), max_length=300, required=False)

    class Meta:
        model = Target
        fields = ("metric", "staff", "team", "value")

    field_order = ("metric", "period", "staff", "team", "value", "reason")


class TargetChangeForm(ActForm):
    value = ExactDecimalField(label=_("new value"), max_digits=18, decimal_places=4)
    reason = forms.CharField(label=_("reason"), max_length=300)


class BreakdownForm(ActForm):
    """How a target is split: over the periods inside it, or over the units below; with shares if not equal."""

    PERIODS, UNITS = "periods", "units"
    way = forms.ChoiceField(
        label=_("split over"),
        choices=[(PERIODS, _("the periods inside it")), (UNITS, _("teams, or people of the team"))],
    )
    weights = forms.CharField(
        label=_("shares"),
        required=False,
        help_text=_("Numbers in order, such as 3 2 4 3; empty for equal shares."),
    )

    def clean_weights(self) -> list[Any] | None:
        text = self.cleaned_data["weights"].replace(",", " ").replace("，", " ").split()
        if not text:
            return None
        field = ExactDecimalField(max_digits=18, decimal_places=4, min_value=0)
        return [field.clean(part) for part in text]


class CloseForm(RecordForm):
    """Which month to close."""

    month = PeriodField(label=_("month"), help_text=_("As 2026-10. The month must be over."))

    class Meta:
        model = MonthClose
        fields = ()


class RestateForm(ActForm):
    reason = forms.CharField(
        label=_("reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What was corrected, and why."),
    )


def unit_hint(code: str) -> str:
    """In which unit a value of this KPI is written."""
    return str(kpi_of(code).unit.label)
