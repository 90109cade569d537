"""What is typed about statements."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from receivables.choices import Result
from receivables.forms.reports import ReportForm
from salesops.accounts.models import Team, User
from salesops.ui.forms import ActForm, DateInput


class StatementForm(ActForm):
    """Of which time, to whom, and in which language."""

    since = forms.DateField(label=_("first day"), widget=DateInput())
    until = forms.DateField(label=_("last day"), widget=DateInput())
    email = forms.EmailField(label=_("E-mail of the customer"), max_length=254)
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)


class BulkForm(ReportForm):
    """Which statements; the preview asks with GET, the sending with POST."""

    by = None
    customer = None
    since = forms.DateField(label=_("first day"), required=False, widget=DateInput())
    until = forms.DateField(label=_("last day"), required=False, widget=DateInput())
    owner = forms.ModelChoiceField(User.objects.none(), label=_("owner"), required=False)
    team = forms.ModelChoiceField(Team.objects.all(), label=_("team"), required=False)
    at_least = forms.DecimalField(
        label=_("balance at least"), required=False, min_value=Decimal("0"), max_digits=14, decimal_places=2
    )
    field_order = ("since", "until", "owner", "team", "currency", "at_least")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["owner"].queryset = User.objects.filter(is_active=True).order_by("name", "pk")  # type: ignore[attr-defined]


class SettleForm(ActForm):
    """How a difference ended."""

    result = forms.ChoiceField(label=_("who was right"), choices=Result.choices)
    outcome = forms.CharField(
        label=_("how it ended"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
