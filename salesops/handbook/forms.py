"""The form of a new value, shaped by the rule's kind."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from salesops.handbook.registry import RuleParameter
from salesops.ui.forms import ActForm, DateInput


class ValueForm(ActForm):
    """Value, the day it begins, and why."""

    value = forms.CharField(label=_("New value"), max_length=4000)
    from_date = forms.DateField(label=_("In force from"), widget=DateInput())
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, parameter: RuleParameter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = value_field(parameter)


def value_field(parameter: RuleParameter) -> forms.Field:
    """A field fit for the kind; the service has the last word on what is valid."""
    label = _("New value")
    if parameter.kind == "choice":
        return forms.ChoiceField(label=label, choices=parameter.choices)
    if parameter.kind == "bool":
        return forms.ChoiceField(label=label, choices=[("true", _("yes")), ("false", _("no"))])
    if parameter.kind == "json":
        return forms.CharField(label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    hints = {
        "fraction": _("A share, such as 10% or 0.1."),
        "int_row": _("Whole numbers with commas between them, such as 30, 60, 90."),
        "int_list": _("Whole numbers with commas between them, such as 30, 60, 90."),
    }
    return forms.CharField(label=label, max_length=400, help_text=hints.get(parameter.kind) or parameter.unit)
