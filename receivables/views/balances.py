"""Asking a customer to confirm its balance."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Customer
from receivables.forms import BalanceForm
from receivables.services.balances import ask_balance, may_ask
from salesops.core.errors import NotAllowed
from salesops.notifications.models import OneTimeLink
from salesops.ui.links import record_url
from salesops.ui.views import ActionView


class BalanceAsk(ActionView):
    """A mail with a link that works once; the answer comes back into the timeline of the customer."""

    model, verb, form_class, title = Customer, "view", BalanceForm, _("Ask for the balance to be confirmed")
    template_name = "ui/form.html"
    submit_label = _("Send the link")
    explain = _(
        "The customer gets a mail with a link that shows the balance of today. It works once; you are told of the answer."
    )

    def base_queryset(self) -> QuerySet:
        return Customer.objects.select_related("owner")

    def prepare(self) -> None:
        super().prepare()
        if not may_ask(self.request.user, self.object):
            raise NotAllowed(_("Only who holds the customer, or finance, asks for a balance."))

    def get_initial(self) -> dict[str, Any]:
        contact = (
            Contact.objects.visible_to(self.request.user)
            .filter(customer=self.object)
            .exclude(email="")
            .order_by("-is_primary", "pk")
            .first()
        )
        own = contact is not None and self.object.owner_id == self.request.user.pk
        return {
            "email": contact.email if own and contact else "",
            "language": get_language() or settings.LANGUAGE_CODE,
            **super().get_initial(),
        }

    def perform(self, obj: Customer, form: Any, *, actor: Any, at: Any) -> OneTimeLink:
        return ask_balance(actor=actor, customer=obj, at=at, **form.cleaned_data)

    def get_success_url(self, obj: Any) -> str:
        return record_url(self.object)
