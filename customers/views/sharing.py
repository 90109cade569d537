"""Acts on who works on a customer: shares, invitations, protection, merging."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers import services
from customers.forms.sharing import InviteForm, MergeForm, ProtectForm, SharesForm
from customers.models import Collaborator, Customer, CustomerMerge
from customers.selectors import duplicate_hits
from salesops.ui.views import ActionView


class OnCustomer(ActionView):
    """An act whose form knows the customer."""

    model = Customer

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "customer": self.object}


class CustomerShares(OnCustomer):
    """Divide the credit of a customer."""

    check_version = True
    verb = "share"
    form_class = SharesForm
    title = _("Divide among people")
    explain = _(
        "From the day you name, sales, money received and overdue amounts count for each person with the share given "
        "here. Who has most is the owner of the file; the others see and keep it as the owner does."
    )

    def get_explain(self, obj: Any) -> Any:
        return self.explain

    def perform(self, obj: Customer, form: Any, *, actor: Any, at: Any) -> Customer:
        values = form.cleaned_data
        services.set_shares(
            actor=actor,
            at=at,
            customer=obj,
            shares=form.shares(),
            from_date=values["from_date"],
            reason=values["reason"],
        )
        return obj

    def get_success_url(self, obj: Any) -> str:
        visible = Customer.objects.visible_to(self.request.user).filter(pk=obj.pk).exists()
        return obj.get_absolute_url() if visible else reverse("customers:customer_list")


class CustomerInvite(ActionView):
    model = Customer
    verb = "invite"
    form_class = InviteForm
    title = _("Invite to the file")
    explain = _(
        "The person sees contacts, addresses and visits of this customer until the last day, not its money."
    )

    def get_explain(self, obj: Any) -> Any:
        return self.explain

    def perform(self, obj: Customer, form: Any, *, actor: Any, at: Any) -> Customer:
        services.invite(actor=actor, at=at, customer=obj, **form.cleaned_data)
        return obj


class InvitationEnd(ActionView):
    model = Collaborator
    verb = "view"
    title = _("End the invitation")

    def base_queryset(self) -> Any:
        return Collaborator.objects.select_related("customer", "person")

    def prepare(self) -> None:
        super().prepare()
        if self.object.person_id != self.request.user.pk:
            self.require("invite", self.object.customer)

    def get_explain(self, obj: Collaborator) -> Any:
        return _("%(name)s no longer sees the file of %(customer)s from now on.") % {
            "name": obj.person,
            "customer": obj.customer,
        }

    def perform(self, obj: Collaborator, form: Any, *, actor: Any, at: Any) -> Customer:
        services.end_invitation(actor=actor, at=at, collaborator=obj)
        return obj.customer

    def get_success_url(self, obj: Any) -> str:
        visible = Customer.objects.visible_to(self.request.user).filter(pk=obj.pk).exists()
        return obj.get_absolute_url() if visible else reverse("customers:customer_list")

    def get_cancel_url(self) -> str:
        return self.object.customer.get_absolute_url()

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(str(self.object.customer), self.object.customer.get_absolute_url())]


class CustomerProtect(ActionView):
    model = Customer
    check_version = True
    verb = "assign"
    form_class = ProtectForm
    title = _("Protect")
    explain = _("Until that day nobody else can claim this customer.")

    def get_explain(self, obj: Any) -> Any:
        return self.explain

    def get_initial(self) -> dict[str, Any]:
        return {"until": self.object.protected_until, **super().get_initial()}

    def perform(self, obj: Customer, form: Any, *, actor: Any, at: Any) -> Customer:
        return services.protect(actor=actor, at=at, customer=obj, **form.cleaned_data)


class CustomerMergeInto(OnCustomer):
    """Merge another file into this one."""

    asks_again = True
    verb = "merge"
    danger = True
    form_class = MergeForm
    title = _("Merge another file into this one")

    def get_explain(self, obj: Customer) -> Any:
        alike = self._alike(obj)
        text = _(
            "Contacts, addresses and visits of the other file move here. Its orders, contracts and money stay as they are "
            "and are shown and summed here. The other file can be found under its number and leads here; the merging "
            "can be undone."
        )
        return " ".join(map(str, (text, _("Files like this one:"), alike))) if alike else text

    def _alike(self, obj: Customer) -> str:
        hits = duplicate_hits(
            user=self.request.user,
            on=timezone.localdate(self.at),
            name=obj.name,
            tax_number=obj.tax_number,
            phone=obj.phone,
            exclude=obj.pk,
        )
        return "; ".join(f"{hit.customer.name} ({hit.customer.code})" for hit in hits if hit.customer)

    def perform(self, obj: Customer, form: Any, *, actor: Any, at: Any) -> Customer:
        values = form.cleaned_data
        services.merge_customers(
            actor=actor, at=at, keep=obj, merged=values["merged"], reason=values["reason"]
        )
        messages.success(
            self.request, _("%(name)s is another name of this file now.") % {"name": values["merged"]}
        )
        return obj


class MergeUndo(ActionView):
    model = CustomerMerge
    verb = "view"
    danger = True
    title = _("Separate the files again")

    def base_queryset(self) -> Any:
        return CustomerMerge.objects.select_related("kept", "merged")

    def prepare(self) -> None:
        super().prepare()
        self.require("merge", self.object.kept)

    def get_explain(self, obj: CustomerMerge) -> Any:
        return _(
            "What came from %(merged)s goes back there; what was added to %(kept)s since stays there."
        ) % {"merged": obj.merged, "kept": obj.kept}

    def perform(self, obj: CustomerMerge, form: Any, *, actor: Any, at: Any) -> Customer:
        services.undo_merge(actor=actor, at=at, merge=obj)
        return obj.kept

    def get_cancel_url(self) -> str:
        return self.object.kept.get_absolute_url()

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(str(self.object.kept), self.object.kept.get_absolute_url())]
