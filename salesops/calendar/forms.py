"""Forms of days and hours."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from salesops.calendar.choices import REGIONS
from salesops.calendar.models import WorkRegime
from salesops.ui.forms import ActForm, DateInput


class DayForm(ActForm):
    """A day off or a working day, entered by hand."""

    region = forms.ChoiceField(label=_("region"), choices=list(REGIONS.items()))
    date = forms.DateField(label=_("date"), widget=DateInput())
    is_workday = forms.ChoiceField(
        label=_("this day is"), choices=[("no", _("a day off")), ("yes", _("a working day"))]
    )
    name = forms.CharField(label=_("name"), max_length=100, required=False)


class RegimeForm(ActForm):
    """Working hours for a time, typed as 08:30-12:00, 13:30-17:30."""

    name = forms.CharField(label=_("name"), max_length=60)
    region = forms.ChoiceField(label=_("region"), choices=list(REGIONS.items()))
    from_date = forms.DateField(label=_("from"), widget=DateInput())
    to_date = forms.DateField(label=_("to (last day)"), widget=DateInput(), required=False)
    blocks = forms.CharField(
        label=_("hours"), max_length=200, help_text=_("Such as 08:30–12:00, 13:30–17:30.")
    )

    @staticmethod
    def initial_of(regime: WorkRegime) -> dict[str, Any]:
        fields = ("name", "region", "from_date", "to_date")
        return {**{name: getattr(regime, name) for name in fields}, "blocks": regime.hours}

    def clean_blocks(self) -> list[list[str]]:
        parts = re.split(r"[,，、;；]\s*", self.cleaned_data["blocks"].strip())
        blocks = [
            re.fullmatch(r"(\d{1,2}:\d\d)\s*[-–—~～至]\s*(\d{1,2}:\d\d)", part.strip()) for part in parts
        ]
        if not all(blocks):
            raise ValidationError(_("Working hours are written as 08:30–12:00, 13:30–17:30."))
        return [[m[1].zfill(5), m[2].zfill(5)] for m in blocks if m]
