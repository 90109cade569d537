"""Asking what for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from salesops.ui.forms import ActForm


class PurposeForm(ActForm):
    purpose = forms.CharField(
        label=_("Purpose"),
        min_length=5,
        max_length=300,
        help_text=_("What do you need it for? It is written down with your name and the time."),
    )
