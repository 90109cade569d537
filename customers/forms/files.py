"""Forms of acts on a file."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.choices import BlockScope
from customers.fields import Chips
from salesops.ui.forms import ActForm


class BlockForm(ActForm):
    scope = forms.ChoiceField(
        label=_("Blocked for"), choices=BlockScope.choices, widget=Chips, initial=BlockScope.BOTH
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)
    blacklist = forms.BooleanField(
        label=_("Put on the blacklist: no business with this customer any more"), required=False
    )
