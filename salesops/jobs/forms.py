"""Which day a job is run for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from salesops.ui.forms import ActForm, DateInput


class DayForm(ActForm):
    business_date = forms.DateField(label=_("for day"), widget=DateInput())
