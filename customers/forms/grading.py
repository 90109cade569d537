"""Forms of grades and scoring models."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices import CustomerClass, Grade
from customers.fields import Chips
from customers.grading import grade_facts
from customers.models import CustomerGrading, GradeModel
from salesops.ui.forms import ActForm, DateInput, ExactDecimalField, line_formset


class StepsField(forms.CharField):
    """``0:0 50000:40 200000:60``: from which value on how many points."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        text = str(super().to_python(value) or "").replace("，", " ").replace(",", " ").replace("：", ":")
        try:
            pairs = [part.split(":") for part in text.split()]
            steps = [[str(Decimal(least)), str(Decimal(points))] for least, points in pairs]
        except (InvalidOperation, ValueError) as wrong:
            raise ValidationError(
                _("Write value:points, for example 0:0 50000:40 200000:80."), code="invalid"
            ) from wrong
        if any(
            not Decimal(number).is_finite() or abs(Decimal(number)) > 10**15
            for step in steps
            for number in step
        ):
            raise ValidationError(
                _("Write value:points, for example 0:0 50000:40 200000:80."), code="invalid"
            )
        return steps

    def prepare_value(self, value: Any) -> Any:
        return shown_steps(value) if isinstance(value, list) else value


def shown_steps(steps: list[list[str]]) -> str:
    return " ".join(f"{least}:{points}" for least, points in steps)


def factor_choices() -> list[tuple[str, Any]]:
    facts = sorted(grade_facts.items(), key=lambda pair: (pair[1].order, pair[0]))
    return [("", "–"), *((key, fact.label) for key, fact in facts)]


class FactorLine(ActForm):
    factor = forms.ChoiceField(label=_("Factor"), choices=factor_choices)
    weight = ExactDecimalField(
        label=_("Weight %"), max_digits=5, decimal_places=2, min_value=Decimal("0.01"), max_value=Decimal(100)
    )
    steps = StepsField(label=_("Points by value"), max_length=500)


class GradeModelForm(ActForm):
    """A new model begins with the factors of the one in force."""

    from_date = forms.DateField(label=_("From"), widget=DateInput())
    a_from = ExactDecimalField(label=_("A from (points)"), max_digits=5, decimal_places=2)
    b_from = ExactDecimalField(label=_("B from (points)"), max_digits=5, decimal_places=2)
    c_from = ExactDecimalField(label=_("C from (points)"), max_digits=5, decimal_places=2)
    remarks = forms.CharField(label=_("Remarks"), max_length=300, required=False)
    lines_formset = line_formset(FactorLine, minimum=1, maximum=12, extra=1)
    lines_title = _("Factors")

    def __init__(self, *args: Any, model: GradeModel | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model = model
        self.initial.setdefault("from_date", timezone.localdate())
        for name, points in (("a_from", 80), ("b_from", 60), ("c_from", 40)):
            self.initial.setdefault(name, getattr(model, name) if model else points)

    def lines_initial(self) -> list[dict[str, Any]]:
        if self.model is None:
            return []
        return [
            {
                "factor": line.factor,
                "weight": f"{line.weight * 100:.2f}".rstrip("0").rstrip("."),
                "steps": line.steps,
            }
            for line in self.model.factors.all()
        ]

    def factors(self) -> list[dict[str, Any]]:
        return [
            {"factor": data["factor"], "weight": data["weight"] / 100, "steps": data["steps"]}
            for line in self.lines
            if (data := line.cleaned_data) and data.get("factor") and not data.get("DELETE")
        ]


class DecideForm(ActForm):
    grade = forms.ChoiceField(label=_("Grade"), choices=Grade.choices, widget=Chips)
    customer_class = forms.ChoiceField(
        label=pgettext_lazy("customer", "Class"), choices=CustomerClass.choices, widget=Chips
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("Needed where you decide otherwise.")
    )

    def __init__(self, *args: Any, grading: CustomerGrading | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if grading is not None:
            self.initial.setdefault("grade", grading.proposed_grade)
            self.initial.setdefault("customer_class", grading.proposed_class)
