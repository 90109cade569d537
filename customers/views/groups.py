"""Putting a customer under its group."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from customers import services
from customers.forms.groups import GroupForm
from customers.models import Customer
from salesops.ui.views import ActionView


class CustomerGroup(ActionView):
    model = Customer
    check_version = True
    verb = "edit"
    form_class = GroupForm
    title = _("Put under a group")
    submit_label = _("Save")

    def get_explain(self, obj: Customer) -> Any:
        return _(
            "The page of each member shows the whole group, and what its members bought and owe together. Leave the "
            "group empty to take the customer out."
        )

    def get_initial(self) -> dict[str, Any]:
        return {"group": self.object.parent_id} | super().get_initial()

    def perform(self, obj: Customer, form: Any, *, actor: Any, at: Any) -> Customer:
        return services.set_group(actor=actor, at=at, customer=obj, **form.cleaned_data)
