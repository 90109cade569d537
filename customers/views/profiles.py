"""Invoice titles of a customer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers import services
from customers.forms.profiles import EndProfileForm, TaxProfileForm
from customers.models import Customer, TaxProfile
from customers.selectors.billing import kind_of
from customers.views.contacts import OfCustomerView
from salesops.approvals.models import ApprovalRequest
from salesops.ui.views import ActionView, RecordUpdateView


class TellsOfSecond:
    request: HttpRequest
    at: Any

    def told(self, profile: TaxProfile) -> TaxProfile:
        if ApprovalRequest.objects.about(profile).filter(requested_at=self.at).exists():
            text = _("A second person looks at it first; until then what was in force holds.")
            messages.info(self.request, text)
        return profile


class TaxProfileCreate(TellsOfSecond, OfCustomerView):
    form_class = TaxProfileForm
    title = _("Add an invoice title")

    def get_initial(self) -> dict[str, Any]:
        file = self.object
        first = {} if file.tax_profiles.exists() else {"title": file.name, "tax_number": file.tax_number}
        return {
            "kind": kind_of(file),
            "address": file.address if first else "",
            "from_date": timezone.localdate(self.at),
        } | first

    def perform(self, form: Any, *, actor: Any, at: Any) -> TaxProfile:
        made = services.save_tax_profile(actor=actor, at=at, customer=self.object, **form.cleaned_data)
        return self.told(made)


class OfProfile:
    """After the act: back to the customer, who is also the way here."""

    object: Any
    locks_first = ("customer",)

    def get_success_url(self, obj: Any) -> str:
        return obj.customer.get_absolute_url()

    def get_cancel_url(self) -> str:
        return self.object.customer.get_absolute_url()

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(str(self.object.customer), self.object.customer.get_absolute_url())]


class TaxProfileEdit(OfProfile, TellsOfSecond, RecordUpdateView):
    model = TaxProfile
    form_class = TaxProfileForm
    title = _("Edit the invoice title")

    def perform(self, form: Any, *, actor: Any, at: Any) -> TaxProfile:
        row = self.object
        values = form.cleaned_data
        return self.told(
            services.save_tax_profile(actor=actor, at=at, customer=row.customer, profile=row, **values)
        )


class TaxProfileEnd(OfProfile, ActionView):
    model = TaxProfile
    verb = "edit"
    danger = True
    check_version = True
    form_class = EndProfileForm
    title = _("End the invoice title")

    def get_explain(self, obj: TaxProfile) -> Any:
        return _("New documents no longer offer “%(title)s” after its last day; written ones keep it.") % {
            "title": obj.title
        }

    def perform(self, obj: TaxProfile, form: Any, *, actor: Any, at: Any) -> Customer:
        return services.end_tax_profile(actor=actor, at=at, profile=obj, **form.cleaned_data).customer

    def get_success_url(self, obj: Any) -> str:
        return obj.get_absolute_url()
