"""Forms of receptions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.forms.customers import PersonChoice
from customers.models import Customer, Reception
from customers.permissions import VisitPolicy
from customers.selectors import people_in_reach
from salesops.ui.forms import ActForm, RecordForm


class ReceptionForm(RecordForm):
    """What is known of the guests; the rest follows as it becomes known."""

    owner = PersonChoice(label=_("Host"), required=False)
    more = ("departure", "flight", "hotel", "room", "diet", "itinerary", "owner")
    wide = ("purpose", "customer", "diet", "flight", "hotel")

    class Meta:
        model = Reception
        fields = (
            "customer", "arrival", "level", "purpose", "guests", "departure", "flight", "hotel", "room", "diet",
            "itinerary",
        )  # fmt: skip
        widgets = {
            "guests": forms.Textarea(attrs={"rows": 3}),
            "itinerary": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["owner"].queryset = people_in_reach(user, VisitPolicy(), "edit", on=timezone.localdate())
        if self.instance.pk:
            for name in ("customer", "owner"):
                self.fields.pop(name)
        else:
            self.fields["customer"].queryset = Customer.objects.visible_to(user, "edit")

    def _post_clean(self) -> None:
        """Rules are the service's."""

    def values(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        if not self.instance.pk:
            values["owner"] = values.get("owner") or self.user
        return values


class CloseForm(ActForm):
    result = forms.CharField(label=_("Result"), widget=forms.Textarea(attrs={"rows": 5}), max_length=10000)
