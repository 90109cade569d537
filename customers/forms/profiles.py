"""The form of an invoice title."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.identifiers import show_phone
from customers.masking import Concealing, sees_plain
from customers.models import TaxProfile
from salesops.ui.forms import ActForm, DateInput, RecordForm


class TaxProfileForm(Concealing, RecordForm):
    wide = ("title", "address")
    more = ("tax_override_reason", "email", "to_date")

    class Meta:
        model = TaxProfile
        fields = (
            "kind", "title", "tax_number", "bank_name", "bank_account", "address", "phone", "from_date",
            "is_default", "tax_override_reason", "email", "to_date",
        )  # fmt: skip

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        if self.instance.pk and not sees_plain(user, self.instance.customer):
            self.conceal("phone", "bank_account", "email")
        elif self.instance.pk and not self.is_bound:
            self.initial["phone"] = show_phone(self.instance.phone)
        if self.errors.get("tax_number") or self.data.get("tax_override_reason"):
            self.more = ("email", "to_date")

    def _post_clean(self) -> None:
        """Rules are the service's."""


class EndProfileForm(ActForm):
    last = forms.DateField(label=_("Last day"), widget=DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("last", timezone.localdate())
