"""What people fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.accounts.models import Team, User
from salesops.ui.forms import ActForm, RecordForm
from salesops.work.models import DepartmentRequest, Task


class TaskForm(RecordForm):
    """Only people in post can be responsible."""

    class Meta:
        model = Task
        fields = ("title", "owner", "due_at", "requirement", "is_key")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.filter(is_active=True).order_by("name", "pk")
        self.fields["requirement"].widget.attrs["rows"] = 4


class RequestForm(RecordForm):
    class Meta:
        model = DepartmentRequest
        fields = ("to_team", "title", "due_at", "ask")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_team"].queryset = Team.objects.filter(is_active=True).order_by("path", "pk")
        self.fields["ask"].help_text = _(
            "The other department sees these words and the name of the record, not the record itself."
        )
        self.fields["ask"].widget.attrs["rows"] = 5


class ProgressForm(ActForm):
    progress = forms.IntegerField(label=_("Progress (%)"), min_value=0, max_value=100)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ResultForm(ActForm):
    result = forms.CharField(label=_("Result"), max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))


class PostponeForm(ActForm):
    due_at = forms.DateTimeField(label=pgettext_lazy("deadline", "Due"))


class PassOnForm(ActForm):
    """Only people in post can be responsible."""

    owner = forms.ModelChoiceField(label=_("Responsible"), queryset=User.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.filter(is_active=True).order_by("name", "pk")


class ReasonForm(ActForm):
    reason = forms.CharField(
        label=pgettext_lazy("why", "Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnswerForm(ActForm):
    answer = forms.CharField(label=_("Answer"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6}))


class AskAgainForm(ReasonForm):
    due_at = forms.DateTimeField(label=pgettext_lazy("deadline", "Due"))


class CommentForm(ActForm):
    text = forms.CharField(
        label=pgettext_lazy("on a record", "Comment"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Write @ and a user name to call somebody in."),
    )
