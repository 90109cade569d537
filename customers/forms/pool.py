"""Forms of the public pool."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices import CustomerClass
from customers.choices.pool import PoolCause
from customers.fields import Chips
from customers.models import PoolRule
from salesops.ui.forms import ActForm, DateInput


class PoolRuleForm(ActForm):
    """A rule; it can be tried before it is saved."""

    cause = forms.ChoiceField(label=_("Cause"), choices=PoolCause.choices, widget=Chips)
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=3650)
    customer_class = forms.ChoiceField(
        label=_("Class"),
        choices=[("", _("Every class")), *CustomerClass.choices],
        required=False,
        widget=Chips,
        initial="",
    )
    warn_days = forms.IntegerField(label=_("Days of warning ahead"), min_value=0, max_value=365, initial=7)
    from_date = forms.DateField(label=_("From"), widget=DateInput())
    to_date = forms.DateField(label=_("To (last day)"), widget=DateInput(), required=False)
    spares_open = forms.BooleanField(
        label=_("Spare customers with open business"), required=False, initial=True
    )
    spares_buyers = forms.BooleanField(label=_("Spare customers who have ever bought"), required=False)

    def __init__(self, *args: Any, pool_rule: PoolRule | None = None, **kwargs: Any) -> None:
        if pool_rule is not None:
            given = {name: getattr(pool_rule, name) for name in self.base_fields}
            kwargs["initial"] = {**given, "from_date": None, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if not self.initial.get("from_date"):
            self.initial["from_date"] = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("from_date"), data.get("to_date")
        if first and first < timezone.localdate():
            self.add_error("from_date", _("A rule begins today or later."))
        if first and last and last < first:
            self.add_error("to_date", _("The last day lies before the first."))
        return data
