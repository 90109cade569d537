"""Forms of leads: few fields first, the rest folded."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.forms.customers import PersonChoice
from customers.forms.parts import ReasonForm, amount_field
from customers.masking import Concealing, sees_plain
from customers.models import Customer, Lead
from customers.permissions.deals import LeadPolicy
from customers.selectors import people_in_reach
from salesops.ui.forms import ActForm, RecordForm


class LeadForm(Concealing, RecordForm):
    """A lead as it came in; whoever it reminds of is searched for when it is saved."""

    other_company = forms.BooleanField(
        label=_("It is another company; take it in all the same"), required=False
    )
    owner = PersonChoice(label=_("Owner"), required=False, help_text=_("Empty: into the pool of leads."))
    more = (
        "contact_title", "email", "country", "industry", "address", "referrer", "potential", "currency", "product",
        "remarks",
    )  # fmt: skip
    wide = ("name",)

    class Meta:
        model = Lead
        fields = (
            "name", "source", "contact_name", "phone", "region", "campaign", "need", "contact_title", "email",
            "country", "industry", "address", "referrer", "potential", "currency", "product", "remarks",
        )  # fmt: skip

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.initial.setdefault("currency", settings.BASE_CURRENCY)
        people = people_in_reach(user, LeadPolicy(), "edit", on=timezone.localdate())
        self.fields["owner"].queryset = people
        if self.instance.pk:
            self.fields.pop("owner")
            if not sees_plain(user, self.instance):
                self.conceal("phone", "email")
        elif people.filter(pk=user.pk).exists():
            self.initial.setdefault("owner", user.pk)
        if not (self.data.get("other_company") or self.is_bound):
            self.fields["other_company"].widget = forms.HiddenInput()

    def _post_clean(self) -> None:
        """Rules are the service's."""


class ScreenForm(ActForm):
    score = forms.IntegerField(label=_("Score (0–100)"), min_value=0, max_value=100)
    screening = forms.CharField(label=_("Result of the screening"), max_length=300)
    wide = ("screening",)


class DuplicateLeadForm(ReasonForm):
    customer = forms.ModelChoiceField(
        queryset=Customer.objects.all(), label=_("Customer on file"), required=False
    )
    field_order = ("customer", "reason")


class ConvertForm(ActForm):
    """What a lead becomes: a file that is there, or a new one, and its first deal."""

    title = forms.CharField(label=_("What the opportunity is about"), max_length=200)
    customer = forms.ModelChoiceField(
        queryset=Customer.objects.all(),
        label=_("Customer on file"),
        required=False,
        help_text=_("Empty: a new file is opened."),
    )
    amount = amount_field(_("Expected amount"), required=False)
    expected_close = forms.DateField(label=_("Decision expected on"), required=False)
    next_step = forms.CharField(label=_("Next step"), max_length=300)
    next_step_on = forms.DateField(label=_("Next step on"))
    other_company = forms.BooleanField(
        label=_("It is another company; open a file for it all the same"), required=False
    )
    wide = ("title", "next_step")

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["customer"].queryset = Customer.objects.visible_to(user, "open_deal")
        if not self.is_bound:
            self.fields["other_company"].widget = forms.HiddenInput()
