"""Forms of shared customers: shares, invitations, protection, claims, merging."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices import AccessLevel, ClaimWish
from customers.fields import Chips
from customers.forms.customers import PersonChoice
from customers.models import Customer
from customers.permissions import CustomerPolicy
from customers.selectors import alive, people_in_reach, shares_on
from salesops.accounts.models import User
from salesops.accounts.selectors import active_people
from salesops.ui.forms import ActForm, DateInput, ExactDecimalField, line_formset


class ShareLine(ActForm):
    """One person's part."""

    person = PersonChoice(label=_("Person"))
    percent = ExactDecimalField(
        label=_("Share in %"), max_digits=5, decimal_places=2, min_value=Decimal("0.01"), max_value=100
    )

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        reach = people_in_reach(user, CustomerPolicy.assignment, "edit", on=timezone.localdate())
        self.fields["person"].queryset = reach


class SharesForm(ActForm):
    """Who has which part of the credit from a day on."""

    from_date = forms.DateField(label=_("From"), widget=DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=200)
    lines_formset = line_formset(ShareLine, minimum=1, maximum=6, extra=1)
    lines_title = _("Shares, 100 % in all")

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        self.customer = customer
        super().__init__(*args, **kwargs)
        self.initial.setdefault("from_date", timezone.localdate())

    def lines_initial(self) -> list[dict[str, Any]]:
        rows = shares_on(self.customer, timezone.localdate())
        return [
            {"person": row.owner_id, "percent": (row.share * 100).quantize(Decimal("0.01"))} for row in rows
        ]

    def shares(self) -> list[tuple[User, Decimal]]:
        """Person and fraction of each line that is filled in."""
        filled = [line.cleaned_data for line in self.lines.forms if line.cleaned_data.get("person")]
        return [(data["person"], data["percent"] / 100) for data in filled if not data.get("DELETE")]


class InviteForm(ActForm):
    person = PersonChoice(label=_("Person"))
    level = forms.ChoiceField(
        label=pgettext_lazy("access", "May"),
        choices=AccessLevel.choices,
        widget=Chips,
        initial=AccessLevel.READ,
    )
    to_date = forms.DateField(label=_("Last day"), widget=DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        people = User.objects.filter(active_people(timezone.localdate()), is_active=True)
        self.fields["person"].queryset = people.exclude(pk=user.pk).order_by("name", "pk")


class ProtectForm(ActForm):
    until = forms.DateField(
        label=_("Protected until"),
        widget=DateInput(),
        required=False,
        help_text=_("Empty: no longer protected."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ClaimForm(ActForm):
    """Why a customer of somebody else is one's own, too."""

    wish = forms.ChoiceField(
        label=_("Wish"), choices=ClaimWish.choices, widget=Chips, initial=ClaimWish.SHARE
    )
    percent = ExactDecimalField(
        label=_("My share in %"),
        max_digits=5,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=Decimal("99.99"),
        required=False,
        initial=50,
    )
    reason = forms.CharField(
        label=_("What have you done with this customer?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )
    about = forms.CharField(widget=forms.HiddenInput(), required=False)

    def values(self) -> dict[str, Any]:
        """Arguments of the service."""
        data = self.cleaned_data
        share = data["percent"] / 100 if data["wish"] == ClaimWish.SHARE and data["percent"] else None
        return {"wish": data["wish"], "share": share, "reason": data["reason"]}


class MergeForm(ActForm):
    """The other file of the same company."""

    merged = forms.ModelChoiceField(
        queryset=Customer.objects.none(), label=_("File that becomes another name of this one")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)
    wide = ("merged",)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = alive(Customer.objects.all()).exclude(pk=customer.pk).order_by("code", "pk")
        self.fields["merged"].queryset = rows.visible_to(self.user)


class ReasonForm(ActForm):
    """A reason and nothing else."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
