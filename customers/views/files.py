"""Acts on a file: blocking and lifting the block."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from customers import services
from customers.forms.files import BlockForm
from customers.forms.sharing import ReasonForm
from customers.models import Customer
from salesops.ui.views import ActionView


class CustomerBlock(ActionView):
    model = Customer
    check_version = True
    verb = "block"
    danger = True
    form_class = BlockForm
    title = _("Block")
    explain = _(
        "From now on no quotation is sent or no order is confirmed, with your reason shown to who tries."
    )

    def get_explain(self, obj: Any) -> Any:
        return self.explain

    def perform(self, obj: Customer, form: Any, *, actor: Any, at: Any) -> Customer:
        return services.block(actor=actor, at=at, customer=obj, **form.cleaned_data)


class CustomerUnblock(ActionView):
    model = Customer
    check_version = True
    verb = "unblock"
    form_class = ReasonForm
    title = _("Lift the block")

    def perform(self, obj: Customer, form: Any, *, actor: Any, at: Any) -> Customer:
        return services.unblock(actor=actor, at=at, customer=obj, reason=form.cleaned_data["reason"])
