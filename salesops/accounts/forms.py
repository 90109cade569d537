"""Forms of sign-in, people and teams; they shape input, services rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.accounts.delegable import delegable
from salesops.accounts.models import Delegation, Team, User
from salesops.core.choices import Post, Role, TeamKind
from salesops.ui.forms import ActForm, DateInput, ExactDecimalField, RecordForm

LANGUAGES = [("", _("As the browser says")), *settings.LANGUAGES]
THEMES = [("", _("As the system has it")), ("light", _("Light")), ("dark", _("Dark"))]


def password_field(label: Any, complete: str, **kwargs: Any) -> forms.CharField:
    """Never stripped, never cut off below 256 signs (A5)."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": complete}),
        **kwargs,
    )


class SignInForm(AuthenticationForm):
    """One answer for every wrong combination, whether the name exists or not (A3)."""

    error_messages = {
        "invalid_login": _("User name and password do not match."),
        "inactive": _("User name and password do not match."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["password"].label = _("Password")
        self.fields["password"].max_length = 256
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"


class NewPasswordMixin:
    """The new password twice; its quality is judged by the service."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()  # type: ignore[misc]
        one, two = data.get("new_password1"), data.get("new_password2")
        if one and two and one != two:
            self.add_error("new_password2", _("The two passwords differ."))  # type: ignore[attr-defined]
        return data


class PasswordChangeForm(NewPasswordMixin, ActForm):
    old_password = password_field(_("Present password"), "current-password")
    new_password1 = password_field(_("New password"), "new-password")
    new_password2 = password_field(_("New password again"), "new-password")


class NewPasswordForm(NewPasswordMixin, ActForm):
    new_password1 = password_field(_("New password"), "new-password")
    new_password2 = password_field(_("New password again"), "new-password")


class ForgottenForm(ActForm):
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class SetPasswordForm(ActForm):
    password = password_field(
        _("First password"), "new-password", help_text=_("The person must change it at the next sign-in.")
    )


class ProfileForm(ActForm):
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    theme = forms.ChoiceField(label=_("Theme"), choices=THEMES, required=False)


class PersonForm(RecordForm):
    """The staff file."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    post = forms.ChoiceField(
        label=pgettext_lazy("of a person", "Post"), choices=[("", "–"), *Post.choices], required=False
    )
    more = ("staff_no", "language", "own_duties")

    class Meta:
        model = User
        fields = (
            "name",
            "username",
            "email",
            "phone",
            "post",
            "superior",
            "joined_date",
            "staff_no",
            "language",
            "own_duties",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True)
        if self.instance.superior_id:
            people = people | User.objects.filter(pk=self.instance.superior_id)
        self.fields["superior"].queryset = people.exclude(pk=self.instance.pk).order_by("name", "pk")
        self.fields["username"].help_text = _("For signing in: letters, digits and @ . + - _")

    def validate_unique(self) -> None:
        """The service answers, without regard to letter case."""


class PersonCreateForm(PersonForm):
    """A new person starts with a team and a role."""

    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.filter(is_active=True))
    role = forms.ChoiceField(label=_("Role"), choices=[("", "---------"), *Role.choices])
    invite = forms.BooleanField(label=_("Mail a link to set the password"), required=False, initial=True)


class MoveForm(ActForm):
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.filter(is_active=True))
    from_date = forms.DateField(label=_("From"), widget=DateInput())


class SuperiorForm(ActForm):
    superior = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name", "pk"), label=_("Superior")
    )
    from_date = forms.DateField(label=_("From"), widget=DateInput())


class GrantForm(ActForm):
    """A role for a person."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", "---------"), *Role.choices])
    team = forms.ModelChoiceField(
        label=_("For unit"),
        queryset=Team.objects.filter(is_active=True),
        required=False,
        help_text=_("Empty: the team the person belongs to."),
    )
    amount_limit = ExactDecimalField(
        label=_("Limit in base currency"),
        max_digits=18,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=_("Empty: as the handbook says."),
    )
    from_date = forms.DateField(label=_("From"), widget=DateInput())
    to_date = forms.DateField(label=_("To (last day)"), widget=DateInput(), required=False)


class EndRoleForm(ActForm):
    last_day = forms.DateField(label=_("Last day"), widget=DateInput())


class LeaveForm(ActForm):
    left_date = forms.DateField(label=_("Last day"), widget=DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class ReturnForm(ActForm):
    on = forms.DateField(label=_("First day"), widget=DateInput())


class TeamForm(RecordForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=TeamKind.choices)

    class Meta:
        model = Team
        fields = ("code", "name", "kind", "head")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["head"].queryset = User.objects.filter(is_active=True).order_by("name", "pk")

    def validate_unique(self) -> None:
        """The service answers, without regard to letter case."""


class TeamCreateForm(TeamForm):
    class Meta(TeamForm.Meta):
        fields = ("code", "name", "kind", "parent", "head")


class TeamMoveForm(ActForm):
    parent = forms.ModelChoiceField(
        label=_("Below"),
        queryset=Team.objects.filter(is_active=True),
        required=False,
        help_text=_("Empty: at the top."),
    )


class DeputyForm(ActForm):
    """Who stands in, from when to when, for which decisions."""

    deputy = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name", "pk"), label=_("Deputy")
    )
    kind = forms.ChoiceField(label=_("Where the person is"), choices=Delegation.Kind.choices)
    from_date = forms.DateField(label=_("From"))
    to_date = forms.DateField(label=_("To (last day)"))
    document_types = forms.MultipleChoiceField(
        label=_("For which decisions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: for all of them."),
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)
    wide = ("document_types", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document_types"].choices = list(delegable.items())
