"""Forms of preferences and group robots."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import Team
from salesops.notifications.models import GroupRobot
from salesops.notifications.registry import choosable, kind_label
from salesops.ui.forms import ActForm, RecordForm

HOURS = [("", _("as the handbook says")), *[(str(n), f"{n:02d}:00") for n in range(24)]]
YES_NO = [("", _("as the handbook says")), ("yes", _("yes")), ("no", _("no"))]


class HoursForm(ActForm):
    """Quiet hours, work days and digest; empty follows the handbook."""

    quiet_from = forms.ChoiceField(label=_("Quiet from"), choices=HOURS, required=False)
    quiet_to = forms.ChoiceField(label=_("Quiet until"), choices=HOURS, required=False)
    workdays_only = forms.ChoiceField(label=_("Only on working days"), choices=YES_NO, required=False)
    digest = forms.ChoiceField(label=_("One mail a day instead of many"), choices=YES_NO, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in ("quiet_from", "quiet_to"):
            data[name] = int(data[name]) if data.get(name) else None
        for name in ("workdays_only", "digest"):
            data[name] = {"yes": True, "no": False}.get(data.get(name) or "")
        return data


class RobotForm(RecordForm):
    """The webhook address is typed once and never shown again; left empty it stays."""

    wide = ("kinds",)
    url = forms.CharField(
        label=_("Webhook address"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("From the group's settings. It is a secret: it is not shown again, left empty it stays."),
    )
    secret = forms.CharField(
        label=_("Signing secret"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "For DingTalk and Feishu groups that ask for a signature. Not shown again; left empty it stays."
        ),
    )
    unsigned = forms.BooleanField(label=_("The group asks for no signature any more"), required=False)
    kinds = forms.MultipleChoiceField(
        label=_("Which notices"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = GroupRobot
        fields = ("name", "style", "url", "secret", "team", "language", "is_active", "kinds")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = [(kind.key, kind_label(kind)) for kind in choosable()]
        self.fields["team"].queryset = Team.objects.all()
        if self.instance.pk:
            self.initial["url"] = self.initial["secret"] = ""
            self.initial["kinds"] = list(self.instance.kinds)
        else:
            self.fields["url"].required = True
        if not self.instance.secret:
            del self.fields["unsigned"]

    def _post_clean(self) -> None:
        """Rules are the service's; the row itself is not filled from the form here."""
