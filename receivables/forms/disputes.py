"""Disputes as they are typed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from receivables.choices.disputes import DisputeCategory, DisputeResolution
from receivables.models import Dispute
from receivables.services.disputes import NewDispute
from salesops.accounts.models import User
from salesops.accounts.selectors import active_people
from salesops.ui.forms import ActForm, DateInput, ExactDecimalField


def colleagues() -> Any:
    return User.objects.filter(active_people(timezone.localdate()), is_active=True).order_by("name", "pk")


class FollowForm(ActForm):
    """Who follows an open dispute, and what comes next."""

    follower = forms.ModelChoiceField(
        label=_("Who follows it"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("Empty: the owner."),
    )
    next_step = forms.CharField(label=_("Next step"), max_length=300, required=False)
    next_date = forms.DateField(label=_("Next step by"), required=False, widget=DateInput())
    comment = forms.CharField(
        label=_("What was done"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    wide = ("next_step",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["follower"].queryset = colleagues()


class DisputeForm(FollowForm):
    """What the customer objects to."""

    comment = None
    reason = forms.CharField(
        label=_("What the customer objects to"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    category = forms.ChoiceField(
        label=Dispute._meta.get_field("category").verbose_name, choices=DisputeCategory
    )
    amount = ExactDecimalField(
        label=_("Disputed amount"), min_value=Decimal("0.01"), max_digits=18, decimal_places=2, required=False,
        help_text=_("Empty: all that is outstanding."),
    )  # fmt: skip
    opened_date = forms.DateField(label=_("Disputed since"), widget=DateInput())
    field_order = ("category", "amount", "opened_date", "reason", "follower", "next_date", "next_step")

    def dispute(self) -> NewDispute:
        data = dict(self.cleaned_data)
        return NewDispute(words=data.pop("reason"), **data)


class SettleForm(ActForm):
    """How a dispute ended."""

    resolution = forms.ChoiceField(
        label=_("How it ended"), choices=DisputeResolution,
        help_text=_("By a credit note: the newest one posted for this item since."),
    )  # fmt: skip
    resolved_date = forms.DateField(label=_("Settled on"), widget=DateInput())
    reason = forms.CharField(label=_("Outcome"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
