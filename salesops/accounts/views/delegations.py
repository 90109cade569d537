"""Naming a deputy for a time, and ending that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from salesops.accounts import forms
from salesops.accounts.models import Delegation, User
from salesops.accounts.services.delegations import end_delegation, set_delegation
from salesops.ui.views import ActionView


class SetDeputy(ActionView):
    model = User
    asks_again = True
    verb, form_class, title = "delegate", forms.DeputyForm, _("Name a deputy")
    explain = _(
        "The deputy decides in the person's place on these days, up to the deputy's own limit. What was decided is "
        "written as one for the other. A deputy has no deputy."
    )

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate(self.at)
        return {"from_date": today, "to_date": today + timedelta(days=7), **super().get_initial()}

    def perform(self, obj: User, form: Any, *, actor: User, at: Any) -> None:
        set_delegation(actor=actor, at=at, person=obj, **form.cleaned_data)


class EndDeputy(ActionView):
    model = Delegation
    verb, title = "edit", _("End the delegation")

    def get_explain(self, obj: Delegation) -> Any:
        text = _("%(deputy)s decides for %(person)s no more, from now on.")
        return format_html("{}", text % {"deputy": obj.deputy, "person": obj.person})

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(str(self.object.person), self.get_success_url(self.object))]

    def get_success_url(self, obj: Any) -> str:
        return reverse("accounts:user_detail", args=[self.object.person_id])

    def get_cancel_url(self) -> str:
        return self.get_success_url(None)

    def perform(self, obj: Delegation, form: Any, *, actor: User, at: Any) -> None:
        end_delegation(actor=actor, at=at, delegation=obj)
