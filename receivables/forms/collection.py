"""Forms of collection: a contact, a promise, a pause, another holder, a ladder."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices import CustomerClass
from receivables.choices import ActionChannel, WhyNot
from receivables.models import CollectionLevel, CollectionPolicy, Receivable
from receivables.services.collection import Said
from receivables.services.promises import NewPromise
from salesops.accounts.models import User
from salesops.catalog.models import Currency
from salesops.ui.forms import ActForm, DateInput, ExactDecimalField, RecordForm


def _area(label: Any, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": 3}), **more)


class LogForm(ActForm):
    """A contact with the customer; the fields that a phone call needs stand first."""

    channel = forms.ChoiceField(
        label=pgettext_lazy("collection", "way"), choices=ActionChannel, initial=ActionChannel.PHONE
    )
    reached = forms.BooleanField(label=_("somebody was reached"), required=False, initial=True)
    contact = forms.CharField(label=_("spoken to"), max_length=100, required=False)
    said = _area(_("what was said"), 2000)
    reason = forms.ChoiceField(label=_("why it is not paid"), choices=WhyNot, initial=WhyNot.UNKNOWN)
    agreed = _area(_("what was agreed"), 1000, required=False)
    next_date = forms.DateField(label=_("next contact on"), required=False)
    proof = forms.CharField(
        label=_("proof"),
        max_length=200,
        required=False,
        help_text=_("Number of the letter or call; files are added on the page of the contact."),
    )

    def content(self) -> Said:
        return Said(**self.cleaned_data)


class PromiseForm(ActForm):
    """Who promised how much until when."""

    amount = ExactDecimalField(label=_("amount"), max_digits=18, decimal_places=2)
    currency = forms.ModelChoiceField(queryset=Currency.objects.all(), label=_("currency"))
    due_date = forms.DateField(label=_("to be paid until"))
    person = forms.CharField(label=_("who promised"), max_length=100)
    receivable = forms.ModelChoiceField(
        queryset=Receivable.objects.none(),
        label=_("for the item"),
        required=False,
        help_text=_("Empty: money for any item counts."),
    )
    proof = forms.CharField(label=_("proof"), max_length=200, required=False)

    def limit(self, items: QuerySet) -> None:
        """Only these items may be promised."""
        self.fields["receivable"].queryset = items

    def content(self) -> NewPromise:
        return NewPromise(**self.cleaned_data)


class PauseForm(ActForm):
    until = forms.DateField(label=_("paused until"))
    reason = _area(_("why"), 300)


class AssignForm(ActForm):
    owner = forms.ModelChoiceField(
        queryset=User.objects.filter(is_active=True).order_by("name", "pk"), label=_("new holder")
    )


class OverrideForm(ActForm):
    """Another ladder for the customer, or none."""

    policy_code = forms.ChoiceField(
        label=_("ladder"), required=False, help_text=_("Empty: the ladder of its class.")
    )
    excluded = forms.BooleanField(label=_("not chased by the daily run"), required=False)
    until = forms.DateField(label=_("until"), required=False, help_text=_("Empty: until it is changed."))
    reason = _area(_("why"), 300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = CollectionPolicy.objects.order_by("code", "-from_date")
        names = {row.code: row.name for row in reversed(rows)}
        self.fields["policy_code"].choices = [("", "–"), *sorted(names.items())]


class VersionForm(ActForm):
    """The next version of a ladder, or a new one by another code."""

    code = forms.CharField(label=_("code"), max_length=30, help_text=_("Another code makes another ladder."))
    name = forms.CharField(label=_("name of the ladder"), max_length=100)
    customer_class = forms.ChoiceField(
        label=_("for customers of class"),
        choices=[("", _("all classes")), *CustomerClass.choices],
        required=False,
    )
    by_choice = forms.BooleanField(label=_("only for customers it is chosen for"), required=False)
    from_date = forms.DateField(label=_("in force from"), widget=DateInput())
    tolerance = ExactDecimalField(
        label=_("tolerance"),
        min_value=0,
        max_digits=18,
        decimal_places=2,
        help_text=_("Less than this, in base currency, is not chased."),
    )


class PeriodForm(ActForm):
    """From which day to which."""

    since = forms.DateField(label=_("from"), widget=DateInput(), required=False)
    until = forms.DateField(label=_("until"), widget=DateInput(), required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("since") and found.get("until") and found["until"] < found["since"]:
            self.add_error("until", _("This day is before the first."))
        return found


class LevelForm(RecordForm):
    """A rung with its words in three languages."""

    class Meta:
        model = CollectionLevel
        fields = (
            "from_day",
            "gap_days",
            "repeat_days",
            "channel",
            "acts",
            "tells_superior",
            "automatic",
            "deadline_days",
            "effect",
            "subject_en",
            "text_en",
            "subject_zh_hans",
            "text_zh_hans",
            "subject_zh_hant",
            "text_zh_hant",
        )
