"""Forms of approvals; they shape input, services rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.accounts.models import User
from salesops.ui.forms import ActForm


def people_in_post() -> Any:
    return User.objects.filter(is_active=True).order_by("name", "pk")


def text_field(label: Any, *, required: bool = False, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=2000, widget=forms.Textarea(attrs={"rows": rows})
    )


class AskForm(ActForm):
    """Why something should be approved, and who reads along."""

    reason = text_field(_("Reason"), required=True)
    copies = forms.ModelMultipleChoiceField(people_in_post(), label=_("Copies to"), required=False)
    wide = ("copies",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["copies"].queryset = people_in_post()


class CommentForm(ActForm):
    comment = text_field(_("Comment"))


class WhyForm(ActForm):
    comment = text_field(_("Why"), required=True)


class ReasonForm(ActForm):
    reason = text_field(_("Reason"), required=True)


class DecideForm(ActForm):
    """One form with three buttons; what is not approved needs a comment."""

    ACTS = (
        ("approve", _("Approve")),
        ("return", pgettext_lazy("approval", "Return")),
        ("reject", _("Reject")),
    )

    action = forms.ChoiceField(label=_("Decision"), choices=ACTS)
    comment = text_field(_("Comment"), rows=2)


class PersonForm(ActForm):
    """A person and a word to go with it."""

    person = forms.ModelChoiceField(people_in_post(), label=_("Person"))
    comment = text_field(_("Comment"))
