"""What people fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.ui.forms import ActForm

MOST = 20_000  # characters of a passkey's answer


class WithPasskey(forms.Form):
    """``passkey`` is written by the browser; whoever has none types."""

    passkey = forms.CharField(required=False, max_length=MOST, widget=forms.HiddenInput)
    typed = ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("passkey") and not data.get(self.typed) and not self.errors:
            self.add_error(self.typed, _("This field is required."))
        return data


class CodeForm(WithPasskey):
    typed = "code"
    code = forms.CharField(
        label=_("Code of the app, or a recovery code"),
        max_length=20,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "class": "form-control"}
        ),
    )


class ConfirmForm(WithPasskey):
    typed = "password"
    password = forms.CharField(
        label=_("Your password"),
        max_length=256,
        strip=False,
        required=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "autofocus": True, "class": "form-control"}
        ),
    )


class TotpForm(ActForm):
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=60, required=False)
    code = forms.CharField(
        label=_("Code that the app shows"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasskeyForm(ActForm):
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=60, required=False)
    passkey = forms.CharField(max_length=MOST, widget=forms.HiddenInput)


class ResetForm(ActForm):
    reason = forms.CharField(
        label=_("How the person was recognised"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
