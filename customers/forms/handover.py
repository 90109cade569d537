"""Form of a new hand-over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.handover import ThingKind
from customers.forms.customers import PersonChoice
from customers.permissions import CustomerPolicy
from customers.selectors import people_in_reach
from salesops.accounts.models import Membership, User
from salesops.ui.forms import ActForm


class HandOverForm(ActForm):
    """From whom to whom; people who have left can be chosen, too."""

    giver = PersonChoice(label=pgettext_lazy("hand-over", "From"))
    taker = PersonChoice(label=pgettext_lazy("hand-over", "To"))
    reason = forms.CharField(label=_("Reason"), max_length=200)
    leaves = forms.BooleanField(
        label=_("This person leaves the company"),
        required=False,
        help_text=_("Papers, devices and keys, accounts and ongoing matters come onto the list as well."),
    )

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        today = timezone.localdate()
        reach = people_in_reach(user, CustomerPolicy.assignment, "edit", on=today)
        teams = Membership.objects.filter(user__in=reach).values("team")
        left = User.objects.filter(is_active=False, memberships__team__in=teams)
        self.fields["giver"].queryset = (
            User.objects.filter(
                pk__in=[*reach.values_list("pk", flat=True), *left.values_list("pk", flat=True)]
            )
            .exclude(pk=user.pk)
            .order_by("name", "pk")
        )
        self.fields["taker"].queryset = reach.exclude(pk=user.pk)


class ThingForm(ActForm):
    """One thing or matter more on the list."""

    kind = forms.ChoiceField(label=pgettext_lazy("thing", "What it is"), choices=ThingKind.choices)
    title = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=200)
    note = forms.CharField(
        label=_("Where it is, or how it stands"),
        max_length=200,
        required=False,
        help_text=_("Never a password: everybody on this page reads it."),
    )
